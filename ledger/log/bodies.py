"""The shape of every statement's body, version 1: one table, kind → form.

A body that has not exactly its shape is neither written nor believed. A kind without a row here
cannot be stated yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from certs.canonical import Json
from ledger.log.body_forms import (
    BodyInvalid,
    Form,
    Shapes,
    anything,
    calendar_day,
    id_of,
    list_of,
    mapping,
    matching,
    members,
    moment,
    nullable,
    number,
    octets,
    one_of,
    text,
)
from ledger.reuse.documents import Channel, Grade, LegalEffect

MAX_ITEMS = 64
MAX_FIELDS = 64

_SLUG = matching(r"[a-z][a-z0-9-]{0,31}", "a slug")
_AGENCY = matching(r"[a-z][a-z0-9-]{0,31}", "an agency id")
_FIELD = matching(r"[a-z][a-z0-9_]{0,63}", "a field name")
_CODE = matching(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", "a code")
_REFERENCE = matching(r"[!-~]{1,128}", "a reference")
_OBJECT = matching(r"(licence:lic|material:mat)_[a-z2-7]{26}", "licence:lic_… or material:mat_…")
_MEDIA_TYPE = matching(
    r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]{0,94}", "a media type"
)
_URI = matching(r"[!-~]{1,512}", "a URI")
_CID = matching(r"b[a-z2-7]{58}", "a CIDv1")
_DIGEST = octets(32, 32)
_KID = octets(32, 32)
_NONCE = octets(16, 64)
_CHANNEL = one_of(*Channel)
_GRADE = one_of(*Grade)
_OFFICER = text(128)
_REASON = text(500)
_SUBJECT = id_of("sub")
_ITEMS = list_of(
    members(object=_OBJECT, fields=list_of(_FIELD, MAX_FIELDS)),
    MAX_ITEMS,
    by="object",
)
_PLACE = members(uri=_URI, index=number(0))


def _stored(files: int) -> Form:
    """Where the ciphertext of each of the statement's files lies, in their order."""
    one = members(cid=_CID, file=id_of("file"), size=number(1))
    return list_of(one, files, least=files, by="file")


def _status_change(effects: tuple[LegalEffect, ...]) -> Form:
    return members(
        licence=id_of("lic"),
        reason=_REASON,
        authority=text(200),
        legal_effect=one_of(*effects),
        effective_on=calendar_day,
        status=members(uri=_URI, index=number(0), value=number(0, 2)),
    )


SHAPES: Shapes = MappingProxyType(
    {
        "licence.issued": members(
            licence=id_of("lic"),
            type=_SLUG,
            identifier=text(128),
            number=text(128),
            subject=_SUBJECT,
            region=number(1, 2**32 - 1),
            valid_from=calendar_day,
            valid_to=nullable(calendar_day),
            holder_kid=nullable(_KID),
            status=_PLACE,
            credential_sha256=_DIGEST,  # of the issuer-signed part, the same for every presentation
            version=number(1, 999),
            supersedes=nullable(id_of("lic")),
            premises=nullable(_REFERENCE),
            project=nullable(_REFERENCE),
            stored=_stored(2),  # the sealed layout file, the credential
        ),
        "licence.collected": members(
            licence=id_of("lic"),
            type=_SLUG,
            identifier=nullable(text(128)),
            number=text(128),
            subject=_SUBJECT,
            source=text(200),
            grade=one_of(Grade.ISSUED),
            issuer_name=text(200),
            valid_from=nullable(calendar_day),
            valid_to=nullable(calendar_day),
            status=_PLACE,
            credential_sha256=_DIGEST,
            stored=_stored(2),  # the original bytes, an extract of its fields as a credential
        ),
        "licence.suspended": _status_change((LegalEffect.SUSPENDED, LegalEffect.WITHHELD)),
        "licence.restored": _status_change((LegalEffect.RESTORED,)),
        "licence.revoked": _status_change(
            (
                LegalEffect.VOID,
                LegalEffect.WITHDRAWN,
                LegalEffect.PENALTY,
                LegalEffect.CANCELLED,
            )
        ),
        "licence.superseded": members(
            licence=id_of("lic"),
            successor=id_of("lic"),
            status=members(uri=_URI, index=number(0), value=number(3, 3)),
        ),
        "material.deposited": members(
            material=id_of("mat"),
            kind=_SLUG,
            subject=_SUBJECT,
            project=nullable(_REFERENCE),
            premises=nullable(_REFERENCE),
            case=nullable(id_of("case")),
            grade=_GRADE,
            channel=_CHANNEL,
            officer=nullable(_OFFICER),
            issued_on=nullable(calendar_day),
            decision=nullable(text(200)),
            media_type=_MEDIA_TYPE,
            title=text(200, least=0),
            stored=_stored(1),
        ),
        "material.checked": members(
            material=id_of("mat"), officer=_OFFICER, grade=one_of(Grade.ORIGINAL_CHECKED)
        ),
        "case.opened": members(
            case=id_of("case"),
            item=_SLUG,
            agency=_AGENCY,
            subject=_SUBJECT,
            project=nullable(_REFERENCE),
            premises=nullable(_REFERENCE),
            parties=mapping(_FIELD, _SUBJECT, 16),
            matter=text(200),
            channel=_CHANNEL,
            officer=_OFFICER,
        ),
        "case.closed": members(case=id_of("case"), outcome=one_of("granted", "refused", "dropped")),
        "plan.signed": members(case=id_of("case"), catalogue=text(128), plan=anything),
        "holderkey.bound": members(
            subject=_SUBJECT,
            jwk=mapping(matching(r"[a-z0-9]{1,8}", "a JWK member"), text(200), 8),
            alg=one_of("es256", "webauthn-es256"),
            method=text(64),
        ),
        "holderkey.ended": members(kid=_KID, reason=_REASON),
        "consent.requested": members(
            request=id_of("req"),
            case=id_of("case"),
            agency=_AGENCY,
            service_item=_SLUG,
            purpose=text(500),
            subject=_SUBJECT,
            items=_ITEMS,
            until=moment,
            uses=number(1, 1000),
            officer=_OFFICER,
            reason=_REASON,
            channel=_CHANNEL,
            nonce=_NONCE,
        ),
        "consent.granted": members(
            consent=id_of("con"),
            request=id_of("req"),
            request_sha256=_DIGEST,
            subject=_SUBJECT,
            agency=_AGENCY,
            service_item=_SLUG,
            purpose=text(500),
            case=id_of("case"),
            items=_ITEMS,
            until=moment,
            uses=number(1, 1000),
            nonce=_NONCE,
            thread=_DIGEST,
        ),
        "agency.admitted": members(
            agency=_AGENCY,
            name=text(200),
            credit_code=text(18),
            key=_KID,
            certificate_sha256=_DIGEST,
        ),
        "consent.withdrawn": members(consent=id_of("con"), consent_sha256=_DIGEST),
        "released": members(
            release=id_of("rel"),
            request=id_of("req"),
            consent=id_of("con"),
            n=number(1, 1000),
            agency=_AGENCY,
            case=id_of("case"),
            purpose=text(500),
            items=_ITEMS,
            recipient=_KID,
            officer=_OFFICER,
            reason=_REASON,
            channel=_CHANNEL,
        ),
        "refused": members(
            agency=_AGENCY,
            case=nullable(id_of("case")),
            request=nullable(id_of("req")),
            consent=nullable(id_of("con")),
            code=_CODE,
            officer=nullable(_OFFICER),
        ),
    }
)


def check_body(kind: str, body: Mapping[str, Json]) -> None:
    """Raises BodyInvalid (``statement.body``, ``path``) where ``body`` is not of ``kind``'s shape,
    or the kind has none."""
    if kind not in SHAPES:
        raise BodyInvalid(f"No shape is known for {kind!r}.", path="", kind=kind)
    SHAPES[kind](dict(body), "")
