"""A store full of papers for the benchmark of reuse: rows and entries without any meaning around a
few subjects whose cases are planned and whose entries are traced.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certs import keys
from certs.envelope import Envelope, sign_es256
from ledger.catalogue.catalogue import ServiceItem
from ledger.flows.matters.finding import wanted_kinds
from ledger.ids import new_id
from ledger.index import names_of
from ledger.log.statement import PAYLOAD_TYPE, Statement, format_time, statement_payload
from ledger.platform import Platform
from ledger.tlog import Draft, sequence

AGENCY = "scjg"
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
PER_SUBJECT = 5
HELD = 4
"""Papers of each wanted kind that a subject of a planned case holds, of which most do not serve."""
TRACED, ENTRIES = 20, 25
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Ids of the cases to plan and of the subjects to trace."""

    cases: tuple[str, ...]
    traced: tuple[str, ...]


def crowded(platform: Platform, path: Path, item: ServiceItem, papers: int, cases: int) -> Crowd:
    """Fill the store at ``path`` with ``papers``, then add what is asked for, spread among them."""
    kinds, types = _kinds(item)
    subjects = papers // PER_SUBJECT
    cases = min(cases, subjects)
    planned = [subjects * at // cases for at in range(cases)]
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('materials', 'licences', 'cases')"
    ).fetchall()
    try:
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        _insert(database, "materials", _materials(kinds, subjects))
        _insert(database, "licences", _licences(types, range(subjects), 1))
        _insert(database, "materials", _own(kinds, planned))
        _insert(database, "licences", _licences(types, planned, len(types)))
        _insert(database, "cases", _cases(item, range(0, subjects, 10), "old"))
        _insert(database, "cases", _cases(item, planned, "now"))
        _insert(database, "entries", _entries(papers))
        _insert(database, "entry_keys", _entry_keys(papers))
        for _, sql in indexes:  # sorted once, not row by row
            database.execute(sql)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    traced = tuple(f"sub_traced_{at:04d}" for at in range(TRACED))
    _trace_entries(platform, traced)
    return Crowd(tuple(f"case_now_{at:08d}" for at in planned), traced)


def _kinds(item: ServiceItem) -> tuple[list[str], list[str]]:
    wanted = wanted_kinds(item).values()
    materials = sorted({name for one in wanted for name in one.materials})
    return materials, sorted({name for one in wanted for name in one.licences})


Values = dict[str, object]


def _material(number: int, name: str, kind: str, subject: int, age: int) -> Values:
    at = AT - timedelta(days=age)
    return {
        "id": f"mat_{name}_{number:09d}",
        "kind": kind,
        "subject": f"sub_{subject:08d}",
        "premises": f"sub_place_{subject:08d}",
        "grade": "original_checked",
        "channel": "counter",
        "issued_on": at.date().isoformat(),
        "deposited_at": format_time(at),
        "checked_at": format_time(at),
        "state": "active",
        "entry_index": number,
        "file": f"file_{number}",
        "media_type": "application/pdf",
    }


def _materials(kinds: list[str], subjects: int) -> Iterator[Values]:
    for number in range(subjects * PER_SUBJECT):
        kind = kinds[number * 7 % len(kinds)]
        yield _material(number, "x", kind, number // PER_SUBJECT, number % 900)


def _own(kinds: list[str], planned: Iterable[int]) -> Iterator[Values]:
    number = 0
    for subject in planned:
        for kind in kinds:
            for age in range(HELD):
                number += 1
                yield _material(number, "y", kind, subject, 30 + 700 * age)


def _licences(types: list[str], subjects: Iterable[int], each: int) -> Iterator[Values]:
    for subject in subjects:
        for place in range(each):
            yield {
                "id": f"lic_{each:02d}_{subject:08d}_{place:02d}",
                "type": types[(subject + place) % len(types)],
                "subject": f"sub_{subject:08d}",
                "issuer": AGENCY,
                "state": "active",
                "version": 1,
                "recorded_at": format_time(AT - timedelta(days=90)),
                "entry_index": subject,
                "layout_file": "file_x",
                "fields_file": "file_y",
                "grade": "issued",
            }


def _cases(item: ServiceItem, subjects: Iterable[int], name: str) -> Iterator[Values]:
    for subject in subjects:
        yield {
            "id": f"case_{name}_{subject:08d}",
            "item": item.slug,
            "agency": AGENCY,
            "subject": f"sub_{subject:08d}",
            "premises": f"sub_place_{subject:08d}",
            "project": f"project-{subject}",
            "parties": "{" + f'"legal_representative":"sub_{subject // 2:08d}"' + "}",
            "matter": "opening/1",
            "state": "open" if name == "now" else "closed",
            "outcome": None if name == "now" else "granted",
            "closed_at": None if name == "now" else format_time(AT - timedelta(days=400)),
            "opened_index": subject,
            "channel": "counter",
            "opened_at": format_time(AT - timedelta(days=1)),
        }


def _entries(count: int) -> Iterator[Values]:
    for at in range(count):
        digest = hashlib.sha256(at.to_bytes(8, "big")).digest()
        yield {
            "idx": at,
            "leaf": digest * 5,
            "payload_sha256": digest,
            "kind": "material.deposited",
            "tag": digest[:16],
            "record": digest,
            "record_key": digest,
            "sequenced_at": at,
        }


def _entry_keys(count: int) -> Iterator[Values]:
    """In order of the key, as a store has them after a while."""
    for at in range(count):
        yield {"key": f"material:mat_x_{at:09d}", "idx": at}
    for at in range(count):
        yield {"key": f"subject:sub_{at // PER_SUBJECT:08d}", "idx": at}


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[Values]) -> None:
    """Straight into the table, in one transaction a batch."""
    first = next(rows)
    columns = tuple(first)
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    batch = [tuple(first.values())]
    for row in rows:
        batch.append(tuple(row.values()))
        if len(batch) == BATCH:
            _written(database, sql, batch)
            batch = []
    _written(database, sql, batch)


def _written(database: sqlite3.Connection, sql: str, batch: list[tuple[object, ...]]) -> None:
    database.execute("BEGIN")
    database.executemany(sql, batch)
    database.execute("COMMIT")


def _trace_entries(platform: Platform, subjects: Iterable[str]) -> None:
    """Real entries, sealed and signed, of the subjects that are traced."""
    private = keys.generate_p256()
    for subject in subjects:
        drafts = []
        for number in range(ENTRIES):
            statement = Statement(
                "material.checked",
                new_id("st", platform.randomness),
                platform.log.origin,
                AGENCY,
                AT,
                {"subject": subject, "material": f"mat_{number}"},
            )
            payload = statement_payload(statement)
            signature = sign_es256(payload, PAYLOAD_TYPE, private)
            envelope = Envelope(payload, PAYLOAD_TYPE, (signature,))
            drafts.append(Draft(envelope, statement, names_of(statement)))
        sequence(platform, drafts)
