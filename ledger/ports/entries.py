"""Values of the log and of the index beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal


class OwnIndex(Enum):
    """``INDEX`` in a row's values stands for the index that the row's own entry receives."""

    INDEX = "index"


INDEX = OwnIndex.INDEX
Scalar = str | int | bytes | None
Cell = Scalar | OwnIndex
Node = tuple[int, int, bytes]
"""(level, index, hash) of one complete subtree of the log."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the index beside the log.

    ``insert``: a taken primary key is a :class:`ledger.errors.Conflict`. ``put``: inserts or
    replaces by primary key. ``update``: ``values`` hold the primary key and the columns to
    change; a missing row is :class:`ledger.errors.Stale`. ``delete``: ``values`` hold the primary
    key alone; a row that is gone already is fine.
    """

    table: str
    values: Mapping[str, Cell]
    mode: Literal["insert", "put", "update", "delete"] = "insert"


@dataclass(frozen=True, slots=True)
class Expect:
    """A guard checked inside the writing transaction: the row found by ``key`` must show
    exactly ``values``; else :class:`ledger.errors.Stale` and nothing is written."""

    table: str
    key: Mapping[str, Scalar]
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Quiet:
    """A guard as `Expect`: no entry after the index ``since`` is found under ``name``."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be sequenced.

    ``record`` is the sealed envelope with its salt, ``record_key`` the wrapped key that opens
    it (destroying it erases the content). ``keys`` are the names under which the entry is found
    again, such as ``case:case_…``. ``tag`` is 16 bytes.
    """

    leaf: bytes
    payload_sha256: bytes
    kind: str
    tag: bytes
    record: bytes
    record_key: bytes
    keys: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    expects: tuple[Expect, ...] = ()
    quiet: tuple[Quiet, ...] = ()


@dataclass(frozen=True, slots=True)
class Appended:
    """``fresh`` is False where an entry with the same payload stood already at ``index``."""

    index: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """``record_key`` is None once the content has been erased."""

    index: int
    leaf: bytes
    payload_sha256: bytes
    kind: str
    tag: bytes
    record: bytes | None
    record_key: bytes | None
    sequenced_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """A signed checkpoint that we published: C2SP note bytes over ``size`` and ``root``."""

    size: int
    root: bytes
    note: bytes
