"""The log's durable append beside a bare SQLite table with the same columns and pragmas."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

from ledger.adapters.sql.sqlite import SqliteStore
from ledger.ports import NewEntry
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import WALL, Effort, race, say

THREADS = 16
SINGLES = 25  # appended by each thread
ALONE = 100  # by the bare table's one caller
MOST_ROUNDS = 10  # each makes the files larger
RECORD_BYTES = 2_700  # of a sealed statement with its certificate, as the platform stores it
NAMES = 4  # that an issued licence is found again by
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE entries (idx INTEGER PRIMARY KEY, leaf BLOB, payload_sha256 BLOB UNIQUE, kind TEXT,
    tag BLOB, record BLOB, record_key BLOB, sequenced_at INTEGER);
CREATE TABLE entry_keys (key TEXT, idx INTEGER, PRIMARY KEY (key, idx)) WITHOUT ROWID;
"""
INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, 0)"
INSERT_KEY = "INSERT INTO entry_keys VALUES (?, ?)"


def measure(effort: Effort) -> list[Row]:
    say("appending: bulk, and 16 callers one by one")
    with tempfile.TemporaryDirectory(prefix="mianti-bench-") as folder:
        bulk = _bulk(effort, Path(folder), names=0)
        named = _bulk(effort, Path(folder), names=NAMES)
        return [bulk, named, _singles(effort, Path(folder))]


def _bulk(effort: Effort, folder: Path, names: int) -> Row:
    rounds = min(effort.rounds, MOST_ROUNDS)
    ours_new, bare_new = (_entries(rounds, effort.rows, names, seed) for seed in (1, 2))
    store = SqliteStore(folder / f"bulk-{names}.db", now=_now)
    bare = _bare(folder / f"bare-{names}.db")
    at = count(step=effort.rows)

    def ours() -> None:
        store.append(next(ours_new))

    with closing(store), closing(bare):
        ours_s, bare_s = race(
            rounds, ours, lambda: _insert(bare, next(at), next(bare_new)), clock=WALL
        )
    with_names = f", {names} names each" if names else ""
    return Row(
        "append",
        f"append of {effort.rows:,} at once{with_names}",
        effort.rows / ours_s,
        effort.rows / bare_s,
        "/s",
        "executemany into bare SQLite tables with the same rows, one commit",
        Bound(0.6),
    )


def _singles(effort: Effort, folder: Path) -> Row:
    rounds = min(effort.rounds, MOST_ROUNDS)
    ours_new = _entries(rounds, THREADS * SINGLES, 0, 3)
    bare_new = _entries(rounds, ALONE, 0, 4)
    store = SqliteStore(folder / "singles.db", now=_now)
    bare = _bare(folder / "bare-singles.db")
    at = count()

    def one_by_one(mine: Sequence[NewEntry]) -> None:
        for new in mine:
            store.append([new])

    with closing(store), closing(bare), ThreadPoolExecutor(THREADS) as threads:

        def ours() -> None:
            given = next(ours_new)
            shares = [given[place::THREADS] for place in range(THREADS)]
            list(threads.map(one_by_one, shares))

        def limit() -> None:
            for new in next(bare_new):
                _insert(bare, next(at), [new])

        ours_s, bare_s = race(rounds, ours, limit, clock=WALL)
    return Row(
        "append",
        f"append one by one from {THREADS} threads",
        THREADS * SINGLES / ours_s,
        ALONE / bare_s,
        "/s",
        "a bare SQLite table, a commit for each row",
        Bound(1.0),
        note="calls that wait share a commit",
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _entries(lists: int, size: int, names: int, seed: int) -> Iterator[list[NewEntry]]:
    """Lists of entries, no two with the same digest, made before any clock runs."""
    random = Random(seed).randbytes
    leaf, record, record_key = random(117), random(RECORD_BYTES), random(40)

    def one() -> NewEntry:
        digest = random(32)
        keys = tuple(f"name{name}:{digest.hex()}" for name in range(names))
        return NewEntry(leaf, digest, "licence.issued", digest[:16], record, record_key, keys=keys)

    return iter([[one() for _ in range(size)] for _ in range(lists)])


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(SCHEMA)
    return connection


def _insert(connection: sqlite3.Connection, first: int, entries: Sequence[NewEntry]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        INSERT,
        [
            (first + n, e.leaf, e.payload_sha256, e.kind, e.tag, e.record, e.record_key)
            for n, e in enumerate(entries)
        ],
    )
    keys = [(key, first + n) for n, e in enumerate(entries) for key in e.keys]
    if keys:
        connection.executemany(INSERT_KEY, keys)
    connection.execute("COMMIT")
