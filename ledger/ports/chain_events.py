"""The port of what the contracts said in their events, block by block, with its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from certs.canonical import Json


@dataclass(frozen=True, slots=True)
class ChainBlock:
    """A block of the chain. Hashes are 0x-hex, ``time`` is Unix seconds."""

    number: int
    hash: str
    parent: str
    time: int


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One event of one of our contracts.

    ``index`` is its place in the block, ``contract`` and ``name`` are as in the ABI. ``values`` by
    name, as JSON: ids of agencies and licence types as text, other bytes and addresses as 0x-hex,
    numbers beyond 2^53-1 as decimal text. ``subjects``: what it is about, to be found by: each id
    that it holds, and each indexed value, of numbers as ``name:value``.
    """

    block: ChainBlock
    index: int
    transaction: str
    contract: str
    name: str
    values: Mapping[str, Json]
    subjects: tuple[str, ...]


class ChainEvents(Protocol):
    """The events of the address book's contracts.

    Trust: as the chain's. A node may withhold events; what it shows stands in the blocks that it
    names. Every method raises :class:`ledger.errors.ChainAway` where the answers do not agree with
    each other, as while the chain is reorganised.
    """

    def newest(self) -> ChainBlock: ...

    def blocks(self, numbers: Sequence[int]) -> list[ChainBlock]:
        """Those of these blocks that the chain has now, in the order asked."""
        ...

    def events(self, first: int, last: int) -> list[ChainEvent]:
        """All events of blocks ``first`` to ``last``, both included, in order of place."""
        ...
