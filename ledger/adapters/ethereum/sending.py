"""Calling contracts: reading them, and writing with proof that it happened.

Keys are 32 raw bytes (secp256k1) and stay in this process; gas is free. A write is tried out
first (eth_estimateGas), so that a refusal costs no transaction and comes with its reason. It
counts once the receipt, the block that the receipt names and the canonical chain agree.
"""

from __future__ import annotations

import time
from typing import Any

from eth_account import Account
from eth_utils.address import to_checksum_address

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.contracts import Function
from ledger.adapters.ethereum.errors import ReceiptFalse
from ledger.adapters.ethereum.node import (
    Node,
    block_at,
    newest,
    receipt_of,
    transaction_count,
)
from ledger.adapters.ethereum.refusals import refusal
from ledger.adapters.ethereum.refused import ChainRefused
from ledger.adapters.ethereum.rpc import RpcRefused
from ledger.errors import ChainAway

_ATTEMPTS = 3
_REVERTED = 3  # error code of go-ethereum, anvil and Quorum for a reverted call


def address_of(key: bytes) -> str:
    """Checksummed address of a private key of 32 bytes; ValueError where it is none."""
    return str(Account.from_key(key).address)


def call(node: Node, contract: str, function: Function, *arguments: Any) -> tuple[Any, ...]:
    """What a reading function of the contract at this address answers, as of the newest block."""
    return _called(node, contract, function, arguments, [])


def call_now(node: Node, contract: str, function: Function, *arguments: Any) -> tuple[Any, ...]:
    """As :func:`call`, for what depends on the time: as of a block of now."""
    return _called(node, contract, function, arguments, node.now_overrides())


def _called(
    node: Node, contract: str, function: Function, arguments: tuple[Any, ...], more: list[Any]
) -> tuple[Any, ...]:
    question = {"to": contract, "data": "0x" + function.encode(*arguments).hex()}
    try:
        (answer,) = node.ask(("eth_call", [question, "latest", *more]))
    except RpcRefused as refused:
        raise _reason(refused) from refused
    return function.decode(answers.data(answer))


def transact(node: Node, key: bytes, to: str | None, data: bytes) -> answers.Receipt:
    """Send a transaction and return its receipt once it is final for this engine.

    ``to`` None creates a contract. Raises ChainRefused subclasses, ChainAway, ReceiptFalse.
    """
    sender = address_of(key)
    wanted: dict[str, Any] = {"from": sender, "data": "0x" + data.hex(), "gasPrice": "0x0"}
    if to is not None:
        wanted["to"] = to
    last: RpcRefused | None = None
    for _ in range(_ATTEMPTS):
        with node.writing():
            try:
                estimate, chain_id = node.ask(
                    ("eth_estimateGas", _tried(node, wanted)), ("eth_chainId", [])
                )
            except RpcRefused as refused:
                raise _reason(refused) from refused
            transaction: dict[str, Any] = {
                "nonce": transaction_count(node, sender),
                "gas": answers.quantity(estimate) * 5 // 4 + 10_000,
                "gasPrice": 0,
                "value": 0,
                "data": data,
                "chainId": answers.quantity(chain_id),
            }
            if to is not None:
                transaction["to"] = to_checksum_address(to)
            signed = Account.sign_transaction(transaction, key)
            name = "0x" + bytes(signed.hash).hex()
            try:
                node.submit(bytes(signed.raw_transaction))
            except RpcRefused as refused:
                if not _known(node, name):
                    last = refused  # Another sender took the nonce, most likely.
                    continue
        receipt = _final(node, name)
        if not receipt.succeeded:
            raise _late_reason(node, wanted)
        return receipt
    raise ChainAway("The chain's node does not take the transaction.") from last


def try_transaction(node: Node, sender: str, to: str | None, data: bytes) -> None:
    """Raises what this transaction of the address ``sender`` would raise now; sends nothing."""
    wanted = {"from": sender, "data": "0x" + data.hex(), "gasPrice": "0x0"}
    if to is not None:
        wanted["to"] = to
    try:
        node.ask(("eth_estimateGas", _tried(node, wanted)))
    except RpcRefused as refused:
        raise _reason(refused) from refused


def _tried(node: Node, wanted: dict[str, Any]) -> list[Any]:
    more = node.now_overrides()
    return [wanted, "latest", *more] if more else [wanted]


def _known(node: Node, transaction: str) -> bool:
    # The reply to an earlier submission may have been lost, the transaction not.
    return node.ask(("eth_getTransactionByHash", [transaction]))[0] is not None


def _final(node: Node, transaction: str) -> answers.Receipt:
    confirmations, seconds = node.finality()
    deadline = time.monotonic() + seconds
    pause = 0.002
    while True:
        receipt = receipt_of(node, transaction)
        true = receipt is not None and _borne_out(node, receipt)
        if receipt is not None and true:
            if not confirmations:
                return receipt
            if newest(node).number >= receipt.block_number + confirmations:
                return receipt
        if time.monotonic() >= deadline:
            break
        time.sleep(pause)
        pause = min(pause * 2, 0.5)
    if receipt is not None and not true:
        raise ReceiptFalse(
            "The chain's node answers a receipt that its blocks do not bear out.",
            transaction=transaction,
        )
    raise ChainAway("The transaction is not final yet.", transaction=transaction)


def _borne_out(node: Node, receipt: answers.Receipt) -> bool:
    """Whether the canonical chain has the block that the receipt names, with the transaction."""
    if newest(node).number < receipt.block_number:
        return False
    block = block_at(node, receipt.block_number)
    return block.hash == receipt.block_hash and receipt.transaction in block.transactions


def _late_reason(node: Node, wanted: dict[str, Any]) -> ChainRefused | ChainAway:
    try:
        node.ask(("eth_call", [wanted, "latest", *node.now_overrides()]))
    except RpcRefused as refused:
        return _reason(refused)
    return ChainAway("The transaction failed, and would not fail now.")


def _reason(refused: RpcRefused) -> ChainRefused | ChainAway:
    if refused.data or refused.number == _REVERTED:
        return refusal(refused.data)
    return refused
