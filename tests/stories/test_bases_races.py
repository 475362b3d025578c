"""Two things at once: exactly one wins, and the log shows the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.demo.story import HEALTH
from certs import keys
from certs.errors import Coded
from ledger.flows.reading.consent import grant_consent, withdraw_consent
from ledger.flows.reading.release import release
from tests.doubles.faulty import Faulty
from tests.stories.house import House
from tests.stories.reusing import code_of, granted, ordered, withdrawal
from tests.stories.speaking import (
    based_order,
    delegated,
    ended,
    person,
    stated,
    undelegated,
)


class Meanwhile(Faulty):
    """A port before whose first call of ``method`` something else happens."""

    def __init__(self, port: Any, method: str, act: Callable[[], object]) -> None:
        super().__init__(port)
        self._method, self._act = method, act

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            self._method = ""
            self._act()
        return super().__getattr__(name)


def between(house: House, port: str, method: str, act: Callable[[], object]) -> House:
    return house.with_ports(**{port: Meanwhile(getattr(house.platform, port), method, act)})


def released(house: House, data: bytes, private: keys.X25519Private) -> str:
    try:
        release(house.platform, HEALTH, data, private.public_key().public_bytes_raw())
    except Coded as error:
        return error.code
    return "released"


@pytest.mark.parametrize(
    ("port", "method", "said"),
    [("store", "append", "consent.changed"), ("keys", "hand_over", "consent.withdrawn")],
)
def test_a_withdrawal_in_the_middle_of_a_release(
    house: House, port: str, method: str, said: str
) -> None:
    """Before the append the withdrawal stands first in the log; after it the release does, and its
    keys are not handed over all the same."""
    agreed, private = house.agree(), keys.generate_x25519()
    data = ordered(house, agreed.consent, private=private)
    gone = withdrawal(house, agreed.consent)
    racing = between(house, port, method, lambda: withdraw_consent(house.platform, gone))
    assert released(racing, data, private) == said
    kinds = _kinds(house)
    assert "consent.withdrawn" in kinds
    assert ("released" in kinds) == (port == "keys")
    assert kinds[-1] == "refused"
    assert house.findings() == ()


@pytest.mark.parametrize(("port", "method"), [("store", "append"), ("keys", "hand_over")])
def test_the_end_of_a_power_in_the_middle_of_a_release(
    house: House, port: str, method: str
) -> None:
    firm, clerk = house.firm, person(house, "办事员")
    given = delegated(house, firm.signer, firm.subject, clerk.subject)
    _, request = house.ask()
    consent, thread = granted(house, request, by=clerk)
    grant_consent(house.platform, consent, thread)
    private = keys.generate_x25519()
    data = ordered(house, consent, private=private)
    racing = between(house, port, method, lambda: undelegated(house, firm.signer, given))
    expected = "consent.changed" if port == "store" else "delegation.ended"
    assert released(racing, data, private) == expected
    assert released(house, data, private) == "delegation.ended"
    assert house.findings() == ()


@pytest.mark.parametrize(
    ("port", "method", "said"),
    [("store", "append", "basis.changed"), ("keys", "hand_over", "basis.ended")],
)
def test_the_end_of_a_basis_in_the_middle_of_a_release(
    house: House, port: str, method: str, said: str
) -> None:
    basis, private = stated(house, house.hygiene_plan()), keys.generate_x25519()
    data = based_order(house, basis, 1, private)
    racing = between(house, port, method, lambda: ended(house, basis))
    assert released(racing, data, private) == said
    assert house.findings() == ()


def test_two_ask_at_once_for_the_last_use(house: House) -> None:
    """Of a consent and of a basis: the slower one finds it used."""
    plan = house.hygiene_plan()
    agreed, basis = house.agree(plan), stated(house, plan, uses=1)
    for order in (
        lambda private: ordered(house, agreed.consent, private=private),
        lambda private: based_order(house, basis, 1, private),
    ):
        mine, other = keys.generate_x25519(), keys.generate_x25519()
        slow, quick = order(mine), order(other)
        racing = between(
            house,
            "store",
            "append",
            lambda: _first(house, quick, other),  # noqa: B023
        )
        assert released(racing, slow, mine) in ("consent.changed", "basis.changed")
        assert released(house, slow, mine) in ("consent.used_up", "basis.used_up")
    assert house.findings() == ()


def _first(house: House, data: bytes, private: keys.X25519Private) -> None:
    assert released(house, data, private) == "released"


def test_a_consent_to_what_is_needed_no_more_is_not_taken(house: House) -> None:
    """Asked for, then the plan has another paper: the holder is told, and nothing is lost."""
    plan = house.hygiene_plan()
    _, request = house.ask(plan)
    kinds = plan.released_kinds(house.firm.subject)
    (name,) = (one for one, kind in kinds.items() if kind == "material:layout-plan")
    house.acts.hand_in(HEALTH, plan.case.id, "layout-plan", "新平面图", house.firm.subject)
    data, thread = granted(house, request)
    said = code_of(lambda: grant_consent(house.platform, data, thread))
    assert (said, bool(name)) == ("consent.superseded", True)
    _, again = house.ask()
    grant_consent(house.platform, *granted(house, again))


def _kinds(house: House) -> list[str]:
    size = house.platform.store.size()
    return [entry.kind for entry in house.platform.store.entries(0, size)]
