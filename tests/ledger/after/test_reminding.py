"""Which reminder is due on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.after.reminding import STEPS, step_due

END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("left", "step"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_steps_before_the_end(left: int, step: int | None) -> None:
    assert step_due(END, END - timedelta(days=left)) == step


@pytest.mark.parametrize(
    ("term", "left", "step"),
    [(5, 5, None), (7, 3, None), (8, 7, 7), (20, 20, None), (30, 30, None), (31, 30, 30),
     (60, 60, None), (365, 60, 60), (20, 6, 7)],
)  # fmt: skip
def test_a_short_term_has_no_early_step(term: int, left: int, step: int | None) -> None:
    since = END - timedelta(days=term)
    assert step_due(END, END - timedelta(days=left), since) == step


@given(st.integers(0, 400), st.integers(0, 400))
def test_no_day_has_two_and_each_step_comes_once_in_turn(term: int, late: int) -> None:
    since = END - timedelta(days=term)
    days = [END - timedelta(days=left) for left in range(term, -1, -1)]
    seen = [step_due(END, day, since) for day in days]
    said = [step for step in dict.fromkeys(seen) if step is not None]
    assert said == [step for step in reversed(STEPS) if step < term]
    assert step_due(END, END + timedelta(days=late + 1), since) is None
