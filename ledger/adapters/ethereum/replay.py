"""Bringing a node to the journal's last block, one transaction and one receipt at a time.

Each block gets the time at which it was first made, so that nothing is dated anew, and its hash
must come out as journalled.
"""

from __future__ import annotations

import time
from contextlib import suppress

from eth_utils.crypto import keccak

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.anvil import genesis_hash
from ledger.adapters.ethereum.errors import ChainDiverged, OtherGenesis
from ledger.adapters.ethereum.journal import Journal, Sent
from ledger.adapters.ethereum.rpc import Rpc, RpcRefused
from ledger.errors import ChainAway

_MINING_SECONDS = 10.0


def follows(rpc: Rpc, journal: Journal) -> bool:
    """Whether the node's newest block is the journal's."""
    return stands_at(
        answers.block(rpc.ask(("eth_getBlockByNumber", ["latest", False]))[0]), journal
    )


def stands_at(head: answers.Block, journal: Journal) -> bool:
    """Whether this is the journal's newest block."""
    expected = journal.hashes[-1] if journal.hashes else journal.genesis.hash
    return head.number == len(journal.hashes) and head.hash == expected


def catch_up(rpc: Rpc, journal: Journal) -> bool:
    """Send what the node lacks, and settle what the journal left open.

    False where the node's chain is not a part of the journal's: it must then start anew. Raises
    ChainDiverged where the same transactions gave another block, OtherGenesis, ChainAway.
    """
    if (found := genesis_hash(rpc)) != journal.genesis.hash:
        raise OtherGenesis(
            "The node's chain begins with another block than the journal's.",
            expected=journal.genesis.hash,
            found=found,
        )
    height = answers.quantity(rpc.ask(("eth_blockNumber", []))[0])
    common = min(height, len(journal.hashes))
    if common and _hash_at(rpc, common) != journal.hashes[common - 1]:
        return False
    for sent in journal.mined_after(common):
        common += 1
        if (found := mine(rpc, sent, common)) != journal.hashes[common - 1]:
            raise ChainDiverged(
                f"Replaying the journal gave another block {common} than was recorded.",
                number=common,
                expected=journal.hashes[common - 1],
                found=found,
            )
    # A pending transaction that the node refuses is void, and was never acknowledged.
    with suppress(RpcRefused):
        settle(rpc, journal)
    return follows(rpc, journal)


def settle(rpc: Rpc, journal: Journal) -> None:
    """Mine the journal's pending transaction, if there is one, and record what came of it."""
    if journal.pending is None:
        return
    block = len(journal.hashes) + 1
    try:
        block_hash = mine(rpc, journal.pending, block)
    except RpcRefused as refused:
        journal.void(refused.reason)
        raise
    journal.mined(block, block_hash)


def mine(rpc: Rpc, sent: Sent, block: int) -> str:
    """Send one transaction and answer the hash of its block, whose number must be ``block``.

    Harmless where it was sent before. RpcRefused where the node will not have it.
    """
    transaction = "0x" + keccak(sent.raw).hex()
    found = _receipt(rpc, transaction)
    if found is None:
        rpc.ask(("evm_setNextBlockTimestamp", [sent.time]))
        rpc.ask(("eth_sendRawTransaction", ["0x" + sent.raw.hex()]))
        deadline = time.monotonic() + _MINING_SECONDS
        while (found := _receipt(rpc, transaction)) is None:
            if time.monotonic() > deadline:
                raise ChainAway("The anvil node does not mine.")
            time.sleep(0.0005)
    if found.block_number != block:
        raise ChainAway("The anvil node's chain has a block that was not journalled.")
    return found.block_hash


def _receipt(rpc: Rpc, transaction: str) -> answers.Receipt | None:
    return answers.receipt(rpc.ask(("eth_getTransactionReceipt", [transaction]))[0])


def _hash_at(rpc: Rpc, number: int) -> str:
    return answers.block(rpc.ask(("eth_getBlockByNumber", [hex(number), False]))[0]).hash
