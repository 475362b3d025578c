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
    if isinstance(credential := body.get("credential_sha256"), str):
        names.add(f"credential:{credential}")
    items = body.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            names.add(str(item["object"]))
    return tuple(sorted(names))


_NAMED = (
    "agency",
    "case",
    "consent",
    "licence",
    "material",
    "officer",
    "project",
    "premises",
    "release",
    "request",
    "subject",
    "supersedes",
)
_PREFIX_OF = {"supersedes": "licence"}
