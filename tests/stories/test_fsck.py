"""fsck finds a change to anything that is kept, and says where."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.demo.story import MARKET
from api.wiring import open_platform
from certs.errors import Coded
from ledger.flows.fsck import fsck
from ledger.flows.library.list_history import versions
from ledger.flows.library.list_versions import cid_of
from ledger.flows.library.status import list_id, list_uri, publish_list
from ledger.ports import StatusHead
from tests.stories.house import House, Told, opened_copy

NAMES = {"entries": "entry", "nodes": "node", "heads": "checkpoint", "anchors": "anchor"}
"""How fsck calls a row of these tables."""
UNCHECKED = {
    ("entries", "sequenced_at"), ("followed", "id"), ("origins", "id"), ("chain_blocks", "tip"),
}  # fmt: skip
"""The first is judged by its order only (see the test of its own), ids admit one value, the last
counts how often the index was moved."""


@pytest.fixture(scope="module")
def worn(lived: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for the whole file: every test puts back what it changed."""
    with opened_copy(lived, tmp_path_factory.mktemp("worn") / "data") as opened:
        yield opened


def test_an_honest_folder_is_clean(worn: House) -> None:
    report = fsck(worn.platform)
    assert report.findings == ()
    assert report.counts["entries"] == worn.platform.store.size()
    rows = [*worn.platform.store.rows("releases"), *worn.platform.store.rows("basis_uses")]
    assert report.counts["releases"] == len(rows) >= 2
    assert report.counts["status lists"] == 13


@pytest.mark.parametrize("file", ["ledger.db", "keystore.db"])
def test_every_cell_counts(worn: House, file: str) -> None:
    """In each table, each column of one row is changed in turn."""
    path = worn.folder.root / file
    missed, tried = [], 0
    for table, column in _columns(path):
        if (table, column) in UNCHECKED:
            continue
        with _changed(path, table, column):
            found = [one.where for one in worn.findings()]
        tried += 1
        if not any(_names(where, table) for where in found):
            missed.append((table, column, found))
    assert missed == []
    assert tried > 12
    assert worn.findings() == ()


def _names(where: str, table: str) -> bool:
    # a file key that is gone, or that is another's, shows in the file that it no longer opens
    tables = ("file_keys", "files") if table == "file_keys" else (NAMES.get(table, table), table)
    return where.startswith(tables)


def _columns(path: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(path)
    try:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in ("schema_versions", "destructions", "status_waiting")  # no work is left
        ]
        for table in tables:
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0], f"{table} is empty"
        return [
            (table, column)
            for table in tables
            for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))
        ]
    finally:
        db.close()


Cells = dict[str, object]


@contextmanager
def _changed(path: Path, table: str, column: str) -> Iterator[None]:
    """The cell changed in the last row that takes it, for a while."""
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    (kind,) = db.execute(
        "SELECT type FROM pragma_table_info(?) WHERE name = ?", (table, column)
    ).fetchone()
    for row in reversed(db.execute(f"SELECT * FROM {table}").fetchall()):
        before = dict(row)
        after = before | {column: _other(before[column], str(kind))}
        try:
            with db:
                _write(db, table, before, after)
        except sqlite3.IntegrityError:
            continue
        try:
            yield
        finally:
            with db:
                _write(db, table, after, before)
            db.close()
        return
    raise AssertionError(f"no row of {table} takes another {column}")


def _write(db: sqlite3.Connection, table: str, old: Cells, new: Cells) -> None:
    sets = ", ".join(f"{name} = ?" for name in new)
    where = " AND ".join(f"{name} IS ?" for name in old)
    done = db.execute(f"UPDATE {table} SET {sets} WHERE {where}", [*new.values(), *old.values()])
    assert done.rowcount == 1


def _other(value: object, kind: str) -> object:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("b" if value[-1:] != "b" else "c")
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x"}[kind]


def test_content_that_is_gone_without_a_word_is_found(worn: House) -> None:
    path = worn.folder.ledger_db
    for column in ("record", "record_key"):
        db = sqlite3.connect(path)
        (idx, before) = db.execute(f"SELECT idx, {column} FROM entries WHERE idx = 20").fetchone()
        with db:
            db.execute(f"UPDATE entries SET {column} = NULL WHERE idx = ?", (idx,))
        assert ("fsck.erased", "entry 20") in [(one.code, one.where) for one in worn.findings()]
        with db:
            db.execute(f"UPDATE entries SET {column} = ? WHERE idx = ?", (before, idx))
        db.close()


def test_a_time_before_its_neighbour_is_found(worn: House) -> None:
    db = sqlite3.connect(worn.folder.ledger_db)
    with db:
        db.execute("UPDATE entries SET sequenced_at = sequenced_at - 86400000 WHERE idx = 7")
    assert [one.where for one in worn.findings()] == ["entry 7"]
    with db:
        db.execute("UPDATE entries SET sequenced_at = sequenced_at + 86400000 WHERE idx = 7")
    db.close()


@pytest.mark.parametrize(
    "table",
    ["licences", "materials", "files", "consents", "releases", "entry_keys", "nodes",
     "status_lists", "status_entries", "status_versions", "status_forms", "reissues",
     "subject_ids", "consent_threads", "holder_keys",
     "case_items", "comparisons", "same_files"],
)  # fmt: skip
def test_a_lost_row_is_found(worn: House, table: str) -> None:
    db = sqlite3.connect(worn.folder.ledger_db)
    names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    row = db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    where = " AND ".join(f"{name} IS ?" for name in names)
    with db:
        db.execute(f"DELETE FROM {table} WHERE {where}", row)
    found = [one.where for one in worn.findings()]
    with db:
        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    db.close()
    assert any(where.startswith(NAMES.get(table, table)) for where in found), found
    assert worn.findings() == ()


def test_an_entry_cut_out_of_the_log_is_found(worn: House, tmp_path: Path) -> None:
    copied = tmp_path / "cut"
    shutil.copytree(worn.folder.root, copied)
    db = sqlite3.connect(copied / "ledger.db")
    with db:
        db.execute("DELETE FROM entries WHERE idx = 9")
    db.close()
    assert _found_or_refused(copied)


def test_an_added_row_is_found(worn: House) -> None:
    db = sqlite3.connect(worn.folder.ledger_db)
    with db:
        db.execute("INSERT INTO case_items VALUES ('case_x', 'material:x', 'reused')")
        db.execute("INSERT INTO accounts VALUES ('evil', 'auditor', NULL, NULL, x'00', x'00', x'')")
    found = [one.where for one in worn.findings()]
    with db:
        db.execute("DELETE FROM case_items WHERE case_id = 'case_x'")
        db.execute("DELETE FROM accounts WHERE id = 'evil'")
    db.close()
    assert found == ["case_items case_x material:x", "accounts evil"]


def test_every_stored_file_counts(worn: House) -> None:
    """A bit in the middle of each, the last byte cut, and each one gone. Of published lists: the
    newest and the first version of one, and a credential beside each."""
    cids = {str(row["cid"]): "files " for row in worn.platform.store.rows("files")}
    assert len(cids) > 5
    uri = list_uri(worn.platform, MARKET)
    *_, first = told = list(versions(worn.platform, uri, head_of(worn, uri)))
    assert len(told) > 1
    for one in (told[0], first):
        assert one.said is not None and one.cid is not None
        cids[one.cid] = cids[cid_of(one.said.forms["revocation"])] = f"status_versions {uri}"
    for cid, named in cids.items():
        path = worn.folder.blobs / cid[-3:-1] / cid
        before = path.read_bytes()
        for after in (_flipped(before), before[:-1], None):
            path.chmod(0o600)
            if after is None:
                path.unlink()
            else:
                path.write_bytes(after)
            found = [one.where for one in worn.findings()]
            path.write_bytes(before)
            assert any(where.startswith(named) for where in found), path.name
    assert worn.findings() == ()


def head_of(house: House, uri: str) -> StatusHead:
    return house.platform.chain.status_head(list_id(uri))


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def _found_or_refused(root: Path) -> bool:
    """Whether opening and checking the folder says that something is wrong."""
    try:
        with open_platform(root) as platform:
            return bool(fsck(platform).findings)
    except Coded:
        return True


def test_every_other_file_of_the_folder_counts(worn: House, tmp_path: Path) -> None:
    """Trust list, agencies' certificates and keys, secrets, chain journal, settings."""
    root = worn.folder.root
    kept = [
        path.relative_to(root)
        for pattern in ("trust/*.json", "keys/agencies/scjg.*", "keys/secrets.sealed",
                        "chain/journal*", "chain/address-book.json", "mianti.json")
        for path in sorted(root.glob(pattern))
        if path.is_file()
    ]  # fmt: skip
    assert len(kept) >= 6
    for name in kept:
        copied = tmp_path / name.name
        shutil.copytree(root, copied)
        data = (copied / name).read_bytes()
        (copied / name).chmod(0o600)
        (copied / name).write_bytes(_flipped(data))
        assert _found_or_refused(copied), name
        shutil.rmtree(copied)


def test_a_list_that_was_published_but_not_kept_is_found(worn: House, tmp_path: Path) -> None:
    copied = tmp_path / "published"
    shutil.copytree(worn.folder.root, copied)
    with open_platform(copied) as platform:
        row = platform.store.rows("status_lists")[0]
        publish_list(platform, str(row["agency"]))
        assert fsck(platform).findings == ()
        db = sqlite3.connect(copied / "ledger.db")
        with db:
            db.execute(
                "UPDATE status_lists SET token = ?, version = ? WHERE uri = ?",
                (row["token"], row["version"], row["uri"]),
            )
        db.close()
        assert [one.code for one in fsck(platform).findings] == ["fsck.status"]


def test_findings_speak_both_languages(worn: House) -> None:
    db = sqlite3.connect(worn.folder.ledger_db)
    (identity,) = db.execute("SELECT min(id) FROM materials").fetchone()
    with db:
        db.execute("UPDATE materials SET grade = 'issued' WHERE id = ?", (identity,))
    (finding,) = worn.findings()
    with db:
        db.execute("UPDATE materials SET grade = 'original_checked' WHERE id = ?", (identity,))
    db.close()
    assert finding.zh != finding.en
    assert finding.where.removeprefix("materials ") in finding.zh
    assert finding.where.removeprefix("materials ") in finding.en
    assert json.dumps([finding.zh, finding.en], ensure_ascii=False).isascii() is False
