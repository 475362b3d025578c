"""A licence on its way into the log: drawn up, then sealed and kept; the append is the caller's.

Drawn up, it is checked, has its identifier and its signed credential, and nothing is kept yet. The
page between the two is pure work (`page_of`), which others may do elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cryptography import x509

from certs import base64url
from certs.canonical import Json
from certs.envelope import certificate_key_id
from certs.identifiers import mint_licence_identifier
from certs.layout.face import LicenceFace
from certs.layout.render import render_licence
from certs.pades.seal import seal_layout
from ledger.catalogue.catalogue import LicenceType
from ledger.errors import NotFound, Refused
from ledger.flows.door.comparing import compared_fields
from ledger.flows.door.duty import licence_answered_for
from ledger.flows.door.numbers import numbered
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.door.subjects import Subject, read_subject
from ledger.flows.library.files import Kept, forgotten_if_refused, keep
from ledger.flows.library.licence_parts import (
    LicenceDraft,
    claims_of,
    credential_digest,
    holder_key,
    keep_fields,
    masked,
    signed_credential,
)
from ledger.flows.library.predecessors import followed, require_replaceable, still_as_read
from ledger.flows.library.status import free_index, list_uri
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import CHINA
from ledger.tlog import Draft


class NotEntitled(Refused):
    """The registry on chain does not entitle this agency to this licence type here and now."""

    code = "issuer.not_entitled"


class KeyUnregistered(Refused):
    """What this key signs would not be believed: it is not registered, ended or compromised."""

    code = "issuer.key"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is made from; it can be sent to another process."""

    face: LicenceFace
    credential: str
    verify_url: str
    at: datetime


def page_of(page: Page) -> bytes:
    """The layout file before its seal. Raises layout errors of ``certs``."""
    return render_licence(page.face, page.credential.encode(), page.verify_url, page.at)


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """A licence checked and signed as a credential; ``before``: the row of the version before it,
    ``index`` its place in the status list."""

    agency: str
    draft: LicenceDraft
    before: Mapping[str, Scalar] | None
    version: int
    identifier: str
    index: int
    page: Page


@dataclass(frozen=True, slots=True)
class Ready:
    """A licence sealed and kept: append ``drafts`` together, or forget ``kept``."""

    licence: str
    identifier: str
    layout: bytes
    credential: str
    kept: tuple[Kept, ...]
    drafts: tuple[Draft, ...]


def require_entitled(platform: Platform, agency: str, kind: str, now: datetime) -> None:
    """The agency may issue this now, and the registry has the key that it signs with. Raises
    NotEntitled, KeyUnregistered, Unknown, Pushback."""
    slug = platform.catalogue.licence_type(kind).slug
    if not platform.chain.entitled(agency, slug, platform.region, now):
        raise NotEntitled(
            "This agency is not entitled to issue this licence here.", agency=agency, type=slug
        )
    kid = certificate_key_id(platform.signing.chain(agency)[0])
    if not platform.chain.key_valid(agency, base64url.decode(kid), now):
        raise KeyUnregistered(
            "The registry has not this agency's signing key, or no longer.", agency=agency, kid=kid
        )


def draw_up(
    platform: Platform,
    agency: str,
    draft: LicenceDraft,
    now: datetime,
    taken: Collection[int] = (),
) -> DrawnUp:
    """1 check and number it, 2 sign its credential; ``taken``: places of the status list that
    others on their way have drawn. Raises FieldsWrong, NotFound, NotActive, DecisionMissing,
    DecisionNeedless, ReissuedAlready, identifier errors, Conflict (no free place)."""
    kind = platform.catalogue.licence_type(draft.type)
    subject = read_subject(platform, draft.subject)
    before = _predecessor(platform, agency, draft)
    version = 1 if before is None else cast(int, before["version"]) + 1
    issuer = platform.catalogue.agency(agency)
    serial = f"{now.astimezone(CHINA):%Y%m%d}{platform.randomness(5).hex().upper()}"
    identifier = str(mint_licence_identifier(kind.code, issuer.credit_code, serial, version))
    claims = claims_of(kind, draft, subject, issuer.zh, now) | {"identifier": identifier}
    uri = list_uri(platform, agency)
    while (index := free_index(platform, uri)) in taken:
        pass
    credential = signed_credential(platform, agency, claims, draft, uri, index, now)
    face = _face(kind, draft, subject, identifier, claims, now)
    page = Page(face, credential, f"{platform.verify_url}/verify", now)
    return DrawnUp(agency, draft, before, version, identifier, index, page)


def make_ready(platform: Platform, drawn: DrawnUp, page: bytes, once: Once | None) -> Ready:
    """3 seal the page, 4 encrypt, put, compare the CID with our own, and state it. Raises seal
    errors, Pushback; what was kept is then an orphan at worst."""
    agency, draft, credential = drawn.agency, drawn.draft, drawn.page.credential
    layout = _sealed(platform, drawn, page)
    kept = (keep(platform, (layout,)), keep_fields(platform, credential))
    with forgotten_if_refused(platform, *kept):
        envelope, statement = own_statement(
            platform,
            agency,
            "licence.issued",
            {
                "licence": (licence := new_id("lic", platform.randomness)),
                "type": draft.type,
                "identifier": drawn.identifier,
                "number": draft.number,
                "subject": draft.subject,
                "region": platform.region,
                "valid_from": draft.valid_from.isoformat(),
                "valid_to": draft.valid_to.isoformat() if draft.valid_to else None,
                "holder_kid": holder_key(platform, draft.subject)[0],
                "status": {"uri": list_uri(platform, agency), "index": drawn.index},
                "credential_sha256": credential_digest(credential),
                "version": drawn.version,
                "supersedes": draft.supersedes,
                "premises": draft.premises,
                "project": draft.project,
                "stored": [one.as_json() for one in kept],
            },
            files=[(one.sha256, one.size) for one in kept],
        )
        answer: dict[str, Json] = {"licence": licence, "identifier": drawn.identifier}
        rows = rows_of(statement) + remembered(platform, once, statement, answer)
        rows += numbered(platform, agency, statement.body)
        rows += compared_fields(platform, draft.subject, licence, credential)
        before = drawn.before
        expects = still_as_read(before)
        new = Draft(envelope, statement, names_of(statement), rows, expects)
        drafts = (new, *followed(platform, agency, before, draft.decision, licence))
    return Ready(licence, drawn.identifier, layout, credential, kept, drafts)


def _predecessor(
    platform: Platform, agency: str, draft: LicenceDraft
) -> Mapping[str, Scalar] | None:
    """The row of the licence that this version follows."""
    row = None
    if draft.supersedes is not None:
        row = licence_answered_for(platform, agency, draft.supersedes)
        if row["subject"] != draft.subject or row["type"] != draft.type:
            raise NotFound("There is no such licence to supersede.")
    require_replaceable(platform, row, draft.decision)
    return row


def _face(
    kind: LicenceType,
    draft: LicenceDraft,
    subject: Subject,
    identifier: str,
    claims: Mapping[str, str],
    now: datetime,
) -> LicenceFace:
    return LicenceFace(
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


def _sealed(platform: Platform, drawn: DrawnUp, page: bytes) -> bytes:
    chain = platform.signing.chain(drawn.agency)
    certificates = [x509.load_der_x509_certificate(der) for der in chain]
    return seal_layout(
        page,
        platform.signing.key(drawn.agency),
        certificates[0],
        certificates[1:],
        "电子证照签发 licence issued (test authority)",
        drawn.page.face.issuer_name,
        drawn.page.at,
    )
