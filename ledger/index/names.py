"""Under which names an entry is found again."""

from __future__ import annotations

from ledger.log.statement import Statement


def names_of(statement: Statement) -> tuple[str, ...]:
    """Names under which the entry is found again: ``subject:…``, ``case:…``, ``agency:…`` …"""
    body = statement.body
    names = {f"actor:{statement.actor}", f"statement:{statement.id}"}
    for member in _NAMED:
        value = body.get(member)
        if isinstance(value, str):
            names.add(f"{_PREFIX_OF.get(member, member)}:{value}")
    if statement.kind == "log.continued":
        names.add(continued(str(body["predecessor"])))
    if isinstance(credential := body.get("credential_sha256"), str):
        names.add(f"credential:{credential}")
    if isinstance(about := body.get("object"), str):
        names.add(about)
    items = body.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and isinstance(about := item.get("object"), str):
            names.add(about)
    return tuple(sorted(names))


def continued(origin: str) -> str:
    """Name of the entry that begins the log which goes on for the log of this origin."""
    return f"continued:{origin}"


_NAMED = (
    "agency",
    "asked",
    "assistance",
    "basis",
    "case",
    "commitment",
    "consent",
    "copy",
    "delegate",
    "delegation",
    "demand",
    "dispute",
    "erasure",
    "flag",
    "licence",
    "material",
    "offer",
    "officer",
    "owner",
    "premises",
    "principal",
    "reconciliation",
    "project",
    "release",
    "request",
    "subject",
    "supersedes",
    "to",
    "verification",
)
_PREFIX_OF = {
    "asked": "agency",
    "delegate": "subject",
    "owner": "agency",
    "principal": "subject",
    "supersedes": "licence",
    "to": "agency",
}
