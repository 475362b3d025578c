"""One writing thread that puts the calls of many into one commit."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from ledger.adapters.sql.faults import translated
from ledger.errors import LedgerError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

_GROUP: Final = 256
_REFUSALS: Final = (LedgerError, ValueError, TypeError, OverflowError, sqlite3.Error)


class Writer:
    """Runs jobs inside ``BEGIN IMMEDIATE``; :meth:`run` returns after the commit is on disk.

    While one commit is being written, the calls that come in wait, and are the next group. Each
    job has its own savepoint: what one refuses (Conflict, Stale, ValueError) undoes that job
    alone. Where the transaction itself fails, every job of the group fails and none is written.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._waiting: deque[tuple[Job[Any], Future[Any]]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-writer")

    def run(self, job: Job[T]) -> T:
        """The job's result, once durable; its error, with nothing of it written."""
        future: Future[T] = Future()
        self._waiting.append((job, future))
        try:
            self._thread.submit(self._write_group)
        except RuntimeError as error:
            raise ValueError("the store is closed") from error
        return future.result()

    def outside(self, job: Job[T]) -> T:
        """Run a job on the writing connection outside any transaction."""
        try:
            return self._thread.submit(lambda: job(self._open())).result()
        except sqlite3.Error as error:
            raise translated(error) from error

    def close(self) -> None:
        """Finish what waits, then close the connection."""
        self._thread.shutdown(wait=True)
        self._drop()

    def _write_group(self) -> None:
        group: list[tuple[Job[Any], Future[Any]]] = []
        while self._waiting and len(group) < _GROUP:
            group.append(self._waiting.popleft())
        if not group:
            return
        try:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            done = [(future, *_in_savepoint(connection, job)) for job, future in group]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._drop()
            for _, future in group:
                future.set_exception(translated(error))
        except BaseException as error:
            self._drop()
            for _, future in group:
                future.set_exception(error)
            raise
        else:
            for future, result, refusal in done:
                if refusal is None:
                    future.set_result(result)
                else:
                    future.set_exception(refusal)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _drop(self) -> None:
        # Closing rolls back; a connection whose transaction failed is not used again.
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _in_savepoint(connection: sqlite3.Connection, job: Job[T]) -> tuple[T | None, Exception | None]:
    connection.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except _REFUSALS as error:
        if not connection.in_transaction:  # SQLite rolled everything back: disk full, I/O error
            raise
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return None, _typed(error)
    connection.execute("RELEASE job")
    return result, None


def _typed(error: Exception) -> Exception:
    if isinstance(error, sqlite3.Error):
        return translated(error)
    if isinstance(error, OverflowError):  # an integer beyond 64 bits
        return ValueError(str(error))
    return error
