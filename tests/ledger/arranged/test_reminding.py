"""Reminders follow from time alone: whoever computes them, and however late, comes to the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.arranged.reminding import (
    DUE,
    ESCALATED,
    HALF_TIME,
    level_due,
    next_reminder,
    reminder_times,
)

ASKED = datetime(2026, 3, 2, 2, tzinfo=UTC)
ANSWER_BY = datetime(2026, 3, 6, 15, 59, 59, tzinfo=UTC)  # Friday night
MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


def test_half_time_deadline_and_two_working_days_later() -> None:
    half, due, escalated = reminder_times(ASKED, ANSWER_BY)
    assert half == datetime(2026, 3, 4, 8, 59, 59, tzinfo=UTC)
    assert due == ANSWER_BY
    assert escalated == datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)
    moments = (half - timedelta(seconds=1), half, due, escalated)
    assert [level_due(ASKED, ANSWER_BY, at) for at in moments] == [0, HALF_TIME, DUE, ESCALATED]
    assert next_reminder(ASKED, ANSWER_BY, ESCALATED) is None


@given(at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_levels_only_rise_and_the_next_one_lies_ahead(at: datetime, later: timedelta) -> None:
    level = level_due(ASKED, ANSWER_BY, at)
    assert level_due(ASKED, ANSWER_BY, at + later) >= level
    following = next_reminder(ASKED, ANSWER_BY, level)
    assert following is None or following > at
