"""Subjects (persons, organisations, premises): a random surrogate id, found by legal identifier
only through an HMAC whose key stays in the key store; what is personal lies sealed beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from certs.canonical import canonical, parse
from certs.identifiers import IdentifierError, parse_citizen_id, parse_credit_code
from certs.plain_text import is_plain
from ledger.errors import Conflict, Malformed
from ledger.flows.door.once import Once
from ledger.flows.door.rows import row_of
from ledger.ids import new_id
from ledger.log.records import open_small, seal_small
from ledger.platform import Platform
from ledger.ports import Row, Scalar

Kind = Literal["person", "organisation", "premises"]
KINDS: tuple[Kind, ...] = ("person", "organisation", "premises")
SCHEMES = ("citizen-id", "credit-code", "premises-code", "other")


class SubjectMalformed(Malformed):
    """A subject without name, of no known kind, or with an identifier of no known scheme."""

    code = "subject.malformed"


class IdentifierWrong(SubjectMalformed):
    """A legal identifier whose form or check character is wrong; its value is not repeated."""

    code = "subject.identifier"


@dataclass(frozen=True, slots=True)
class Subject:
    """``identifiers``: (scheme of SCHEMES, value) pairs; a newborn may have none."""

    id: str
    kind: Kind
    name: str
    identifiers: tuple[tuple[str, str], ...] = ()


def register_subject(
    platform: Platform,
    kind: str,
    name: str,
    identifiers: tuple[tuple[str, str], ...] = (),
    once: Once | None = None,
) -> str:
    """The subject's id; the one that stands already where an identifier is known. Raises
    SubjectMalformed; Conflict where a twin with the same ``once`` was faster."""
    if kind not in KINDS or not name.strip() or len(name) > 200 or not is_plain(name):
        raise SubjectMalformed("A subject has a kind and a name.", kind=kind)
    for scheme, value in identifiers:
        if scheme not in SCHEMES or not value or len(value) > 64:
            raise SubjectMalformed("An identifier has a known scheme and a value.", scheme=scheme)
        _check_characters(scheme, value)
    for scheme, value in identifiers:
        known = find_subject(platform, scheme, value)
        if known is not None:
            return known
    subject = new_id("sub", platform.randomness)
    plain = canonical({"identifiers": [list(pair) for pair in identifiers], "name": name})
    sealed, key = seal_small(plain, f"{kind}/{subject}", platform.record_key, platform.randomness)
    rows = [
        Row("subjects", {"id": subject, "kind": kind, "sealed": sealed, "sealed_key": key}),
        *(
            Row(
                "subject_ids",
                {
                    "purpose": f"subject/{scheme}",
                    "digest": identifier_digest(platform, scheme, value),
                    "subject": subject,
                },
            )
            for scheme, value in identifiers
        ),
    ]
    if once is not None:
        rows.append(once.row(platform, {"id": subject}))
    try:
        platform.store.write(rows)
    except Conflict:  # another caller registered the same identifier meanwhile
        for scheme, value in identifiers:
            known = find_subject(platform, scheme, value)
            if known is not None:
                return known
        raise
    return subject


def _check_characters(scheme: str, value: str) -> None:
    try:
        if scheme == "credit-code":
            parse_credit_code(value)
        elif scheme == "citizen-id":
            parse_citizen_id(value)
    except IdentifierError as error:
        raise IdentifierWrong(str(error), scheme=scheme, reason=error.code) from error


def find_subject(platform: Platform, scheme: str, value: str) -> str | None:
    """The surrogate id behind a legal identifier, or None."""
    where: dict[str, Scalar] = {
        "purpose": f"subject/{scheme}",
        "digest": identifier_digest(platform, scheme, value),
    }
    rows = platform.store.rows("subject_ids", where)
    return str(rows[0]["subject"]) if rows else None


def read_subject(platform: Platform, subject: str) -> Subject:
    """Name and identifiers in clear, for issuing and the holder's own view. Raises NotFound."""
    row = row_of(platform, "subjects", subject, "subject")
    plain = open_small(
        cast(bytes, row["sealed"]),
        cast(bytes, row["sealed_key"]),
        f"{row['kind']!s}/{subject}",
        platform.record_key,
    )
    members = cast(dict[str, object], parse(plain))
    pairs = cast(list[list[str]], members["identifiers"])
    return Subject(
        id=subject,
        kind=cast(Kind, row["kind"]),
        name=str(members["name"]),
        identifiers=tuple((scheme, value) for scheme, value in pairs),
    )


def identifier_digest(platform: Platform, scheme: str, value: str) -> bytes:
    """What stands for a legal identifier in the index."""
    return platform.keys.lookup(f"subject/{scheme}", value.strip().upper().encode())
