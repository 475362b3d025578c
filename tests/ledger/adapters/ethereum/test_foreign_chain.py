"""What waits for an operator: another chain, another genesis block, other code."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.deployment import deploy
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.errors import (
    ChainDiverged,
    ChainMissing,
    EngineMissing,
    OtherChain,
    OtherCode,
    OtherGenesis,
)
from ledger.adapters.ethereum.journal import Journal
from ledger.adapters.ethereum.node import block_at, newest
from ledger.errors import ChainAway, Conflict
from tests.ledger.adapters.ethereum.stories import publish_some
from tests.ledger.adapters.ethereum.world import (
    BINARY,
    CHAIN_ID,
    FOUNDED,
    LOG,
    RULES,
    SEATS,
    VOTERS,
    Clock,
    World,
    chain_on,
    counted,
)


def test_another_journal_in_the_folder_waits_for_the_operator(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other", seed=5)
    other.chain.close()
    world.chain.close()
    shutil.copy(other.folder / "journal", world.folder / "journal")
    with pytest.raises(OtherGenesis) as foreign:
        world.reopen().head(LOG)
    assert foreign.value.expected == world.book.genesis


def test_other_code_or_another_chain_waits_for_the_operator(world: World) -> None:
    hashes = {**world.book.code_hashes, "CheckpointRegistry": "0x" + "11" * 32}
    with pytest.raises(OtherCode) as foreign:
        chain_on(world.node, replace(world.book, code_hashes=hashes)).head(LOG)
    assert foreign.value.contract == "CheckpointRegistry"
    with pytest.raises(OtherChain):
        chain_on(world.node, replace(world.book, chain_id=1)).now()
    elsewhere = {**world.book.contracts, "StatusRegistry": world.book.contracts["AgencyRegistry"]}
    with pytest.raises(OtherCode):
        chain_on(world.node, replace(world.book, contracts=elsewhere)).now()


def test_a_journal_that_replays_to_other_blocks_waits_for_the_operator(world: World) -> None:
    publish_some(world, 1)
    world.chain.close()
    path = world.folder / "journal"
    forged = path.with_name("forged")
    Journal.create(forged, Journal(path).genesis)
    good, made = Journal(path), Journal(forged)
    for block, sent in enumerate(good.mined_after(0), start=1):
        made.sent(sent.time, sent.raw)
        wrong = block == len(good.hashes)
        made.mined(block, "0x" + "22" * 32 if wrong else good.hashes[block - 1])
    os.replace(forged, path)
    with pytest.raises(ChainDiverged) as diverged:
        world.reopen().head(LOG)
    assert diverged.value.number == FOUNDED + 1 and diverged.value.expected == "0x" + "22" * 32


def test_two_folders_have_two_genesis_blocks_and_one_folder_one(tmp_path: Path) -> None:
    clock = Clock()
    hashes = []
    for name, seed in (("a", 0), ("b", 7)):
        for _ in range(2):
            node = EmbeddedNode.found(
                tmp_path / name, BINARY, clock, chain_id=CHAIN_ID, randomness=counted(seed)
            )
            hashes.append(block_at(node, 0).hash)
            node.close()
            clock.forward(hours=1)
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]


def test_what_cannot_start_says_so(tmp_path: Path, world: World) -> None:
    with pytest.raises(ChainMissing):
        EmbeddedNode(tmp_path / "nothing", BINARY, Clock())
    with pytest.raises(EngineMissing) as missing:
        anvil_binary(tmp_path)
    assert missing.value.path.startswith(str(tmp_path))
    world.chain.close()
    broken = EmbeddedNode(world.folder, Path("/bin/false"), world.clock)
    with pytest.raises(ChainAway):
        newest(broken)


def test_an_account_used_before_cannot_deploy(world: World) -> None:
    with pytest.raises(Conflict):
        deploy(world.node, VOTERS["scjg"], SEATS, RULES)
