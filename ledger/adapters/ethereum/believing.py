"""Which answers of a node are believed: those of the chain that the address book names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.adapters.ethereum.deployment import AddressBook, check_book
from ledger.adapters.ethereum.node import Node
from ledger.errors import ChainAway
from ledger.ports import ChainIdentity


class Believed:
    """A node beside the book that says which chain and which code it must have.

    Looked at before the first answer, again after an answer that could not be used.
    """

    def __init__(self, node: Node, book: AddressBook) -> None:
        self.book = book
        self._node = node
        self._checked = False

    def identity(self) -> ChainIdentity:
        """What stands on the chain now. Raises ChainForeign subclasses, ChainAway."""
        found = check_book(self._node, self.book)
        self._checked = True
        return found

    @contextmanager
    def usable(self) -> Iterator[Node]:
        """The node, once its chain was found to be the right one. Raises ChainForeign
        subclasses, ChainAway."""
        try:
            if not self._checked:
                self.identity()
            yield self._node
        except ChainAway:
            # It may be another chain by now: look before the next answer is believed.
            self._checked = False
            raise
