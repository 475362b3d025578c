"""The node's process: who starts it, who shares it, and when it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.adapters.ethereum.anvil import Anvil
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.founding import found
from ledger.adapters.ethereum.journal import Journal
from ledger.adapters.ethereum.node import newest
from ledger.adapters.ethereum.rpc import Rpc
from ledger.ports.governance import Admit
from tests.ledger.adapters.ethereum.stories import gone_within, publish_some, read_again
from tests.ledger.adapters.ethereum.world import (
    BINARY,
    FOUNDED,
    REASON,
    VOTERS,
    World,
)


def test_a_stopped_node_is_replaced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anchors = publish_some(world, 2)
    assert world.node.pid is not None and world.node._rpc is not None
    short = replace(world.node._rpc._patience, answer=0.3)
    world.node._rpc.close()
    world.node._rpc = Rpc(world.node._rpc.url, short)
    stopped = world.node.pid
    os.kill(stopped, signal.SIGSTOP)
    assert read_again(world, world.chain, anchors) == anchors
    assert world.node.pid != stopped
    gone_within(stopped, 8)


def test_the_node_ends_with_the_process_that_started_it(world: World) -> None:
    code = (
        "import sys, time, datetime, pathlib\n"
        "from ledger.adapters.ethereum.embedded import EmbeddedNode\n"
        "from ledger.adapters.ethereum.node import newest\n"
        "node = EmbeddedNode(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]),"
        " lambda: datetime.datetime.now(datetime.UTC))\n"
        "newest(node); print(node.pid, flush=True); time.sleep(60)"
    )
    world.chain.close()
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(world.folder), str(BINARY)], stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    pid = int(other.stdout.readline())
    os.kill(pid, 0)
    # Two processes share the node while its starter lives.
    chain = world.reopen()
    assert chain.now() == world.clock.at and world.node.pid is None
    other.kill()
    other.wait()
    other.stdout.close()
    gone_within(pid, 5)
    assert chain.now() == world.clock.at
    assert world.node.pid is not None


def test_closing_ends_the_node(world: World) -> None:
    world.chain.now()
    pid = world.node.pid
    assert pid is not None
    world.chain.close()
    gone_within(pid, 1)
    assert world.node.pid is None and world.node.url is None


def test_two_writers_take_turns(world: World) -> None:
    """Two openings of one folder, as two processes would have them, publish side by side."""
    second = EmbeddedNode(world.folder, BINARY, world.clock)
    failures: list[BaseException] = []

    def admit(node: EmbeddedNode, names: list[str]) -> None:
        try:
            for name in names:
                wish = [Admit(name, name, 0)]
                found(node, world.book, VOTERS, wish, REASON)
        except BaseException as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=admit, args=(node, [f"{prefix}{n}" for n in range(6)]))
        for node, prefix in ((world.node, "a"), (second, "b"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert newest(world.node) == newest(second)
    assert newest(second).number == FOUNDED + 3 * 12
    second.close()
    assert world.reopen().now() == world.clock.at


def test_a_node_file_naming_a_stranger_is_passed_over(world: World, tmp_path: Path) -> None:
    anchors = publish_some(world, 1)
    world.chain.close()
    genesis = replace(Journal(world.folder / "journal").genesis, coinbase="0x" + "ee" * 20)
    stranger = Anvil.start(BINARY, tmp_path, genesis)
    try:
        for url in (stranger.rpc.url, "http://127.0.0.1:1", "http://192.0.2.1:80", 5):
            (world.folder / "node.json").write_text(json.dumps({"url": url}))
            assert read_again(world, world.reopen(), anchors) == anchors
    finally:
        stranger.stop()


def test_a_reader_waits_for_no_writer(world: World) -> None:
    reader = EmbeddedNode(world.folder, BINARY, world.clock)
    newest(reader)
    (anchor,) = publish_some(world, 1)
    seen: list[int] = []
    with world.node.writing():
        thread = threading.Thread(target=lambda: seen.append(newest(reader).number))
        thread.start()
        thread.join(timeout=3)
        assert seen == [anchor.block_number]
    thread.join()
    reader.close()
