"""Which answers of a node are believed: those of the chain that the address book names, which is
the one that the trust list pins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from certs.trust.payload import Chain as PinnedChain
from ledger.adapters.ethereum.address_book import AddressBook, chain_identity, differences
from ledger.adapters.ethereum.errors import (
    ChainForeign,
    OtherAddress,
    OtherChain,
    OtherCode,
    OtherGenesis,
)
from ledger.adapters.ethereum.node import Node
from ledger.errors import ChainAway
from ledger.ports import ChainIdentity

LOOK_AGAIN_S = 30.0
"""Seconds for which one look serves; a node may be exchanged for another behind its address."""


class Believed:
    """A node, the book that says which chain and which code it must have, and what the trust list
    pins (None where there is no trust list yet: at the founding).

    Looked at before the first answer, again after an answer that could not be used, and from time
    to time (``monotonic`` seconds).
    """

    def __init__(
        self,
        node: Node,
        book: AddressBook,
        pinned: PinnedChain | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.book = book
        self._node = node
        self._pinned = pinned
        self._monotonic = monotonic
        self._looked: float | None = None

    def faults(self) -> list[ChainForeign]:
        """All in which chain, book and trust list differ. Raises ChainAway."""
        return self._compared()[1]

    def identity(self) -> ChainIdentity:
        """What stands on the chain now. Raises ChainForeign subclasses, ChainAway."""
        found, faults = self._compared()
        if faults:
            raise faults[0]
        self._looked = self._monotonic()
        return found

    @contextmanager
    def usable(self) -> Iterator[Node]:
        """The node, once its chain was found to be the right one. Raises ChainForeign
        subclasses, ChainAway."""
        try:
            if self._looked is None or self._monotonic() - self._looked > LOOK_AGAIN_S:
                self.identity()
            yield self._node
        except ChainAway:
            # It may be another chain by now: look before the next answer is believed.
            self._looked = None
            raise

    def _compared(self) -> tuple[ChainIdentity, list[ChainForeign]]:
        found = chain_identity(self._node, self.book.contracts)
        others = [] if self._pinned is None else unpinned(self.book, self._pinned)
        return found, [*others, *differences(self.book, found)]


def unpinned(book: AddressBook, pinned: PinnedChain) -> Iterator[ChainForeign]:
    """In which the address book is not what the trust list pins."""
    if book.chain_id != pinned.chain_id:
        yield OtherChain(
            f"The trust list pins chain {pinned.chain_id}, the address book names chain "
            f"{book.chain_id}.",
            expected=pinned.chain_id,
            found=book.chain_id,
        )
    if book.genesis != pinned.genesis:
        yield OtherGenesis(
            "The trust list pins another first block than the address book names.",
            expected=pinned.genesis,
            found=book.genesis,
        )
    for name in book.contracts:
        reference = pinned.contracts.get(name)
        place, code = book.contracts[name].lower(), book.code_hashes[name]
        if reference is None or reference.address != place:
            yield OtherAddress(
                f"The trust list does not pin {name} where the address book has it.",
                contract=name,
                expected=None if reference is None else reference.address,
                found=place,
            )
        elif reference.code_hash != code:
            yield OtherCode(
                f"The trust list pins other code of {name} than the address book names.",
                contract=name,
                expected=reference.code_hash,
                found=code,
            )
