"""What was read from the chain, kept until its next block: open routes cost the chain's node one
reading a block, however many ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from ledger.ports import ChainEvents

MOST = 1024
"""Answers kept; beyond that all begin anew."""

Value = TypeVar("Value")


class ByBlock:
    """Answers by name, as of the newest block. Safe for use from several threads."""

    def __init__(self) -> None:
        self._block = ""
        self._kept: dict[Hashable, object] = {}
        self._turn = threading.Lock()

    def __call__(self, events: ChainEvents, name: Hashable, read: Callable[[], Value]) -> Value:
        """The answer under ``name``, read now where none is of the newest block. ``read`` is to
        ask nothing that depends on the time alone. Raises ChainAway."""
        block = events.newest().hash
        with self._turn:
            if block != self._block or len(self._kept) >= MOST:
                self._block, self._kept = block, {}
            if name in self._kept:
                return cast(Value, self._kept[name])
        value = read()
        with self._turn:
            if block == self._block:
                self._kept[name] = value
        return value
