"""Connections to one SQLite file: pragmas, permissions, and a pool for readers."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.adapters.sql.faults import translated
from ledger.adapters.sql.schema import migrate, migrations, recognise
from ledger.errors import Tampered


def prepare(path: Path, busy_seconds: float) -> None:
    """Make the file (mode 0600: its rows hold wrapped keys) or check that it is ours, and bring
    its schema up to date. Raises Tampered, SchemaNewer, LogBusy."""
    wal = path.with_name(path.name + "-wal")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        torn = path.stat().st_size == 0 and wal.exists() and wal.stat().st_size > 0
    except OSError as error:
        failure = sqlite3.OperationalError(f"{path}: {error.strerror}")
        failure.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        failure.sqlite_errorname = "SQLITE_CANTOPEN"
        raise translated(failure) from error
    if torn:  # SQLite would discard the write-ahead log and begin a new database
        raise Tampered("the database file is empty, yet its write-ahead log is not", path=str(path))
    try:
        connection = _connected(path, busy_seconds)
        try:
            recognise(connection)
            _use_wal(connection, busy_seconds)
            _harden(connection)
            migrate(connection, migrations())
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise translated(error) from error


def open_writer(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection for writing; transactions are opened by the caller."""
    connection = _connected(path, busy_seconds)
    _harden(connection)
    return connection


class Readers:
    """Read-only connections, one per concurrent reader, kept open for the next one."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._free: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of the caller's own; what SQLite raises leaves as a typed error."""
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.Error as error:
            raise translated(error) from error

    def close(self) -> None:
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise ValueError("the store is closed")
            if self._free:
                return self._free.pop()
        connection = _connected(self._path, self._busy_seconds)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._free.append(connection)
                return
        connection.close()


def _connected(path: Path, busy_seconds: float) -> sqlite3.Connection:
    return sqlite3.connect(
        path,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,  # handed from thread to thread, never used by two at once
        cached_statements=256,
    )


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    # SQLite does not wait for its busy timeout where two processes switch a new file at once.
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _harden(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")  # WAL: fsync before each commit returns
    connection.execute("PRAGMA fullfsync = ON")  # Apple's fsync alone does not reach the disk
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")  # erase() must leave no bytes in free pages
    connection.execute("PRAGMA journal_size_limit = 67108864")
