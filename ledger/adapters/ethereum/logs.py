"""Event logs of a range of blocks, from nodes that answer only so many blocks or events at once,
and the blocks of a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.node import Node, block_at, newest
from ledger.adapters.ethereum.rpc import RpcRefused


def logs_between(
    node: Node, places: Sequence[str], topics: Sequence[str | None], first: int, last: int
) -> list[answers.Event]:
    """Events of the contracts at these addresses in blocks ``first`` to ``last``, in order.

    Where the node refuses, it is asked for half of the blocks: limits differ from engine to engine.
    Raises ChainAway.
    """
    where: dict[str, Any] = {
        "fromBlock": hex(first),
        "toBlock": hex(last),
        "address": list(places),
        "topics": list(topics),
    }
    try:
        return list(answers.events(node.ask(("eth_getLogs", [where]))[0]))
    except RpcRefused:
        if first >= last:
            raise
    middle = (first + last) // 2
    return [
        *logs_between(node, places, topics, first, middle),
        *logs_between(node, places, topics, middle + 1, last),
    ]


def blocks_of(node: Node, time: int) -> range:
    """Numbers of the blocks of this Unix second, found by halving: times only ever grow."""
    head = newest(node).number
    return range(_first_from(node, time, head), _first_from(node, time + 1, head))


def _first_from(node: Node, time: int, head: int) -> int:
    """The first block that is not older; ``head`` + 1 where there is none."""
    low, high = 0, head + 1
    while low < high:
        middle = (low + high) // 2
        if block_at(node, middle).time < time:
            low = middle + 1
        else:
            high = middle
    return low
