"""Eight digits at the counter: guessed, replayed, late, at another counter, torn in between."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.demo.story import HEALTH, MARKET
from api.wallets import new_wallet
from certs.errors import Coded
from ledger.errors import Pushback
from ledger.flows.reading.consent import grant_consent
from ledger.flows.reading.counter_codes import keep_consent, redeem_code, sweep
from ledger.flows.worker import work
from tests.doubles.faulty import Faulty
from tests.stories.house import House
from tests.stories.reusing import code_of, granted
from tests.stories.speaking import another, counter_code, delegated, person, undelegated


def redeemed(house: House, case: str, code: str, agency: str = HEALTH) -> str:
    return code_of(lambda: redeem_code(house.platform, agency, case, code))


def test_a_code_redeems_one_consent_once(health: House) -> None:
    plan, platform = health.hygiene_plan(), health.platform
    consent, code = counter_code(health, plan)
    assert platform.store.rows("consents", {"case_id": plan.case.id}) == []
    done = redeem_code(platform, HEALTH, plan.case.id, code)
    health.receive(consent)
    assert redeemed(health, plan.case.id, code) == "code.refused"
    _, request = health.ask(plan)
    data, thread = granted(health, request)
    grant_consent(platform, data, thread)
    assert code_of(lambda: keep_consent(platform, data, thread)) == "code.useless"
    assert done.entry.fresh
    assert health.findings() == ()


def test_a_code_is_of_one_counter_one_case_and_five_minutes(health: House) -> None:
    plan, platform = health.hygiene_plan(), health.platform
    _, code = counter_code(health, plan)
    other = health.hygiene_plan().case.id
    market = health.acts.open_case(MARKET, "restaurant-opening", "restaurant/code")
    assert redeemed(health, other, code) == "code.refused"
    assert redeemed(health, market, code, MARKET) == "code.refused"
    assert redeemed(health, plan.case.id, code, MARKET) == "not_found"
    late = health.with_ports(now=lambda: platform.now() + timedelta(minutes=5))
    assert redeemed(late, plan.case.id, code) == "code.refused"
    assert platform.store.rows("counter_codes", {"case_id": plan.case.id}) == []  # swept
    assert redeemed(health, plan.case.id, code) == "code.refused"


def test_a_new_code_replaces_the_one_before(health: House) -> None:
    plan = health.hygiene_plan()
    _, request = health.ask(plan)
    data, thread = granted(health, request)
    first, second = (keep_consent(health.platform, data, thread).code for _ in range(2))
    if first != second:
        assert redeemed(health, plan.case.id, first) == "code.refused"
    redeem_code(health.platform, HEALTH, plan.case.id, second)


def test_five_wrong_codes_lock_the_case_also_against_the_right_one(health: House) -> None:
    plan, platform = health.hygiene_plan(), health.platform
    _, code = counter_code(health, plan)
    for _ in range(5):
        assert redeemed(health, plan.case.id, another(code)) == "code.refused"
    assert redeemed(health, plan.case.id, another(code)) == "code.locked"
    assert redeemed(health, plan.case.id, code) == "code.locked"
    elsewhere = health.hygiene_plan()
    _, other = counter_code(health, elsewhere)
    redeem_code(platform, HEALTH, elsewhere.case.id, other)  # no other case is locked
    later = health.with_ports(now=lambda: platform.now() + timedelta(minutes=16))
    _, fresh = counter_code(later, plan)
    redeem_code(later.platform, HEALTH, plan.case.id, fresh)


def test_however_many_guess_at_once_five_are_heard(health: House) -> None:
    plan = health.hygiene_plan()
    _, code = counter_code(health, plan)
    gate = threading.Barrier(8)

    def guess(_: int) -> str:
        gate.wait()
        return redeemed(health, plan.case.id, another(code))

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(guess, range(8)))
    assert sorted(said) == ["code.locked"] * 3 + ["code.refused"] * 5


def test_what_is_kept_was_checked_as_if_it_were_given(health: House) -> None:
    _, request = health.ask()
    stranger = new_wallet(health.firm.subject, "somebody with a key")
    wrong = (
        (granted(health, request, by=stranger), "consent.unbound_key"),
        (granted(health, request, purpose="别的事"), "consent.other_purpose"),
        ((granted(health, request)[0], bytes(32)), "consent.thread"),
    )
    for (data, thread), code in wrong:
        assert code_of(lambda: keep_consent(health.platform, data, thread)) == code  # noqa: B023


def test_a_consent_given_meanwhile_spends_its_code(health: House) -> None:
    plan, platform = health.hygiene_plan(), health.platform
    _, request = health.ask(plan)
    data, thread = granted(health, request)
    code = keep_consent(platform, data, thread).code
    grant_consent(platform, data, thread)
    assert redeemed(health, plan.case.id, code) == "code.refused"
    assert health.findings() == ()


def test_a_clerk_s_code_is_worth_nothing_once_the_power_is_gone(house: House) -> None:
    firm, clerk, plan = house.firm, person(house, "办事员"), house.hygiene_plan()
    delegated(house, firm.signer, firm.subject, clerk.subject, days=1)
    _, request = house.ask(plan)
    data, thread = granted(house, request, by=clerk)
    code = keep_consent(house.platform, data, thread).code
    (row,) = house.platform.store.rows("delegations")
    undelegated(house, firm.signer, str(row["id"]))
    assert redeemed(house, plan.case.id, code) == "delegation.ended"
    assert house.platform.store.rows("consents", {"case_id": plan.case.id}) == []


@pytest.mark.parametrize("where", ["fail_before", "fail_after"])
def test_a_code_redeemed_as_the_store_fails_is_spent_with_its_consent(
    health: House, where: str
) -> None:
    """Both or neither; the answer that was lost is found by asking for the consent."""
    plan = health.hygiene_plan()
    _, code = counter_code(health, plan)
    torn = health.with_ports(store=Faulty(health.platform.store, **{where: {"append": 1}}))
    with pytest.raises(Pushback):
        redeem_code(torn.platform, HEALTH, plan.case.id, code)
    rows = health.platform.store.rows("consents", {"case_id": plan.case.id})
    assert len(rows) == (1 if where == "fail_after" else 0)
    if rows:
        assert redeemed(health, plan.case.id, code) == "code.refused"
    else:
        redeem_code(health.platform, HEALTH, plan.case.id, code)
    assert health.findings() == ()


def test_two_officers_redeem_one_code_once(health: House) -> None:
    plan = health.hygiene_plan()
    _, code = counter_code(health, plan)
    gate = threading.Barrier(2)

    def redeem(_: int) -> str:
        gate.wait()
        try:
            redeem_code(health.platform, HEALTH, plan.case.id, code)
        except Coded as error:
            return error.code
        return "redeemed"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(redeem, range(2)))
    # the slower one may find the very same consent standing already
    assert said[-1] == "redeemed"
    assert said[0] in ("redeemed", "code.refused", "conflict.stale")
    assert len(health.platform.store.rows("consents", {"case_id": plan.case.id})) == 1


def test_codes_that_ran_out_are_swept_by_the_worker(house: House) -> None:
    counter_code(house, house.hygiene_plan())
    assert sweep(house.platform) == 0
    late = house.with_ports(now=lambda: house.platform.now() + timedelta(minutes=6))
    work(late.platform)
    assert house.platform.store.rows("counter_codes") == []
