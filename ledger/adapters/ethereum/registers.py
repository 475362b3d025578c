"""Reading the registries of heads and status lists: what was published."""

from __future__ import annotations

from typing import Any

from ledger.adapters.ethereum.address_book import AddressBook
from ledger.adapters.ethereum.contracts import CHECKPOINTS, STATUS, contract, text_of
from ledger.adapters.ethereum.moments import optional_moment
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.sending import call
from ledger.ports import ChainHead, LogEnding, StatusHead

_NOBODY = "0x" + "00" * 20
_NONE = bytes(32)


class Registers:
    """CheckpointRegistry and StatusRegistry of one address book."""

    def __init__(self, node: Node, book: AddressBook) -> None:
        self._node = node
        self._book = book

    def head(self, log_id: bytes) -> ChainHead:
        size, root, number, time = self._read(CHECKPOINTS, "head", log_id)
        return ChainHead(size, root, number, optional_moment(time))

    def root_at(self, log_id: bytes, size: int) -> tuple[bytes, int, int] | None:
        """Root, block number and block time in Unix seconds; None where nothing was published
        for this size."""
        root, number, time = self._read(CHECKPOINTS, "rootAt", log_id, size)
        return (root, number, time) if number else None

    def is_open(self, log_id: bytes) -> bool:
        (anchor,) = self._read(CHECKPOINTS, "anchorOf", log_id)
        return bool(anchor != _NOBODY)

    def ending(self, log_id: bytes) -> LogEnding | None:
        frozen, last_good, successor = self._read(CHECKPOINTS, "frozenAt", log_id)
        return LogEnding(last_good, None if successor == _NONE else successor) if frozen else None

    def predecessor(self, log_id: bytes) -> tuple[bytes, int] | None:
        before, last_good = self._read(CHECKPOINTS, "predecessorOf", log_id)
        return None if before == _NONE else (before, last_good)

    def attesters(self, log_id: bytes) -> tuple[list[str], int]:
        """Their addresses, and how many of them must sign a head."""
        addresses, threshold = self._read(CHECKPOINTS, "attestersOf", log_id)
        return list(addresses), threshold

    def status_head(self, list_id: bytes) -> StatusHead:
        version, digest, valid_until, published_at = self._read(STATUS, "head", list_id)
        return StatusHead(
            version, digest, optional_moment(valid_until), optional_moment(published_at)
        )

    def status_owner(self, list_id: bytes) -> str | None:
        """The agency whose list it is; None where it was never assigned."""
        agency, publisher = self._read(STATUS, "ownerOf", list_id)
        return None if publisher == _NOBODY else text_of(agency)

    def _read(self, name: str, function: str, *arguments: Any) -> tuple[Any, ...]:
        place = self._book.contracts[name]
        return call(self._node, place, contract(name).functions[function], *arguments)
