"""Check 1: the parts are in their one form and belong together; the file is the one named."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast

from certs import base64url
from certs.envelope import Envelope
from certs.verdict import Outcome
from ledger.log.bodies import check_body
from ledger.log.entry import open_entry
from ledger.log.statement import Statement
from ledger.ports import Opening
from ledger.reuse.documents import CHINA
from ledger.verify.items import ErasedEntry, Evidence, GivenFile, Item, Presentation, SealedLicence
from ledger.verify.steps.finding import Found, Open, Wrong
from ledger.verify.steps.ground import Ground

ISSUED = "licence.issued"
COLLECTED = "licence.collected"
CHANGES = frozenset(
    ("licence.restored", "licence.revoked", "licence.superseded", "licence.suspended")
)
_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}~[A-Za-z0-9_.~-]*", re.ASCII)

FILED = frozenset(
    (
        "copy.made", "fact.answered", "licence.collected", "licence.issued", "material.deposited",
        "verified",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry whose leaf, salt and envelope belong together."""

    opening: Opening
    envelope: Envelope
    statement: Statement


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """What a statement about a whole licence says that later checks need. ``valid_to`` is
    exclusive; ``region`` is None for a collected licence, which its agency did not issue."""

    licence: str
    type: str
    region: int | None
    status_uri: str
    status_index: int
    valid_from: datetime | None
    valid_to: datetime | None
    credential_sha256: bytes


@dataclass(frozen=True, slots=True)
class Subject:
    """The item taken apart. ``entry`` is None where none was given or what it said was erased;
    ``terms`` where the entry is not about a whole licence."""

    item: Item
    entry: OpenedEntry | None
    terms: LicenceTerms | None
    erased: ErasedEntry | None = None

    @property
    def absent(self) -> str:
        """Code of why there is no entry to go on from."""
        return "receipt.absent" if self.erased is None else "record.erased"


def read_item(ground: Ground, item: Item, evidence: Evidence) -> Found[Subject]:
    """Check 1. A credential's own parts are read where its signature is checked, at once."""
    if isinstance(item, Presentation) and not _CREDENTIAL.fullmatch(item.text):
        raise Wrong("credential.malformed")
    if evidence.opening is None:
        subject = Subject(item, None, None, evidence.erased)
        facts = {} if evidence.erased is None else {"entry": str(evidence.erased.index)}
        return Found(subject, subject.absent, facts, Outcome.INDETERMINATE)
    entry = opened_once(ground, evidence.opening)
    statement = entry.statement
    terms = read_terms(statement) if statement.kind in (ISSUED, COLLECTED) else None
    subject = Subject(item, entry, terms)
    facts = {"kind": statement.kind, "actor": statement.actor, "entry": str(entry.opening.index)}
    code = _difference(subject)
    if code is not None:
        return Found(subject, code, facts, Outcome.FAILED)
    return Found(subject, "form.canonical", facts)


def opened(opening: Opening) -> OpenedEntry:
    """Raises what `open_entry` raises, and BodyInvalid for a body that is not of its kind."""
    _, envelope, statement = open_entry(opening.leaf, opening.salt, opening.envelope)
    check_body(statement.kind, statement.body)
    return OpenedEntry(opening, envelope, statement)


def opened_once(ground: Ground, opening: Opening) -> OpenedEntry:
    """As `opened`, remembered by all the opening's bytes where a memory is kept: within one
    verification an entry seldom comes twice."""
    return ground.lasting(*opening_task(opening)) if ground.kept else opened(opening)


def opening_task(opening: Opening) -> tuple[Hashable, Callable[[], OpenedEntry], int]:
    """Name, making and weight of an opened entry in a memory."""
    return ("entry", opening), lambda: opened(opening), 4 * len(opening.envelope)


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
    if isinstance(item, SealedLicence):  # a collected file bears no seal of ours: bytes are all
        if terms is None:
            return "statement.other"
        given = (hashlib.sha256(item.pdf).digest(), len(item.pdf))
        return None if named[:1] == (given,) else "file.digest"
    if isinstance(item, Presentation):
        if terms is None:
            return "statement.other"
        return None if names_credential(entry, terms, item.text) else "credential.other"
    if isinstance(item, GivenFile):
        if entry.statement.kind not in FILED:  # only these say that a file is theirs
            return "statement.other"
        return None if (item.sha256, item.size) in named else "file.digest"
    return None


def read_terms(statement: Statement) -> LicenceTerms:
    """Of a statement whose body has the shape of its kind."""
    body = cast(Mapping[str, Any], statement.body)
    return LicenceTerms(
        licence=body["licence"],
        type=body["type"],
        region=body.get("region"),
        status_uri=body["status"]["uri"],
        status_index=body["status"]["index"],
        valid_from=_day(body["valid_from"], 0),
        valid_to=_day(body["valid_to"], 1),
        credential_sha256=base64url.decode(body["credential_sha256"]),
    )


@lru_cache(maxsize=1024)
def _day(text: str | None, later: int) -> datetime | None:
    """First instant of a calendar day, or of the one after it, in UTC."""
    if text is None:
        return None
    day = date.fromisoformat(text)
    try:
        day += timedelta(days=later)
        return datetime.combine(day, time(), CHINA).astimezone(UTC)
    except OverflowError:  # the calendar's own ends
        return None


def required_entry(subject: Subject | None) -> OpenedEntry:
    """The item's entry; raises Open where there is none to go on from."""
    if subject is None:
        raise Open("earlier.failed")
    if subject.entry is None:
        raise Open(subject.absent)
    return subject.entry


def standing_leaf(subject: Subject | None) -> Opening | ErasedEntry:
    """What stands in the log of the item, also where its content was erased. Raises Open."""
    if subject is not None and subject.erased is not None:
        return subject.erased
    return required_entry(subject).opening
