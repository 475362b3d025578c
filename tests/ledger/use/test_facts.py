"""Facts answer yes, no or unknown, and tell nothing beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.catalogue.terms import Fact, TestSort
from ledger.reuse.documents import State
from ledger.use.facts import Answer, Standing, answer, facts_and_fields, is_fact, years_after

TODAY = date(2026, 11, 28)
GOOD = Standing(State.ACTIVE, date(2024, 1, 1), date(2029, 1, 1))


def fact(test: TestSort, value: str | None = None, field: str | None = "field") -> Fact:
    own = None if test is TestSort.IN_FORCE else field
    return Fact("fact_x", "甲", "x", "food-operation-permit", test, own, value)


IN_FORCE = fact(TestSort.IN_FORCE)
OVER_60 = fact(TestSort.AT_LEAST_YEARS, "60")


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (GOOD, Answer.YES),
        (Standing(State.ACTIVE, None, None), Answer.YES),
        (Standing(State.ACTIVE, TODAY, TODAY), Answer.YES),
        (Standing(State.ACTIVE, TODAY + timedelta(1), None), Answer.NO),
        (Standing(State.ACTIVE, None, TODAY - timedelta(1)), Answer.NO),
        (Standing(State.SUSPENDED, None, None), Answer.NO),
        (Standing(State.REVOKED, None, None), Answer.NO),
        (Standing(State.SUPERSEDED, None, None), Answer.NO),
        (Standing(State.DISPUTED, None, None), Answer.UNKNOWN),
        (Standing(State.UNKNOWN, None, None), Answer.UNKNOWN),
    ],
)
def test_whether_a_licence_is_in_force(standing: Standing, told: Answer) -> None:
    assert answer(IN_FORCE, standing, None, TODAY) is told
    if told is not Answer.YES:
        assert answer(OVER_60, standing, "1950-01-01", TODAY) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("test", "wanted", "value", "told"),
    [
        (TestSort.AT_LEAST_YEARS, "60", "1966-11-28", Answer.YES),  # the very day
        (TestSort.AT_LEAST_YEARS, "60", "1966-11-29", Answer.NO),
        (TestSort.AT_LEAST_YEARS, "60", "1966年11月28日", Answer.YES),
        (TestSort.AT_LEAST_YEARS, "60", "1966", Answer.UNKNOWN),
        (TestSort.AT_LEAST_YEARS, "60", "1966-13-28", Answer.UNKNOWN),
        (TestSort.AT_LEAST_YEARS, "2", "2999-01-01", Answer.NO),
        (TestSort.AT_LEAST_YEARS, "sixty", "1966-11-28", Answer.UNKNOWN),
        (TestSort.AT_LEAST_YEARS, "999", "9500-01-01", Answer.NO),
        (TestSort.EQUALS, "有限责任公司", "有限责任公司", Answer.YES),
        (TestSort.EQUALS, "有限责任公司", "股份有限公司", Answer.NO),
        (TestSort.CONTAINS, "热食类", "热食类食品制售、自制饮品", Answer.YES),
        (TestSort.CONTAINS, "生食类", "热食类食品制售", Answer.NO),
        (TestSort.AT_LEAST, "50万元", "500000", Answer.YES),
        (TestSort.AT_LEAST, "500000", "50 万元", Answer.YES),
        (TestSort.AT_LEAST, "500000", "人民币1,000,000.00元", Answer.YES),
        (TestSort.AT_LEAST, "1亿元", "9999万元", Answer.NO),
        (TestSort.AT_LEAST, "50万元", "50万美元", Answer.UNKNOWN),
        (TestSort.AT_LEAST, "50万元", "伍拾万元", Answer.UNKNOWN),
    ],
)
def test_what_a_field_says(test: TestSort, wanted: str, value: str, told: Answer) -> None:
    assert answer(fact(test, wanted), GOOD, value, TODAY) is told


def test_what_cannot_be_read_is_unknown() -> None:
    assert answer(OVER_60, GOOD, None, TODAY) is Answer.UNKNOWN
    assert answer(fact(TestSort.EQUALS, None), GOOD, "x", TODAY) is Answer.UNKNOWN


def test_a_leap_day_comes_of_age_at_the_end_of_february() -> None:
    assert years_after(date(2008, 2, 29), 18) == date(2026, 2, 28)
    assert years_after(date(2008, 2, 29), 20) == date(2028, 2, 29)


def test_facts_stand_among_fields() -> None:
    names = ("holder_name", "fact_over_60", "address", "fact_in_force")
    assert facts_and_fields(names) == (
        ("fact_over_60", "fact_in_force"), ("holder_name", "address"),
    )  # fmt: skip
    assert is_fact("fact_over_60") and not is_fact("factory")


DAYS = st.dates(date(1900, 1, 1), date(2030, 1, 1))


@given(one=DAYS, other=DAYS, years=st.integers(1, 120))
def test_an_age_tells_only_whether_it_is_reached(one: date, other: date, years: int) -> None:
    """Two days of birth give the same answer exactly if both reach the age or neither does."""
    asked = fact(TestSort.AT_LEAST_YEARS, str(years))
    told = [answer(asked, GOOD, day.isoformat(), TODAY) for day in (one, other)]
    reached = [
        (TODAY.year - day.year) - ((TODAY.month, TODAY.day) < (day.month, day.day)) >= years
        or (years_after(day, years) == TODAY)
        for day in (one, other)
    ]
    assert (told[0] is told[1]) == (reached[0] == reached[1])
    assert set(told) <= {Answer.YES, Answer.NO}


@given(one=st.integers(0, 10**12), other=st.integers(0, 10**12), least=st.integers(0, 10**12))
def test_an_amount_tells_only_whether_it_is_reached(one: int, other: int, least: int) -> None:
    asked = fact(TestSort.AT_LEAST, str(least))
    told = [answer(asked, GOOD, str(has), TODAY) for has in (one, other)]
    assert (told[0] is told[1]) == ((one >= least) == (other >= least))


@given(one=st.text(max_size=30), other=st.text(max_size=30), part=st.text(min_size=1, max_size=3))
def test_a_text_tells_only_whether_it_contains(one: str, other: str, part: str) -> None:
    asked = fact(TestSort.CONTAINS, part)
    told = [answer(asked, GOOD, text, TODAY) for text in (one, other)]
    holds = [part in text.strip() for text in (one, other)]
    assert (told[0] is told[1]) == (holds[0] == holds[1])


@given(
    state=st.sampled_from(State),
    test=st.sampled_from(TestSort),
    value=st.none() | st.text(max_size=40),
    wanted=st.none() | st.text(max_size=10),
)
def test_any_value_has_an_answer(
    state: State, test: TestSort, value: str | None, wanted: str | None
) -> None:
    told = answer(fact(test, wanted), Standing(state, None, None), value, TODAY)
    if state is not State.ACTIVE and test is not TestSort.IN_FORCE:
        assert told is Answer.UNKNOWN
    if test is TestSort.IN_FORCE:
        silent = state in (State.UNKNOWN, State.DISPUTED)
        said = Answer.YES if state is State.ACTIVE else Answer.NO
        assert told is (Answer.UNKNOWN if silent else said)
