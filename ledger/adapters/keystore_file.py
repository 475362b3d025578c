"""The key store's own SQLite file: schema, transactions, and what SQLite throws in our words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.adapters.sql.faults import translated
from ledger.errors import Tampered

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file_keys (file TEXT PRIMARY KEY, wrapped BLOB) STRICT;
CREATE TABLE IF NOT EXISTS followed (id INTEGER PRIMARY KEY CHECK (id = 1), range BLOB) STRICT;
CREATE TABLE IF NOT EXISTS origins (
    id INTEGER PRIMARY KEY CHECK (id = 1), origin TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tags (tag BLOB PRIMARY KEY, idx INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uses (
    consent TEXT NOT NULL, n INTEGER NOT NULL, release TEXT NOT NULL, attestation BLOB NOT NULL,
    PRIMARY KEY (consent, n)
) STRICT;
CREATE TABLE IF NOT EXISTS basis_uses (
    basis TEXT NOT NULL, n INTEGER NOT NULL, release TEXT NOT NULL, attestation BLOB NOT NULL,
    PRIMARY KEY (basis, n)
) STRICT;
CREATE TABLE IF NOT EXISTS withdrawals (
    consent TEXT PRIMARY KEY, acknowledgement BLOB NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class UsesTable:
    """Where uses of one sort of ground are counted; ``ground`` is the column of its id."""

    name: str
    ground: str


USES, BASIS_USES = UsesTable("uses", "consent"), UsesTable("basis_uses", "basis")


class SecretsDatabase:
    """One connection that any thread may use; WAL, with an fsync before each commit returns.

    Several processes may hold the file open; writers take turns. Raises Tampered for a file that
    cannot be read, LogBusy where it stays locked or the disk takes no write.
    """

    def __init__(self, path: Path, busy_seconds: float = 10.0) -> None:
        self._lock = threading.RLock()
        try:
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA secure_delete=ON")  # a destroyed key leaves no bytes behind
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise Tampered("The key store's file cannot be read.", path=path.name) from error

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Every row of a question."""
        with self._lock, _translating():
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a question, or None."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def change(self, sql: str, *values: object) -> None:
        """One change inside :meth:`writing`."""
        with _translating():
            self._db.execute(sql, values)

    def change_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """One change for each row inside :meth:`writing`."""
        with _translating():
            self._db.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One immediate transaction; an error leaves nothing behind."""
        with self._lock, _translating():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def settle(self) -> None:
        """Empty the write-ahead log, where pages that were overwritten lie still. Where another
        process reads, they go with its next one."""
        with self._lock, _translating():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several questions about one state."""
        with self._lock, _translating():
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("ROLLBACK")

    def close(self) -> None:
        with self._lock:
            self._db.close()


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error) from error
