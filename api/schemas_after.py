"""The forms of what follows a use: flags, cascades, disputes. As ``api.schemas`` otherwise."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from api.schemas import FieldName, In, Line, Text
from api.schemas_out import Out

Paper = Annotated[
    str, StringConstraints(pattern=r"^(licence:lic|material:mat|release:rel)_[a-z2-7]{26}$")
]
Held = Annotated[str, StringConstraints(pattern=r"^(licence:lic|material:mat)_[a-z2-7]{26}$")]
EndingName = Literal[
    "void", "withdrawn", "penalty", "cancelled", "suspended", "withheld", "superseded"
]


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
    """``touched``: how many of the cases the ending asked about would touch."""

    agency: str
    cases: int
    open: int
    touched: int


class RelianceOut(Out):
    licence: str
    ending: EndingName | None
    effective_on: date | None
    agencies: list[RelyingOut]


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
