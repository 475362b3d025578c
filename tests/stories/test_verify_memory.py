"""A server keeps a memory between verifications: what changes is seen, what is gone is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.demo.story import MARKET
from certs.verdict import Outcome, Verdict
from ledger.errors import ChainAway, Tampered
from ledger.flows.evidence.chain_round import FRESH
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.status import Change, change_status
from ledger.flows.worker import work
from ledger.platform import Platform
from ledger.reuse.documents import LegalEffect
from ledger.verify.memory import Memory
from tests.doubles.faulty import Faulty
from tests.stories.house import House, issue_food


class Desk:
    """Verifies as a server does: one platform, one memory, its own clock."""

    def __init__(self, platform: Platform, memory: Memory | None = None) -> None:
        self.ahead = timedelta(0)
        self.platform = replace(platform, now=lambda: platform.now() + self.ahead)
        self.memory = Memory(platform.trust) if memory is None else memory

    def ask(self, *items: Submitted) -> list[Verdict]:
        return verify_items(self.platform, items, self.platform.now(), self.memory)

    def code(self, item: Submitted) -> str:
        return self.ask(item)[0].code


def change(house: House, licence: str, state: str, effect: LegalEffect) -> None:
    """As another process does: with the same store and chain, not with the desk's memory."""
    decision = Change(licence, state, "现场检查", "市监处〔2026〕12号", effect, date(2026, 11, 1))
    change_status(house.platform, MARKET, decision)


def test_a_changed_status_is_seen_by_the_next_verification(house: House) -> None:
    desk, permit = Desk(house.platform), house.permit
    items = [
        Submitted("licence", permit.layout),
        Submitted("credential", permit.credential.encode()),
        Submitted("entry", index=permit.entry.index),
    ]
    assert [desk.code(item) for item in items] == ["passed"] * 3
    change(house, permit.licence, "suspended", LegalEffect.WITHHELD)
    assert [desk.code(item) for item in items] == ["status.suspended"] * 3
    change(house, permit.licence, "active", LegalEffect.RESTORED)
    assert [desk.code(item) for item in items] == ["passed"] * 3
    change(house, permit.licence, "revoked", LegalEffect.WITHDRAWN)
    assert [desk.code(item) for item in items] == ["status.revoked"] * 3


def test_a_new_issue_and_a_superseded_one_are_seen_at_once(house: House) -> None:
    desk, old = Desk(house.platform), Submitted("licence", house.permit.layout)
    assert desk.code(old) == "passed"
    issued = issue_food(house, number="JY-next", supersedes=house.permit.licence)
    new = Submitted("licence", issued.layout)
    assert desk.ask(new)[0].outcome is Outcome.INDETERMINATE  # not anchored yet
    work(house.platform)
    assert desk.code(new) == "passed"
    assert desk.code(old) == "status.superseded"


def test_the_chain_is_asked_once_while_its_answers_are_fresh(house: House) -> None:
    chain = Faulty(house.platform.chain)
    desk = Desk(house.with_ports(chain=chain).platform)
    at = desk.platform.now()
    desk.platform = replace(desk.platform, now=lambda: at + desk.ahead)
    item = Submitted("licence", house.permit.layout)
    assert desk.code(item) == "passed"
    asked = chain.calls.total()
    assert asked > 0
    desk.ahead = FRESH
    assert desk.code(item) == "passed"
    assert chain.calls.total() == asked
    desk.ahead = FRESH + timedelta(microseconds=1)
    assert desk.code(item) == "passed"
    assert chain.calls.total() == 2 * asked
    desk.ahead = timedelta(0)  # a clock set back makes nothing fresh
    assert desk.code(item) == "passed"
    assert chain.calls.total() == 3 * asked


def test_a_key_that_ended_is_answered_from_no_memory(house: House) -> None:
    """The chain's rows go before our eyes: no longer than answers are fresh."""

    class Keyless:
        ended = False

        def __getattr__(self, name: str) -> Any:
            return getattr(house.platform.chain, name)

        def key_rows(self, agency: str) -> Sequence[Any]:
            return [] if self.ended else house.platform.chain.key_rows(agency)

    chain = Keyless()
    desk = Desk(house.with_ports(chain=chain).platform)
    item = Submitted("licence", house.permit.layout)
    assert desk.code(item) == "passed"
    chain.ended = True
    desk.ahead = FRESH * 2
    assert desk.code(item) == "entitlement.key"


def test_a_chain_that_goes_away_is_not_green_and_one_that_comes_back_is(house: House) -> None:
    chain = Faulty(house.platform.chain, error=lambda: ChainAway("away"))
    desk = Desk(house.with_ports(chain=chain).platform)
    item = Submitted("licence", house.permit.layout)
    chain.fail_before["key_rows"] = 1
    assert desk.ask(item, item)[1].outcome is Outcome.INDETERMINATE
    assert desk.code(item) == "passed"
    desk.ahead = FRESH * 2
    chain.fail_before["identity"] = chain.calls["identity"] + 1
    assert desk.ask(item)[0].outcome is Outcome.INDETERMINATE
    assert desk.code(item) == "passed"


def test_what_was_erased_is_neither_shown_nor_kept(house: House) -> None:
    desk, index = Desk(house.platform), house.permit.entry.index
    item = Submitted("entry", index=index)
    assert desk.code(item) == "passed"
    size = house.platform.store.anchors()[-1].size
    assert desk.memory.known(("opening", index, size)) is not None
    house.platform.store.erase(index)
    held = len(desk.memory)
    assert desk.code(item) == "record.erased"
    assert desk.memory.known(("opening", index, size)) is None
    assert len(desk.memory) == held - 2  # the stored entry, and what it says


def test_a_record_changed_in_the_store_is_not_covered_up(house: House) -> None:
    desk, index = Desk(house.platform), house.permit.entry.index
    item = Submitted("entry", index=index)
    assert desk.code(item) == "passed"
    with sqlite3.connect(house.folder.root / "ledger.db") as database:
        (record,) = database.execute(
            "SELECT record FROM entries WHERE idx = ?", (index,)
        ).fetchone()
        spoilt = record[:-1] + bytes([record[-1] ^ 1])
        database.execute("UPDATE entries SET record = ? WHERE idx = ?", (spoilt, index))
    with pytest.raises(Tampered):
        desk.ask(item)


def test_a_small_memory_answers_like_a_large_one(house: House) -> None:
    """Over entries that agencies signed, and one that a holder did."""
    house.agree()
    work(house.platform)
    last = house.platform.store.anchors()[-1].size
    items = [Submitted("entry", index=index) for index in range(last)]
    small = Desk(house.platform, Memory(house.platform.trust, count=7))
    large = Desk(house.platform)
    for _ in range(2):
        for item in (*items, Submitted("licence", house.permit.layout)):
            mine, theirs = small.ask(item)[0], large.ask(item)[0]
            assert mine.outcome is theirs.outcome is Outcome.PASSED
            assert len(small.memory) <= 7
