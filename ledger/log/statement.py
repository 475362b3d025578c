"""Statements, version 1: what happened, said by one actor, as RFC 8785 JSON. Frozen.

    {"actor", "at", "body": {…}, "files": [{"sha256", "size"}, …], "id": "st_…", "kind",
     "log": origin, "prev": index | null, "refs": [index, …], "v": 1}

``at`` is the actor's claim and decides nothing: order is the log's, time is the anchor's. ``prev``
is the index of the previous entry of the same licence, material, consent or case. What a body
holds is the affair of its kind; here it is a JSON object within the size limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from certs import base64url
from certs.canonical import MAX_INTEGER, Json, canonical, parse_canonical
from certs.errors import Base64Invalid, JsonInvalid
from ledger.errors import Malformed
from ledger.ids import IdInvalid, check_id

PAYLOAD_TYPE = "application/vnd.mianti.statement.v1+json"
MAX_PAYLOAD = 512 * 1024  # fits into an envelope of 1 MiB with all its signatures
MAX_FILES = 256
MAX_REFS = 1024

# The one table: which kinds exist, and keys of which role may sign each.
SIGNERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        kind: frozenset(roles.split())
        for kind, roles in {
            "licence.issued": "agency",
            "licence.collected": "agency",
            "licence.suspended": "agency",
            "licence.restored": "agency",
            "licence.revoked": "agency",
            "licence.superseded": "agency",
            "licence.reissued": "agency",
            "material.deposited": "agency holder",
            "material.checked": "agency",
            "case.opened": "agency",
            "case.resumed": "agency",
            "case.closed": "agency",
            "case.flagged": "agency platform",
            "flag.answered": "agency platform",
            "cascade.done": "platform",
            "reminded": "platform",
            "plan.signed": "agency platform",
            "catalogue.published": "agency",
            "holderkey.bound": "identity",
            "holderkey.ended": "identity holder",
            "delegation.granted": "holder identity",
            "delegation.ended": "holder identity",
            "consent.requested": "agency",
            "consent.granted": "holder",
            "consent.withdrawn": "holder",
            "basis.granted": "agency platform",
            "basis.stated": "agency identity",
            "basis.ended": "agency",
            "basis.used": "agency",
            "released": "agency platform keystore",
            "refused": "agency platform keystore",
            "fact.answered": "platform",
            "copy.made": "agency",
            "paper.demanded": "agency",
            "reask.refused": "platform",
            "assistance.requested": "agency",
            "assistance.answered": "agency",
            "assistance.reminded": "platform",
            "commitment.made": "holder",
            "commitment.checked": "agency",
            "library.reconciled": "agency",
            "benefit.assessed": "agency",
            "benefit.offered": "agency",
            "benefit.confirmed": "holder",
            "verified": "agency platform",
            "disputed": "holder",
            "dispute.settled": "agency",
            "erasure.requested": "holder",
            "erasure.approved": "agency",
            "erasure.refused": "agency",
            "erased": "platform keystore",
            "chain.reset": "platform",
            "log.continued": "platform",
            "agency.admitted": "agency platform",
            "agency.left": "agency platform",
        }.items()
    }
)
ROLES = frozenset(role for roles in SIGNERS.values() for role in roles)

_ACTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_ORIGIN = re.compile(r"[^\x00-\x20\x7f+]{1,255}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_MEMBERS = frozenset(("actor", "at", "body", "files", "id", "kind", "log", "prev", "refs", "v"))


class StatementInvalid(Malformed):
    """Bytes or values that are no statement of version 1; ``member`` says where."""

    code = "statement.malformed"


class KindUnknown(StatementInvalid):
    """A kind that the table does not have; ``kind`` says which."""

    code = "statement.kind"


class StatementSize(StatementInvalid):
    """More bytes, files or references than a statement may have."""

    code = "statement.size"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``at`` is aware UTC in whole seconds; a file is (SHA-256, size in bytes)."""

    kind: str
    id: str
    log: str
    actor: str
    at: datetime
    body: Mapping[str, Json]
    files: tuple[tuple[bytes, int], ...] = ()
    prev: int | None = None
    refs: tuple[int, ...] = field(default=())


def may_sign(kind: str, role: str) -> bool:
    """Whether a key of ``role`` may sign statements of ``kind``; never for an unknown kind."""
    return role in SIGNERS.get(kind, ())


def statement_payload(statement: Statement) -> bytes:
    """Canonical payload bytes; `parse_statement` is the inverse. Raises what that raises."""
    if statement.at.tzinfo is None or statement.at.microsecond:
        raise StatementInvalid("a time has a zone and whole seconds", member="at")
    members: dict[str, object] = {
        "actor": statement.actor,
        "at": format_time(statement.at),
        "body": dict(statement.body),
        "files": [
            {"sha256": base64url.encode(digest), "size": size} for digest, size in statement.files
        ],
        "id": statement.id,
        "kind": statement.kind,
        "log": statement.log,
        "prev": statement.prev,
        "refs": list(statement.refs),
        "v": 1,
    }
    try:
        payload = canonical(members)
    except JsonInvalid as error:
        raise StatementInvalid(f"statement: {error}", member="", reason=error.code) from error
    parse_statement(payload)  # one set of rules: what cannot be read back is not written
    return payload


def parse_statement(payload: bytes) -> Statement:
    """Statement of canonical payload bytes.

    Raises StatementSize, KindUnknown, or StatementInvalid (anything that is not exactly the form
    above: another member, a wrong type, a time with fraction or offset, a repeated reference).
    """
    if len(payload) > MAX_PAYLOAD:
        raise StatementSize("the statement is too long", size=len(payload), limit=MAX_PAYLOAD)
    try:
        members = parse_canonical(payload)
    except JsonInvalid as error:
        raise StatementInvalid(f"statement: {error}", member="", reason=error.code) from error
    if not isinstance(members, dict) or members.keys() != _MEMBERS:
        raise StatementInvalid("not the members of a statement", member="")
    kind, body, prev = members["kind"], members["body"], members["prev"]
    version = members["v"]
    if version is True or version != 1:
        raise StatementInvalid("another version", member="v")
    if not isinstance(kind, str) or kind not in SIGNERS:
        raise KindUnknown("no such kind of statement", member="kind", kind=kind)
    if not isinstance(body, dict):
        raise StatementInvalid("a body is a JSON object", member="body")
    try:
        identifier = check_id(members["id"], "st")
    except IdInvalid as error:
        raise StatementInvalid("id is no statement id", member="id") from error
    return Statement(
        kind=kind,
        id=identifier,
        log=_text(members["log"], _ORIGIN, "log"),
        actor=_text(members["actor"], _ACTOR, "actor"),
        at=parse_time(members["at"]),
        body=body,
        files=_files(members["files"]),
        prev=None if prev is None else _count(prev, "prev"),
        refs=_refs(members["refs"]),
    )


def format_time(at: datetime) -> str:
    """RFC 3339 UTC with ``Z`` and whole seconds of an aware time (fractions are cut off)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def parse_time(text: Json) -> datetime:
    """Aware UTC time of exactly the form that `format_time` writes; raises StatementInvalid."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise StatementInvalid("a time is RFC 3339 UTC with whole seconds", member="at")
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise StatementInvalid("no such day or hour", member="at") from error


def _text(value: Json, form: re.Pattern[str], member: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise StatementInvalid(f"{member} has not its form", member=member)
    return value


def _count(value: Json, member: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        raise StatementInvalid(f"{member} is no index or size", member=member)
    return value


def _files(listed: Json) -> tuple[tuple[bytes, int], ...]:
    if not isinstance(listed, list):
        raise StatementInvalid("files is a list", member="files")
    if len(listed) > MAX_FILES:
        raise StatementSize("too many files", size=len(listed), limit=MAX_FILES)
    files = []
    for item in listed:
        if not isinstance(item, dict) or item.keys() != {"sha256", "size"}:
            raise StatementInvalid("a file is {sha256, size}", member="files")
        text = item["sha256"]
        try:
            digest = base64url.decode(text) if isinstance(text, str) else b""
        except Base64Invalid as error:
            raise StatementInvalid("sha256 is not base64url", member="files") from error
        if len(digest) != 32:
            raise StatementInvalid("a SHA-256 has 32 bytes", member="files")
        files.append((digest, _count(item["size"], "files")))
    return tuple(files)


def _refs(listed: Json) -> tuple[int, ...]:
    if not isinstance(listed, list):
        raise StatementInvalid("refs is a list", member="refs")
    if len(listed) > MAX_REFS:
        raise StatementSize("too many references", size=len(listed), limit=MAX_REFS)
    refs = tuple(_count(item, "refs") for item in listed)
    if len(set(refs)) != len(refs):
        raise StatementInvalid("a reference stands once", member="refs")
    return refs
