"""Who answers for an agency's licences: examples, and the same answer as the contract's own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.agencies.duty import HOP_LIMIT, Answering, DutyTooLong, answering
from ledger.ports import AgencyRecord, DutyRow
from tests.ledger.world import World
from tests.ledger.world_names import FOOD, START

WORLD = World()


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def row(issuer: str, body: str, number: int, licence_type: str = "") -> DutyRow:
    """The row of this number, written on the day of that number."""
    return DutyRow(issuer, licence_type, body, day(number), number)


def members(**ended: int) -> Mapping[str, AgencyRecord]:
    """Agencies a to e, those named dissolved on a day."""
    known = {name: replace(WORLD.record("scjg"), id=name) for name in "abcde"}
    return known | {
        name: replace(known[name], ended_at=day(at), ending="dissolved")
        for name, at in ended.items()
    }


def asked(
    rows: Sequence[DutyRow], at: int, kind: str = FOOD, of: str = "a", **ended: int
) -> Answering:
    return answering(rows, members(**ended).get, of, kind, day(at))


def test_without_any_row_the_issuer_answers_itself() -> None:
    assert asked([], 9) == Answering("a", None)


def test_a_merger_and_the_next_one() -> None:
    rows = [row("a", "b", 2), row("b", "c", 4)]
    for at, expected in ((1, Answering("a", None)), (2, Answering("b", day(2))),
                         (4, Answering("c", day(4)))):  # fmt: skip
        assert asked(rows, at, a=2, b=4) == expected


def test_a_type_that_was_passed_on_alone_stays_where_it_went() -> None:
    rows = [row("a", "b", 2, FOOD), row("a", "c", 3)]
    assert asked(rows, 5, a=3).body == "b"
    assert asked(rows, 5, "fire", a=3).body == "c"
    assert asked(rows, 5, "", a=3).body == "c"


def test_what_a_body_passed_on_before_it_took_over_does_not_count() -> None:
    rows = [row("b", "c", 1), row("a", "b", 2)]
    assert asked(rows, 5).body == "b"
    assert asked(rows, 5, of="b").body == "c"


def test_nobody_answers_for_an_agency_abolished_without_a_successor() -> None:
    assert asked([], 5, a=3) == Answering("", day(3))
    assert asked([], 2, a=3) == Answering("a", None)
    assert asked([row("a", "b", 2)], 5, a=2, b=4) == Answering("", day(4))


def test_a_duty_that_came_home() -> None:
    assert asked([row("a", "b", 2), row("b", "a", 3)], 5) == Answering("a", day(3))


def test_more_hops_than_anybody_follows() -> None:
    names = ["a", "b"] * HOP_LIMIT
    rows = [row(one, other, n) for n, (one, other) in enumerate(pairwise(names), 1)]
    assert asked(rows[:HOP_LIMIT], 99).body == "a"
    with pytest.raises(DutyTooLong):
        asked(rows[: HOP_LIMIT + 1], 99)


def contract_way(rows: Sequence[DutyRow], issuer: str, kind: str, at: datetime) -> str:
    """As `AgencyRegistry.responsible` says it: the earliest later row of the body, again and
    again."""
    body, sequence = issuer, 0
    while True:
        later = [
            one
            for one in rows
            if one.issuer == body
            and one.licence_type in ("", kind)
            and one.sequence > sequence
            and one.since <= at
        ]
        if not later:
            return body
        first = min(later, key=lambda one: one.sequence)
        body, sequence = first.body, first.sequence


_ROWS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.sampled_from(["", FOOD, "x"])),
    max_size=12,
).map(lambda made: [row(a, b, n, kind) for n, (a, b, kind) in enumerate(made, 1)])


@given(rows=_ROWS, at=st.integers(0, 14), kind=st.sampled_from(["", FOOD]), data=st.data())
def test_the_contract_says_the_same(
    rows: list[DutyRow], at: int, kind: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert asked(shuffled, at, kind).body == contract_way(rows, "a", kind, day(at))
