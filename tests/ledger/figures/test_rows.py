"""Figures of random histories: what the rows hold is what is counted, each once, whatever by."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.adapters.sql.sqlite import SqliteStore
from ledger.figures.counting import WAYS
from ledger.figures.table import By
from ledger.flows.evidence.figures import Period, figures_of
from ledger.platform import Platform
from ledger.ports import Row, Scalar

BYS: tuple[By, ...] = ("item", "agency", "channel")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@dataclass(frozen=True)
class Past:
    """One case: when it was opened, its plan by requirement (None: never planned), its demands."""

    item: str
    agency: str
    channel: str
    day: int
    month: int
    ways: list[str] | None
    demands: list[str] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        return self.month == 3


PASTS = st.lists(
    st.builds(
        Past,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["wjw", "scjg"]),
        st.sampled_from(["online", "counter"]),
        st.integers(1, 28),
        st.sampled_from([2, 3, 3, 4]),
        st.one_of(st.none(), st.lists(st.sampled_from(WAYS), max_size=5)),
        st.lists(st.sampled_from(["recorded", "covered", "refused"]), unique=True),
    ),
    max_size=12,
)


def rows(number: int, past: Past) -> list[Row]:
    case, at = f"case_{number}", f"2026-{past.month:02d}-{past.day:02d}T04:00:00Z"
    shared: dict[str, Scalar] = {"item": past.item, "agency": past.agency, "channel": past.channel}
    opened: dict[str, Scalar] = {
        **shared, "id": case, "subject": "sub", "parties": "{}", "matter": "m", "state": "open",
        "opened_index": number, "opened_at": at,
    }  # fmt: skip
    made = [Row("cases", opened)]
    if past.ways is not None:
        plan = {"case_id": case, "spared": len(past.ways), "handed_in": 1, "asked": 0}
        made.append(Row("case_plans", plan))
        made += [
            Row("case_ways", {"case_id": case, "requirement": f"r{n}", "way": way})
            for n, way in enumerate(past.ways)
        ]
    made += [
        Row("demands", {**shared, "id": f"dem_{number}_{outcome}", "case_id": case, "kind": "k",
                        "role": "r", "outcome": outcome, "made_at": at, "entry_index": number})
        for outcome in past.demands
    ]  # fmt: skip
    return made


@settings(max_examples=25, deadline=None)
@given(PASTS)
def test_figures_add_up_to_the_rows(pasts: list[Past]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "ledger.db")
        for number, past in enumerate(pasts):
            store.write(rows(number, past))
        now = datetime(2026, 5, 1, tzinfo=UTC)
        platform = cast(Platform, SimpleNamespace(store=store, now=lambda: now))
        reports = [figures_of(platform, MARCH, by) for by in BYS]
        own = figures_of(platform, MARCH, "item", "wjw")
        store.close()
    mine = [past for past in pasts if past.counts]
    planned = [past.ways for past in mine if past.ways is not None]
    ways = Counter(way for each in planned for way in each)
    for report in reports:
        total = report.total
        assert total == reports[0].total
        assert total.cases["opened"] == len(mine) and total.cases["planned"] == len(planned)
        assert total.required == sum(ways.values()) == sum(total.ways.values())
        assert {way: n for way, n in total.ways.items() if n} == dict(ways)
        assert total.papers["spared"] == sum(map(len, planned))
        outcomes = Counter(outcome for past in mine for outcome in past.demands)
        assert {name: n for name, n in total.demands.items() if n} == dict(outcomes)
        assert total.required == sum(one.required for one in report.groups.values())
        keys: set[Any] = {getattr(past, report.by) for past in mine}
        assert set(report.groups) == keys
    assert own.total.cases["opened"] == sum(past.agency == "wjw" for past in mine)
