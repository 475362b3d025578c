"""The log in SQL: entries and their keys, tree nodes, heads, anchors.

Writing functions run inside an open transaction of the one writer; reading ones anywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.adapters.sql import index
from ledger.errors import Conflict, NotFound, Stale, Tampered
from ledger.ports import Anchor, Appended, Head, NewEntry, Node, Row, StoredEntry

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENTRY: Final = (
    "SELECT idx, leaf, payload_sha256, kind, tag, record, record_key, sequenced_at FROM entries"
)
_ANCHOR: Final = (
    "SELECT size, root, chain_id, contract, transaction_hash, block_number, block_hash,"
    " block_time FROM anchors"
)


def append(
    connection: sqlite3.Connection, entries: Sequence[NewEntry], now: datetime
) -> list[Appended]:
    """Sequence ``entries`` after the last one; see :meth:`ledger.ports.LedgerStore.append`."""
    last = connection.execute(
        "SELECT idx, sequenced_at FROM entries ORDER BY idx DESC LIMIT 1"
    ).fetchone()
    first, earliest = (0, 0) if last is None else (last[0] + 1, last[1])
    # A clock set back must not make a later entry look earlier.
    at = max(earliest, (now - _EPOCH) // timedelta(milliseconds=1))
    placed = [Appended(first + n, True) for n in range(len(entries))]
    if not _all_fresh(connection, entries, first, at):
        placed = _place(connection, entries, first)
        _insert(connection, _fresh(placed, entries), at)
    _bring_along(connection, _fresh(placed, entries))
    return placed


def size(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT max(idx) FROM entries").fetchone()
    return 0 if last is None else int(last) + 1


def entry(connection: sqlite3.Connection, at: int) -> StoredEntry | None:
    if not 0 <= at < 1 << 63:  # beyond what a column can hold
        return None
    row = connection.execute(f"{_ENTRY} WHERE idx = ?", (at,)).fetchone()
    if row is None and 0 <= at < size(connection):
        raise Tampered("an entry is missing from the log", index=at)
    return None if row is None else _stored(row)


def entry_by_payload(connection: sqlite3.Connection, payload_sha256: bytes) -> StoredEntry | None:
    row = connection.execute(f"{_ENTRY} WHERE payload_sha256 = ?", (payload_sha256,)).fetchone()
    return None if row is None else _stored(row)


def entries(connection: sqlite3.Connection, start: int, stop: int) -> list[StoredEntry]:
    """Those of ``start`` up to before ``stop`` that there are; Tampered where one is missing."""
    if start < 0:
        raise ValueError(f"entries from {start}")
    sql = f"{_ENTRY} WHERE idx >= ? AND idx < ? ORDER BY idx"
    found = [_stored(row) for row in connection.execute(sql, (start, stop))]
    for expected, stored in enumerate(found, start):
        if stored.index != expected:
            raise Tampered("an entry is missing from the log", index=expected)
    end = start + len(found)
    if end < stop and end < size(connection):
        raise Tampered("an entry is missing from the log", index=end)
    return found


def find(connection: sqlite3.Connection, key: str, after: int, limit: int) -> list[int]:
    sql = "SELECT idx FROM entry_keys WHERE key = ? AND idx > ? ORDER BY idx LIMIT ?"
    return [row[0] for row in connection.execute(sql, (key, after, limit))]


def nodes(connection: sqlite3.Connection, coordinates: Sequence[tuple[int, int]]) -> list[bytes]:
    """Hashes in the order asked for; neighbours on one level are read in one go."""
    hashes: list[bytes] = []
    sql = "SELECT hash FROM nodes WHERE level = ? AND idx BETWEEN ? AND ? ORDER BY idx"
    for level, start, stop in _runs(coordinates):
        found = [row[0] for row in connection.execute(sql, (level, start, stop - 1))]
        if len(found) != stop - start:
            raise Tampered("a tree node is missing", level=level, start=start, stop=stop)
        hashes += found
    return hashes


def integrate(
    connection: sqlite3.Connection, previous: int, new: Sequence[Node], head: Head
) -> None:
    (newest,) = connection.execute("SELECT coalesce(max(size), 0) FROM heads").fetchone()
    if newest != previous:
        raise Stale("another sequencer has integrated", expected=previous, found=newest)
    entries_stored = size(connection)
    if not previous < head.size <= entries_stored:
        raise ValueError(f"a head of size {head.size} after {previous}, of {entries_stored}")
    connection.executemany("INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)", new)
    connection.execute(
        "INSERT INTO heads (size, root, note) VALUES (?, ?, ?)",
        (head.size, head.root, head.note),
    )


def head(connection: sqlite3.Connection) -> Head | None:
    sql = "SELECT size, root, note FROM heads ORDER BY size DESC LIMIT 1"
    row = connection.execute(sql).fetchone()
    return None if row is None else Head(*row)


def head_at(connection: sqlite3.Connection, at: int) -> Head | None:
    row = connection.execute("SELECT size, root, note FROM heads WHERE size = ?", (at,)).fetchone()
    return None if row is None else Head(*row)


def heads(connection: sqlite3.Connection) -> list[Head]:
    rows = connection.execute("SELECT size, root, note FROM heads ORDER BY size")
    return [Head(*row) for row in rows]


def put_anchor(connection: sqlite3.Connection, anchor: Anchor) -> None:
    sql = "SELECT root FROM anchors WHERE size = ? AND void = 0"
    row = connection.execute(sql, (anchor.size,)).fetchone()
    if row is not None:
        if row[0] != anchor.root:
            raise Conflict(
                "another root is anchored for this size",
                size=anchor.size,
                anchored=row[0].hex(),
                given=anchor.root.hex(),
            )
        return
    at = anchor.block_time
    if at.tzinfo is None or at.microsecond:
        raise ValueError(f"block time {at!r} is not a whole UTC second")
    connection.execute(
        "INSERT OR REPLACE INTO anchors (size, root, chain_id, contract, transaction_hash,"
        " block_number, block_hash, block_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            anchor.size,
            anchor.root,
            anchor.chain_id,
            anchor.contract,
            anchor.transaction,
            anchor.block_number,
            anchor.block_hash,
            at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ),
    )


def anchor_covering(connection: sqlite3.Connection, at: int) -> Anchor | None:
    sql = f"{_ANCHOR} WHERE size > ? AND void = 0 ORDER BY size LIMIT 1"
    row = connection.execute(sql, (at,)).fetchone()
    return None if row is None else _anchor(row)


def anchors(connection: sqlite3.Connection, *, void: bool) -> list[Anchor]:
    rows = connection.execute(f"{_ANCHOR} WHERE void = ? ORDER BY size", (int(void),))
    return [_anchor(row) for row in rows]


def void_anchors(connection: sqlite3.Connection, beyond: int) -> None:
    connection.execute("UPDATE anchors SET void = 1 WHERE size > ?", (beyond,))


def erase(connection: sqlite3.Connection, at: int) -> None:
    sql = "UPDATE entries SET record = NULL, record_key = NULL WHERE idx = ?"
    if connection.execute(sql, (at,)).rowcount == 0:
        raise NotFound("the log has no such entry", index=at)


def _all_fresh(
    connection: sqlite3.Connection, new: Sequence[NewEntry], first: int, at: int
) -> bool:
    """Insert all, on the guess that none has a twin; undo and answer False where one has."""
    connection.execute("SAVEPOINT fresh")
    if _insert(connection, list(enumerate(new, first)), at) == len(new):
        connection.execute("RELEASE fresh")
        return True
    connection.execute("ROLLBACK TO fresh")
    connection.execute("RELEASE fresh")
    return False


def _insert(connection: sqlite3.Connection, new: list[tuple[int, NewEntry]], at: int) -> int:
    return connection.executemany(
        "INSERT INTO entries (idx, leaf, payload_sha256, kind, tag, record, record_key,"
        " sequenced_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (payload_sha256) DO NOTHING",
        [(n, e.leaf, e.payload_sha256, e.kind, e.tag, e.record, e.record_key, at) for n, e in new],
    ).rowcount


def _place(connection: sqlite3.Connection, new: Sequence[NewEntry], first: int) -> list[Appended]:
    seen: dict[bytes, int] = {}
    placed: list[Appended] = []
    for each in new:
        at = seen.get(each.payload_sha256)
        if at is None:
            sql = "SELECT idx FROM entries WHERE payload_sha256 = ?"
            row = connection.execute(sql, (each.payload_sha256,)).fetchone()
            at = None if row is None else int(row[0])
        placed.append(Appended(first, True) if at is None else Appended(at, False))
        if at is None:
            at, first = first, first + 1
        seen[each.payload_sha256] = at
    return placed


def _fresh(placed: list[Appended], new: Sequence[NewEntry]) -> list[tuple[int, NewEntry]]:
    return [(p.index, e) for p, e in zip(placed, new, strict=True) if p.fresh]


def _bring_along(connection: sqlite3.Connection, new: list[tuple[int, NewEntry]]) -> None:
    """Keys and rows of fresh entries; a guard sees the rows that the entries before it wrote."""
    for quiet in dict.fromkeys(quiet for _, each in new for quiet in each.quiet):
        if find(connection, quiet.name, quiet.since, 1):
            raise Stale("something else was logged about it meanwhile")
    keys = sorted((key, n) for n, each in new for key in set(each.keys))
    connection.executemany("INSERT INTO entry_keys (key, idx) VALUES (?, ?)", keys)
    pending: list[tuple[int | None, Row]] = []
    for n, each in new:
        if each.expects:
            index.write(connection, pending)
            pending = []
            index.check(connection, each.expects)
        pending += [(n, row) for row in each.rows]
    index.write(connection, pending)


def _runs(coordinates: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring coordinates as (level, start, stop)."""
    at = 0
    while at < len(coordinates):
        level, start = coordinates[at]
        stop = start
        while at < len(coordinates) and coordinates[at] == (level, stop):
            at, stop = at + 1, stop + 1
        yield level, start, stop


def _stored(
    row: tuple[int, bytes, bytes, str, bytes, bytes, bytes, int],
) -> StoredEntry:
    return StoredEntry(*row[:7], _EPOCH + timedelta(milliseconds=row[7]))


def _anchor(row: tuple[int, bytes, int, str, str, int, str, str]) -> Anchor:
    try:
        return Anchor(*row[:7], datetime.fromisoformat(row[7]))
    except ValueError as error:
        message = f"the block time of anchor {row[0]} is no time"
        raise Tampered(message, where=f"anchor {row[0]}") from error
