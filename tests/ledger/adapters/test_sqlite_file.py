"""The SQLite file: damaged, foreign, older and newer, and what erasing leaves in it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.adapters.sql import schema
from ledger.adapters.sql.connection import open_writer
from ledger.adapters.sql.sqlite import SqliteStore
from ledger.errors import Tampered
from tests.ledger.adapters.entries import entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def filled(path: Path, entries: int = 400) -> None:
    """A closed store with some pages in its file."""
    store = SqliteStore(path)
    store.append([entry(f"entry {n}", keys=(f"case:{n}",)) for n in range(entries)])
    store.close()


def test_commits_are_synced_and_the_file_is_private(path: Path) -> None:
    filled(path)
    connection = open_writer(path, 1.0)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()
    assert path.stat().st_mode & 0o077 == 0


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def cut_inside_the_header(path: Path) -> None:
    os.truncate(path, 60)


def other_bytes(path: Path) -> None:
    path.write_bytes(b"no database at all " * 400)


def of_another_application(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE entries (idx INTEGER PRIMARY KEY)")
    connection.commit()
    connection.close()


def altered(statement: str) -> Callable[[Path], None]:
    def alter(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return alter


def emptied_beside_its_write_ahead_log(path: Path) -> None:
    os.truncate(path, 0)
    path.with_name(path.name + "-wal").write_bytes(b"frames")


DAMAGE = {
    "cut in half": cut_in_half,
    "cut inside the header": cut_inside_the_header,
    "other bytes": other_bytes,
    "of another application": of_another_application,
    "a trigger added": altered(
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM anchors; END"
    ),
    "an index dropped": altered("DROP INDEX licences_subject"),
    "a migration altered": altered("UPDATE schema_versions SET sha256 = x'00'"),
    "emptied beside its write-ahead log": emptied_beside_its_write_ahead_log,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_or_foreign_file_is_tampered(path: Path, name: str) -> None:
    filled(path)
    DAMAGE[name](path)
    before = path.read_bytes()
    with pytest.raises(Tampered):
        store = SqliteStore(path)
        try:
            store.check()
        finally:
            store.close()
    assert path.read_bytes() == before


def test_an_entry_taken_out_is_noticed(path: Path) -> None:
    filled(path, 10)
    altered("DELETE FROM entries WHERE idx = 4")(path)
    store = SqliteStore(path)
    for read in (
        lambda: store.entry(4),
        lambda: store.entries(2, 8),
        lambda: store.entries(4, 5),
        store.check,
    ):
        with pytest.raises(Tampered):
            read()
    assert [e.index for e in store.entries(5, 8)] == [5, 6, 7]
    store.close()


def test_a_file_of_a_newer_release_is_refused(path: Path) -> None:
    filled(path, 1)
    altered("INSERT INTO schema_versions VALUES (99, '0099_later.sql', x'00')")(path)
    with pytest.raises(schema.SchemaNewer) as refused:
        SqliteStore(path)
    assert refused.value.code == "store.schema_newer"


def test_a_later_migration_is_applied_once(path: Path) -> None:
    filled(path, 3)
    known = schema.migrations()
    later = len(known) + 1
    wanted = (*known, schema.Migration(later, "later_x.sql", "CREATE TABLE x (a TEXT);\n"))
    for _ in range(2):
        connection = open_writer(path, 1.0)
        schema.migrate(connection, wanted)
        assert connection.execute("SELECT count(*) FROM x").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM schema_versions").fetchone() == (later,)
        connection.close()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    filled(path, 3)
    before = schema.migrations()
    script = "CREATE TABLE x (a TEXT);\nCREATE TABLE x (b TEXT);\n"
    bad = schema.Migration(len(before) + 1, "later_x.sql", script)
    connection = open_writer(path, 1.0)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, (*before, bad))
    schema.migrate(connection, before)
    connection.close()


def test_erased_bytes_are_gone_from_the_disk(path: Path) -> None:
    store = SqliteStore(path)
    secret = entry("x" * 20_000)
    store.append([entry("a"), secret, entry("b")])
    files = [path, path.with_name(path.name + "-wal")]
    assert any(b"xxxxxxxx" in file.read_bytes() for file in files)
    store.erase(1)
    # The leaf stays: it is a commitment. Here it is the only other place that holds the name.
    found = sum(file.read_bytes().count(b"sealed record of x") for file in files)
    assert found == 0
    assert store.entries(1, 2)[0].leaf == secret.leaf
    store.close()
