"""Bodies about papers: issued, handed in, checked, changed, disputed, copied, erased."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from certs.canonical import Json
from ledger.log.body_forms import (
    Form,
    Shapes,
    anything,
    calendar_day,
    exactly,
    id_of,
    list_of,
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
    DISPUTABLE,
    FIELD,
    GRADE,
    KID,
    MEDIA_TYPE,
    OBJECT,
    OFFICER,
    PLACE,
    REASON,
    REFERENCE,
    SLUG,
    SUBJECT,
    URI,
    stored,
)
from ledger.reuse.documents import Grade
from ledger.status.lifecycle import (
    MEANING,
    REPLACED,
    RESTORED,
    REVOKED,
    STATE_AFTER,
    SUSPENDED,
    VALUE_OF,
    effects_of,
)

MAX_ERASED = 1024


def status_change(kind: str) -> Form:
    """A change with a legal effect: its code and the list's value follow from it."""
    effects = effects_of(kind)
    value = VALUE_OF[STATE_AFTER[kind]]
    shape = members(
        licence=id_of("lic"),
        reason=REASON,
        authority=text(200),
        legal_effect=one_of(*effects),
        lifecycle=anything,
        effective_on=calendar_day,
        status=members(uri=URI, index=number(0), value=number(value, value)),
    )
    forms = {effect.value: exactly(MEANING[effect].lifecycle) for effect in effects}

    def check(value: Json, path: str) -> None:
        shape(value, path)
        body = cast(Mapping[str, Json], value)
        forms[str(body["legal_effect"])](body["lifecycle"], "lifecycle")

    return check


PAPERS: Shapes = MappingProxyType(
    {
        "licence.issued": members(
            licence=id_of("lic"),
            type=SLUG,
            identifier=text(128),
            number=text(128),
            subject=SUBJECT,
            region=number(1, 2**32 - 1),
            valid_from=calendar_day,
            valid_to=nullable(calendar_day),
            holder_kid=nullable(KID),
            status=PLACE,
            credential_sha256=DIGEST,  # of the issuer-signed part, the same for every presentation
            version=number(1, 999),
            supersedes=nullable(id_of("lic")),
            premises=nullable(REFERENCE),
            project=nullable(REFERENCE),
            stored=stored(2),  # the sealed layout file, the credential
        ),
        "licence.collected": members(
            licence=id_of("lic"),
            type=SLUG,
            identifier=nullable(text(128)),
            number=text(128),
            subject=SUBJECT,
            source=text(200),
            grade=one_of(Grade.ISSUED),
            issuer_name=text(200),
            valid_from=nullable(calendar_day),
            valid_to=nullable(calendar_day),
            status=PLACE,
            credential_sha256=DIGEST,
            version=number(1, 999),
            supersedes=nullable(id_of("lic")),
            premises=nullable(REFERENCE),
            project=nullable(REFERENCE),
            stored=stored(2),  # the original bytes, an extract of its fields as a credential
        ),
        "licence.suspended": status_change(SUSPENDED),
        "licence.restored": status_change(RESTORED),
        "licence.revoked": status_change(REVOKED),
        "licence.superseded": members(
            licence=id_of("lic"),
            successor=id_of("lic"),
            lifecycle=exactly(REPLACED.lifecycle),
            status=members(uri=URI, index=number(0), value=number(3, 3)),
        ),
        "licence.reissued": members(  # ended as it stays, it has a new version by a decision
            licence=id_of("lic"), successor=id_of("lic"), decision=text(200)
        ),
        "material.deposited": members(
            material=id_of("mat"),
            kind=SLUG,
            subject=SUBJECT,
            project=nullable(REFERENCE),
            premises=nullable(REFERENCE),
            case=nullable(id_of("case")),
            grade=GRADE,
            channel=CHANNEL,
            officer=nullable(OFFICER),
            issued_on=nullable(calendar_day),
            decision=nullable(text(200)),
            media_type=MEDIA_TYPE,
            title=text(200, least=0),
            stored=stored(1),
        ),
        "material.checked": members(
            material=id_of("mat"), officer=OFFICER, grade=one_of(Grade.ORIGINAL_CHECKED)
        ),
        "disputed": members(
            dispute=id_of("dsp"),
            object=DISPUTABLE,  # a paper; or a reading of papers, which is complained of
            subject=SUBJECT,
            agency=AGENCY,  # that issued it, took it in, or read
            field=nullable(FIELD),  # what is wrong; null: the paper as a whole
            reason=REASON,
        ),
        "dispute.settled": members(
            dispute=id_of("dsp"),
            object=DISPUTABLE,
            subject=SUBJECT,
            outcome=one_of("upheld", "corrected", "rejected"),
            successor=nullable(OBJECT),  # what stands in its place, where it was corrected
            officer=OFFICER,
            reason=REASON,
        ),
        "copy.made": members(  # an annotated copy (加注件) for one use
            copy=id_of("cpy"),
            release=id_of("rel"),
            object=OBJECT,
            subject=SUBJECT,  # whose paper it is
            agency=AGENCY,
            case=CASE,
            purpose=text(500),
            watermark=DIGEST,  # SHA-256 of the mark that the copy carries
            made_at=moment,
            valid_until=calendar_day,
            officer=OFFICER,
        ),
        "fact.answered": members(  # which questions were answered, never what
            release=id_of("rel"),
            object=OBJECT,
            subject=SUBJECT,
            agency=AGENCY,
            case=CASE,
            facts=list_of(FIELD, 64),
        ),
        "verified": members(  # what an officer saw, for the officer's protection
            verification=id_of("ver"),
            agency=AGENCY,
            officer=OFFICER,
            case=nullable(CASE),
            as_of=moment,
            items=list_of(
                members(
                    sha256=DIGEST,  # of the bytes shown
                    entry=nullable(number(0)),
                    outcome=one_of("passed", "failed", "indeterminate"),
                    code=CODE,
                ),
                1000,
                by="sha256",
            ),
            report_sha256=DIGEST,  # of the full report
        ),
        "erasure.requested": members(
            erasure=id_of("era"), object=OBJECT, subject=SUBJECT, reason=REASON
        ),
        "erasure.approved": members(
            erasure=id_of("era"),
            object=OBJECT,
            subject=SUBJECT,
            agency=AGENCY,
            officer=OFFICER,
            step=one_of("first", "second"),
            reason=REASON,
        ),
        "erasure.refused": members(
            erasure=id_of("era"),
            object=OBJECT,
            subject=SUBJECT,
            agency=AGENCY,
            officer=OFFICER,
            code=CODE,  # the rule that stands in the way
            reason=REASON,
        ),
        "erased": members(  # announced before anything is destroyed
            erasure=id_of("era"),
            object=OBJECT,
            subject=SUBJECT,
            entries=list_of(number(0), MAX_ERASED, least=0),
            files=list_of(id_of("file"), 16, least=0),
        ),
    }
)
