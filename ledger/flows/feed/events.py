"""Events: what concerns one agency or holder, in the log's order, to be read again from any entry.

Derived from the log alone; the cursor is an index. Only what a signed checkpoint covers is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger import tlog
from ledger.after.audience import OF_AGENCIES, OF_HOLDERS, leads_of, shown_names
from ledger.log.records import RecordErased
from ledger.log.statement import Statement, parse_time
from ledger.platform import Platform
from ledger.ports import StoredEntry

WINDOW = 1000
"""Entries that one call looks through at most; it answers how far it came."""


@dataclass(frozen=True, slots=True)
class Event:
    """``at``: when it was sequenced; ``names``: what it is about, such as ``case:case_…``; none
    where the entry's content was erased."""

    index: int
    kind: str
    at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """``cursor``: index of the last entry looked at; ``more``: whether some were left for the next
    call."""

    events: tuple[Event, ...]
    cursor: int
    more: bool


def events_of(platform: Platform, party: str | None, after: int, limit: int) -> Events:
    """What concerns ``party`` (``agency:…``, ``subject:…``; None: everything) after the entry
    ``after`` (-1: from the beginning), at most ``limit``."""
    head = platform.store.head()
    size = head.size if head is not None else 0
    stop = min(size, after + 1 + WINDOW)
    if stop <= after + 1:
        return Events((), after, False)
    found: list[Event] = []
    for index in _concerning(platform, party, after, stop):
        if len(found) == limit:
            return Events(tuple(found), found[-1].index, True)
        if (event := _event(platform, party, index)) is not None:
            found.append(event)
    return Events(tuple(found), stop - 1, stop < size)


def _concerning(platform: Platform, party: str | None, after: int, stop: int) -> Iterator[int]:
    """Indexes in ascending order."""
    if party is None:
        yield from range(after + 1, stop)
        return
    sort, _, identity = party.partition(":")
    wanted = {
        index
        for name in (party, f"actor:{identity}")
        for index in platform.store.find(name, after=after, limit=stop - after)
        if index < stop
    }
    kinds = OF_AGENCIES if sort == "agency" else OF_HOLDERS
    for stored in platform.store.entries(after + 1, stop):
        if stored.index in wanted or (stored.kind in kinds and _leads(platform, stored, party)):
            yield stored.index


def _leads(platform: Platform, stored: StoredEntry, party: str) -> bool:
    """Whether what the entry is about leads to the party."""
    sort, _, identity = party.partition(":")
    statement = _statement(platform, stored)
    if statement is None:
        return False
    for table, one, columns in leads_of(statement):
        mine = [name for name in columns if (name == "agency") is (sort == "agency")]
        for row in platform.store.rows(table, {"id": one}):
            if any(row[name] == identity for name in mine):
                return True
    return False


def _event(platform: Platform, party: str | None, index: int) -> Event | None:
    stored = tlog.stored_entry(platform, index)
    statement = _statement(platform, stored)
    if statement is None:
        return Event(index, stored.kind, stored.sequenced_at, ())
    if party is not None and party.startswith("subject:") and _kept_back(platform, statement):
        return None
    return Event(index, stored.kind, stored.sequenced_at, shown_names(statement))


def _kept_back(platform: Platform, statement: Statement) -> bool:
    """Whether the law keeps it from the holder for now."""
    basis: object = statement.body.get("basis")
    if basis is None and isinstance(release := statement.body.get("release"), str):
        reads = platform.store.rows("reads", {"id": release})
        basis = reads[0]["basis"] if reads else None
    rows = platform.store.rows("bases", {"id": basis}) if isinstance(basis, str) else []
    return bool(rows) and parse_time(str(rows[0]["visible_from"])) > platform.now()


def _statement(platform: Platform, stored: StoredEntry) -> Statement | None:
    try:
        return tlog.opened(tlog.record(platform, stored)[1])[1]
    except RecordErased:
        return None
