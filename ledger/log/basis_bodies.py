"""Bodies about who may read: holder keys, delegation, consent, other bases, releases, refusals."""

from __future__ import annotations

from types import MappingProxyType

from ledger.log.body_forms import (
    Shapes,
    id_of,
    list_of,
    mapping,
    matching,
    members,
    moment,
    nullable,
    number,
    one_of,
    text,
)
from ledger.log.body_words import (
    AGENCY,
    CASE,
    CHANNEL,
    CODE,
    DIGEST,
    ITEMS,
    KID,
    NONCE,
    OFFICER,
    REASON,
    SLUG,
    SUBJECT,
)

BASIS_SORTS = ("attended", "statutory", "assistance", "emergency")
DELEGATION_SORTS = ("guardian", "agent", "clerk")

BASES: Shapes = MappingProxyType(
    {
        "holderkey.bound": members(
            subject=SUBJECT,
            jwk=mapping(matching(r"[a-z0-9]{1,8}", "a JWK member"), text(200), 8),
            alg=one_of("es256", "webauthn-es256"),
            method=text(64),
        ),
        "holderkey.ended": members(kid=KID, reason=REASON),
        "consent.requested": members(
            request=id_of("req"),
            case=id_of("case"),
            agency=AGENCY,
            service_item=SLUG,
            purpose=text(500),
            subject=SUBJECT,
            items=ITEMS,
            until=moment,
            uses=number(1, 1000),
            officer=OFFICER,
            reason=REASON,
            channel=CHANNEL,
            nonce=NONCE,
        ),
        "consent.granted": members(
            consent=id_of("con"),
            request=id_of("req"),
            request_sha256=DIGEST,
            subject=SUBJECT,
            agency=AGENCY,
            service_item=SLUG,
            purpose=text(500),
            case=id_of("case"),
            items=ITEMS,
            until=moment,
            uses=number(1, 1000),
            nonce=NONCE,
            thread=DIGEST,
        ),
        "consent.withdrawn": members(consent=id_of("con"), consent_sha256=DIGEST),
        "released": members(
            release=id_of("rel"),
            request=id_of("req"),
            consent=id_of("con"),
            n=number(1, 1000),
            agency=AGENCY,
            case=id_of("case"),
            purpose=text(500),
            items=ITEMS,
            recipient=KID,
            officer=OFFICER,
            reason=REASON,
            channel=CHANNEL,
        ),
        "refused": members(
            agency=AGENCY,
            case=nullable(id_of("case")),
            request=nullable(id_of("req")),
            consent=nullable(id_of("con")),
            code=CODE,
            officer=nullable(OFFICER),
        ),
        "delegation.granted": members(
            delegation=id_of("del"),
            principal=SUBJECT,
            delegate=SUBJECT,
            sort=one_of(*DELEGATION_SORTS),
            service_items=list_of(SLUG, 64, least=0),  # empty: any
            since=moment,
            until=moment,
            further=number(0, 4),  # how many more times it may be passed on
            parent=nullable(id_of("del")),
        ),
        "delegation.ended": members(delegation=id_of("del"), reason=REASON),
        "basis.stated": members(
            basis=id_of("bas"),
            sort=one_of(*BASIS_SORTS),
            grant=SLUG,  # of the catalogue: agency × item × kinds × sort
            case=CASE,
            agency=AGENCY,
            service_item=SLUG,
            purpose=text(500),
            subject=SUBJECT,
            items=ITEMS,
            until=moment,
            uses=number(1, 1000),
            officer=OFFICER,
            second_officer=nullable(OFFICER),
            reason=REASON,
            channel=CHANNEL,
            proof=members(
                method=text(64),  # document reader, duty, request of another agency, order
                paper_sha256=nullable(DIGEST),  # of the signed paper, scanned
                assistance=nullable(id_of("ast")),
                reader=nullable(AGENCY),  # the identity agency whose reader signs too
            ),
            visible_from=moment,  # from when the holder sees it
            nonce=NONCE,
            thread=DIGEST,
        ),
        "basis.ended": members(basis=id_of("bas"), officer=OFFICER, reason=REASON),
        "basis.used": members(
            release=id_of("rel"),
            basis=id_of("bas"),
            n=number(1, 1000),
            agency=AGENCY,
            case=CASE,
            purpose=text(500),
            items=ITEMS,
            recipient=KID,
            officer=OFFICER,
            reason=REASON,
            channel=CHANNEL,
        ),
    }
)
