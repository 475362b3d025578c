"""Working days, by hand around a New Year and as laws over any days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.reuse.working_days import (
    after_working_days,
    due_after,
    is_working_day,
    working_days_between,
)

FRIDAY = date(2026, 9, 25)
HOLIDAYS = tuple(date(2026, 10, day) for day in range(1, 8))  # the national day's week
WORKED = (date(2026, 9, 27), date(2026, 10, 10))


def test_weekends_and_holidays_are_free_and_worked_weekends_are_not() -> None:
    assert is_working_day(FRIDAY)
    assert not is_working_day(FRIDAY + timedelta(days=1))
    assert not is_working_day(date(2026, 10, 1), HOLIDAYS)
    assert is_working_day(date(2026, 9, 27), HOLIDAYS, WORKED)


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY + timedelta(days=1), 0, date(2026, 9, 28)),
        (FRIDAY, 1, date(2026, 9, 28)),
        (FRIDAY, 5, date(2026, 10, 2)),
        (FRIDAY + timedelta(days=1), 1, date(2026, 9, 28)),
    ],
)
def test_the_day_that_something_falls_due(since: date, days: int, due: date) -> None:
    assert after_working_days(since, days) == due


def test_the_national_day_puts_it_off() -> None:
    assert after_working_days(FRIDAY, 5, HOLIDAYS) == date(2026, 10, 9)
    assert after_working_days(FRIDAY, 5, HOLIDAYS, WORKED) == date(2026, 10, 8)


def test_a_day_ends_in_china() -> None:
    late = datetime(2026, 9, 24, 17, tzinfo=UTC)  # Friday, one o'clock at night in China
    assert due_after(late, 1) == datetime(2026, 9, 28, 15, 59, 59, tzinfo=UTC)


def test_nothing_falls_due_in_the_past() -> None:
    with pytest.raises(ValueError):
        after_working_days(FRIDAY, -1)


DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(since=DAYS, count=st.integers(0, 60), free=st.sets(DAYS, max_size=5))
def test_counting_forwards_and_between_agree(since: date, count: int, free: set[date]) -> None:
    due = after_working_days(since, count, free)
    assert is_working_day(due, free)
    if count:
        assert working_days_between(since, due, free) == count
    assert working_days_between(since, due - timedelta(days=1), free) < max(count, 1)


@given(since=DAYS, until=DAYS, later=st.integers(0, 20))
def test_more_time_never_holds_fewer_working_days(since: date, until: date, later: int) -> None:
    first = working_days_between(since, until)
    assert working_days_between(since, until + timedelta(days=later)) >= first >= 0
