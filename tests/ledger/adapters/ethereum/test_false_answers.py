"""A node of somebody else's that lies, forgets, or changes its mind."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from eth_utils.crypto import keccak

from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.errors import OtherCode, OtherGenesis, ReceiptFalse
from ledger.adapters.ethereum.founding import found
from ledger.adapters.ethereum.node import newest
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.ethereum.rpc import Rpc
from ledger.errors import ChainAway
from ledger.ports.governance import Admit
from tests.ledger.adapters.ethereum.proxy import Proxy
from tests.ledger.adapters.ethereum.world import (
    LIST,
    REASON,
    VOTERS,
    ForeignWorld,
    Log,
    chain_on,
    publish,
    secret,
)


def lying(wanted: str, change: Any) -> Any:
    def lie(method: str, result: Any) -> Any:
        return change(result) if method == wanted and result else result

    return lie


LIES: dict[str, tuple[str, Any]] = {
    "block hash": ("eth_getTransactionReceipt", lambda r: {**r, "blockHash": "0x" + "11" * 32}),
    "block number": ("eth_getTransactionReceipt", lambda r: {**r, "blockNumber": "0x1"}),
    "future block": ("eth_getTransactionReceipt", lambda r: {**r, "blockNumber": "0xffffff"}),
    "other transaction": (
        "eth_getTransactionReceipt",
        lambda r: {**r, "transactionHash": "0x" + "22" * 32},
    ),
    "no event": ("eth_getTransactionReceipt", lambda r: {**r, "logs": []}),
    "event of another contract": (
        "eth_getTransactionReceipt",
        lambda r: {**r, "logs": [{**log, "address": "0x" + "33" * 20} for log in r["logs"]]},
    ),
    "event with another root": (
        "eth_getTransactionReceipt",
        lambda r: {**r, "logs": [{**log, "data": "0x" + "44" * 32} for log in r["logs"]]},
    ),
    "block without the transaction": (
        "eth_getBlockByNumber",
        lambda b: {**b, "transactions": []},
    ),
    "logs hidden": ("eth_getLogs", lambda logs: []),
    "logs of another block": (
        "eth_getLogs",
        lambda logs: [{**log, "blockHash": "0x" + "55" * 32} for log in logs],
    ),
    "logs of another log": (
        "eth_getLogs",
        lambda logs: [
            {**log, "topics": [log["topics"][0], "0x" + "66" * 32, log["topics"][2]]}
            for log in logs
        ],
    ),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_a_lying_node_is_not_believed(
    proxied: EthereumChain, proxy: Proxy, foreign_log: bytes, lie: tuple[str, Any]
) -> None:
    log = Log().grow(4)
    proxied.now()
    proxy.change = lying(*lie)
    with pytest.raises(ChainAway):
        publish(proxied, foreign_log, 4, log.root, ())
    proxy.heal()
    # It had happened all the same, and publishing again finds it.
    anchor = publish(proxied, foreign_log, 4, log.root, ())
    assert proxied.head(foreign_log).block_number == anchor.block_number


def test_a_block_that_lacks_the_transaction_makes_no_founding(
    proxied: EthereumChain, proxy: Proxy, foreign: ForeignWorld
) -> None:
    """Founding has no state to look at afterwards, so block and receipt alone must agree."""
    proxied.now()
    wish = [Admit("daj", "区档案局", 0)]
    proxy.change = lying(*LIES["block without the transaction"])
    with pytest.raises(ReceiptFalse):
        found(proxied._node, foreign.book, VOTERS, wish, REASON)
    proxy.heal()
    assert found(proxied._node, foreign.book, VOTERS, wish, REASON) == 1


def test_a_receipt_for_what_never_happened_is_not_believed(
    proxied: EthereumChain, proxy: Proxy, foreign_log: bytes, foreign: ForeignWorld
) -> None:
    """The node swallows the transaction and answers an earlier receipt under its name."""
    log = Log().grow(2)
    early = publish(proxied, foreign_log, 2, log.root, ())
    (good,) = foreign.node.ask(("eth_getTransactionReceipt", [early.transaction]))
    sent: list[str] = []
    real = proxy._answer

    def swallow(target: str, body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body)
        if isinstance(asked, dict) and asked["method"] == "eth_sendRawTransaction":
            sent.append("0x" + keccak(hexstr=asked["params"][0]).hex())
            return 200, json.dumps(
                {"jsonrpc": "2.0", "id": asked["id"], "result": sent[0]}
            ).encode()
        if isinstance(asked, dict) and asked["method"] == "eth_getTransactionReceipt":
            lie = {**good, "transactionHash": sent[0]}
            return 200, json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": lie}).encode()
        return real(target, body)

    proxy._answer = swallow  # type: ignore[method-assign]
    with pytest.raises(ReceiptFalse) as false:
        publish(proxied, foreign_log, 5, log.grow(3).root, log.proof_from(2))
    assert false.value.code == "chain.receipt_false"
    assert sent and proxied.head(foreign_log).size == 2


def test_a_dropped_transaction_is_pushback_and_is_sent_again(
    proxied: EthereumChain, foreign: ForeignWorld, foreign_log: bytes
) -> None:
    rpc = foreign.anvil.rpc
    log = Log().grow(2)
    rpc.ask(("evm_setAutomine", [False]))
    try:
        with pytest.raises(ChainAway) as away:
            publish(proxied, foreign_log, 2, log.root, ())
        (dropped,) = rpc.ask(("anvil_dropTransaction", [away.value.transaction]))
        assert dropped == away.value.transaction
    finally:
        rpc.ask(("evm_setAutomine", [True]))
    assert proxied.root_at(foreign_log, 2) is None
    anchor = publish(proxied, foreign_log, 2, log.root, ())
    assert proxied.head(foreign_log).block_number == anchor.block_number


def test_a_transaction_still_waiting_is_found_when_it_is_mined_late(
    proxied: EthereumChain, foreign: ForeignWorld, foreign_log: bytes
) -> None:
    rpc = foreign.anvil.rpc
    log = Log().grow(2)
    rpc.ask(("evm_setAutomine", [False]))
    try:
        with pytest.raises(ChainAway) as away:
            publish(proxied, foreign_log, 2, log.root, ())
        with pytest.raises(ChainAway):
            publish(proxied, foreign_log, 2, log.root, ())
    finally:
        rpc.ask(("evm_setAutomine", [True]))
    rpc.ask(("evm_mine", []))
    assert publish(proxied, foreign_log, 2, log.root, ()).transaction == away.value.transaction


def test_a_reorganisation_takes_an_anchor_away_and_it_is_published_again(
    foreign: ForeignWorld, foreign_log: bytes
) -> None:
    log = Log().grow(2)
    first = publish(foreign.chain, foreign_log, 2, log.root, ())
    foreign.anvil.rpc.ask(("anvil_reorg", [1, []]))
    fresh = chain_on(foreign.node, foreign.book)
    assert fresh.root_at(foreign_log, 2) is None and fresh.head(foreign_log).size == 0
    second = publish(fresh, foreign_log, 2, log.root, ())
    assert second.block_hash != first.block_hash
    assert fresh.root_at(foreign_log, 2) == second


def test_an_anchor_counts_once_enough_blocks_follow(
    foreign: ForeignWorld, foreign_log: bytes
) -> None:
    log = Log().grow(2)
    rpc = Rpc(foreign.anvil.rpc.url)
    node = RemoteNode(foreign.anvil.rpc.url, confirmations=2, seconds=0.3)
    proxied = chain_on(node, foreign.book)
    with pytest.raises(ChainAway):
        publish(proxied, foreign_log, 2, log.root, ())
    height = newest(node).number
    assert proxied.root_at(foreign_log, 2) is None
    rpc.ask(("evm_mine", []))
    assert proxied.root_at(foreign_log, 2) is None
    rpc.ask(("evm_mine", []))
    anchor = publish(proxied, foreign_log, 2, log.root, ())
    assert anchor.block_number == height == proxied.head(foreign_log).block_number
    patient = chain_on(RemoteNode(foreign.anvil.rpc.url, confirmations=2, seconds=5), foreign.book)
    mining = threading.Timer(0.2, lambda: rpc.ask(("anvil_mine", ["0x2"])))
    mining.start()
    later = publish(patient, foreign_log, 5, log.grow(3).root, log.proof_from(2))
    mining.join()
    assert newest(node).number == later.block_number + 2


def test_a_chain_that_was_reset_waits_for_the_operator(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    own = ForeignWorld(tmp_path_factory.mktemp("reset"))
    try:
        log = Log().grow(1)
        assert own.chain.head(LIST).size == 0
        own.anvil.rpc.ask(("anvil_reset", []))
        with pytest.raises((OtherGenesis, OtherCode)):
            publish(own.chain, secret("x"), 1, log.root, ())
        # A reader finds out after one answer that it cannot use.
        with pytest.raises(ChainAway):
            own.chain.head(LIST)
        with pytest.raises((OtherGenesis, OtherCode)):
            own.chain.head(LIST)
    finally:
        own.close()
