"""A node that somebody else runs: a member of a consortium (QBFT), or any Ethereum node.

It is asked, retried within bounds, and given time; nothing about it is repaired from here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ledger.adapters.ethereum.rpc import Patience, Question, Rpc


class RemoteNode:
    """The node at ``url``.

    ``confirmations`` blocks must follow a transaction's own before it counts (0 where blocks are
    final at once, as in QBFT); ``seconds`` is how long a write waits for that.
    """

    def __init__(
        self,
        url: str,
        *,
        confirmations: int = 0,
        seconds: float = 60.0,
        patience: Patience | None = None,
    ) -> None:
        self._rpc = Rpc(url, patience)
        self._finality = (confirmations, seconds)
        self._turn = threading.RLock()

    @property
    def url(self) -> str:
        """Where the node answers."""
        return self._rpc.url

    def ask(self, *questions: Question) -> list[Any]:
        return self._rpc.ask(*questions)

    @contextmanager
    def writing(self) -> Iterator[None]:
        # Processes on other machines may send from the same account: the loser of a nonce is
        # refused by the node and tries again.
        with self._turn:
            yield

    def submit(self, raw: bytes) -> None:
        self._rpc.ask(("eth_sendRawTransaction", ["0x" + raw.hex()]))

    def now_overrides(self) -> list[Any]:
        return []

    def finality(self) -> tuple[int, float]:
        return self._finality

    def close(self) -> None:
        self._rpc.close()
