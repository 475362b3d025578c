"""Working days (工作日) in China: Monday to Friday, without the public holidays and with the
weekend days worked instead of them (调休), which are the caller's to name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ledger.reuse.documents import CHINA

_SATURDAY = 5
_LAST_SECOND = time(23, 59, 59)


def is_working_day(
    day: date, holidays: Collection[date] = (), worked: Collection[date] = ()
) -> bool:
    """Whether offices are open on ``day``; ``worked``: weekend days that are worked."""
    return day in worked or (day.weekday() < _SATURDAY and day not in holidays)


def after_working_days(
    day: date, days: int, holidays: Collection[date] = (), worked: Collection[date] = ()
) -> date:
    """The ``days``-th working day after ``day``, which itself does not count; 0: ``day`` or, where
    it is none, the next working day. Raises ValueError for a negative number."""
    if days < 0:
        raise ValueError("working days are counted forwards")
    left = days
    while left or not is_working_day(day, holidays, worked):
        day += timedelta(days=1)
        left -= left > 0 and is_working_day(day, holidays, worked)
    return day


def working_days_between(
    since: date, until: date, holidays: Collection[date] = (), worked: Collection[date] = ()
) -> int:
    """How many working days lie after ``since`` up to and with ``until``; 0 where none."""
    days = max((until - since).days, 0)
    passed = (since + timedelta(days=n) for n in range(1, days + 1))
    return sum(is_working_day(day, holidays, worked) for day in passed)


def due_after(
    at: datetime, days: int, holidays: Collection[date] = (), worked: Collection[date] = ()
) -> datetime:
    """The last second, in UTC, of the ``days``-th working day in China after an aware time."""
    day = after_working_days(at.astimezone(CHINA).date(), days, holidays, worked)
    return datetime.combine(day, _LAST_SECOND, CHINA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that a catalogue names: public holidays, and weekend days that are worked."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return is_working_day(day, self.holidays, self.worked)

    def after(self, day: date, days: int) -> date:
        """The ``days``-th working day after ``day``."""
        return after_working_days(day, days, self.holidays, self.worked)

    def due_after(self, at: datetime, days: int) -> datetime:
        """The last second, in UTC, of the ``days``-th working day after an aware time."""
        return due_after(at, days, self.holidays, self.worked)
