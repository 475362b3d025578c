"""Rows of the index beside the log: guarded writes and paged reads by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import groupby

from ledger.adapters.sql.schema import LOG_TABLES, Table, tables
from ledger.errors import Stale
from ledger.ports import INDEX, Cell, Expect, OwnIndex, Row, Scalar


def write(connection: sqlite3.Connection, rows: Iterable[tuple[int | None, Row]]) -> None:
    """Write rows inside the open transaction, in order within each table.

    Each row comes with the index that :data:`ledger.ports.INDEX` stands for (None: it belongs to
    no entry). Rows of one shape that follow each other in their table share one statement. Raises
    ValueError for a table or column that is not of the index, or a value it does not admit.
    """
    # Tables refer to each other by id only, so their order among each other is free.
    by_table: dict[str, list[tuple[int | None, Row]]] = {}
    for at, row in rows:
        by_table.setdefault(row.table, []).append((at, row))
    for name, members in by_table.items():
        table = _writable(name)
        for shape, like in groupby(members, partial(_shape, table)):
            statement, columns = _statement(table, *shape)
            batch = [_cells(at, row.values, columns) for at, row in like]
            touched = connection.executemany(statement, batch).rowcount
            if touched != len(batch) and shape[0] != "delete":  # only an update can miss
                raise Stale("the row to change is not there", table=name)


def check(connection: sqlite3.Connection, expects: Iterable[Expect]) -> None:
    """Raise Stale unless every guarded row stands there with the values expected."""
    for expect in expects:
        table = _named(expect.table)
        if not expect.key:
            raise ValueError(f"a guard on {table.name} names no row")
        condition, values = _condition(table, expect.key)
        shown, wanted = _condition(table, expect.values)
        sql = f'SELECT 1 FROM "{table.name}" WHERE {condition} AND {shown}'
        if connection.execute(sql, (*values, *wanted)).fetchone() is None:
            raise Stale("the row is no longer as it was read", table=table.name)


def delete(connection: sqlite3.Connection, name: str, key: Mapping[str, Scalar]) -> int:
    """Delete the rows whose columns equal ``key``; how many went."""
    table = _writable(name)
    if not key:
        raise ValueError(f"nothing says which rows of {name} to delete")
    condition, values = _condition(table, key)
    return connection.execute(f'DELETE FROM "{name}" WHERE {condition}', values).rowcount


def select(
    connection: sqlite3.Connection,
    name: str,
    where: Mapping[str, Scalar],
    after: Scalar,
    limit: int,
) -> list[dict[str, Scalar]]:
    """One page in order of the primary key.

    The page begins after ``after`` in the first column of the key that ``where`` leaves open.
    Where more columns are open, a page does not end between rows that share the first one: it
    grows past ``limit`` instead, so that the next page misses none.
    """
    table = _named(name)
    if limit < 1:
        raise ValueError(f"a page of {limit} rows")
    condition, values = _condition(table, where)
    open_key = [column for column in table.key if column not in where]
    pager = open_key[0] if open_key else table.key[0]
    order = ", ".join(f'"{column}"' for column in table.key)
    sql = f'SELECT * FROM "{name}" WHERE {condition}'
    if after is not None:
        page = f'{sql} AND "{pager}" > ? ORDER BY {order} LIMIT ?'
        found = connection.execute(page, (*values, after, limit)).fetchall()
    else:
        found = connection.execute(f"{sql} ORDER BY {order} LIMIT ?", (*values, limit)).fetchall()
    if len(open_key) > 1 and len(found) == limit:
        at = table.columns.index(pager)
        tied = found[-1][at]
        whole = connection.execute(
            f'{sql} AND "{pager}" = ? ORDER BY {order}', (*values, tied)
        ).fetchall()
        found = [row for row in found if row[at] != tied] + whole
    return [dict(zip(table.columns, row, strict=True)) for row in found]


def _named(name: str) -> Table:
    table = tables().get(name)
    if table is None:
        raise ValueError(f"no table {name!r}")
    return table


def _writable(name: str) -> Table:
    if name in LOG_TABLES:
        raise ValueError(f"table {name!r} is written by the log alone")
    return _named(name)


def _known(table: Table, values: Mapping[str, object]) -> None:
    if not values.keys() <= table.names:
        unknown = values.keys() - table.names
        raise ValueError(f"table {table.name!r} has no column {', '.join(sorted(unknown))}")


def _condition(table: Table, values: Mapping[str, Scalar]) -> tuple[str, Sequence[Scalar]]:
    _known(table, values)
    terms = [
        f'"{column}" IS NULL' if value is None else f'"{column}" = ?'
        for column, value in values.items()
    ]
    return " AND ".join(terms) or "TRUE", [v for v in values.values() if v is not None]


def _shape(table: Table, member: tuple[int | None, Row]) -> tuple[str, tuple[str, ...]]:
    row = member[1]
    if row.mode in ("update", "delete"):
        return row.mode, tuple(row.values)
    _known(table, row.values)
    return row.mode, ()


@cache
def _statement(table: Table, mode: str, named: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """SQL for rows of one shape, and the columns in order of its parameters."""
    if mode == "update":
        return _updating(table, named)
    if mode == "delete":
        return _deleting(table, named)
    columns = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    sql = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'
    if mode == "put":
        # Not INSERT OR REPLACE: that would also delete a row that holds another unique value.
        key = ", ".join(f'"{column}"' for column in table.key)
        rest = ", ".join(f'"{c}" = excluded."{c}"' for c in table.columns if c not in table.key)
        sql += f" ON CONFLICT ({key}) DO UPDATE SET {rest}"
    elif mode != "insert":
        raise ValueError(f"no way {mode!r} to write a row")
    return sql, table.columns


def _updating(table: Table, named: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    _known(table, dict.fromkeys(named))
    changed = tuple(column for column in named if column not in table.key)
    if not changed or not set(table.key) <= set(named):
        raise ValueError(f"an update of {table.name} needs its whole key and a column to change")
    sets = ", ".join(f'"{column}" = ?' for column in changed)
    key = " AND ".join(f'"{column}" = ?' for column in table.key)
    return f'UPDATE "{table.name}" SET {sets} WHERE {key}', (*changed, *table.key)


def _deleting(table: Table, named: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if set(table.key) != set(named):
        raise ValueError(f"a row of {table.name} is deleted by its primary key alone")
    key = " AND ".join(f'"{column}" = ?' for column in table.key)
    return f'DELETE FROM "{table.name}" WHERE {key}', table.key


def _cells(
    at: int | None, values: Mapping[str, Cell], columns: tuple[str, ...]
) -> tuple[Scalar, ...]:
    cells = tuple(map(values.get, columns))
    if INDEX not in cells:
        return cells  # type: ignore[return-value]  # no cell is INDEX
    if at is None:
        raise ValueError("INDEX in a row that belongs to no entry")
    return tuple(at if isinstance(cell, OwnIndex) else cell for cell in cells)
