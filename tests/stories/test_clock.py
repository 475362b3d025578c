"""A year in a few seconds: the chain's blocks, status lists and evidence follow the clock."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from api.demo import cast
from api.demo.clock import MovableClock
from api.founding import found
from api.wiring import open_platform, utc_now
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.fsck import fsck
from ledger.flows.library.issue import issue_licence
from ledger.flows.worker import work
from tests.stories.house import House, food_draft


def test_a_year_passes_and_everything_holds(tmp_path: Path) -> None:
    root = tmp_path / "data"
    begun = utc_now() - timedelta(days=300)
    clock = MovableClock(begun)
    made = found(root, store="directory", now=clock, lifetime=timedelta(days=730))
    with open_platform(root, clock) as platform:
        people = cast.gather(platform, made.folder)
        house = House(made.folder, platform, people, None)  # type: ignore[arg-type]
        permits = []
        for _ in range(3):
            clock.forward(days=90)
            permits.append(issue_licence(platform, "scjg", food_draft(house)))
            assert work(platform).waiting is None
            items = [Submitted("licence", one.layout) for one in permits[:1]]
            assert verify_items(platform, items, clock())[0].code == "passed"
        times = [one.block_time for one in platform.store.anchors()]
        assert (
            times == sorted(times)
            and times[-1] == clock()
            and times[0] == begun.replace(microsecond=0)
        )
        assert fsck(platform).findings == ()
    with open_platform(root) as platform:  # and the wall clock takes over
        assert work(platform).waiting is None
        assert fsck(platform).findings == ()


def test_a_clock_does_not_go_back() -> None:
    clock = MovableClock(utc_now())
    before = clock()
    with pytest.raises(ValueError, match="back"):
        clock.forward(seconds=-1)
    assert clock.until(before - timedelta(days=1)) == before == clock()
    assert clock.until(before + timedelta(days=1)) == clock() == before + timedelta(days=1)
