"""Refusals of requests, consents and releases; the tree is drawn in ``ledger.consent.basis``."""

from __future__ import annotations

from ledger.errors import Refused


class ConsentRefused(Refused):
    """Root of the refusals below."""

    code = "consent.refused"


class RequestTooWide(ConsentRefused):
    """More is asked for than the case needs; ``object`` and ``field`` say what is too much."""

    code = "consent.too_wide"


class ConsentSuperseded(ConsentRefused):
    """What was asked is no longer what the case needs; ``object`` and ``field`` say what."""

    code = "consent.superseded"


class ConsentAbsent(ConsentRefused):
    """There is no consent, or not this one."""

    code = "consent.absent"


class ConsentWithdrawn(ConsentRefused):
    """The holder has taken the consent back."""

    code = "consent.withdrawn"


class ConsentExpired(ConsentRefused):
    """Its time has run out; ``until`` says when."""

    code = "consent.expired"


class ConsentNotYet(ConsentRefused):
    """It was granted before it was asked for."""

    code = "consent.not_yet"


class ConsentUsedUp(ConsentRefused):
    """All its ``uses`` are spent."""

    code = "consent.used_up"


class NotCovered(ConsentRefused):
    """``field`` of ``object`` is not among what was granted."""

    code = "consent.not_covered"


class OtherRequest(ConsentRefused):
    """It answers another request."""

    code = "consent.other_request"


class OtherSubject(ConsentRefused):
    """It is somebody else's."""

    code = "consent.other_subject"


class OtherAgency(ConsentRefused):
    """It was granted to another agency."""

    code = "consent.other_agency"


class OtherServiceItem(ConsentRefused):
    """It is for another service item."""

    code = "consent.other_service_item"


class OtherPurpose(ConsentRefused):
    """It is for another purpose."""

    code = "consent.other_purpose"


class OtherCase(ConsentRefused):
    """It is for another case."""

    code = "consent.other_case"


class OtherItems(ConsentRefused):
    """It covers other items or fields than were asked for."""

    code = "consent.other_items"


class OtherUntil(ConsentRefused):
    """It lasts for another time than was asked for."""

    code = "consent.other_until"


class OtherUses(ConsentRefused):
    """It allows another number of uses than was asked for."""

    code = "consent.uses"
