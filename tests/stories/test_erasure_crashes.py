"""An erasure that fails at any point: no content goes without an entry, and the worker ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.errors import Pushback
from ledger.flows.after.erasure import approve_erasure
from ledger.flows.door.once import Once
from ledger.flows.fsck import fsck
from ledger.flows.worker import work
from tests.stories.erasing import ARCHIVE, OPERATOR, asked, at_peace, plan_handed_in
from tests.stories.house import House, Told, opened_copy
from tests.stories.test_crashes import READS, broken, points


@pytest.fixture(scope="module")
def worn(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("worn") / "data") as opened:
        yield at_peace(opened)


def approved_once(house: House) -> tuple[str, str]:
    """(material, erasure) that waits for its second approval."""
    material = plan_handed_in(house).material
    erasure = asked(house, f"material:{material}")
    approve_erasure(house.platform, ARCHIVE, erasure, "o-1", "保管期已满")
    return material, erasure


def second(house: House, erasure: str) -> None:
    once = Once(OPERATOR, "erasures", erasure, b"approve")
    if once.earlier(house.platform) is None:
        approve_erasure(house.platform, OPERATOR, erasure, "o-2", "同意", once)


def test_the_second_approval_survives_a_failure_at_every_call(worn: House) -> None:
    _, watched = approved_once(worn)
    swept = points(worn, lambda house: second(house, watched))
    wanted = {("store", "append"), ("keys", "destroy"), ("blobs", "delete"), ("store", "erase")}
    assert wanted <= {point[:2] for point in swept}
    for point in swept:
        material, erasure = approved_once(worn)
        with pytest.raises(Pushback):
            second(broken(worn, point), erasure)
        if point[1] not in READS:  # in between: announced and unfinished at worst
            assert {one.code for one in fsck(worn.platform).findings} <= {"fsck.erasure"}, point
        work(worn.platform)
        second(worn, erasure)
        row = worn.platform.store.rows("materials", {"id": material})[0]
        assert row["state"] == "erased", point
        assert worn.platform.store.rows("destructions") == [], point
    assert worn.findings() == ()


def test_the_worker_goes_on_after_a_failure_at_every_call_of_its_own(worn: House) -> None:
    def announced() -> None:
        _, erasure = approved_once(worn)
        with pytest.raises(Pushback):
            second(broken(worn, ("keys", "destroy", 1, "before")), erasure)

    work(worn.platform)
    announced()
    swept = points(worn, lambda house: work(house.platform))
    assert {("keys", "destroy"), ("blobs", "delete"), ("store", "erase"), ("store", "delete")} <= {
        point[:2] for point in swept
    }
    for point in swept:
        announced()
        assert work(broken(worn, point).platform).waiting == "pushback", point
        assert work(worn.platform).waiting is None, point
        assert worn.platform.store.rows("destructions") == [], point
    assert worn.findings() == ()
