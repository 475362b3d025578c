"""What the stories of the embedded chain do again and again."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.ports import Anchor
from tests.ledger.adapters.ethereum.world import (
    LOG,
    Log,
    World,
    publish,
)


def publish_some(world: World, count: int = 4, log: Log | None = None) -> list[Anchor]:
    log = log or Log()
    anchors = []
    for _ in range(count):
        before = log.size
        world.clock.forward(seconds=7)
        log.grow(3)
        anchors.append(publish(world.chain, LOG, log.size, log.root, log.proof_from(before)))
    return anchors


def read_again(world: World, chain: EthereumChain, anchors: list[Anchor]) -> list[Anchor | None]:
    """What a chain without a memory of its own reads."""
    return [EthereumChain(chain._node, world.book).root_at(LOG, anchor.size) for anchor in anchors]


def kill(world: World) -> None:
    assert world.node.pid is not None
    os.kill(world.node.pid, signal.SIGKILL)


def cache_now(world: World) -> Path:
    with world.node.writing():
        world.node._store(world.node._healed())
    state = world.folder / "state"
    assert state.exists()
    return state


def gone_within(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")
