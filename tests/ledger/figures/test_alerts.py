"""Each alert has a case that raises it and a neighbour that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.figures.alert_words import WORDS
from ledger.figures.alerts import (
    Alert,
    Level,
    Limits,
    ReadSeen,
    RefusalSeen,
    Waiting,
    alerts,
    worst,
)
from ledger.figures.lawful import Ground, had_basis

NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)  # a Tuesday, twelve o'clock in China
READ = ReadSeen(7, "wjw", "officer-7", "sub_a", NOON, True)
LIMITS = Limits(reads_an_hour=3, subjects_a_day=2, refusals_an_hour=2, demands_refused=2)


def reads(number: int, minutes: int = 1, people: int = 1) -> list[ReadSeen]:
    return [
        replace(
            READ,
            entry=n,
            at=NOON + timedelta(minutes=minutes * n),
            subject=f"sub_{n % people}",
        )
        for n in range(number)
    ]


def codes(found: tuple[Alert, ...]) -> list[tuple[str, str]]:
    return [(one.code, one.level.value) for one in found]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([READ], []),
        ([replace(READ, lawful=False)], [("read.without_basis", "red")]),
        (reads(3), []),
        (reads(4), [("read.bulk", "yellow")]),
        (reads(7), [("read.bulk", "red")]),
        (reads(4, minutes=20), []),
        (reads(3, people=2), []),
        (reads(3, people=3), [("read.many_people", "yellow")]),
        ([replace(one, officer=f"o{n}") for n, one in enumerate(reads(9, people=9))], []),
        (
            [replace(one, officer=f" O-{'Ｉ' * (n % 2) or 'i'}") for n, one in enumerate(reads(4))],
            [("read.bulk", "yellow")],
        ),
        ([replace(READ, at=NOON + timedelta(hours=8))], [("read.off_hours", "yellow")]),
        ([replace(READ, at=NOON + timedelta(hours=7, minutes=59))], []),
        ([replace(READ, at=NOON - timedelta(hours=5, minutes=1))], [("read.off_hours", "yellow")]),
        ([replace(READ, at=NOON + timedelta(days=4))], [("read.off_hours", "yellow")]),
    ],
)
def test_reads(seen: list[ReadSeen], expected: list[tuple[str, str]]) -> None:
    assert codes(alerts(seen, [], [], NOON, LIMITS)) == expected


def test_refusals_of_one_officer_pile_up_and_needless_demands_of_an_agency() -> None:
    one = RefusalSeen("wjw", "officer-7", NOON)
    assert alerts([], [one] * 2, [], NOON, LIMITS) == ()
    assert codes(alerts([], [one] * 3, [], NOON, LIMITS)) == [("refused.often", "yellow")]
    assert codes(alerts([], [one] * 5, [], NOON, LIMITS)) == [("refused.often", "red")]
    spread = [replace(one, at=NOON + timedelta(hours=n)) for n in range(9)]
    assert alerts([], spread, [], NOON, LIMITS) == ()
    needless = replace(one, officer=None, needless=True)
    assert alerts([], [needless], [], NOON, LIMITS) == ()
    found = alerts([], [needless] * 2, [], NOON, LIMITS)
    assert codes(found) == [("demand.refused_often", "yellow")]
    assert alerts([], [replace(one, officer=None)] * 9, [], NOON, LIMITS) == ()


@pytest.mark.parametrize("sort", ["assistance", "flag", "dispute", "commitment", "review"])
def test_what_is_late_is_yellow_and_red_once_nobody_can_overlook_it(sort: str) -> None:
    due = Waiting(sort, "x_1", "sw", NOON)
    assert alerts([], [], [due], NOON, LIMITS) == ()
    later = NOON + timedelta(days=1)
    (late,) = alerts([], [], [due, replace(due, id="x_2")], later, LIMITS)
    assert (late.code, late.level, late.number) == (f"{sort}.late", Level.YELLOW, 2)
    assert late.ids == ("x_1", "x_2")
    (urgent,) = alerts([], [], [replace(due, escalated=True)], later, LIMITS)
    assert urgent.level is Level.RED
    (old,) = alerts([], [], [due], NOON + timedelta(days=11), LIMITS)
    assert old.level is Level.RED


def test_the_worst_comes_first_and_every_code_has_its_words() -> None:
    seen = [*reads(7, people=7), replace(READ, at=NOON + timedelta(hours=9), lawful=False)]
    waiting = [Waiting(sort, "x", "sw", NOON - timedelta(1))
               for sort in ("assistance", "flag", "dispute", "commitment", "review")]  # fmt: skip
    refusals = [RefusalSeen("wjw", "o", NOON), RefusalSeen("wjw", None, NOON, True)]
    found = alerts(seen, refusals * 9, waiting, NOON, LIMITS)
    levels = [one.level for one in found]
    assert levels == sorted(levels, key=lambda level: level is not Level.RED)
    assert {one.code for one in found} == set(WORDS)
    for one in found:
        shown = one.to_json(("某机构", "An agency"))
        assert "某机构" in str(shown["zh"]) and "An agency" in str(shown["en"])
        assert shown["zh"] and shown["en"] and "{" not in f"{shown['zh']}{shown['en']}"
    assert worst(found) is Level.RED
    assert worst(()) is Level.GREEN


READS = st.lists(
    st.builds(
        ReadSeen,
        st.integers(0, 10**6),
        st.sampled_from(["wjw", "scjg"]),
        st.sampled_from(["o1", "o2"]),
        st.sampled_from(["sub_a", "sub_b", "sub_c"]),
        st.datetimes(datetime(2026, 3, 2), datetime(2026, 3, 9)).map(
            lambda at: at.replace(tzinfo=UTC)
        ),
        st.booleans(),
    ),
    max_size=30,
)


@given(READS, READS)
def test_more_reads_never_calm_it_down(some: list[ReadSeen], more: list[ReadSeen]) -> None:
    order = list(Level)
    before = worst(alerts(some, [], [], NOON, LIMITS))
    after = worst(alerts([*some, *more], [], [], NOON, LIMITS))
    assert order.index(after) >= order.index(before)


GROUND = Ground("wjw", "case_1", 5, None, 2, NOON)


@pytest.mark.parametrize(
    ("ground", "lawful"),
    [
        (GROUND, True),
        (None, False),
        (replace(GROUND, agency="scjg"), False),
        (replace(GROUND, case="case_2"), False),
        (replace(GROUND, entry=7), False),
        (replace(GROUND, ended=6), False),
        (replace(GROUND, ended=8), True),
        (replace(GROUND, max_uses=0), False),
        (replace(GROUND, until=NOON - timedelta(minutes=2)), False),
    ],
)
def test_a_read_has_its_basis_by_the_order_of_the_log(ground: Ground | None, lawful: bool) -> None:
    assert had_basis(ground, "wjw", "case_1", 7, 1, NOON) is lawful
