"""What comes to stand in the way at the very moment of the second approval keeps the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.demo.story import MARKET
from ledger.after.parties import dispute
from ledger.errors import NotFound, Stale
from ledger.flows.after.disputes import open_dispute
from ledger.flows.after.erasure import approve_erasure
from ledger.flows.reading.consent import grant_consent
from tests.stories.erasing import ARCHIVE, KIND, OPERATOR, asked, at_peace, plan_handed_in
from tests.stories.house import House
from tests.stories.reusing import code_of, granted


class Overtaken:
    """A store of which somebody else makes use right before our commit, once."""

    def __init__(self, store: Any, act: Callable[[], object]) -> None:
        self._store, self._act = store, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, entries: Any) -> Any:
        act, self._act = self._act, lambda: None
        act()
        return self._store.append(entries)


def overtaken(house: House, act: Callable[[], object]) -> House:
    return house.with_ports(store=Overtaken(house.platform.store, act))


def half_approved(house: House, material: str) -> str:
    erasure = asked(house, material)
    approve_erasure(house.platform, ARCHIVE, erasure, "o-1", "保管期已满")
    return erasure


def second(house: House, erasure: str) -> object:
    return approve_erasure(house.platform, OPERATOR, erasure, "o-2", "同意")


def dispute_of(house: House, material: str) -> bytes:
    platform, now = house.platform, house.platform.now()
    origin, signer = platform.log.origin, house.firm.signer
    return dispute(signer, origin, material, MARKET, None, "不是我的", now, platform.randomness)


def state_of(house: House, material: str) -> object:
    return house.platform.store.rows("materials", {"id": material.partition(":")[2]})[0]["state"]


def test_a_dispute_at_the_last_moment_keeps_the_paper(house: House) -> None:
    house = at_peace(house)
    material = f"material:{plan_handed_in(house).material}"
    erasure = half_approved(house, material)
    racing = overtaken(house, lambda: open_dispute(house.platform, dispute_of(house, material)))
    with pytest.raises(Stale):
        second(racing, erasure)
    assert state_of(house, material) == "active"
    assert code_of(lambda: second(house, erasure)) == "erasure.disputed"
    assert house.findings() == ()


def test_a_consent_at_the_last_moment_keeps_the_paper(house: House) -> None:
    house = at_peace(house)
    plan = house.hygiene_plan()
    (row,) = house.platform.store.rows("materials", {"kind": KIND})
    material = f"material:{row['id']!s}"
    _, request = house.ask(plan)
    data, thread = granted(house, request)
    erasure = half_approved(house, material)
    racing = overtaken(house, lambda: grant_consent(house.platform, data, thread))
    with pytest.raises(Stale):
        second(racing, erasure)
    assert state_of(house, material) == "active"
    assert "erasure." in code_of(lambda: second(house, erasure))
    assert house.findings() == ()


def test_what_was_erased_a_moment_ago_is_not_disputed(house: House) -> None:
    house = at_peace(house)
    material = f"material:{plan_handed_in(house).material}"
    erasure, data = half_approved(house, material), dispute_of(house, material)
    racing = overtaken(house, lambda: second(house, erasure))
    with pytest.raises(NotFound):
        open_dispute(racing.platform, data)
    assert state_of(house, material) == "erased"
    assert house.platform.store.rows("disputes", {"object": material}) == []
    assert house.findings() == ()
