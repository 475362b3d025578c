"""Which rows each kind of statement gives the index: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.index import matters, papers
from ledger.log.statement import Statement
from ledger.ports import Row

PRIMARY_KEYS: Mapping[str, tuple[str, ...]] = {
    "holder_keys": ("kid",),
    "licences": ("id",),
    "status_entries": ("uri", "idx"),
    "materials": ("id",),
    "files": ("id",),
    "cases": ("id",),
    "case_items": ("case_id", "object"),
    "requests": ("id",),
    "consents": ("id",),
    "releases": ("consent", "n"),
}
"""Every table that statements explain, with the columns that name a row."""


def rows_of(statement: Statement) -> tuple[Row, ...]:
    """Rows that the statement adds or changes, in order; ``INDEX`` stands for its own index."""
    make = _ROWS.get(statement.kind)
    return tuple(make(statement, statement.body)) if make is not None else ()


_ROWS: Mapping[str, Callable[[Statement, Mapping[str, Any]], list[Row]]] = {
    "licence.issued": papers.issued,
    "licence.collected": papers.collected,
    "licence.suspended": papers.status,
    "licence.restored": papers.status,
    "licence.revoked": papers.status,
    "licence.superseded": papers.status,
    "material.deposited": papers.deposited,
    "material.checked": papers.checked,
    "case.opened": matters.case_opened,
    "case.closed": matters.case_closed,
    "plan.signed": matters.planned,
    "holderkey.bound": matters.bound,
    "holderkey.ended": matters.key_ended,
    "consent.requested": matters.requested,
    "consent.granted": matters.granted,
    "consent.withdrawn": matters.withdrawn,
    "released": matters.released,
}
