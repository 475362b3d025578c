"""What SQLite throws, in the words of :mod:`ledger.errors`."""

from __future__ import annotations

import sqlite3
from typing import Final

from ledger.errors import Conflict, LogBusy, Tampered

_TAKEN: Final = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    }
)
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_ROOM: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_DAMAGED: Final = frozenset(
    # A missing table or column (SQLITE_ERROR) is damage too: statements fit the migrations.
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_SCHEMA,
    }
)


def translated(error: sqlite3.Error) -> Exception:
    """The typed error for what SQLite raised.

    A taken key is a Conflict; a lock held too long, a full disk and a failing one are LogBusy
    (nothing was written, come back later); a damaged file is Tampered; a value that the table
    does not admit is the caller's ValueError.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the Python module itself: unfit parameter, closed connection
        return ValueError(str(error))
    primary = code & 0xFF
    name = getattr(error, "sqlite_errorname", str(code))
    if code in _TAKEN:
        return Conflict("the key is taken by another row", constraint=str(error))
    if primary in _BUSY:
        return LogBusy("the database is locked by another writer", retry_after=1, reason=name)
    if primary in _NO_ROOM:
        return LogBusy(
            "the disk under the database takes no write; nothing was recorded",
            retry_after=30,
            reason=name,
        )
    if primary in _DAMAGED:
        return Tampered(f"the database file is damaged: {error}", reason=name)
    return ValueError(f"{name}: {error}")
