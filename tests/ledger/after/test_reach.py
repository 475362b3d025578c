"""Whom an ending touches: every ending against every way of having relied."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.after.reach import (
    LIFTED_BY_RESTORING,
    REACH,
    Cause,
    Ending,
    Reach,
    Reliance,
    days_to_answer,
    touched,
)
from ledger.reuse.documents import LegalEffect

DAY = date(2026, 6, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
DATED = {Ending.WITHDRAWN, Ending.PENALTY, Ending.CANCELLED, Ending.LAPSED}
WHOLE = frozenset(("file",))

# (open, last relied on, closed on) → which reaches touch it, by hand
RELIANCES: dict[tuple[bool, date, date | None], set[Reach]] = {
    (True, BEFORE, None): set(Reach),
    (True, DAY, None): set(Reach),
    (True, AFTER, None): set(Reach),
    (False, BEFORE, BEFORE): {Reach.ALWAYS},
    (False, BEFORE, DAY): {Reach.ALWAYS, Reach.FROM_ITS_DAY},
    (False, BEFORE, AFTER): {Reach.ALWAYS, Reach.FROM_ITS_DAY},
    (False, DAY, DAY): {Reach.ALWAYS, Reach.FROM_ITS_DAY},
    (False, DAY, AFTER): {Reach.ALWAYS, Reach.FROM_ITS_DAY},
    (False, AFTER, AFTER): {Reach.ALWAYS, Reach.FROM_ITS_DAY},
}


@pytest.mark.parametrize(
    ("ending", "how"),
    list(product(Ending, RELIANCES)),
    ids=lambda value: value.value if isinstance(value, Ending) else "-".join(map(str, value)),
)
def test_every_ending_against_every_reliance(
    ending: Ending, how: tuple[bool, date, date | None]
) -> None:
    opened, last, closed = how
    cause = Cause(ending, DAY if ending in DATED else None, field="address")
    reached = REACH[ending] in RELIANCES[how]
    other = Reliance(opened, last, closed, frozenset(("holder_name",)))
    assert touched(cause, other) == (ending.value if reached else None)
    same = Reliance(opened, last, closed, frozenset(("holder_name", "address")))
    whole = Reliance(opened, last, closed, WHOLE)
    wrong = reached or REACH[ending] is Reach.OPEN_OR_WRONG
    assert touched(cause, same) == touched(cause, whole) == (ending.value if wrong else None)
    paper = Cause(ending, cause.effective_on)
    assert touched(paper, other) == (ending.value if wrong else None)


def test_the_law_s_words_all_have_a_reach() -> None:
    assert set(REACH) == set(Ending)
    ends = {LegalEffect(one) for one in LegalEffect if one is not LegalEffect.RESTORED}
    assert {one.value for one in ends} <= {one.value for one in Ending}
    assert {one.value for one in LIFTED_BY_RESTORING} == {"suspended", "withheld"}
    assert {one for one in Ending if REACH[one] is Reach.FROM_ITS_DAY} == DATED
    assert {one for one in Ending if REACH[one] is Reach.ALWAYS} == {Ending.VOID, Ending.BROKEN}


@pytest.mark.parametrize("ending", sorted(DATED))
def test_an_end_from_a_day_on_names_its_day(ending: Ending) -> None:
    with pytest.raises(ValueError):
        touched(Cause(ending), Reliance(True, DAY))


def test_a_closed_case_has_longer_to_answer() -> None:
    assert (days_to_answer(open=True), days_to_answer(open=False)) == (10, 20)


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.sampled_from(Ending), days, days, days, st.sets(st.sampled_from(["a", "b", "file"])))
def test_an_open_case_is_always_touched_and_void_reaches_furthest(
    ending: Ending, day: date, last: date, closed: date, fields: set[str]
) -> None:
    cause = Cause(ending, day, "a")
    assert touched(cause, Reliance(True, last, None, frozenset(fields))) == ending.value
    past = Reliance(False, last, closed, frozenset(fields))
    assert touched(Cause(Ending.VOID), past) == "void"
    if touched(cause, past):
        later = Reliance(False, last + timedelta(days=9), closed, frozenset(fields))
        assert touched(cause, later)
