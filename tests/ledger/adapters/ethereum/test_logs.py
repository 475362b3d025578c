"""Event logs from nodes that answer little at once, and the blocks of a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters.ethereum.logs import blocks_of, logs_between
from ledger.adapters.ethereum.rpc import Question, RpcRefused
from tests.ledger.adapters.ethereum.world import ForeignWorld, Log, chain_on, publish

PLACE = "0x" + "ab" * 20


@dataclass
class Narrow:
    """A node with one event a block, which answers ``most`` blocks at once and counts."""

    times: list[int]
    most: int
    asked: list[tuple[int, int]] = field(default_factory=list)

    def ask(self, *questions: Question) -> list[Any]:
        return [self._answer(method, params) for method, params in questions]

    def _answer(self, method: str, params: Any) -> Any:
        if method == "eth_getBlockByNumber":
            number = len(self.times) - 1 if params[0] == "latest" else int(params[0], 16)
            return {
                "number": hex(number),
                "hash": "0x" + f"{number:064x}",
                "parentHash": "0x" + "00" * 32,
                "stateRoot": "0x" + "00" * 32,
                "timestamp": hex(self.times[number]),
                "transactions": [],
            }
        first, last = (int(params[0][name], 16) for name in ("fromBlock", "toBlock"))
        self.asked.append((first, last))
        if last - first + 1 > self.most:
            raise RpcRefused(-32005, "query exceeds the limit", b"")
        return [
            {
                "address": PLACE,
                "topics": [],
                "data": "0x",
                "blockNumber": hex(number),
                "blockHash": "0x" + f"{number:064x}",
                "logIndex": "0x0",
                "transactionHash": "0x" + f"{number:064x}",
            }
            for number in range(first, last + 1)
        ]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 50))
def test_every_event_comes_once_and_in_order(first: int, more: int, most: int) -> None:
    node: Any = Narrow([0], most)
    found = logs_between(node, [PLACE], [], first, first + more)
    assert [one.block_number for one in found] == list(range(first, first + more + 1))


def test_a_node_that_refuses_one_block_is_away() -> None:
    node: Any = Narrow([0], 0)
    with pytest.raises(RpcRefused):
        logs_between(node, [PLACE], [], 0, 20)
    assert len(node.asked) < 8


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(-2, 80))
def test_the_blocks_of_a_second_are_found(steps: list[int], time: int) -> None:
    times = [sum(steps[: place + 1]) for place in range(len(steps))]
    node: Any = Narrow(times, 100)
    assert list(blocks_of(node, time)) == [n for n, one in enumerate(times) if one == time]


def test_anchored_sizes_come_also_from_a_node_with_limits(foreign: ForeignWorld) -> None:
    from tests.ledger.adapters.ethereum.conftest import opened

    log_id = opened(foreign, "a log behind limits")
    log = Log().grow(1)
    publish(foreign.chain, log_id, 1, log.root, ())
    publish(foreign.chain, log_id, 2, log.grow(1).root, log.proof_from(1))

    class Limited:
        def __getattr__(self, name: str) -> Any:
            return getattr(foreign.node, name)

        def ask(self, *questions: Question) -> list[Any]:
            for method, params in questions:
                if method == "eth_getLogs":
                    spans = [int(params[0][one], 16) for one in ("fromBlock", "toBlock")]
                    if spans[1] - spans[0] >= 4:
                        raise RpcRefused(-32005, "too many blocks", b"")
            return foreign.node.ask(*questions)

    node: Any = Limited()
    assert chain_on(node, foreign.book).anchored_sizes(log_id) == [1, 2]
