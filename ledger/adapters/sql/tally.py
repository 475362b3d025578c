"""Counting rows of the index by the values of some columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from ledger.adapters.sql.schema import Table, tables
from ledger.ports import Scalar

_NAMED_BY = {
    "cases": ("case_id", "id"),
    "consents": ("consent", "id"),
    "bases": ("basis", "id"),
    "entries": ("entry_index", "idx"),
}
"""Tables of which a column of another names a row: that column, and the one that it equals."""


def tally(
    connection: sqlite3.Connection,
    name: str,
    by: Sequence[str],
    where: Mapping[str, Scalar],
    span: tuple[str, Scalar, Scalar] | None,
) -> list[tuple[tuple[Scalar, ...], int]]:
    """As ``LedgerStore.tally`` says. Raises ValueError for names that are not of the index."""
    table = tables().get(name)
    if table is None or not by:
        raise ValueError(f"no table {name!r}, or nothing to count by")
    terms = [_equal(_column(table, column), value) for column, value in where.items()]
    values: list[Scalar] = [value for value in where.values() if value is not None]
    if span is not None:
        column = _column(table, span[0])
        for sign, bound in ((">=", span[1]), ("<", span[2])):
            if bound is not None:
                terms.append(f"{column} {sign} ?")
                values.append(bound)
    shown = ", ".join(_column(table, column) for column in by)
    joins = _joins(table, (*by, *where, *(span[:1] if span else ())))
    sql = (
        f'SELECT {shown}, COUNT(*) FROM "{name}"{joins}'
        f" WHERE {' AND '.join(terms) or 'TRUE'} GROUP BY {shown} ORDER BY {shown}"
    )
    return [(tuple(row[:-1]), row[-1]) for row in connection.execute(sql, values)]


def _joins(table: Table, columns: Iterable[object]) -> str:
    named = sorted({str(column).partition(".")[0] for column in columns if "." in str(column)})
    return "".join(
        f' LEFT JOIN "{other}" ON "{other}"."{key}" = "{table.name}"."{by}"'
        for other in named
        for by, key in (_NAMED_BY[other],)
    )


def _column(table: Table, name: str) -> str:
    other, dot, column = name.partition(".")
    if not dot:
        other, column = table.name, name
    elif other not in _NAMED_BY or _NAMED_BY[other][0] not in table.names:
        raise ValueError(f"table {table.name!r} names no row of {other!r}")
    if column not in tables()[other].names:
        raise ValueError(f"table {other!r} has no column {column!r}")
    return f'"{other}"."{column}"'


def _equal(column: str, value: Scalar) -> str:
    return f"{column} IS NULL" if value is None else f"{column} = ?"
