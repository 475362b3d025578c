"""The engines behind :class:`ledger.ports.LedgerStore` that the contract runs against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ledger.adapters.sql.sqlite import SqliteStore
from ledger.ports import LedgerStore

Open = Callable[[Path, Callable[[], datetime]], LedgerStore]
ENGINES: dict[str, Open] = {
    "sqlite": lambda folder, now: SqliteStore(folder / "ledger.sqlite", now=now),
}


class Clock:
    """Shows what the test sets."""

    def __init__(self) -> None:
        self.at = datetime(2030, 5, 1, 8, 30, 0, 123_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at
