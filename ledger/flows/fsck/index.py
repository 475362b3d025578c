"""The index, replayed from the statements: every row and every name, no more and no less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ledger.flows.fsck.reading import Reading
from ledger.index import PRIMARY_KEYS, names_of, rows_of
from ledger.platform import Platform
from ledger.ports import INDEX, Row, Scalar

Key = tuple[Scalar, ...]


def check(platform: Platform, reading: Reading) -> None:
    """What erased entries gave a row cannot be replayed; what later ones gave it is compared."""
    model: dict[str, dict[Key, dict[str, Scalar]]] = {table: {} for table in PRIMARY_KEYS}
    names: dict[str, set[int]] = defaultdict(set)
    for index, (_, statement) in sorted(reading.statements.items()):
        if index in reading.announced:
            continue
        for name in names_of(statement):
            names[name].add(index)
        for row in rows_of(statement):
            _apply(model[row.table], row, index)
    for table, expected in model.items():
        stored = {_key(table, row): row for row in reading.rows(table)}
        reading.counts["rows"] += len(stored)
        for key in expected.keys() | stored.keys():
            if not _same(
                expected.get(key), stored.get(key), _part_erased(reading, table, stored.get(key))
            ):
                named = " ".join(str(part) for part in key)
                reading.found(
                    "fsck.row",
                    f"{table} {named}",
                    f"索引表 {table} 的一行与日志不符：{named}",
                    f"A row of {table} is not what the log says: {named}",
                )
    _names(reading, names)


def _part_erased(reading: Reading, table: str, row: Mapping[str, Scalar] | None) -> bool:
    """Whether the entry that made a stored row was erased."""
    if row is None:
        return False
    match table:
        case "licences" | "materials" | "disputes" | "reliances" | "reissues":
            return row["entry_index"] in reading.announced
        case "cascades":
            return row["cause_index"] in reading.announced
        case "files":
            return row["id"] in reading.erased_files
        case "status_entries":
            return f"licence:{row['licence']!s}" in reading.erased_objects
        case "case_items":
            return row["object"] in reading.erased_objects
    return False


def _names(reading: Reading, names: Mapping[str, set[int]]) -> None:
    stored: dict[str, set[int]] = defaultdict(set)
    for row in reading.rows("entry_keys"):
        index = row["idx"]
        if isinstance(index, int) and index not in reading.announced:
            stored[str(row["key"])].add(index)
    for name in sorted(names.keys() | stored.keys()):
        if names.get(name, set()) != stored.get(name, set()):
            reading.found(
                "fsck.name",
                f"entry_keys {name}",
                f"检索名 {name} 指向的条目与日志不符",
                f"The entries found under {name} are not what the log says",
            )


def _apply(table: dict[Key, dict[str, Scalar]], row: Row, index: int) -> None:
    values: dict[str, Scalar] = {
        column: index if value is INDEX else value for column, value in row.values.items()
    }
    key = _key(row.table, values)
    if row.mode == "update":
        table.setdefault(key, {}).update(values)
    else:
        table[key] = values


def _key(table: str, row: Mapping[str, Scalar]) -> Key:
    return tuple(row[column] for column in PRIMARY_KEYS[table])


def _same(
    expected: Mapping[str, Scalar] | None, stored: Mapping[str, Scalar] | None, part: bool
) -> bool:
    """``part``: only what the log still tells of the row can be compared."""
    if part and stored is not None:
        return all(stored[column] == value for column, value in (expected or {}).items())
    if expected is None or stored is None:
        return expected is stored
    return all(stored[column] == expected.get(column) for column in stored)
