"""Reading the registries: who is entitled, with which keys, and what was published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ledger.adapters.ethereum.contracts import AGENCIES, CHECKPOINTS, STATUS, bytes32, contract
from ledger.adapters.ethereum.deployment import AddressBook
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.sending import call
from ledger.errors import ChainAway
from ledger.ports import ChainHead, KeyRow, ScopeRow, StatusHead

_PAGE = 256
_UINT32 = 1 << 32
_UINT40 = 1 << 40
_NOBODY = "0x" + "00" * 20


class Registers:
    """The three contracts of one address book."""

    def __init__(self, node: Node, book: AddressBook) -> None:
        self._node = node
        self._book = book

    def head(self, log_id: bytes) -> ChainHead:
        size, root, number, time = self._read(CHECKPOINTS, "head", log_id)
        return ChainHead(size, root, number, _optional_moment(time))

    def root_at(self, log_id: bytes, size: int) -> tuple[bytes, int, int] | None:
        """Root, block number and block time in Unix seconds; None where nothing was published
        for this size."""
        root, number, time = self._read(CHECKPOINTS, "rootAt", log_id, size)
        return (root, number, time) if number else None

    def is_open(self, log_id: bytes) -> bool:
        (anchor,) = self._read(CHECKPOINTS, "anchorOf", log_id)
        return bool(anchor != _NOBODY)

    def status_head(self, list_id: bytes) -> StatusHead:
        version, digest, valid_until, _, _ = self._read(STATUS, "head", list_id)
        return StatusHead(version, digest, _optional_moment(valid_until))

    def is_assigned(self, list_id: bytes) -> bool:
        _, publisher = self._read(STATUS, "ownerOf", list_id)
        return bool(publisher != _NOBODY)

    def admitted(self, agency: str) -> bool:
        ((_, _, admitted_at),) = self._read(AGENCIES, "agency", bytes32(agency))
        return bool(admitted_at)

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool:
        """False too for whatever cannot stand in the registry."""
        time = seconds(at)
        if not (0 <= region < _UINT32 and 0 <= time < _UINT40):
            return False
        ids = _ids(agency, licence_type)
        return ids is not None and bool(self._read(AGENCIES, "entitled", *ids, region, time)[0])

    def scope_rows(self, agency: str, licence_type: str) -> list[ScopeRow]:
        """In order of recording; ``valid_to`` is the end that holds now."""
        ids = _ids(agency, licence_type)
        if ids is None:
            return []
        return [
            ScopeRow(agency, licence_type, region, *_period(period))
            for region, period in self._rows(
                lambda start: self._read(AGENCIES, "scopeRows", *ids, start, _PAGE)
            )
        ]

    def key_rows(self, agency: str) -> list[KeyRow]:
        """In order of recording; ``valid_to`` is the end that holds now."""
        ids = _ids(agency)
        if ids is None:
            return []
        return [
            KeyRow(agency, key_id, *_period(period))
            for key_id, period in self._rows(
                lambda start: self._read(AGENCIES, "keyRows", *ids, start, _PAGE)
            )
        ]

    def _rows(self, page: Callable[[int], tuple[Any, ...]]) -> list[Any]:
        rows: list[Any] = []
        while True:
            found, total = page(len(rows))
            rows.extend(found)
            if len(rows) >= total:
                return rows
            if not found:
                raise ChainAway("The chain's node answers fewer rows than it counts.")

    def _read(self, name: str, function: str, *arguments: Any) -> tuple[Any, ...]:
        place = self._book.contracts[name]
        return call(self._node, place, contract(name).functions[function], *arguments)


def seconds(at: datetime | None) -> int:
    """Unix seconds of an aware time, 0 for None; ValueError for a naive one."""
    if at is None:
        return 0
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return int(at.timestamp())


def moment(time: int) -> datetime:
    """The UTC time of Unix seconds that a node answered."""
    try:
        return datetime.fromtimestamp(time, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ChainAway("The chain's node answers a time that is none.") from error


def _optional_moment(time: int) -> datetime | None:
    return moment(time) if time else None


def _ids(*texts: str) -> tuple[bytes, ...] | None:
    try:
        return tuple(bytes32(text) for text in texts)
    except ValueError:
        return None


def _period(period: tuple[int, int, int, int, int]) -> tuple[datetime, datetime | None, datetime]:
    valid_from, valid_to, recorded_at, ended_at, _ = period
    return moment(valid_from), _optional_moment(ended_at or valid_to), moment(recorded_at)
