"""Stories of the embedded chain: whatever happens to the node, the blocks stay the same."""

from __future__ import annotations

import pytest
from eth_account import Account

from ledger.adapters.ethereum.node import newest, transaction_count
from ledger.adapters.ethereum.rpc import Rpc
from ledger.adapters.ethereum.sending import address_of
from ledger.errors import ChainAway
from tests.ledger.adapters.ethereum.stories import kill, publish_some, read_again
from tests.ledger.adapters.ethereum.world import (
    CHAIN_ID,
    FOUNDED,
    LOG,
    PUBLISHER,
    Log,
    World,
    publish,
)


def test_block_times_are_the_clock_s_and_never_go_back(world: World) -> None:
    (first,) = publish_some(world, 1)
    assert first.block_time == world.clock.at
    world.clock.forward(days=-1)
    log = Log().grow(3)
    second = publish(world.chain, LOG, log.grow(1).size, log.root, log.proof_from(3))
    assert second.block_time == first.block_time


def test_a_killed_node_comes_back_with_the_same_blocks(world: World) -> None:
    anchors = publish_some(world)
    kill(world)
    assert read_again(world, world.chain, anchors) == anchors
    world.clock.forward(days=30)
    assert world.reopen().head(LOG).block_number == anchors[-1].block_number
    assert read_again(world, world.chain, anchors) == anchors


def test_a_node_killed_between_two_writes_is_no_matter_to_the_writer(world: World) -> None:
    log = Log()
    first = publish_some(world, 2, log)
    kill(world)
    second = publish_some(world, 2, log)
    assert [a.block_number for a in first + second] == [FOUNDED + n for n in (1, 2, 3, 4)]
    world.reopen()
    assert read_again(world, world.chain, first + second) == first + second


@pytest.mark.parametrize("moment", ["after the journal", "before the reply", "after the block"])
def test_a_node_killed_within_a_write(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    publish_some(world, 1)
    asked = Rpc.ask_once
    target = {"after the block": "eth_getTransactionReceipt"}.get(moment, "eth_sendRawTransaction")

    def dying(self: Rpc, *questions: tuple[str, list[object]]) -> list[object]:
        if questions[0][0] != target or (world.node._journal.pending is None):
            return asked(self, *questions)
        if moment == "after the block" and asked(self, *questions)[0] is None:
            return [None]
        if moment == "before the reply":
            asked(self, *questions)
        monkeypatch.undo()
        kill(world)
        raise ChainAway("killed")

    monkeypatch.setattr(Rpc, "ask_once", dying)
    log = Log().grow(3)
    before = world.chain.head(LOG).block_number
    anchor = publish(world.chain, LOG, log.grow(2).size, log.root, log.proof_from(3))
    assert anchor.block_number == before + 1
    assert anchor.block_time == world.clock.at
    world.reopen()
    assert read_again(world, world.chain, [anchor]) == [anchor]


def test_a_service_killed_before_the_block_was_journalled_loses_nothing(world: World) -> None:
    anchors = publish_some(world, 2)
    journal = world.folder / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    world.chain.close()
    journal.write_bytes(b"".join(lines[:-1]))
    world.clock.forward(days=2)
    world.reopen()
    assert read_again(world, world.chain, anchors) == anchors
    assert journal.read_bytes().splitlines(keepends=True) == lines


@pytest.mark.parametrize("depth", [1, 3])
def test_a_reorganised_node_is_brought_back(world: World, depth: int) -> None:
    log = Log()
    anchors = publish_some(world, 4, log)
    assert world.node._rpc is not None
    world.node._rpc.ask(("anvil_reorg", [depth, []]))
    assert read_again(world, world.chain, anchors) == anchors
    assert world.chain.head(LOG).size == anchors[-1].size
    publish_some(world, 1, log)


def test_a_rolled_back_node_is_brought_back(world: World) -> None:
    assert world.node._rpc is not None
    (mark,) = world.node._rpc.ask(("evm_snapshot", []))
    log = Log()
    anchors = publish_some(world, 3, log)
    world.node._rpc.ask(("evm_revert", [mark]))
    assert world.chain.head(LOG).size == anchors[-1].size
    assert read_again(world, world.chain, anchors) == anchors
    publish_some(world, 1, log)


def test_a_reset_node_is_brought_back_before_a_write(world: World) -> None:
    log = Log()
    anchors = publish_some(world, 2, log)
    assert world.node._rpc is not None
    world.node._rpc.ask(("anvil_reset", []))
    anchors += publish_some(world, 1, log)
    assert read_again(world, world.chain, anchors) == anchors


def test_a_block_made_by_somebody_else_is_thrown_away(world: World) -> None:
    anchors = publish_some(world, 2)
    assert world.node._rpc is not None
    world.node._rpc.ask(("evm_mine", []))
    assert newest(world.node).number == anchors[-1].block_number


def test_a_pending_transaction_is_never_sent_on_top_of_another_history(world: World) -> None:
    """The service died between journal and node, and the node was reorganised meanwhile."""
    anchors = publish_some(world, 2)
    publish = world.book.contracts["CheckpointRegistry"]
    pending = Account.sign_transaction(
        {
            "nonce": transaction_count(world.node, address_of(PUBLISHER)),
            "gas": 60_000,
            "gasPrice": 0,
            "value": 0,
            "to": publish,
            "data": b"",
            "chainId": CHAIN_ID,
        },
        PUBLISHER,
    )
    assert world.node._rpc is not None
    with world.node.writing():
        world.node._journal.sent(int(world.clock.at.timestamp()), bytes(pending.raw_transaction))
        world.node._rpc.ask(("anvil_reorg", [1, []]))
    assert newest(world.node).number == anchors[-1].block_number + 1
    settled = list(world.node._journal.hashes)
    world.reopen()
    assert newest(world.node).hash == settled[-1]
    assert read_again(world, world.chain, anchors) == anchors
