"""Nodes of our own: private swarm, restart, and whose node is stopped by whom."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.adapters.ipfs import IpfsStore
from ledger.adapters.kubo_daemon import KuboDaemon, api_port
from ledger.errors import NotFound, StoreAway
from ledger.stored.cid import CHUNK_BYTES
from tests.ledger.adapters.blobs import KUBO

SWARM = bytes(range(32))


@pytest.fixture
def node(tmp_path: Path) -> Iterator[KuboDaemon]:
    node = KuboDaemon(KUBO, tmp_path / "node", SWARM)
    node.start()
    yield node
    node.stop()


def test_whoever_has_the_folder_knows_the_port_of_its_node(
    node: KuboDaemon, tmp_path: Path
) -> None:
    assert api_port(tmp_path / "node") == int(node.address.rsplit("/", 1)[1])
    assert api_port(tmp_path / "none") is None


def test_a_file_put_on_one_node_is_read_on_its_peer_and_on_no_stranger(
    node: KuboDaemon, tmp_path: Path
) -> None:
    peer = KuboDaemon(KUBO, tmp_path / "peer", SWARM, peers=node.peer_addresses)
    stranger = KuboDaemon(KUBO, tmp_path / "other", bytes(32), peers=node.peer_addresses)
    content = os.urandom(CHUNK_BYTES * 3)
    try:
        cid = IpfsStore(node.address).put([content])
        peer.start()
        stranger.start()
        there, elsewhere = IpfsStore(peer.address), IpfsStore(stranger.address)
        deadline = time.monotonic() + 20
        while True:
            try:
                assert b"".join(there.get(cid)) == content
                break
            except NotFound:  # the two have not met yet
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert not there.has(cid)  # read, not pinned
        with pytest.raises(NotFound):
            elsewhere.get(cid)
    finally:
        peer.stop()
        stranger.stop()


def test_what_was_put_outlives_a_killed_node(node: KuboDaemon) -> None:
    store = IpfsStore(node.address, answer_seconds=5.0)
    content = os.urandom(CHUNK_BYTES + 5)
    cid = store.put([content])
    address, pid = node.address, node.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while node.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(StoreAway):
        store.has(cid)
    assert node.start() == address
    assert store.has(cid)
    assert b"".join(store.get(cid)) == content
    assert cid in set(store.cids())


def test_a_running_node_is_shared_and_stopped_only_by_who_started_it(
    node: KuboDaemon, tmp_path: Path
) -> None:
    second = KuboDaemon(KUBO, tmp_path / "node", SWARM)
    assert second.start() == node.address
    assert second.pid is None
    second.stop()
    assert node.alive()
    node.stop()
    assert not node.alive()
    assert not second.alive()
    assert second.start()
    assert second.pid is not None
    second.stop()


def test_another_node_on_a_port_that_once_was_ours_is_not_taken_for_ours(
    node: KuboDaemon, tmp_path: Path
) -> None:
    own = KuboDaemon(KUBO, tmp_path / "own", SWARM)
    own.start()
    own.stop()
    (tmp_path / "own" / "repository" / "api").write_text(node.address)
    assert not own.alive()
    try:
        assert own.start() != node.address
        assert own.pid is not None
    finally:
        own.stop()


def test_of_several_that_start_a_node_on_one_folder_one_does(tmp_path: Path) -> None:
    nodes = [KuboDaemon(KUBO, tmp_path / "node", SWARM) for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            addresses = set(pool.map(KuboDaemon.start, nodes))
        assert len(addresses) == 1
        assert sum(node.pid is not None for node in nodes) == 1
    finally:
        for node in nodes:
            node.stop()


def test_the_node_listens_on_loopback_alone(node: KuboDaemon) -> None:
    own = sockets(node.pid)
    listening = [
        columns[1].split(":")[0]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{node.pid}/net/{table}").read_text().splitlines()[1:]
        if (columns := line.split())[9] in own and columns[3] in ("0A", "07")
    ]
    assert len(listening) == 2  # API and swarm
    assert set(listening) == {"0100007F"}


def sockets(pid: int | None) -> set[str]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(os.readlink(link))
    return {name[8:-1] for name in found if name.startswith("socket:[")}


def test_repository_and_swarm_key_are_private(node: KuboDaemon, tmp_path: Path) -> None:
    repository = tmp_path / "node" / "repository"
    assert repository.stat().st_mode & 0o077 == 0
    assert (repository / "swarm.key").stat().st_mode & 0o077 == 0
    assert (repository / "config").stat().st_mode & 0o077 == 0


def test_a_program_that_is_not_there_or_does_not_come_up_is_pushback(tmp_path: Path) -> None:
    with pytest.raises(StoreAway):
        KuboDaemon(tmp_path / "no such program", tmp_path / "a", SWARM).start()
    broken = KuboDaemon(KUBO, tmp_path / "b", SWARM)
    broken.start()
    broken.stop()
    (tmp_path / "b" / "repository" / "datastore_spec").write_text("{}")
    with pytest.raises(StoreAway) as raised:
        broken.start()
    assert "datastore" in str(raised.value.values["log"])


def test_wrong_use_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="swarm key"):
        KuboDaemon(KUBO, tmp_path, b"short")
    with pytest.raises(ValueError, match="/p2p/"):
        KuboDaemon(KUBO, tmp_path, SWARM, peers=["/ip4/127.0.0.1/tcp/4001"]).start()
