"""Collect a licence that was issued elsewhere: its bytes untouched, an extract of its fields.

The same licence collected again (same source, type, subject and number) is the one that stands;
where its bytes have changed it is a new version, which replaces the old one in the same commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import cast

from certs.identifiers import parse_licence_identifier
from ledger.errors import Conflict, LogBusy, Pushback
from ledger.flows.door.comparing import compared_fields
from ledger.flows.door.numbers import numbered, source_digest
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.door.subjects import read_subject
from ledger.flows.library.files import Kept, discard, forgotten_if_refused, keep
from ledger.flows.library.licence_parts import (
    DRAWS,
    LicenceDraft,
    claims_of,
    credential_digest,
    keep_fields,
    signed_credential,
)
from ledger.flows.library.predecessors import followed, require_replaceable, still_as_read
from ledger.flows.library.status import free_index, list_uri, publish_list
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar
from ledger.reuse.documents import CHINA
from ledger.stored.media import DocumentEmpty
from ledger.tlog import Draft, Sequenced, sequence, standing


@dataclass(frozen=True, slots=True)
class CollectedLicence:
    """A licence that another body issued: its ``source`` and what its face says; ``decision``: what
    court or review restored it by, where the one that is held has ended."""

    type: str
    subject: str
    number: str
    source: str
    issuer_name: str
    fields: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None
    identifier: str | None = None
    premises: str | None = None
    project: str | None = None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """``result``: collected, new_version, or standing (these very bytes are held already)."""

    result: str
    licence: str
    entry: Sequenced


@dataclass(frozen=True, slots=True)
class Checked:
    """A licence fit to be taken in. ``warnings``: codes of what is odd about its identifier, which
    others made; ``earlier``: the row of the version that stands."""

    claims: Mapping[str, str]
    draft: LicenceDraft
    warnings: tuple[str, ...]
    earlier: Mapping[str, Scalar] | None


def collect_licence(
    platform: Platform,
    agency: str,
    found: CollectedLicence,
    chunks: Iterable[bytes],
    once: Once | None = None,
) -> tuple[str, Sequenced]:
    """Take in a licence issued elsewhere, bytes untouched, with an extract of its fields that the
    collecting agency signs. Raises FieldsWrong, NotFound, NotActive (other bytes for a licence that
    is not in force; one that has ended: DecisionMissing, ReissuedAlready), DecisionNeedless,
    IdentifierError (an identifier that cannot be read), DocumentEmpty, Pushback."""
    done = take_in(platform, agency, found, chunks, once)
    if done.result == "new_version":
        with suppress(Pushback):  # else the worker publishes: the list is due
            publish_list(platform, agency)
    return done.licence, done.entry


def check_collected(platform: Platform, agency: str, found: CollectedLicence) -> Checked:
    """Everything about it but its bytes. Raises FieldsWrong, NotFound, IdentifierError."""
    kind = platform.catalogue.licence_type(found.type)
    now = platform.now().replace(microsecond=0)
    subject = read_subject(platform, found.subject)
    draft = LicenceDraft(
        found.type,
        found.subject,
        found.number,
        found.fields,
        found.valid_from or now.astimezone(CHINA).date(),
        found.valid_to,
    )
    claims = claims_of(kind, draft, subject, found.issuer_name, now)
    warnings: tuple[str, ...] = ()
    if found.identifier is not None:
        warnings = parse_licence_identifier(found.identifier, lenient=True).warnings
    rows = platform.store.rows("collected_sources", {"digest": _digest(platform, agency, found)})
    earlier = None
    if rows:
        held = str(rows[0]["object"]).removeprefix("licence:")
        (earlier,) = platform.store.rows("licences", {"id": held})
    return Checked(claims, draft, warnings, earlier)


def _digest(platform: Platform, agency: str, found: CollectedLicence) -> bytes:
    return source_digest(
        platform,
        agency,
        {
            "source": found.source,
            "type": found.type,
            "subject": found.subject,
            "number": found.number,
        },
    )


def result_for(
    platform: Platform, checked: Checked, sha256: bytes, decision: str | None = None
) -> str:
    """What taking these bytes in leads to. Raises NotActive, DecisionMissing, DecisionNeedless,
    ReissuedAlready."""
    if checked.earlier is None:
        require_replaceable(platform, None, decision)
        return "collected"
    (held,) = platform.store.rows("files", {"id": checked.earlier["layout_file"]})
    again = {"successor": checked.earlier["id"]}
    if held["sha256"] == sha256 and (decision is None or platform.store.rows("reissues", again)):
        return "standing"
    require_replaceable(platform, checked.earlier, decision)
    return "new_version"


def take_in(
    platform: Platform,
    agency: str,
    found: CollectedLicence,
    chunks: Iterable[bytes],
    once: Once | None = None,
) -> TakenIn:
    """:func:`collect_licence`, but the status list of a replaced version is left to the caller or
    the worker."""
    checked = check_collected(platform, agency, found)
    original = keep(platform, chunks)
    with forgotten_if_refused(platform, original):
        if original.size == 0:
            raise DocumentEmpty("The file is empty.")
        for _ in range(DRAWS):
            result = result_for(platform, checked, original.sha256, found.decision)
            if result == "standing":
                discard(platform, original)
                return _standing(platform, checked)
            try:
                licence, entry = _append(platform, agency, found, checked, original, once)
            except Conflict:  # the place in the list is taken, or a twin came first: look again
                if once is not None and once.earlier(platform) is not None:
                    raise
                checked = check_collected(platform, agency, found)
                continue
            return TakenIn(result, licence, entry)
        raise LogBusy("No free place in the status list was found; try again.", retry_after=1)


def _standing(platform: Platform, checked: Checked) -> TakenIn:
    assert checked.earlier is not None
    entry = standing(platform, cast(int, checked.earlier["entry_index"]))
    return TakenIn("standing", str(checked.earlier["id"]), entry)


def _append(
    platform: Platform,
    agency: str,
    found: CollectedLicence,
    checked: Checked,
    original: Kept,
    once: Once | None,
) -> tuple[str, Sequenced]:
    now = platform.now().replace(microsecond=0)
    uri = list_uri(platform, agency)
    index = free_index(platform, uri)
    earlier = checked.earlier
    old = None if earlier is None else str(earlier["id"])
    credential = signed_credential(platform, agency, checked.claims, checked.draft, uri, index, now)
    kept = [original, keep_fields(platform, credential)]
    with forgotten_if_refused(platform, kept[1]):
        envelope, statement = own_statement(
            platform,
            agency,
            "licence.collected",
            {
                "licence": (licence := new_id("lic", platform.randomness)),
                "type": found.type,
                "identifier": found.identifier,
                "number": found.number,
                "subject": found.subject,
                "source": found.source,
                "grade": "issued",
                "issuer_name": found.issuer_name,
                "valid_from": found.valid_from.isoformat() if found.valid_from else None,
                "valid_to": found.valid_to.isoformat() if found.valid_to else None,
                "status": {"uri": uri, "index": index},
                "credential_sha256": credential_digest(credential),
                "version": 1 if earlier is None else cast(int, earlier["version"]) + 1,
                "supersedes": old,
                "premises": found.premises,
                "project": found.project,
                "stored": [one.as_json() for one in kept],
            },
            files=[(one.sha256, one.size) for one in kept],
        )
        digest = _digest(platform, agency, found)
        named: dict[str, Scalar] = {"digest": digest, "object": f"licence:{licence}"}
        rows = rows_of(statement) + remembered(platform, once, statement, {"licence": licence})
        rows += compared_fields(platform, found.subject, licence, credential)
        rows += numbered(platform, agency, statement.body)
        rows += (Row("collected_sources", named, mode="insert" if old is None else "update"),)
        expects = still_as_read(earlier)
        if old is not None:
            expects += (
                Expect("collected_sources", {"digest": digest}, {"object": f"licence:{old}"}),
            )
        new = Draft(envelope, statement, names_of(statement), rows, expects)
        ended = followed(platform, agency, earlier, found.decision, licence)
        (done, *_) = sequence(platform, [new, *ended])
    return licence, done
