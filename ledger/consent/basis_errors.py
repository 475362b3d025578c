"""Refusals of other bases than consent; the tree is drawn in ``ledger.consent.other_bases``."""

from __future__ import annotations

from ledger.errors import Refused


class PolicyForbidden(Refused):
    """The issuer of a licence does not allow this use; ``object`` says of what."""

    code = "policy.forbidden"


class BasisRefused(Refused):
    """Root of the refusals below."""

    code = "basis.refused"


class BasisUngranted(BasisRefused):
    """No grant of the catalogue covers it; ``member`` says in what."""

    code = "basis.ungranted"


class BasisUnvoted(BasisRefused):
    """The consortium has voted no such basis to the agency, or has ended it; ``kind`` says for
    which kind of papers."""

    code = "basis.unvoted"


class BasisSocial(BasisRefused):
    """Utilities and banks read on the holder's consent alone."""

    code = "basis.social"


class BasisTooWide(BasisRefused):
    """More is read than the case needs; ``object`` and ``field`` say what is too much."""

    code = "basis.too_wide"


class BasisUnproven(BasisRefused):
    """What must show it is not there; ``member`` says what."""

    code = "basis.unproven"


class SecondOfficerMissing(BasisRefused):
    """So sensitive a paper takes two different officers; ``object``."""

    code = "basis.second_officer"


class BasisHidden(BasisRefused):
    """The holder would see it later than the law says."""

    code = "basis.hidden"


class BasisAbsent(BasisRefused):
    """There is no such basis."""

    code = "basis.absent"


class BasisEnded(BasisRefused):
    """The agency has ended it."""

    code = "basis.ended"


class BasisExpired(BasisRefused):
    """Its time has run out; ``until`` says when."""

    code = "basis.expired"


class BasisNotYet(BasisRefused):
    """It claims a time to come."""

    code = "basis.not_yet"


class BasisUsedUp(BasisRefused):
    """All its ``uses`` are spent."""

    code = "basis.used_up"


class BasisOther(BasisRefused):
    """It is another's, or for something else; ``member`` says in what."""

    code = "basis.other"


class BasisNotCovered(BasisRefused):
    """``field`` of ``object`` is not among what was stated."""

    code = "basis.not_covered"
