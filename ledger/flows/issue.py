"""Issue a licence: from fields to a logged entry.

Steps 1 to 5 of "issue → anchor → receipt"; the worker does the rest. One durable write, the
append; what went into the file store before it is an orphan at worst.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cryptography import x509

from certs.canonical import Json
from certs.identifiers import mint_licence_identifier
from certs.layout.face import LicenceFace
from certs.layout.render import render_licence
from certs.pades.seal import seal_layout
from ledger.catalogue.catalogue import LicenceType
from ledger.errors import Conflict, LogBusy, NotFound, Pushback, Refused, Stale
from ledger.flows.collect import CollectedLicence, collect_licence
from ledger.flows.files import forgotten_if_refused, keep
from ledger.flows.licence_parts import (
    DRAWS,
    FieldsWrong,
    LicenceDraft,
    claims_of,
    credential_digest,
    holder_key,
    keep_fields,
    signed_credential,
)
from ledger.flows.once import Once, remembered
from ledger.flows.statements import own_statement
from ledger.flows.status import SUPERSEDED, due, free_index, list_uri, publish_list
from ledger.flows.subjects import Subject, read_subject
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect
from ledger.reuse.documents import CHINA
from ledger.tlog import Draft, Sequenced, sequence

__all__ = [
    "CollectedLicence", "FieldsWrong", "Issued", "LicenceDraft", "NotActive", "NotEntitled",
    "collect_licence", "issue_licence", "masked",
]  # fmt: skip


class NotEntitled(Refused):
    """The registry on chain does not entitle this agency to this licence type here and now."""

    code = "issuer.not_entitled"


class NotActive(Refused):
    """The licence to be superseded is not in force; ``state`` says what it is."""

    code = "licence.not_active"


@dataclass(frozen=True, slots=True)
class Issued:
    """``layout``: the sealed file as handed to the holder (empty when collected)."""

    licence: str
    identifier: str
    entry: Sequenced
    layout: bytes
    credential: str


def issue_licence(
    platform: Platform, agency: str, draft: LicenceDraft, once: Once | None = None
) -> Issued:
    """Issue one licence. Raises NotEntitled, FieldsWrong, NotFound (type, subject, superseded
    licence), NotActive, layout and identifier errors of ``certs``, Pushback. Nothing is then half
    done; where the answer was lost, the same ``once`` tells whether the licence stands."""
    # 1 build and check
    kind = platform.catalogue.licence_type(draft.type)
    now = platform.now().replace(microsecond=0)
    if not platform.chain.entitled(agency, draft.type, platform.region, now):
        raise NotEntitled(
            "This agency is not entitled to issue this licence here.", agency=agency, type=kind.slug
        )
    subject = read_subject(platform, draft.subject)
    version = _version(platform, agency, draft)
    issuer = platform.catalogue.agency(agency)
    serial = f"{now.astimezone(CHINA):%Y%m%d}{platform.randomness(5).hex().upper()}"
    identifier = str(mint_licence_identifier(kind.code, issuer.credit_code, serial, version))
    claims = claims_of(kind, draft, subject, issuer.zh, now) | {"identifier": identifier}
    uri = list_uri(platform, agency)
    for _ in range(DRAWS):
        index = free_index(platform, uri)
        # 2, 3 credential signed, layout file sealed
        credential = signed_credential(platform, agency, claims, draft, uri, index, now)
        layout = _layout(
            platform, agency, kind, draft, subject, identifier, claims, credential, now
        )
        # 4 encrypt, put, compare the CID with our own
        kept = [keep(platform, (layout,)), keep_fields(platform, credential)]
        try:
            with forgotten_if_refused(platform, *kept):
                envelope, statement = own_statement(
                    platform,
                    agency,
                    "licence.issued",
                    {
                        "licence": (licence := new_id("lic", platform.randomness)),
                        "type": draft.type,
                        "identifier": identifier,
                        "number": draft.number,
                        "subject": draft.subject,
                        "region": platform.region,
                        "valid_from": draft.valid_from.isoformat(),
                        "valid_to": draft.valid_to.isoformat() if draft.valid_to else None,
                        "holder_kid": holder_key(platform, draft.subject)[0],
                        "status": {"uri": uri, "index": index},
                        "credential_sha256": credential_digest(credential),
                        "version": version,
                        "supersedes": draft.supersedes,
                        "premises": draft.premises,
                        "project": draft.project,
                        "stored": [one.as_json() for one in kept],
                    },
                    files=[(one.sha256, one.size) for one in kept],
                )
                # 5 append: durable and idempotent
                answer: dict[str, Json] = {"licence": licence, "identifier": identifier}
                rows = rows_of(statement) + remembered(platform, once, statement, answer)
                new = Draft(envelope, statement, names_of(statement), rows, _still_active(draft))
                (done, *_) = sequence(platform, [new, *_ended(platform, agency, draft, licence)])
        except Stale:  # the licence to supersede changed meanwhile
            raise
        except Conflict:  # another licence took the place in the list: draw again
            if once is not None and once.earlier(platform) is not None:
                raise
            continue
        if draft.supersedes is not None:
            with suppress(Pushback):  # else the worker publishes: the list is due
                publish_list(platform, agency)
        return Issued(licence, identifier, done, layout, credential)
    raise LogBusy("No free place in the status list was found; try again.", retry_after=1)


def _version(platform: Platform, agency: str, draft: LicenceDraft) -> int:
    if draft.supersedes is None:
        return 1
    rows = platform.store.rows("licences", {"id": draft.supersedes, "issuer": agency})
    if not rows or rows[0]["subject"] != draft.subject or rows[0]["type"] != draft.type:
        raise NotFound("There is no such licence to supersede.")
    if rows[0]["state"] != "active":
        raise NotActive("Only a licence in force is superseded.", state=rows[0]["state"])
    return cast(int, rows[0]["version"]) + 1


def _ended(platform: Platform, agency: str, draft: LicenceDraft, successor: str) -> list[Draft]:
    """In the same commit: the licence that is replaced says so in its status list."""
    if draft.supersedes is None:
        return []
    (row,) = platform.store.rows("licences", {"id": draft.supersedes})
    uri = str(row["status_uri"])
    place: dict[str, Json] = {
        "uri": uri,
        "index": cast(int, row["status_index"]),
        "value": SUPERSEDED,
    }
    envelope, statement = own_statement(
        platform,
        agency,
        "licence.superseded",
        {"licence": draft.supersedes, "successor": successor, "status": place},
        prev=cast(int, row["entry_index"]),
    )
    rows = (*rows_of(statement), due(uri, platform.now()))
    return [Draft(envelope, statement, names_of(statement), rows)]


def _still_active(draft: LicenceDraft) -> tuple[Expect, ...]:
    if draft.supersedes is None:
        return ()
    return (Expect("licences", {"id": draft.supersedes}, {"state": "active"}),)


def _layout(
    platform: Platform,
    agency: str,
    kind: LicenceType,
    draft: LicenceDraft,
    subject: Subject,
    identifier: str,
    claims: Mapping[str, str],
    credential: str,
    now: datetime,
) -> bytes:
    face = LicenceFace(
        title_zh=kind.zh,
        title_en=kind.en,
        identifier=identifier,
        number=draft.number,
        holder_name=subject.name,
        holder_code=masked(claims["holder_code"]),
        issuer_name=claims["issuer_name"],
        issued=now.astimezone(CHINA).date(),
        valid_from=draft.valid_from,
        valid_until=draft.valid_to,
        fields=tuple(
            (attribute.zh, attribute.en, claims[name])
            for name, attribute in kind.attributes.items()
            if name in draft.fields
        ),
    )
    pdf = render_licence(face, credential.encode(), f"{platform.verify_url}/verify", now)
    certificates = [x509.load_der_x509_certificate(der) for der in platform.signing.chain(agency)]
    return seal_layout(
        pdf,
        platform.signing.key(agency),
        certificates[0],
        certificates[1:],
        "电子证照签发 licence issued (test authority)",
        claims["issuer_name"],
        now,
    )


def masked(code: str) -> str:
    """A holder's code as it may stand on a face: first four and last two characters."""
    return code if len(code) < 10 else f"{code[:4]}{'*' * (len(code) - 6)}{code[-2:]}"
