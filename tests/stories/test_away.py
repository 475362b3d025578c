"""An engine that is away: accepted and pending, or not now; never half done, never false green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH
from certs.verdict import Outcome
from ledger.errors import ChainAway, NotFound, Pushback, Refused, StoreAway, Tampered
from ledger.flows.evidence.anchor import ChainAhead, anchor
from ledger.flows.evidence.chain_index import ReorgTooDeep
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.fsck import fsck
from ledger.flows.reading.release import EvidenceStale, release
from ledger.flows.worker import Round, run, work
from ledger.ports import ChainHead
from tests.stories.house import House, issue_food


class Away:
    """A port of which nothing answers."""

    def __init__(self, error: Callable[[], Exception]) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: object, **kwargs: object) -> Any:
            raise self._error()

        return call


NO_CHAIN = Away(lambda: ChainAway("the chain is away"))
NO_FILES = Away(lambda: StoreAway("the files are away"))


def test_without_the_chain_papers_are_accepted_and_wait(house: House) -> None:
    away = house.with_ports(chain=NO_CHAIN)
    anchored = house.platform.store.anchors()[-1].size
    case = away.acts.open_case("scjg", "business-scope-change-catering", "scope/2026-2")
    away.acts.hand_in("scjg", case, "layout-plan", "平面图", away.firm.subject)
    waiting = work(away.platform)
    size = house.platform.store.size()
    assert (waiting.integrated, waiting.waiting) == (size, "chain.away")
    assert house.platform.store.anchors()[-1].size == anchored
    done = work(house.platform)
    assert (done.anchored, done.waiting) == (size, None)
    assert house.findings() == ()


def test_without_the_chains_events_all_else_goes_on(house: House) -> None:
    away = house.with_ports(chain_events=NO_CHAIN)
    issue_food(away)
    waiting = work(away.platform)
    assert (waiting.anchored, waiting.waiting) == (house.platform.store.size(), "chain.away")
    issue_food(away)
    deep = Away(lambda: ReorgTooDeep("other blocks"))
    with pytest.raises(ReorgTooDeep):
        work(house.with_ports(chain_events=deep).platform)
    assert house.platform.store.anchors()[-1].size == house.platform.store.size()
    assert work(house.platform).waiting is None
    assert house.findings() == ()


def test_without_the_chain_nothing_is_issued_and_nothing_left_behind(house: House) -> None:
    before = house.platform.store.size(), sorted(house.platform.blobs.cids())
    with pytest.raises(ChainAway):
        issue_food(house.with_ports(chain=NO_CHAIN))
    assert (house.platform.store.size(), sorted(house.platform.blobs.cids())) == before


def test_without_the_chain_a_verdict_is_never_green(house: House) -> None:
    asked = [Submitted("licence", house.permit.layout)]
    now = house.platform.now()
    assert verify_items(house.platform, asked, now)[0].outcome is Outcome.PASSED
    away = house.with_ports(chain=NO_CHAIN).platform
    assert verify_items(away, asked, now)[0].outcome is Outcome.INDETERMINATE


def test_without_the_chain_fsck_does_not_say_clean(house: House) -> None:
    with pytest.raises(Pushback):
        fsck(house.with_ports(chain=NO_CHAIN).platform)
    with pytest.raises(Pushback):
        fsck(house.with_ports(blobs=NO_FILES).platform)


def test_a_new_entry_is_pending_until_it_is_anchored(house: House) -> None:
    issued = issue_food(house, number="JY-pending")
    asked = [Submitted("licence", issued.layout)]
    now = house.platform.now()
    assert verify_items(house.platform, asked, now)[0].outcome is Outcome.INDETERMINATE
    work(house.platform)
    now = house.platform.now()
    assert verify_items(house.platform, asked, now)[0].outcome is Outcome.PASSED


def test_without_the_files_deposits_are_pushed_back_and_nothing_is_released(house: House) -> None:
    agreed = house.agree()
    away = house.with_ports(blobs=NO_FILES)
    size = house.platform.store.size()
    with pytest.raises(StoreAway):
        issue_food(away)
    with pytest.raises(StoreAway):
        away.acts.collect_business_licence()
    data, private = house.order(agreed.consent)
    with pytest.raises(StoreAway):
        release(away.platform, HEALTH, data, private.public_key().public_bytes_raw())
    assert house.platform.store.size() == size
    release(house.platform, HEALTH, data, private.public_key().public_bytes_raw())
    assert house.findings() == ()


def test_evidence_that_is_too_old_stops_releasing_but_not_accepting(house: House) -> None:
    """And it goes on by itself once the log is anchored again."""
    agreed = house.agree()
    limit = house.platform.trust.profile.freshness.evidence_s
    late = house.platform.now() + timedelta(seconds=limit + 60)
    stale = house.with_ports(now=lambda: late)
    data, private = stale.order(agreed.consent)
    recipient = private.public_key().public_bytes_raw()
    size = house.platform.store.size()
    with pytest.raises(EvidenceStale) as refused:
        release(stale.platform, HEALTH, data, recipient)
    assert (refused.value.code, refused.value.retry_after) == ("evidence.stale", 30)
    assert house.platform.store.size() == size
    case = stale.acts.open_case("scjg", "business-scope-change-catering", "scope/2026-3")
    stale.acts.hand_in("scjg", case, "layout-plan", "平面图", stale.firm.subject)
    fresh = house.platform.store.anchors()[-1].block_time
    work(house.platform)
    assert house.platform.store.anchors()[-1].block_time >= fresh
    data, private = house.order(agreed.consent)
    release(house.platform, HEALTH, data, private.public_key().public_bytes_raw())


def test_a_key_store_that_is_away_hands_nothing_over_and_the_same_order_completes(
    house: House,
) -> None:
    agreed = house.agree()
    data, private = house.order(agreed.consent)
    recipient = private.public_key().public_bytes_raw()
    gone = house.with_ports(keys=Away(lambda: Pushback("the key store is away")))
    with pytest.raises(Pushback):
        release(gone.platform, HEALTH, data, recipient)
    assert release(house.platform, HEALTH, data, recipient).handed.keys
    assert len(house.platform.store.rows("releases")) == 1


def test_the_worker_goes_on_through_everything(house: House) -> None:
    """Away, then broken, then back: each round is reported, none ends the worker."""
    issue_food(house, number="JY-worker")
    chains = iter([NO_CHAIN, Away(lambda: Tampered("another chain")), house.platform.chain])
    said: list[object] = []

    class Turning:
        """The chain as it is in this round."""

        now_serving: Any = next(chains)

        def __getattr__(self, name: str) -> Any:
            return getattr(Turning.now_serving, name)

    def wait(_: float) -> bool:
        Turning.now_serving = next(chains, None)
        return Turning.now_serving is None

    run(house.with_ports(chain=Turning()).platform, wait, said.append)
    first, second, third = said
    assert isinstance(first, Round) and first.waiting == "chain.away"
    assert isinstance(second, Tampered)
    assert isinstance(third, Round) and third.anchored == house.platform.store.size()


def test_a_contract_that_is_ahead_is_a_matter_for_the_operator(house: House) -> None:
    """A backup was restored: the log must not go on as if nothing had been."""

    class Ahead:
        def log_ending(self, log_id: bytes) -> None: ...

        def head(self, log_id: bytes) -> ChainHead:
            at: datetime = house.platform.now()
            return ChainHead(10_000, bytes(32), 9, at)

    class Other(Ahead):
        def head(self, log_id: bytes) -> ChainHead:
            at: datetime = house.platform.now()
            return ChainHead(5, bytes(32), 9, at)

    for chain in (Ahead(), Other()):
        with pytest.raises(ChainAhead):
            anchor(house.with_ports(chain=chain).platform)


def test_a_store_without_the_item_s_bytes_releases_nothing(house: House) -> None:
    plan = house.hygiene_plan()
    agreed = house.agree(plan)
    row = house.platform.store.rows("materials", {"kind": "premises-proof"})[0]
    cid = str(house.platform.store.rows("files", {"id": row["file"]})[0]["cid"])
    house.platform.blobs.delete(cid)
    with pytest.raises(Refused) as refused:
        house.receive(agreed.consent)
    assert refused.value.code == "item.incomplete"
    assert house.platform.store.rows("releases") == []
    with pytest.raises(NotFound):
        b"".join(house.platform.blobs.get(cid))
