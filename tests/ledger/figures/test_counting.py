"""Figures add up, whatever happened."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.figures.counting import NAMES, TOOK, WAYS, Counted, Took, figures, quantile
from ledger.figures.table import Report

KEYS = st.sampled_from(["wjw", "scjg", "sw"])


def counted() -> st.SearchStrategy[Counted]:
    names = st.sampled_from([(sort, name) for sort, names in NAMES.items() for name in names])
    return st.builds(
        lambda key, one, number: Counted(key, *one, number), KEYS, names, st.integers(0, 50)
    )


def took() -> st.SearchStrategy[Took]:
    seconds = st.one_of(st.none(), st.integers(0, 10**7))
    return st.builds(Took, KEYS, st.sampled_from(TOOK), seconds, st.booleans(), st.integers(1, 5))


@given(st.lists(counted(), max_size=40), st.lists(took(), max_size=30))
def test_groups_add_up_to_the_whole_and_ways_to_what_is_required(
    counts: list[Counted], times: list[Took]
) -> None:
    groups = figures(counts, times)
    whole = figures(
        [Counted("all", one.sort, one.name, one.number) for one in counts],
        [Took("all", one.sort, one.seconds, one.late, one.number) for one in times],
    )
    for one in groups.values():
        assert one.required == sum(one.ways.values()) and set(one.ways) == set(WAYS)
        assert one.required == one.covered + one.ways["handed_in"] + one.ways["asked"]
        assert one.coverage_percent is None or 0 <= one.coverage_percent <= 100
    if not whole:
        assert groups == {}
        return
    total = whole["all"]
    for sort in ("cases", "ways", "papers", "demands", "reads"):
        added = sum((Counter(getattr(one, sort)) for one in groups.values()), Counter())
        assert added == Counter({k: v for k, v in getattr(total, sort).items() if v})
    for sort in TOOK:
        assert total.times[sort].count == sum(one.times[sort].count for one in groups.values())
        assert total.times[sort].late == sum(one.times[sort].late for one in groups.values())


@given(st.lists(st.integers(0, 100), min_size=1), st.integers(1, 100))
def test_a_quantile_is_one_of_the_values_and_enough_are_below(
    values: list[int], percent: int
) -> None:
    found = quantile([(value, 1) for value in values], percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)  # type: ignore[operator]
    assert sum(value < found for value in values) * 100 < percent * len(values)  # type: ignore[operator]


def test_quantiles_by_hand() -> None:
    assert quantile([], 50) is None
    assert quantile([(10, 9), (100, 1)], 50) == 10
    assert quantile([(10, 9), (100, 1)], 90) == 10
    assert quantile([(10, 8), (100, 2)], 90) == 100


def test_what_is_not_counted_here_is_a_value_error() -> None:
    with pytest.raises(ValueError):
        figures([Counted("wjw", "ways", "guessed", 1)], [])
    with pytest.raises(ValueError):
        figures([], [Took("wjw", "lunch", 1)])


@given(st.lists(counted(), min_size=1, max_size=20), st.lists(took(), max_size=10))
def test_the_table_says_what_the_json_says(counts: list[Counted], times: list[Took]) -> None:
    groups = figures(counts, times)
    (total,) = figures([Counted("all", *_rest(one)) for one in counts], []).values()
    report = Report(date(2026, 1, 1), date(2026, 1, 31), "agency", groups, total)
    lines = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert [line["agency"] for line in lines] == [*groups, "total"]
    for line, one in zip(lines, groups.values(), strict=False):
        assert int(line["required"]) == one.required
        assert {way: int(line[f"way_{way}"]) for way in WAYS} == dict(one.ways)
        assert line["case_median_s"] == (
            "" if (s := one.times["case"].median_s) is None else str(s)
        )


def _rest(one: Counted) -> tuple[str, str, int]:
    return one.sort, one.name, one.number
