"""The index of the chain's events: equal to the chain, whatever happens to either."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Pushback
from ledger.flows.evidence import chain_index
from ledger.flows.evidence.chain_index import (
    ChainBehind,
    IndexWrong,
    ReorgTooDeep,
    check_standing,
    forget,
    index_chain,
    index_whole_chain,
)
from ledger.index.chain import BLOCKS, DEPTH, EVENTS
from ledger.platform import Platform
from ledger.ports import Row
from tests.doubles.faulty import Faulty
from tests.ledger.flows.chains import Chain, expected, indexing, shown


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def platform(chain: Chain, tmp_path: Path) -> Iterator[Platform]:
    with indexing(tmp_path / "ledger.db", chain) as opened:
        yield opened


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_index, "RANGE", 5)


def tips(platform: Platform) -> list[int]:
    return [int(str(row["number"])) for row in platform.store.rows(BLOCKS)]


def test_it_comes_up_to_the_head_and_stays_there(platform: Platform, chain: Chain) -> None:
    done = index_chain(platform)
    assert (done.standing.indexed, done.standing.head, done.events) == (0, 0, 0)
    chain.mine(*[1, 0, 3] * 10)
    done = index_chain(platform)
    assert (done.standing.indexed, done.events, done.undone) == (30, 40, 0)
    assert shown(platform) == expected(chain)
    assert tips(platform) == [0, *range(30 - DEPTH, 31)]
    before = platform.store.rows(BLOCKS)
    assert index_chain(platform).events == 0
    assert platform.store.rows(BLOCKS) == before


def test_a_round_is_bounded_and_the_next_goes_on(
    platform: Platform, chain: Chain, short: None
) -> None:
    chain.mine(*[1] * 60)
    done = index_chain(platform)
    assert 0 < done.standing.indexed < 60
    assert len(shown(platform)) == 3 * done.standing.indexed
    assert [one.standing.indexed for one in index_whole_chain(platform)][-1] == 60
    assert shown(platform) == expected(chain)


@pytest.mark.parametrize("depth", [1, 5, DEPTH])
@pytest.mark.parametrize("longer", [-1, 0, 2])
def test_blocks_that_were_exchanged_are_read_again(
    platform: Platform, chain: Chain, depth: int, longer: int
) -> None:
    chain.mine(*[2] * 20)
    index_chain(platform)
    chain.fork(depth, *[1] * (depth + longer))
    done = index_chain(platform)
    assert done.undone == depth and done.standing.indexed == 20 + longer
    if longer < 0:
        chain.mine(0)
        index_chain(platform)
    assert shown(platform) == expected(chain)
    assert all(row["block"] <= chain.newest().number for row in platform.store.rows(EVENTS))


def test_deeper_exchanges_wait_for_the_operator(platform: Platform, chain: Chain) -> None:
    chain.mine(*[1] * 30)
    index_chain(platform)
    before = shown(platform)
    chain.fork(DEPTH + 1, *[2] * (DEPTH + 1))
    for ask in (index_chain, check_standing):
        with pytest.raises(ReorgTooDeep) as deep:
            ask(platform)
        assert (deep.value.code, deep.value.values["limit"]) == ("chain.reorg_too_deep", DEPTH)
    assert shown(platform) == before
    forget(platform)
    assert shown(platform) == []
    list(index_whole_chain(platform))
    assert shown(platform) == expected(chain)


def test_a_young_chain_may_be_exchanged_down_to_its_first_block(
    platform: Platform, chain: Chain
) -> None:
    chain.mine(*[1] * DEPTH)
    index_chain(platform)
    chain.fork(DEPTH, 2, 2)
    assert index_chain(platform).undone == DEPTH
    assert shown(platform) == expected(chain)


def test_a_node_that_lies_behind_is_waited_for(platform: Platform, chain: Chain) -> None:
    chain.mine(*[1] * 40)
    index_chain(platform)
    line, chain.line = chain.line, chain.line[:20]
    with pytest.raises(ChainBehind) as behind:
        index_chain(platform)
    assert isinstance(behind.value, Pushback) and behind.value.values["indexed"] == 40
    chain.line = line
    assert index_chain(platform).undone == 0
    chain.line = line[:-3]  # a little behind: back, and on again
    assert index_chain(platform).undone == 3
    chain.line = line
    index_chain(platform)
    assert shown(platform) == expected(chain)


def test_an_index_of_another_chain_is_not_gone_on_with(platform: Platform, chain: Chain) -> None:
    chain.mine(1, 1)
    index_chain(platform)
    first = chain.line[0][0]
    chain.line[:] = [(replace(first, hash="0x" + "0b" * 32), 0)]
    chain.mine(1)
    with pytest.raises(IndexWrong):
        index_chain(platform)
    forget(platform)
    index_chain(platform)
    assert shown(platform) == expected(chain)


@pytest.mark.parametrize(
    "change",
    [{"number": 3, "tip": 0}, {"number": 1, "tip": 2}, {"number": 0, "hash": "0x" + "00" * 32}],
)
def test_a_changed_index_is_not_gone_on_with(
    platform: Platform, chain: Chain, change: dict[str, Any]
) -> None:
    chain.mine(1, 1, 1)
    index_chain(platform)
    platform.store.write([Row(BLOCKS, change, "update")])
    chain.mine(1)
    with pytest.raises(IndexWrong):
        index_chain(platform)
    forget(platform)
    index_chain(platform)
    assert shown(platform) == expected(chain)


@pytest.mark.parametrize("other", [(0, 3), (0, 0)])
def test_a_chain_that_moves_while_it_is_read_is_read_later(
    platform: Platform, chain: Chain, other: tuple[int, ...]
) -> None:
    chain.mine(*[1] * 4)
    index_chain(platform)
    chain.mine(*[1] * 4)

    class Moving(Chain):
        """Another branch between the questions for blocks and for events."""

        def __init__(self, moves: int) -> None:
            self.line, self.made, self.moves = list(chain.line), 1000, moves

        def events(self, first: int, last: int) -> Any:
            if self.moves:
                self.moves -= 1
                self.fork(2, *other)
            return super().events(first, last)

    moving = Moving(1)
    with pytest.raises(Pushback):
        index_chain(replace(platform, chain_events=moving))
    index_chain(replace(platform, chain_events=moving))
    assert shown(platform) == expected(moving)


def test_a_worker_that_was_overtaken_writes_nothing(platform: Platform, chain: Chain) -> None:
    """Between reading and writing the chain forks, and another worker follows it."""
    chain.mine(1)
    index_chain(platform)
    chain.mine(1, 1)

    class Slow:
        overtaken = False

        def __getattr__(self, name: str) -> Any:
            return getattr(platform.store, name)

        def write(self, rows: Any, expects: Any = ()) -> None:
            if not self.overtaken:
                self.overtaken = True
                index_chain(platform)
                chain.fork(2, 0, 0)
                index_chain(platform)
            platform.store.write(rows, expects)

    store = Slow()
    index_chain(replace(platform, store=store))  # type: ignore[arg-type]
    assert store.overtaken and shown(platform) == expected(chain)


def test_many_workers_do_each_step_once(platform: Platform, chain: Chain, short: None) -> None:
    chain.mine(*[1] * 50)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            list(index_whole_chain(platform))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert shown(platform) == expected(chain)
    assert sum(bool(row["tip"]) for row in platform.store.rows(BLOCKS)) == 1


MOVES = st.one_of(
    st.tuples(st.just("mine"), st.lists(st.integers(0, 2), min_size=1, max_size=6)),
    st.tuples(st.just("fork"), st.lists(st.integers(0, 2), min_size=1, max_size=DEPTH)),
    st.tuples(st.sampled_from(["index", "lost before", "lost after", "forget"]), st.just([])),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MOVES, max_size=25))
def test_after_whatever_happened_the_index_is_the_chain(
    moves: list[tuple[str, list[int]]],
) -> None:
    """Blocks come, are exchanged (not deeper than is allowed between two rounds), rounds are cut
    off before or after their commit, the index is begun anew."""
    chain = Chain()
    with TemporaryDirectory() as folder, indexing(Path(folder) / "ledger.db", chain) as platform:
        spare = DEPTH
        for what, events in moves:
            if what == "mine":
                chain.mine(*events)
            elif what == "fork" and len(events) <= spare:
                spare -= len(events)
                chain.fork(len(events), *events)
            elif what == "forget":
                forget(platform)
                spare = DEPTH
            elif what.startswith("lost"):
                cut = {"fail_" + what.removeprefix("lost "): {"write": 1}}
                store = Faulty(platform.store, **cut)
                try:
                    index_chain(replace(platform, store=store))  # type: ignore[arg-type]
                except Pushback:
                    continue
                spare = DEPTH
            elif what == "index":
                index_chain(platform)
                spare = DEPTH
                assert shown(platform) == expected(chain)
        index_chain(platform)
        assert shown(platform) == expected(chain)
