"""A small founded chain for the tests: two agencies, one log, one status list."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.adapters.ethereum.address_book import AddressBook
from ledger.adapters.ethereum.anvil import GAS_LIMIT, Anvil, anvil_binary
from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.deployment import deploy
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.founding import found
from ledger.adapters.ethereum.journal import Genesis
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.ethereum.rpc import Patience
from ledger.adapters.ethereum.sending import address_of
from ledger.adapters.ethereum.typed_data import signature
from ledger.log import merkle
from ledger.ports import Anchor, Chain
from ledger.ports.governance import (
    Action,
    AddKey,
    AddScope,
    Admit,
    AssignStatusList,
    Gravity,
    OpenLog,
    Rule,
    Seat,
)

BINARY = anvil_binary(Path(__file__).resolve().parents[4])
CHAIN_ID = 31_010_100
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REGION = 310_101
PERMIT = "food-operation-permit"


def secret(name: str) -> bytes:
    return hashlib.sha256(b"chain test " + name.encode()).digest()


VOTERS = {name: secret(f"voter of {name}") for name in ("scjg", "gafj", "zwb")}
DEPLOYER = secret("deployer")
ATTESTERS = tuple(sorted((secret(f"attester {i}") for i in range(3)), key=address_of))
SEATS = [Seat(name, address_of(key), 1) for name, key in VOTERS.items()]
FOUNDED = 7
"""Blocks of a founded chain: four contracts; proposed, voted, carried out."""
REASON = secret("a reason")
VOTING_S = 4 * 86_400
RULES = {
    Gravity.ORDINARY: Rule(5000, 5001, VOTING_S, 60),
    Gravity.GRAVE: Rule(6000, 6000, VOTING_S, 600),
    Gravity.CONSTITUTIONAL: Rule(6667, 6667, VOTING_S, 6000),
}
ANCHORING = secret("anchoring")
PUBLISHER = secret("publisher")
LOG = secret("log id")
LIST = secret("list id")
AGENCY_KEY = secret("agency key id")
CERTIFICATE = secret("agency certificate")


@dataclass
class Clock:
    """A clock that stands still until it is set forward."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


def founding() -> list[Action]:
    return [
        Admit("scjg", "区市场监管局", REGION, "11319999MT00000141"),
        Admit("wjw", "区卫生健康委", REGION),
        AddKey("scjg", AGENCY_KEY, CERTIFICATE),
        AddScope("scjg", PERMIT, REGION),
        AddScope("wjw", "birth-certificate", 0, valid_to=BEGIN + timedelta(days=365)),
        opening(LOG),
        AssignStatusList(LIST, "scjg", address_of(PUBLISHER)),
    ]


def opening(log_id: bytes) -> OpenLog:
    """Two of three attesters must sign."""
    return OpenLog(log_id, address_of(ANCHORING), tuple(map(address_of, ATTESTERS)), 2)


def deployed(node: Node) -> AddressBook:
    """The contracts, with three members of one vote each, and what they founded."""
    book = deploy(node, DEPLOYER, SEATS, RULES)
    found(node, book, VOTERS, founding(), REASON)
    return book


def publish(chain: Chain, log_id: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> Anchor:
    """With the signatures of as many attesters as it takes."""
    digest = chain.checkpoint_digest(log_id, size, root)
    signed = [signature(digest, key) for key in ATTESTERS[:2]]
    return chain.publish(log_id, size, root, proof, signed)


def counted(start: int = 0) -> Callable[[int], bytes]:
    """Randomness that is none: the same bytes in every run."""
    state = [start]

    def draw(size: int) -> bytes:
        state[0] += 1
        return hashlib.sha256(str(state[0]).encode()).digest()[:size]

    return draw


@dataclass
class World:
    """One data folder with its chain; ``reopen`` opens the folder anew, as after a restart."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    seed: int = 0

    def __post_init__(self) -> None:
        self.node = EmbeddedNode.found(
            self.folder, BINARY, self.clock, chain_id=CHAIN_ID, randomness=counted(self.seed)
        )
        self.book = deployed(self.node)
        self.chain = chain_on(self.node, self.book)

    def copy(self, folder: Path) -> World:
        """The same chain in another folder, made from the journal alone."""
        folder.mkdir()
        shutil.copy(self.folder / "journal", folder / "journal")
        other = copy(self)
        other.folder, other.clock = folder, Clock(self.clock.at)
        other.node = EmbeddedNode(folder, BINARY, other.clock)
        other.chain = chain_on(other.node, other.book)
        return other

    def reopen(self) -> EthereumChain:
        self.chain.close()
        self.node = EmbeddedNode(self.folder, BINARY, self.clock)
        self.chain = chain_on(self.node, self.book)
        return self.chain


class ForeignWorld:
    """The same contracts on a node that is reached by its URL and keeps its own time."""

    def __init__(self, folder: Path, patience: Patience | None = None) -> None:
        begin = int(BEGIN.timestamp())
        genesis = Genesis(CHAIN_ID, begin, GAS_LIMIT, "0x" + "c0" * 20, hash="")
        self.anvil = Anvil.start(BINARY, folder, genesis)
        self.anvil.rpc.ask(("evm_setNextBlockTimestamp", [begin + 1]))
        self.node = RemoteNode(self.anvil.rpc.url, seconds=2, patience=patience)
        self.book = deployed(self.node)
        self.chain = chain_on(self.node, self.book)

    def close(self) -> None:
        self.chain.close()
        self.anvil.stop()


def chain_on(node: Node, book: AddressBook) -> EthereumChain:
    return EthereumChain(node, book, anchoring_key=ANCHORING, status_keys={LIST: PUBLISHER})


class Log:
    """A log that grows by made-up entries."""

    def __init__(self, name: str = "a") -> None:
        self._name = name
        self.leaves: list[bytes] = []

    def grow(self, count: int) -> Log:
        start = len(self.leaves)
        texts = (f"{self._name} {start + i}".encode() for i in range(count))
        self.leaves += merkle.leaf_hashes(texts)
        return self

    @property
    def size(self) -> int:
        return len(self.leaves)

    @property
    def root(self) -> bytes:
        return merkle.root(self.leaves)

    def proof_from(self, size: int) -> Sequence[bytes]:
        return merkle.consistency_proof(size, self.leaves) if size else ()
