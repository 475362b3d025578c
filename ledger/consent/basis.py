"""Consent as the basis of a release: what may be asked, what was granted, what may be read.

Three pure checks over bodies that passed ``ledger.log.bodies``: a request asks for no more
than its plan and the item's registered need; a consent repeats its request to the letter; a release
stays within its consent. Whose keys signed, and in which order the log holds them, is checked by
those who have the envelopes. Each refusal has a code of its own:

    ConsentRefused              consent.refused
    ├── RequestTooWide          consent.too_wide         ``object``, ``field``: what is too much
    ├── ConsentSuperseded       consent.superseded       the same, no longer needed
    ├── ConsentAbsent           consent.absent
    ├── ConsentWithdrawn        consent.withdrawn
    ├── ConsentExpired          consent.expired
    ├── ConsentNotYet           consent.not_yet          granted before it was asked for
    ├── ConsentUsedUp           consent.used_up
    ├── NotCovered              consent.not_covered      ``object``, ``field``
    ├── OtherRequest            consent.other_request
    ├── OtherSubject            consent.other_subject
    ├── OtherAgency             consent.other_agency
    ├── OtherServiceItem        consent.other_service_item
    ├── OtherPurpose            consent.other_purpose
    ├── OtherCase               consent.other_case
    ├── OtherItems              consent.other_items
    ├── OtherUntil              consent.other_until
    └── OtherUses               consent.uses
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from certs import base64url
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.consent.errors import (
    ConsentAbsent,
    ConsentExpired,
    ConsentNotYet,
    ConsentRefused,
    ConsentSuperseded,
    ConsentUsedUp,
    ConsentWithdrawn,
    NotCovered,
    OtherAgency,
    OtherCase,
    OtherItems,
    OtherPurpose,
    OtherRequest,
    OtherServiceItem,
    OtherSubject,
    OtherUntil,
    OtherUses,
    RequestTooWide,
)
from ledger.consent.scope import Kinds, check_covered, check_items, check_policies
from ledger.log.statement import parse_time
from ledger.reuse.exemption import Plan

__all__ = [
    "ConsentAbsent", "ConsentExpired", "ConsentNotYet", "ConsentRefused", "ConsentSuperseded",
    "ConsentUsedUp", "ConsentWithdrawn", "NotCovered", "OtherAgency", "OtherCase", "OtherItems",
    "OtherPurpose", "OtherRequest", "OtherServiceItem", "OtherSubject", "OtherUntil", "OtherUses",
    "RequestTooWide", "check_consent", "check_needed", "check_release", "check_request",
]  # fmt: skip

Body = Mapping[str, Any]

# What a consent repeats, each with the refusal for another value. First difference decides.
_REPEATED: tuple[tuple[str, type[ConsentRefused]], ...] = (
    ("request", OtherRequest),
    ("nonce", OtherRequest),
    ("subject", OtherSubject),
    ("agency", OtherAgency),
    ("service_item", OtherServiceItem),
    ("purpose", OtherPurpose),
    ("case", OtherCase),
    ("items", OtherItems),
    ("until", OtherUntil),
    ("uses", OtherUses),
)
_PLANNED: tuple[tuple[str, str, type[ConsentRefused]], ...] = (
    ("agency", "agency", OtherAgency),
    ("case", "id", OtherCase),
    ("service_item", "item", OtherServiceItem),
)


def check_request(request: Body, item: ServiceItem, plan: Plan, catalogue: Catalogue) -> None:
    """A request's body against the case's own plan, as of the plan's time.

    ``item``: in the version that the case was opened under; a newer one neither widens nor narrows
    what an open case may ask. Of each object that the plan would release, the fields of the item's
    registered need may be asked, and nothing of any other object; for the item's own purpose, which
    is what the holder reads; not for longer and not more often than the item says, and for nothing
    that a licence's issuer rules out. Raises RequestTooWide,
    PolicyForbidden, ConsentExpired (``until`` has passed) or Other….
    """
    for member, own, refusal in _PLANNED:
        if request[member] != getattr(plan.case, own):
            raise _differs(refusal, member)
    if request["service_item"] != item.slug:
        raise _differs(OtherServiceItem, "service_item")
    if request["purpose"] not in (item.purpose_zh, item.purpose_en):
        raise _differs(OtherPurpose, "purpose")
    subject = request["subject"]
    if subject not in (plan.case.subject, *plan.holders()):
        raise _differs(OtherSubject, "subject")
    kinds = plan.released_kinds(subject)
    check_items(request["items"], kinds, item, RequestTooWide)
    check_policies(request["items"], kinds, item.slug, None, catalogue)
    until = parse_time(request["until"])
    if until <= plan.at:
        raise ConsentExpired("The time asked for has passed already.", until=request["until"])
    if until > plan.at + timedelta(days=item.consent_days):
        message = f"A consent for {item.slug} lasts {item.consent_days} days at most."
        raise RequestTooWide(message, object="", field="until")
    if request["uses"] > item.consent_uses:
        message = f"A consent for {item.slug} has {item.consent_uses} uses at most."
        raise RequestTooWide(message, object="", field="uses")


def check_consent(
    consent: Body,
    request: Body,
    request_sha256: bytes,
    at: datetime,
    *,
    requested_at: datetime | None = None,
) -> None:
    """A consent's body repeats its request's exactly, names its payload (SHA-256, 32 bytes) and is
    granted in time: not before ``requested_at`` (where given) and before it runs out."""
    for member, refusal in _REPEATED:
        if not _same(consent[member], request[member]):
            raise _differs(refusal, member)
    if not hmac.compare_digest(consent["request_sha256"], base64url.encode(request_sha256)):
        raise _differs(OtherRequest, "request_sha256")
    if requested_at is not None and at < requested_at:
        raise ConsentNotYet("The consent was granted before it was asked for.")
    if at >= parse_time(consent["until"]):
        raise ConsentExpired("The consent has run out.", until=consent["until"])


def check_release(
    release: Body, consent: Body | None, withdrawn: bool, uses_so_far: int, at: datetime
) -> None:
    """A release's body stays within the consent that it names, as of ``at``.

    ``uses_so_far`` counts other releases under this consent. Who is not the one that was granted
    to learns nothing more than that. Raises ConsentAbsent, Other…, ConsentWithdrawn,
    ConsentExpired, ConsentUsedUp, NotCovered.
    """
    if consent is None or release["consent"] != consent["consent"]:
        raise ConsentAbsent("There is no consent for this.")
    for member, refusal in (
        ("agency", OtherAgency),
        ("case", OtherCase),
        ("purpose", OtherPurpose),
        ("request", OtherRequest),
    ):
        if release[member] != consent[member]:
            raise _differs(refusal, member)
    if withdrawn:
        raise ConsentWithdrawn("The holder has withdrawn this consent.")
    if at >= parse_time(consent["until"]):
        raise ConsentExpired("The consent has run out.", until=consent["until"])
    if uses_so_far >= consent["uses"] or not 1 <= release["n"] <= consent["uses"]:
        raise ConsentUsedUp(
            "The consent has been used as often as it allows.", uses=consent["uses"]
        )
    check_covered(release["items"], consent["items"], NotCovered, "consent")


def check_needed(consent: Body, kinds: Kinds, item: ServiceItem) -> None:
    """What is consented to is still what the case needs when the holder says yes: ``kinds`` as of
    the plan of this moment, ``item`` in the case's own version. Raises ConsentSuperseded.

    Once given, the holder's word stands as it was given: a plan that changes later takes nothing
    back, while a paper that is no longer in force is never handed over, whatever was agreed.
    """
    check_items(consent["items"], kinds, item, ConsentSuperseded)


def _same(given: object, wanted: object) -> bool:
    """Equal and of the same types all the way down: True is not 1."""
    if type(given) is not type(wanted):
        return False
    if isinstance(given, dict) and isinstance(wanted, dict):
        return given.keys() == wanted.keys() and all(_same(given[k], wanted[k]) for k in given)
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(_same, given, wanted))
    return given == wanted


def _differs(refusal: type[ConsentRefused], member: str) -> ConsentRefused:
    return refusal(f"{member} is not what was asked for.", member=member)
