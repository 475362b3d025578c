"""The forms of what fills the library and moves cases on: batches, channels, reconciliations,
benefits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas import ChannelName, CollectedIn, In, LicenceIn, Line, Line64, Name, Slug
from api.schemas_out import Out

MAX_ROWS = 1000


class LicenceRowIn(LicenceIn):
    """``key`` names the row: under it the licence is issued once, whatever call it comes with."""

    key: Line


class LicencesIn(In):
    """Rows are looked at one by one, so that one of another form sinks no other."""

    rows: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_ROWS)]


class CollectedRowIn(CollectedIn):
    """``file``: a member of the archive; ``key``: the row's own, where it has one."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    key: Line | None = None


class CollectedBatchIn(In):
    """Nothing to say: the rows are in the archive, in its member ``rows.json``."""


class RowOut(Out):
    """``status``: the HTTP status that the row alone would have had; ``look``: where it is."""

    row: int
    key: str | None
    status: int
    id: str | None = None
    identifier: str | None = None
    entry: int | None = None
    look: str | None = None
    result: str | None = None
    warnings: tuple[str, ...] = ()
    code: str | None = None
    detail: str | None = None


class RowsOut(Out):
    rows: list[RowOut]
    counts: dict[str, int]


class ReconciliationIn(In):
    """``source``: only what was collected from there; ``type``: of all rows that name none."""

    day: date
    type: Slug | None = None
    source: Name | None = None


class CandidateIn(In):
    """``reference``: of the matter, such as a loan's; it is kept sealed."""

    scheme: Literal["citizen-id", "credit-code", "other"]
    value: Line64
    reference: Line


class CandidatesIn(In):
    item: Slug
    candidates: Annotated[list[CandidateIn], Field(min_length=1, max_length=MAX_ROWS)]


class CandidatesOut(Out):
    """``named`` in this request; ``offered`` and ``confirmed`` of all that the caller ever named,
    rounded down to fives."""

    named: int
    offered: int
    confirmed: int


class LookIn(In):
    """Whose look it is at the candidates of an item."""

    item: Slug
    officer: Line


class LookedOut(Out):
    assessed: int
    offered: int
    waiting: int


class OfferOut(Out):
    """``reference``: of the matter, to the item's agency alone."""

    id: str
    item: str
    agency: str
    subject: str
    state: str
    until: str
    entry: int
    case: str | None
    reference: str | None


class ResumeIn(In):
    """``officer`` is needed at a counter and at a smart desk."""

    channel: ChannelName
    officer: Line | None = None
