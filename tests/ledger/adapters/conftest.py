"""A fresh store of every engine; one Kubo node for the whole run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters.blobdir import BlobDirectory
from ledger.adapters.ipfs import IpfsStore
from ledger.adapters.kubo_daemon import KuboDaemon
from ledger.ports import LedgerStore
from tests.ledger.adapters.blobs import BLOB_ENGINES, KUBO, BlobEngine
from tests.ledger.adapters.stores import ENGINES, Clock

collect_ignore = [] if KUBO.exists() else ["test_ipfs.py", "test_kubo_daemon.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not KUBO.exists():
        terminalreporter.section("Kubo was NOT tested")
        terminalreporter.line("no .engines/ipfs: run scripts/engines/build (needs Go)")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[LedgerStore]:
    opened = ENGINES[request.param](tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KuboDaemon, Path]]:
    """A node alone in its swarm, and the folder of its repository."""
    folder = tmp_path_factory.mktemp("kubo")
    node = KuboDaemon(KUBO, folder, os.urandom(32))
    node.start()
    yield node, folder
    node.stop()


@pytest.fixture(params=BLOB_ENGINES)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobEngine]:
    if request.param == "blobdir":
        yield BlobEngine(BlobDirectory(tmp_path), tmp_path)
        return
    node, folder = request.getfixturevalue("kubo")
    store = IpfsStore(node.address)
    yield BlobEngine(store, folder)
    store.close()
