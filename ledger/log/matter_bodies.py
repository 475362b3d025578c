"""Bodies about matters: cases, plans, demands, arrangements, flags, offers, the catalogue."""

from __future__ import annotations

from types import MappingProxyType

from ledger.log.body_forms import (
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
    one_of,
    text,
)
from ledger.log.body_words import (
    AGENCY,
    CASE,
    CHANNEL,
    CODE,
    DIGEST,
    DUE,
    FIELD,
    KID,
    KIND,
    OBJECT,
    OFFICER,
    REASON,
    REFERENCE,
    RELIED,
    SLUG,
    SUBJECT,
)

_ORIGIN = matching(r"[^\x00-\x20\x7f+]{1,255}", "the origin of a log")

_DEMANDED: dict[str, Form] = {
    "demand": id_of("dem"),
    "case": CASE,
    "agency": AGENCY,
    "service_item": SLUG,
    "kind": KIND,
    "role": FIELD,
    "officer": OFFICER,
    "reason": REASON,
    "channel": CHANNEL,
}

MATTERS: Shapes = MappingProxyType(
    {
        "case.opened": members(
            case=id_of("case"),
            item=SLUG,
            agency=AGENCY,
            subject=SUBJECT,
            project=nullable(REFERENCE),
            premises=nullable(REFERENCE),
            parties=mapping(FIELD, SUBJECT, 16),
            matter=text(200),
            channel=CHANNEL,
            officer=OFFICER,
        ),
        "case.closed": members(case=id_of("case"), outcome=one_of("granted", "refused", "dropped")),
        "plan.signed": members(case=id_of("case"), catalogue=text(128), plan=anything),
        "agency.admitted": members(
            agency=AGENCY,
            name=text(200),
            credit_code=text(18),
            key=KID,
            certificate_sha256=DIGEST,
        ),
        "log.continued": members(  # first entry of a log that goes on with another's tree
            predecessor=_ORIGIN,
            size=number(0),  # last good size of the predecessor
            root=nullable(DIGEST),
            void=nullable(members(size=number(1), root=DIGEST)),  # newest head that does not count
        ),
        "case.resumed": members(case=CASE, channel=CHANNEL, officer=nullable(OFFICER)),
        "case.flagged": members(  # something that the case relied on does not stand any more
            flag=id_of("flg"),
            case=CASE,
            agency=AGENCY,
            object=RELIED,
            cause=number(0),  # index of the entry that changed it
            code=CODE,
            due=moment,
        ),
        "flag.answered": members(
            flag=id_of("flg"),
            case=CASE,
            agency=AGENCY,
            outcome=one_of("unaffected", "remedied", "reopened", "withdrawn", "lifted"),
            officer=nullable(OFFICER),  # null: the platform, where the cause itself was lifted
            reason=REASON,
        ),
        "cascade.done": members(  # every case that relied on the object was looked at
            cause=number(0),
            object=RELIED,
            agency=nullable(AGENCY),  # that answers for the object
            cases=number(0),
            flagged=number(0),
        ),
        "reminded": members(  # what runs out, or is late, was told to those whom it concerns
            reminder=id_of("rmd"),
            sort=one_of("expiring", "overdue"),
            object=DUE,
            agency=nullable(AGENCY),
            subject=nullable(SUBJECT),
            step=number(0, 60),  # of how many days before; 0: after it
            days=number(0, 60),  # that were left
            due=moment,
        ),
        "catalogue.published": members(
            catalogue=text(64),  # its version
            sha256=DIGEST,  # of the whole catalogue
            effective_from=calendar_day,
            follows=nullable(text(64)),  # the version before it; null: the first
            owner=AGENCY,
            documents=list_of(members(name=text(128), sha256=DIGEST), 512, by="name"),
        ),
        "paper.demanded": members(
            **_DEMANDED,
            covered=one_of("no", "yes"),  # whether the plan of that moment had it already
        ),
        "reask.refused": members(
            **_DEMANDED,
            covered_by=list_of(OBJECT, 64, least=0),
        ),
        "assistance.requested": members(
            assistance=id_of("ast"),
            case=CASE,
            agency=AGENCY,
            asked=AGENCY,
            subject=SUBJECT,
            requirement=SLUG,
            question=text(500),
            due=moment,
            officer=OFFICER,
            reason=REASON,
        ),
        "assistance.reminded": members(
            assistance=id_of("ast"),
            case=CASE,
            level=number(1, 3),
            to=AGENCY,
            requested_at=moment,
            due=moment,
        ),
        "assistance.answered": members(
            assistance=id_of("ast"),
            case=CASE,
            agency=AGENCY,  # that asked
            asked=AGENCY,
            outcome=one_of("confirmed", "denied", "unknown"),
            object=nullable(OBJECT),
            officer=OFFICER,
            reason=REASON,
        ),
        "commitment.made": members(
            commitment=id_of("cmt"),
            case=CASE,
            agency=AGENCY,
            service_item=SLUG,
            subject=SUBJECT,
            requirement=SLUG,
            form=SLUG,  # which commitment of the catalogue
            text_sha256=DIGEST,  # of its words, as they were shown
            check_by=calendar_day,
        ),
        "commitment.checked": members(
            commitment=id_of("cmt"),
            case=CASE,
            agency=AGENCY,
            subject=SUBJECT,
            outcome=one_of("kept", "broken"),
            consequence=nullable(text(500)),  # of a broken one, in the words of its form
            officer=OFFICER,
            reason=REASON,
        ),
        "library.reconciled": members(  # an issuer's list of a day against what is held
            reconciliation=id_of("rcn"),
            agency=AGENCY,
            source=nullable(text(200)),
            day=calendar_day,
            increment_sha256=DIGEST,
            report_sha256=DIGEST,
            listed=number(0),
            matched=number(0),
            counts=mapping(FIELD, number(0), 32),
        ),
        "benefit.assessed": members(  # which facts were asked, never what was answered
            agency=AGENCY,
            service_item=SLUG,
            subject=SUBJECT,
            facts=list_of(FIELD, 64),
            grant=SLUG,
            officer=OFFICER,
        ),
        "benefit.offered": members(
            offer=id_of("off"),
            agency=AGENCY,
            service_item=SLUG,
            subject=SUBJECT,
            facts=list_of(FIELD, 64),  # which yes/no facts it rests on
            until=moment,
        ),
        "benefit.confirmed": members(offer=id_of("off"), subject=SUBJECT, case=CASE),
    }
)
