"""Refusals of assistance and of commitments.

Refused
├── AssistanceNotForeseen    assistance.not_foreseen    the requirement names no such agency
├── CommitmentNotForeseen    commitment.not_foreseen    the requirement has no such form
├── CommitmentBarred         commitment.barred          ``until``: an earlier one was broken
├── CommitmentWords          commitment.words           other words than the catalogue's
├── CommitmentOther          commitment.other           another case, agency, item or person
└── CommitmentDay            commitment.day             signed too long ago, or another check day
Conflict
├── AssistanceMade           assistance.made            asked already, or answered with yes
├── AssistanceClosed         assistance.closed          answered before
├── CommitmentMade           commitment.made            made for this requirement already
└── CommitmentClosed         commitment.closed          checked before
"""

from __future__ import annotations

from ledger.errors import Conflict, Refused


class AssistanceNotForeseen(Refused):
    """The catalogue lets nobody, or another agency, be asked for this requirement."""

    code = "assistance.not_foreseen"


class AssistanceMade(Conflict):
    """The same question is open, or was answered with yes; ``assistance`` names it."""

    code = "assistance.made"


class AssistanceClosed(Conflict):
    """It was answered before; the answer stands."""

    code = "assistance.closed"


class CommitmentNotForeseen(Refused):
    """The catalogue has no commitment of this form for this requirement of the item."""

    code = "commitment.not_foreseen"


class CommitmentBarred(Refused):
    """The maker broke an earlier commitment and may make none up to and with ``until``."""

    code = "commitment.barred"


class CommitmentWords(Refused):
    """What was signed are not the words of the catalogue."""

    code = "commitment.words"


class CommitmentOther(Refused):
    """It names another agency, item or person than the case does; ``member`` says which."""

    code = "commitment.other"


class CommitmentDay(Refused):
    """It was signed too long ago, or names another day of its check than its form gives."""

    code = "commitment.day"


class CommitmentMade(Conflict):
    """A commitment of this form stands for the requirement; ``commitment`` names it."""

    code = "commitment.made"


class CommitmentClosed(Conflict):
    """It was checked before; the outcome stands."""

    code = "commitment.closed"
