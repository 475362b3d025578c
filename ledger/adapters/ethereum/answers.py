"""Blocks, receipts and event logs as the node answers them, read strictly.

Every reader raises :class:`ledger.errors.ChainAway` where a member is missing or has another
form. Headers with long ``extraData`` (QBFT seals) are read as well: that member is not used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.errors import ChainAway

_HASH = re.compile(r"0x[0-9a-f]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_QUANTITY = re.compile(r"0x(0|[1-9a-f][0-9a-f]{0,15})")
_DATA = re.compile(r"0x([0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Block:
    """A block's header. Hashes are 0x-hex, ``time`` is Unix seconds."""

    number: int
    hash: str
    parent: str
    state_root: str
    time: int
    transactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One event log, at place ``index`` of its block. ``address`` is lower-case hex; ``topics`` and
    ``data`` are raw bytes."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: str
    index: int
    transaction: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the node says of a transaction; ``created`` is a new contract's address."""

    transaction: str
    succeeded: bool
    block_number: int
    block_hash: str
    gas_used: int
    created: str | None
    events: tuple[Event, ...]


def block(answer: Any) -> Block:
    """A block with the hashes of its transactions."""
    members = _object(answer, "block")
    return Block(
        number=quantity(members.get("number")),
        hash=hash32(members.get("hash")),
        parent=hash32(members.get("parentHash")),
        state_root=hash32(members.get("stateRoot")),
        time=quantity(members.get("timestamp")),
        transactions=tuple(hash32(item) for item in _list(members.get("transactions"))),
    )


def receipt(answer: Any) -> Receipt | None:
    """A receipt, or None while the transaction is not in a block."""
    if answer is None:
        return None
    members = _object(answer, "receipt")
    created = members.get("contractAddress")
    return Receipt(
        transaction=hash32(members.get("transactionHash")),
        succeeded=quantity(members.get("status")) == 1,
        block_number=quantity(members.get("blockNumber")),
        block_hash=hash32(members.get("blockHash")),
        gas_used=quantity(members.get("gasUsed")),
        created=None if created is None else address(created),
        events=events(members.get("logs")),
    )


def events(answer: Any) -> tuple[Event, ...]:
    """Event logs of mined transactions, in order."""
    return tuple(_event(item) for item in _list(answer))


def quantity(answer: Any) -> int:
    """A 0x-hex number below 2^64."""
    if not isinstance(answer, str) or not _QUANTITY.fullmatch(answer):
        raise ChainAway("The chain's node answered something that is no number.")
    return int(answer, 16)


def hash32(answer: Any) -> str:
    """A 32-byte hash as 0x-hex."""
    if not isinstance(answer, str) or not _HASH.fullmatch(answer):
        raise ChainAway("The chain's node answered something that is no hash.")
    return answer


def address(answer: Any) -> str:
    """A 20-byte address in lower case."""
    if not isinstance(answer, str) or not _ADDRESS.fullmatch(answer):
        raise ChainAway("The chain's node answered something that is no address.")
    return answer.lower()


def data(answer: Any) -> bytes:
    """Bytes from 0x-hex."""
    if not isinstance(answer, str) or not _DATA.fullmatch(answer):
        raise ChainAway("The chain's node answered something that is no byte string.")
    return bytes.fromhex(answer[2:])


def _event(answer: Any) -> Event:
    members = _object(answer, "event")
    return Event(
        address=address(members.get("address")),
        topics=tuple(bytes.fromhex(hash32(t)[2:]) for t in _list(members.get("topics"))),
        data=data(members.get("data")),
        block_number=quantity(members.get("blockNumber")),
        index=quantity(members.get("logIndex")),
        block_hash=hash32(members.get("blockHash")),
        transaction=hash32(members.get("transactionHash")),
    )


def _object(answer: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise ChainAway(f"The chain's node has no such {what}, or answered something else.")
    return answer


def _list(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise ChainAway("The chain's node answered something that is no list.")
    return answer
