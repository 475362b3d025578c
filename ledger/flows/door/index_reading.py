"""Reading the index: every row that matches, however many pages that takes.

What is found for a case is found through an :class:`IndexReading`, so that the same code reads the
index as it is and rows rebuilt as of a past moment (``ledger.flows.matters.past``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.flows.door.comparing import digests_of
from ledger.index import PRIMARY_KEYS
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Scalar

PAGE = 1000
Row = Mapping[str, Scalar]
Read = Callable[[int], Statement]
"""Index of an entry → what it says; RecordErased where that is gone."""


@dataclass(frozen=True, slots=True)
class IndexReading:
    """``rows``: (table, columns that must equal) → all rows, in order of the primary key;
    ``digests``: object → keyed digests of what it states, by field."""

    rows: Callable[[str, Mapping[str, Scalar]], list[Row]]
    digests: Callable[[str], Mapping[str, bytes]]


def index_now(platform: Platform) -> IndexReading:
    """The index as it is."""

    def rows(table: str, where: Mapping[str, Scalar]) -> list[Row]:
        found: list[Row] = []
        pager = next((one for one in PRIMARY_KEYS[table] if one not in where), None)
        page = platform.store.rows(table, where, limit=PAGE)
        found += page
        while pager is not None and len(page) >= PAGE:
            page = platform.store.rows(table, where, after=page[-1][pager], limit=PAGE)
            found += page
        return found

    return IndexReading(rows, lambda name: digests_of(platform, name))
