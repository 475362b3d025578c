"""Check 1: the parts are in their one form and belong together; the file is the one named."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from certs.canonical import Json
from certs.credential import Credential, parse_credential
from certs.envelope import Envelope
from certs.shapes import Misshapen, Shape
from certs.verdict import Outcome
from ledger.entry import open_entry
from ledger.items import Evidence, GivenFile, Item, Presentation, SealedLicence
from ledger.ports import Opening
from ledger.statement import Statement
from ledger.steps.finding import Found, Open, Wrong

ISSUED = "licence.issued"
LOCAL = timezone(timedelta(hours=8))  # a licence's dates are days in China


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry whose leaf, salt and envelope belong together."""

    opening: Opening
    envelope: Envelope
    statement: Statement


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """What a statement of issue says that later checks need; ``valid_to`` is exclusive."""

    licence: str
    type: str
    region: int
    status_uri: str
    status_index: int
    valid_from: datetime | None
    valid_to: datetime | None
    credential_sha256: bytes


@dataclass(frozen=True, slots=True)
class Subject:
    """The item taken apart. ``entry`` is None where none was given; ``terms`` where the entry is
    no issue of a licence."""

    item: Item
    entry: OpenedEntry | None
    terms: LicenceTerms | None
    credential: Credential | None


def read_item(item: Item, evidence: Evidence) -> Found[Subject]:
    """Check 1."""
    credential = parse_credential(item.text) if isinstance(item, Presentation) else None
    if evidence.opening is None:
        subject = Subject(item, None, None, credential)
        return Found(subject, "receipt.absent", {}, Outcome.INDETERMINATE)
    entry = opened(evidence.opening)
    statement = entry.statement
    terms = read_terms(statement) if statement.kind == ISSUED else None
    subject = Subject(item, entry, terms, credential)
    facts = {"kind": statement.kind, "actor": statement.actor, "entry": str(entry.opening.index)}
    code = _difference(subject)
    if code is not None:
        return Found(subject, code, facts, Outcome.FAILED)
    return Found(subject, "form.canonical", facts)


def opened(opening: Opening) -> OpenedEntry:
    """Raises what `ledger.entry.open_entry` raises."""
    _, envelope, statement = open_entry(opening.leaf, opening.salt, opening.envelope)
    return OpenedEntry(opening, envelope, statement)


def names_credential(entry: OpenedEntry, terms: LicenceTerms, text: str) -> bool:
    """Whether the statement of issue names this credential, however much of it is disclosed.

    ``credential_sha256`` is over the issuer-signed token, which stands in every presentation; the
    second file of the statement is the credential with all its disclosures.
    """
    token = hashlib.sha256(text.partition("~")[0].encode("ascii")).digest()
    if hmac.compare_digest(token, terms.credential_sha256):
        return True
    files = entry.statement.files
    whole = text.encode("ascii")
    return len(files) > 1 and files[1] == (hashlib.sha256(whole).digest(), len(whole))


def _difference(subject: Subject) -> str | None:
    """Code of what does not fit between the item and the statement; None where all fits."""
    item, entry, terms = subject.item, subject.entry, subject.terms
    assert entry is not None
    named = entry.statement.files
    if isinstance(item, SealedLicence):
        if terms is None:
            return "statement.other"
        given = (hashlib.sha256(item.pdf).digest(), len(item.pdf))
        return None if named[:1] == (given,) else "file.digest"
    if isinstance(item, Presentation):
        if terms is None:
            return "statement.other"
        return None if names_credential(entry, terms, item.text) else "credential.other"
    if isinstance(item, GivenFile) and (item.sha256, item.size) not in named:
        return "file.digest"
    return None


def read_terms(statement: Statement) -> LicenceTerms:
    """Raises Wrong for a body that a verifier cannot read."""
    body = Shape(dict(statement.body), "body")
    try:
        status = body["status"]
        return LicenceTerms(
            licence=body["licence"].text(),
            type=body["type"].text(),
            region=body["region"].integer(),
            status_uri=status["uri"].text(),
            status_index=status["index"].integer(),
            valid_from=_day(statement.body, "valid_from", end=False),
            valid_to=_day(statement.body, "valid_to", end=True),
            credential_sha256=body["credential_sha256"].data(),
        )
    except Misshapen as error:
        raise Wrong("statement.body", place=str(error)[:128]) from error


def _day(body: Mapping[str, Json], member: str, *, end: bool) -> datetime | None:
    """A date of the licence as a time: its first instant, or the first one after it."""
    value = body.get(member)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Misshapen("a date is a text", place=member)
    try:
        if len(value) != len("2026-01-31"):
            return Shape(value, member).time()
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=LOCAL)
        return (day + timedelta(days=1) if end else day).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Misshapen("no such day", place=member) from error


def required_entry(subject: Subject | None) -> OpenedEntry:
    """The item's entry; raises Open where there is none to go on from."""
    if subject is None:
        raise Open("earlier.failed")
    if subject.entry is None:
        raise Open("receipt.absent")
    return subject.entry
