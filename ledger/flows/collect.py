"""Collect a licence that was issued elsewhere: its bytes untouched, an extract of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.errors import Conflict, LogBusy
from ledger.flows.comparing import compared_fields
from ledger.flows.files import forgotten_if_refused, keep
from ledger.flows.licence_parts import (
    DRAWS,
    LicenceDraft,
    claims_of,
    credential_digest,
    keep_fields,
    signed_credential,
)
from ledger.flows.once import Once, remembered
from ledger.flows.statements import own_statement
from ledger.flows.status import free_index, list_uri
from ledger.flows.subjects import read_subject
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.reuse.documents import CHINA
from ledger.tlog import Draft, Sequenced, sequence


@dataclass(frozen=True, slots=True)
class CollectedLicence:
    """A licence that another body issued: its ``source`` and what its face says."""

    type: str
    subject: str
    number: str
    source: str
    issuer_name: str
    fields: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None
    identifier: str | None = None


def collect_licence(
    platform: Platform,
    agency: str,
    found: CollectedLicence,
    chunks: Iterable[bytes],
    once: Once | None = None,
) -> tuple[str, Sequenced]:
    """Take in a licence issued elsewhere, bytes untouched, with an extract of its fields that the
    collecting agency signs. Raises FieldsWrong, NotFound, Pushback."""
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
    uri = list_uri(platform, agency)
    original = keep(platform, chunks)
    with forgotten_if_refused(platform, original):
        for _ in range(DRAWS):
            index = free_index(platform, uri)
            credential = signed_credential(platform, agency, claims, draft, uri, index, now)
            kept = [original, keep_fields(platform, credential)]
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
                    "stored": [one.as_json() for one in kept],
                },
                files=[(one.sha256, one.size) for one in kept],
            )
            rows = rows_of(statement)
            rows += remembered(platform, once, statement, {"licence": licence})
            rows += compared_fields(platform, found.subject, licence, credential)
            draft_entry = Draft(envelope, statement, names_of(statement), rows)
            try:
                with forgotten_if_refused(platform, kept[1]):
                    (done,) = sequence(platform, [draft_entry])
            except Conflict:  # another licence took the place in the list: draw again
                if once is not None and once.earlier(platform) is not None:
                    raise
                continue
            return licence, done
        raise LogBusy("No free place in the status list was found; try again.", retry_after=1)
