"""The chains that the tests stand on.

``standing`` and ``foreign`` are founded once per run and only ever grow; ``world`` is a chain of
the test's own, to be broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.founding import found
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.ethereum.rpc import Patience
from ledger.ports import Chain
from tests.ledger.adapters.ethereum.proxy import Proxy
from tests.ledger.adapters.ethereum.world import (
    REASON,
    VOTERS,
    ForeignWorld,
    World,
    chain_on,
    opening,
    secret,
)

QUICK = Patience(connect=0.5, answer=0.3, tries=2, pause=0.01)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("chain"))
    yield made
    made.chain.close()


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForeignWorld]:
    made = ForeignWorld(tmp_path_factory.mktemp("foreign"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("founded"))
    made.chain.close()
    return made


@pytest.fixture
def world(founded: World, tmp_path: Path) -> Iterator[World]:
    made = founded.copy(tmp_path / "chain")
    made.chain.now()
    yield made
    made.chain.close()


@pytest.fixture(params=["embedded", "remote"])
def place(
    standing: World, foreign: ForeignWorld, request: pytest.FixtureRequest
) -> World | ForeignWorld:
    standing.clock.forward(minutes=1)
    return standing if request.param == "embedded" else foreign


@pytest.fixture
def chain(place: World | ForeignWorld) -> Chain:
    return place.chain


@pytest.fixture
def log_id(place: World | ForeignWorld, request: pytest.FixtureRequest) -> bytes:
    """A log of the test's own, opened for the anchoring key."""
    return opened(place, request.node.name)


@pytest.fixture
def foreign_log(foreign: ForeignWorld, request: pytest.FixtureRequest) -> bytes:
    """The same on the node that is reached by its URL."""
    return opened(foreign, request.node.name)


@pytest.fixture
def proxy(foreign: ForeignWorld) -> Iterator[Proxy]:
    made = Proxy(foreign.anvil.rpc.url)
    yield made
    made.close()


@pytest.fixture
def proxied(foreign: ForeignWorld, proxy: Proxy) -> Iterator[EthereumChain]:
    """The foreign chain, seen through the proxy by somebody with little patience."""
    made = chain_on(RemoteNode(proxy.url, seconds=0.5, patience=QUICK), foreign.book)
    yield made
    made.close()


def opened(place: World | ForeignWorld, name: str) -> bytes:
    log_id = secret(name)
    found(place.node, place.book, VOTERS, [opening(log_id)], REASON)
    return log_id
