"""SQLite behind :class:`ledger.ports.LedgerStore`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ledger.adapters.sql import index, log
from ledger.adapters.sql.connection import Readers, open_writer, prepare
from ledger.adapters.sql.faults import translated
from ledger.adapters.sql.tally import tally
from ledger.adapters.sql.writer import Writer
from ledger.errors import LogBusy, Tampered
from ledger.ports import (
    Anchor,
    Appended,
    Expect,
    Head,
    NewEntry,
    Node,
    Row,
    Scalar,
    StoredEntry,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqliteStore:
    """The log and the index in one file, in WAL mode with an fsync before each commit returns.

    Any number of threads and processes; readers see the last commit and block nobody. Raises
    Tampered for a damaged or foreign file, SchemaNewer for one of a newer release, LogBusy
    where the file stays locked longer than ``busy_seconds`` or the disk takes no write.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = _utc_now,
        busy_seconds: float = 5.0,
    ) -> None:
        prepare(path, busy_seconds)
        self._now = now
        self._readers = Readers(path, busy_seconds)
        self._writer = Writer(lambda: open_writer(path, busy_seconds))

    def append(self, entries: Sequence[NewEntry]) -> list[Appended]:
        return self._writer.run(lambda db: log.append(db, entries, self._now()))

    def size(self) -> int:
        with self._readers.connection() as db:
            return log.size(db)

    def entry(self, index: int) -> StoredEntry | None:
        with self._readers.connection() as db:
            return log.entry(db, index)

    def entry_by_payload(self, payload_sha256: bytes) -> StoredEntry | None:
        with self._readers.connection() as db:
            return log.entry_by_payload(db, payload_sha256)

    def entries(self, start: int, stop: int) -> list[StoredEntry]:
        with self._readers.connection() as db:
            return log.entries(db, start, stop)

    def find(self, key: str, *, after: int = -1, limit: int = 1000) -> list[int]:
        with self._readers.connection() as db:
            return log.find(db, key, after, limit)

    def nodes(self, coordinates: Sequence[tuple[int, int]]) -> list[bytes]:
        with self._readers.connection() as db:
            return log.nodes(db, coordinates)

    def integrate(self, previous: int, nodes: Sequence[Node], head: Head) -> None:
        self._writer.run(lambda db: log.integrate(db, previous, nodes, head))

    def head(self) -> Head | None:
        with self._readers.connection() as db:
            return log.head(db)

    def head_at(self, size: int) -> Head | None:
        with self._readers.connection() as db:
            return log.head_at(db, size)

    def heads(self) -> list[Head]:
        with self._readers.connection() as db:
            return log.heads(db)

    def put_anchor(self, anchor: Anchor) -> None:
        self._writer.run(lambda db: log.put_anchor(db, anchor))

    def anchor_covering(self, index: int) -> Anchor | None:
        with self._readers.connection() as db:
            return log.anchor_covering(db, index)

    def anchors(self, *, void: bool = False) -> list[Anchor]:
        with self._readers.connection() as db:
            return log.anchors(db, void=void)

    def void_anchors(self, beyond: int) -> None:
        self._writer.run(lambda db: log.void_anchors(db, beyond))

    def rows(
        self,
        table: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        after: Scalar = None,
        limit: int = 1000,
    ) -> list[dict[str, Scalar]]:
        with self._readers.connection() as db:
            return index.select(db, table, where or {}, after, limit)

    def tally(
        self,
        table: str,
        by: Sequence[str],
        where: Mapping[str, Scalar] | None = None,
        *,
        span: tuple[str, Scalar, Scalar] | None = None,
    ) -> list[tuple[tuple[Scalar, ...], int]]:
        with self._readers.connection() as db:
            return tally(db, table, by, where or {}, span)

    def write(self, rows: Sequence[Row], expects: Sequence[Expect] = ()) -> None:
        def job(db: sqlite3.Connection) -> None:
            index.check(db, expects)
            index.write(db, [(None, row) for row in rows])

        self._writer.run(job)

    def delete(self, table: str, key: Mapping[str, Scalar]) -> int:
        return self._writer.run(lambda db: index.delete(db, table, key))

    def erase(self, index: int) -> None:
        """Freed pages are overwritten, and the write-ahead log with the old ones is emptied;
        where a long read stands in the way of that, at the next erasure or close."""
        self._writer.run(lambda db: log.erase(db, index))
        self._writer.outside(_empty_write_ahead_log)

    def check(self) -> None:
        """Read the whole file: Tampered for a damaged page or index, or a gap in the log.
        Takes time in proportion to the file."""
        with self._readers.connection() as db:
            found = [text for (text,) in db.execute("PRAGMA quick_check(5)")]
            if found != ["ok"]:
                raise Tampered("the database file is damaged", found=found)
            (count,) = db.execute("SELECT count(*) FROM entries").fetchone()
            if count != log.size(db):
                raise Tampered("entries are missing from the log", size=log.size(db), found=count)

    def close(self) -> None:
        self._writer.close()
        self._readers.close()


def _empty_write_ahead_log(db: sqlite3.Connection) -> None:
    try:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError as error:
        if not isinstance(translated(error), LogBusy):
            raise
