"""The forms of what follows a use: flags, cascades, disputes. As ``api.schemas`` otherwise."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas import CaseId, FieldName, In, Line, Text, VerifyItemIn
from api.schemas_out import Out

Paper = Annotated[
    str, StringConstraints(pattern=r"^(licence:lic|material:mat|release:rel)_[a-z2-7]{26}$")
]
Held = Annotated[str, StringConstraints(pattern=r"^(licence:lic|material:mat)_[a-z2-7]{26}$")]
KindName = Annotated[
    str, StringConstraints(max_length=64, pattern=r"^[a-z]{1,32}(\.[a-z]{1,32})?$")
]
EndingName = Literal[
    "void", "withdrawn", "penalty", "cancelled", "lapsed", "transferred", "suspended", "withheld",
    "superseded",
]  # fmt: skip


class FlagAnswerIn(In):
    """``outcome``: the case is unaffected, was remedied, reopened, or its decision withdrawn."""

    outcome: Literal["unaffected", "remedied", "reopened", "withdrawn"]
    officer: Line
    reason: Text


class FlagOut(Out):
    """``cause``: the entry that ended or changed ``object``; ``code``: how; ``due``: until when the
    agency answers."""

    id: str
    case: str
    object: str
    cause: int
    code: str
    state: str
    due: str
    overdue: bool
    entry: int
    answered_entry: int | None


class CascadeOut(Out):
    """``done``: every case that relied was looked at; ``flagged`` by agency; ``answers`` by
    outcome; ``overdue``: open flags whose time has run out."""

    cause: int
    object: str
    done: bool
    cases: int | None
    flagged: dict[str, int]
    answers: dict[str, int]
    open: int
    overdue: int


class RelyingOut(Out):
    """``agency``: ``*`` where all are counted together; ``touched``: how many of the cases the
    ending asked about would touch."""

    agency: str
    cases: int
    open: int
    touched: int


class RelianceOut(Out):
    licence: str
    ending: EndingName | None
    effective_on: date | None
    agencies: list[RelyingOut]


class ReceiptIn(In):
    """Items as for a verification; ``officer`` looks at them, for an own ``case``."""

    items: Annotated[list[VerifyItemIn], Field(min_length=1, max_length=1000)]
    officer: Line
    case: CaseId | None = None


class ReceiptBundleIn(In):
    """``report``: the full report that the receipt came with, to be disclosed in the bundle."""

    report: dict[str, Any] | None = None


class RejudgedOut(Out):
    """``outcome``, ``code``: as the officer saw them; ``genuine``: outcome of everything but its
    standing, judged today; ``state``: how it stood then, by the log's order; ``right``: whether
    what was seen agrees with both."""

    sha256: str
    entry: int | None
    outcome: str
    code: str
    genuine: str | None
    state: str | None
    right: bool | None


class VerificationOut(Out):
    id: str
    agency: str
    officer: str
    case: str | None
    as_of: str
    report_sha256: str
    items: list[RejudgedOut]
    entry: int
    stage: Literal["sequenced", "integrated", "anchored"]


class EventOut(Out):
    """``index``: of the entry, its name for whoever sees it twice; ``names``: what it is about."""

    index: int
    kind: str
    at: str
    names: list[str]


class EventsOut(Out):
    """``cursor``: ask after this one next time; ``more``: whether there is more at once."""

    items: list[EventOut]
    cursor: int
    more: bool


class SubscriptionIn(In):
    """``kinds``: of entries to be sent, empty: all."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[!-~]+$")]
    kinds: Annotated[list[KindName], Field(max_length=64, default_factory=list)]


class ReplayIn(In):
    """``since``: send again from this entry on; null: go on from where it stopped."""

    since: Annotated[int | None, Field(ge=0, le=2**53 - 1)] = None


class PingIn(In):
    """Nothing to say: an empty message is sent."""


class SubscriptionOut(Out):
    """``cursor``: the last entry delivered or passed over; ``failures`` in a row."""

    id: str
    url: str
    kinds: list[str]
    cursor: int
    state: Literal["active", "paused"]
    failures: int
    retry_at: str | None
    created_at: str


class PingOut(Out):
    """Whether the subscriber took a test message."""

    taken: bool
    code: str | None


class DisputeDraftIn(In):
    """``object``: what is wrong, or the release that is complained of; ``field``: the one that is
    wrong, null: as a whole."""

    object: Paper
    field: FieldName | None = None
    reason: Text


class SettleIn(In):
    """``successor``: what stands in the place of a corrected paper."""

    outcome: Literal["upheld", "corrected", "rejected"]
    officer: Line
    reason: Text
    successor: Held | None = None


class DisputeOut(Out):
    """``due``: when the agency is to have settled it; ``reason``: the holder's."""

    id: str
    object: str
    field: str | None
    subject: str
    agency: str
    state: str
    reason: str | None
    opened_at: str
    due: str
    overdue: bool
    settled_at: str | None
    outcome_reason: str | None
    entry: int
    settled_entry: int | None
