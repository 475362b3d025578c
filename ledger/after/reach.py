"""Which cases the ending of a paper touches, as the law has it.

===========  ==================  =========================================================
ending       in law              touches
===========  ==================  =========================================================
void         撤销                every case that ever relied: void from the start
withdrawn    撤回                from its day on: cases that are open, that relied on it on
penalty      吊销                that day or later, or that were closed on that day or later
cancelled    注销                as withdrawn
lapsed       失效                as withdrawn
transferred  迁出                open cases: another authority goes on with it
suspended    暂停                open cases: an end it is not, what was decided stands
withheld     暂扣                as suspended
superseded   换发, 变更          open cases: they decide on what is in force
corrected    更正                open cases; closed ones that relied on what was wrong
upheld       异议成立            as corrected: the paper is out of use, nothing stands for it
broken       承诺不实            every case that took the commitment in a paper's place
ended        依据终止            open cases: they may not go on resting on it
erased       删除                open cases: the paper cannot be shown any more
===========  ==================  =========================================================

A restoration (恢复) touches nobody: what a suspension of the same licence flagged is lifted.
Days are calendar days in China. A field is wrong, or, without one, the paper as a whole; who relied
on the whole file relied on each of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

WHOLE_FILE = "file"


class Ending(StrEnum):
    """What befell the paper; its value is the code of the flags that follow."""

    VOID = "void"
    WITHDRAWN = "withdrawn"
    PENALTY = "penalty"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"
    SUSPENDED = "suspended"
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"
    CORRECTED = "corrected"
    UPHELD = "upheld"
    BROKEN = "broken"
    ENDED = "ended"
    ERASED = "erased"


class Reach(StrEnum):
    """How far an ending goes."""

    ALWAYS = "always"
    FROM_ITS_DAY = "from_its_day"
    OPEN = "open"
    OPEN_OR_WRONG = "open_or_wrong"


REACH: Mapping[Ending, Reach] = MappingProxyType(
    {
        Ending.VOID: Reach.ALWAYS,
        Ending.WITHDRAWN: Reach.FROM_ITS_DAY,
        Ending.PENALTY: Reach.FROM_ITS_DAY,
        Ending.CANCELLED: Reach.FROM_ITS_DAY,
        Ending.LAPSED: Reach.FROM_ITS_DAY,
        Ending.TRANSFERRED: Reach.OPEN,
        Ending.SUSPENDED: Reach.OPEN,
        Ending.WITHHELD: Reach.OPEN,
        Ending.SUPERSEDED: Reach.OPEN,
        Ending.CORRECTED: Reach.OPEN_OR_WRONG,
        Ending.UPHELD: Reach.OPEN_OR_WRONG,
        Ending.BROKEN: Reach.ALWAYS,
        Ending.ENDED: Reach.OPEN,
        Ending.ERASED: Reach.OPEN,
    }
)
LIFTED_BY_RESTORING = frozenset((Ending.SUSPENDED, Ending.WITHHELD))
DAYS_OPEN, DAYS_CLOSED = 10, 20
"""Working days within which a flag is answered, by whether its case is open."""


@dataclass(frozen=True, slots=True)
class Cause:
    """``effective_on``: the day that the law gives an ending of ``FROM_ITS_DAY``; ``field``: the
    one that was wrong, None: the whole paper."""

    ending: Ending
    effective_on: date | None = None
    field: str | None = None

    @property
    def reach(self) -> Reach:
        return REACH[self.ending]


@dataclass(frozen=True, slots=True)
class Reliance:
    """How one case relied: ``last_on`` the day of its last reading or of the handing in; ``fields``
    all that it was ever given."""

    open: bool
    last_on: date
    closed_on: date | None = None
    fields: frozenset[str] = frozenset((WHOLE_FILE,))


def touched(cause: Cause, reliance: Reliance) -> str | None:
    """The code that the case is flagged with, or None. Raises ValueError for an ending that has
    effect from a day on and names none."""
    return cause.ending.value if _reaches(cause, reliance) else None


def _reaches(cause: Cause, reliance: Reliance) -> bool:
    if cause.reach is Reach.FROM_ITS_DAY and cause.effective_on is None:
        raise ValueError(f"{cause.ending.value} has effect from a day on")
    if cause.reach is Reach.ALWAYS or reliance.open:
        return True
    if cause.reach is Reach.OPEN:
        return False
    if cause.reach is Reach.OPEN_OR_WRONG:
        whole = cause.field is None or WHOLE_FILE in reliance.fields
        return whole or cause.field in reliance.fields
    day = cause.effective_on
    assert day is not None
    closed = reliance.closed_on
    return reliance.last_on >= day or (closed is not None and closed >= day)


def days_to_answer(*, open: bool) -> int:
    """Working days within which a flag of an open or a closed case is answered."""
    return DAYS_OPEN if open else DAYS_CLOSED
