"""Migrations, and the tables and columns that they make."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from ledger.errors import Refused, Tampered

APPLICATION_ID: Final = 0x4D69616E
"""``PRAGMA application_id`` of our files: ASCII ``Mian``."""

LOG_TABLES: Final = frozenset({"entries", "entry_keys", "nodes", "heads", "anchors"})
"""Append-only: no row of theirs is written or deleted by name."""

_VERSIONS: Final = """\
CREATE TABLE schema_versions (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL
) STRICT;
"""


class SchemaNewer(Refused):
    """The file was written by a newer release; this one must not touch it."""

    code = "store.schema_newer"


@dataclass(frozen=True, slots=True)
class Migration:
    """Script ``NNNN_what.sql``; ``version`` is its number, counted from 1 without a gap."""

    version: int
    name: str
    script: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.script.encode()).digest()


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` in order of the table, ``key`` its primary key in order of the key, ``names``
    the columns as a set."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    names: frozenset[str]


def migrations() -> tuple[Migration, ...]:
    """All scripts of this release, oldest first."""
    scripts = sorted(
        (item.name, item.read_text(encoding="utf-8"))
        for item in files("ledger.adapters.migrations").iterdir()
        if item.name.endswith(".sql")
    )
    return tuple(Migration(int(name[:4]), name, script) for name, script in scripts)


def recognise(connection: sqlite3.Connection) -> None:
    """Raise Tampered for a database that is neither empty nor ours; changes nothing."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or objects):
        raise Tampered("the file is a database of another application", application_id=application)


def migrate(connection: sqlite3.Connection, wanted: tuple[Migration, ...]) -> None:
    """Bring the schema to the newest of ``wanted`` in one transaction.

    Raises SchemaNewer where the file knows a migration that we do not, Tampered where a
    migration or the resulting schema is not the one of this release.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = _applied(connection)
        if len(applied) > len(wanted):
            raise SchemaNewer(
                "the database was written by a newer release",
                found=len(applied),
                known=len(wanted),
            )
        for (version, name, digest), migration in zip(applied, wanted, strict=False):
            known = (migration.version, migration.name, migration.sha256)
            if (version, name, digest) != known:
                raise Tampered("an applied migration differs from this release's", name=name)
        for migration in wanted[len(applied) :]:
            for statement in _statements(migration.script):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO schema_versions VALUES (?, ?, ?)",
                (migration.version, migration.name, migration.sha256),
            )
        if _objects(connection) != _expected(wanted):
            raise Tampered("tables or indexes differ from what the migrations made")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@cache
def tables() -> Mapping[str, Table]:
    """The tables of this release by name, with their columns, read from the migrations."""
    connection = _made(migrations())
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name != "schema_versions"
        ]
        return {name: _table(connection, name) for name in names}
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    key = sorted((position, column) for column, position in columns if position)
    names = tuple(column for column, _ in columns)
    return Table(name, names, tuple(column for _, column in key), frozenset(names))


def _applied(connection: sqlite3.Connection) -> list[tuple[int, str, bytes]]:
    known = "SELECT count(*) FROM sqlite_master WHERE name = 'schema_versions'"
    if not connection.execute(known).fetchone()[0]:
        connection.execute(_VERSIONS)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return connection.execute(
        "SELECT version, name, sha256 FROM schema_versions ORDER BY version"
    ).fetchall()


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise ValueError("a migration ends in the middle of a statement")


def _objects(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str | None]]:
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    )
    return frozenset((kind, name, sql) for kind, name, sql in rows)


@cache
def _expected(wanted: tuple[Migration, ...]) -> frozenset[tuple[str, str, str | None]]:
    connection = _made(wanted)
    try:
        return _objects(connection)
    finally:
        connection.close()


def _made(wanted: tuple[Migration, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(_VERSIONS)
    for migration in wanted:
        for statement in _statements(migration.script):
            connection.execute(statement)
    return connection
