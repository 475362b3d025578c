"""Issue a licence, or collect one that was issued elsewhere: from fields to a logged entry.

Steps 1 to 5 of "issue → anchor → receipt"; the worker does the rest. One durable write, the
append; what went into the file store before it is an orphan at worst.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from cryptography import x509

from certs import base64url
from certs.canonical import parse
from certs.credential import issue_credential, parse_credential
from certs.identifiers import mint_licence_identifier
from certs.layout import render_licence
from certs.layout_face import LicenceFace
from certs.seal import seal_layout
from ledger.catalogue import LicenceType
from ledger.disclosure import seal_fields
from ledger.documents import CHINA
from ledger.errors import Conflict, LedgerError, LogBusy, Malformed, NotFound, Refused
from ledger.flows.files import Kept, discard, keep, keep_sealed
from ledger.flows.once import Once
from ledger.flows.statements import own_statement
from ledger.flows.status import free_index, list_uri
from ledger.flows.subjects import Subject, read_subject
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.tlog import Draft, Sequenced, sequence


class FieldsWrong(Malformed):
    """A field that the licence type does not have, or one that it needs is missing."""

    code = "licence.fields"


class NotEntitled(Refused):
    """The registry on chain does not entitle this agency to this licence type here and now."""

    code = "issuer.not_entitled"


@dataclass(frozen=True, slots=True)
class LicenceDraft:
    """``fields``: the type's own attributes (names of the catalogue); ``number`` the licence
    number; ``valid_to`` None = long-term; ``supersedes`` the licence that this version replaces."""

    type: str
    subject: str
    number: str
    fields: Mapping[str, str]
    valid_from: date
    valid_to: date | None = None
    premises: str | None = None
    project: str | None = None
    supersedes: str | None = None


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
    licence), layout and identifier errors of ``certs``, Pushback; nothing is then half done."""
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
    claims = _claims(kind, draft, subject, issuer.zh, now) | {"identifier": identifier}
    uri = list_uri(platform, agency)
    for _ in range(8):
        index = free_index(platform, uri)
        # 2, 3 credential signed, layout file sealed
        credential = _credential(platform, agency, claims, draft, uri, index, now)
        layout = _layout(
            platform, agency, kind, draft, subject, identifier, claims, credential, now
        )
        # 4 encrypt, put, compare the CID with our own
        kept = [keep(platform, (layout,)), _keep_fields(platform, credential)]
        try:
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
                    "holder_kid": _holder_key(platform, draft.subject)[0],
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
            rows = rows_of(statement)
            if once is not None:
                rows += (once.row(platform, {"licence": licence, "identifier": identifier}),)
            (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
        except Conflict:
            _discard(platform, kept)  # another licence took the index: draw again
            if once is not None and once.earlier(platform) is not None:
                raise
            continue
        except LedgerError:
            _discard(platform, kept)
            raise
        return Issued(licence, identifier, done, layout, credential)
    raise LogBusy("No free place in the status list was found; try again.", retry_after=1)


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
    claims = _claims(kind, draft, subject, found.issuer_name, now)
    uri = list_uri(platform, agency)
    index = free_index(platform, uri)
    credential = _credential(platform, agency, claims, draft, uri, index, now)
    kept = [keep(platform, chunks), _keep_fields(platform, credential)]
    try:
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
        if once is not None:
            rows += (once.row(platform, {"licence": licence}),)
        (done,) = sequence(platform, [Draft(envelope, statement, names_of(statement), rows)])
    except LedgerError:
        _discard(platform, kept)
        raise
    return licence, done


def _claims(
    kind: LicenceType, draft: LicenceDraft, subject: Subject, issuer: str, now: datetime
) -> dict[str, str]:
    common = {
        "number": draft.number,
        "holder_name": subject.name,
        "holder_code": subject.identifiers[0][1] if subject.identifiers else "—",
        "issuer_name": issuer,
        "issued_on": now.astimezone(CHINA).date().isoformat(),
        "valid_from": draft.valid_from.isoformat(),
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else "长期",
    }
    own = set(kind.attributes) - set(common)
    unknown, absent = set(draft.fields) - own, own - set(draft.fields)
    if unknown or absent:
        raise FieldsWrong(
            f"{kind.slug}: unknown {sorted(unknown)}, missing {sorted(absent)}",
            unknown=sorted(unknown),
            missing=sorted(absent),
        )
    if draft.valid_to is not None and draft.valid_to < draft.valid_from:
        raise FieldsWrong("The licence would end before it begins.", unknown=[], missing=[])
    return common | dict(draft.fields)


def _version(platform: Platform, agency: str, draft: LicenceDraft) -> int:
    if draft.supersedes is None:
        return 1
    rows = platform.store.rows("licences", {"id": draft.supersedes, "issuer": agency})
    if not rows or rows[0]["subject"] != draft.subject or rows[0]["type"] != draft.type:
        raise NotFound("There is no such licence to supersede.")
    return cast(int, rows[0]["version"]) + 1


def _holder_key(platform: Platform, subject: str) -> tuple[str | None, dict[str, Any] | None]:
    for row in platform.store.rows("holder_keys", {"subject": subject}):
        if row["ended_index"] is None:
            return str(row["kid"]), cast(dict[str, Any], parse(str(row["jwk"]).encode()))
    return None, None


def _credential(
    platform: Platform,
    agency: str,
    claims: Mapping[str, str],
    draft: LicenceDraft,
    uri: str,
    index: int,
    now: datetime,
) -> str:
    ends = draft.valid_to
    return issue_credential(
        claims,
        agency=agency,
        issued=now,
        status_uri=uri,
        status_index=index,
        private=platform.signing.key(agency),
        chain=platform.signing.chain(agency),
        randomness=platform.randomness,
        holder_jwk=_holder_key(platform, draft.subject)[1],
        valid_from=datetime.combine(draft.valid_from, time.min, CHINA),
        valid_to=datetime.combine(ends, time(23, 59, 59), CHINA) if ends else None,
    )


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


def _keep_fields(platform: Platform, credential: str) -> Kept:
    parts = parse_credential(credential)

    def seal(key: bytes, file_id: str) -> bytes:
        return seal_fields(parts.jwt, parts.disclosures, key, file_id, platform.randomness)

    return keep_sealed(platform, seal)


def credential_digest(credential: str) -> str:
    """base64url SHA-256 of the issuer-signed part, the same for every presentation of it."""
    return base64url.encode(hashlib.sha256(credential.split("~")[0].encode()).digest())


def _discard(platform: Platform, kept: Iterable[Kept]) -> None:
    for one in kept:
        discard(platform, one)
