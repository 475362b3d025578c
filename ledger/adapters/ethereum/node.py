"""What the chain's adapter asks of a node, embedded or remote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.rpc import Question
from ledger.errors import ChainAway


class Node(Protocol):
    """A node whose chain may be read and written.

    Every method raises :class:`ledger.errors.ChainAway` while the node cannot be used, and
    :class:`ledger.adapters.ethereum.errors.ChainForeign` where its chain is another one.
    """

    def ask(self, *questions: Question) -> list[Any]:
        """Results in order; RpcRefused for the first question that the node refused."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Held from reading an account's nonce until its transaction was submitted."""
        ...

    def submit(self, raw: bytes) -> None:
        """Send a signed transaction, inside :meth:`writing`. Again is harmless. RpcRefused
        where the node will not have it."""
        ...

    def now_overrides(self) -> list[Any]:
        """Further parameters of ``eth_call`` and ``eth_estimateGas``, with which a question is
        answered as in a block of now; none where blocks come by themselves."""
        ...

    def finality(self) -> tuple[int, float]:
        """Blocks that must follow a transaction's block, and seconds to wait for them."""
        ...

    def close(self) -> None: ...


def newest(node: Node) -> answers.Block:
    """The newest block."""
    return answers.block(node.ask(("eth_getBlockByNumber", ["latest", False]))[0])


def block_at(node: Node, number: int) -> answers.Block:
    """A block of the canonical chain."""
    return answers.block(node.ask(("eth_getBlockByNumber", [hex(number), False]))[0])


def receipt_of(node: Node, transaction: str) -> answers.Receipt | None:
    """The receipt, None while there is none. Another transaction's receipt is ChainAway."""
    found = answers.receipt(node.ask(("eth_getTransactionReceipt", [transaction]))[0])
    if found is not None and found.transaction != transaction:
        raise ChainAway("The chain's node answered another transaction's receipt.")
    return found


def code_at(node: Node, addresses: Sequence[str]) -> list[bytes]:
    """The code that stands at each address; empty where none does."""
    questions: list[Question] = [("eth_getCode", [address, "latest"]) for address in addresses]
    return [answers.data(answer) for answer in node.ask(*questions)]


def transaction_count(node: Node, address: str) -> int:
    """Transactions of this account that stand in blocks: the nonce of its next one."""
    return answers.quantity(node.ask(("eth_getTransactionCount", [address, "latest"]))[0])
