"""The index as of a past size of the log: rows made again from what the entries say.

Which licences, cases and disputes there are is looked up in the index of today, by what never
changes (owner, kind, project); what each of them was is read from its own entries before ``size``,
and from nothing else. It costs by what is found, not by the log's size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger import tlog
from ledger.errors import NotFound, Refused
from ledger.flows.door.comparing import digests_of
from ledger.flows.door.index_reading import IndexReading, Read, Row, index_now
from ledger.index import rows_of
from ledger.log.records import RecordErased
from ledger.platform import Platform
from ledger.ports import INDEX, Scalar

CHANGING = frozenset(("state", "outcome"))


@dataclass(frozen=True, slots=True)
class Told:
    """``name``: under which the entries of a row are found; ``kinds``: those that say what it is,
    besides the one that says that it was erased."""

    name: str
    kinds: frozenset[str]


TOLD: Mapping[str, Told] = {
    table: Told(name, frozenset((*kinds.split(), "erased")))
    for table, name, kinds in (
        (
            "licences",
            "licence",
            "licence.issued licence.collected licence.suspended licence.restored licence.revoked "
            "licence.superseded disputed dispute.settled",
        ),
        ("materials", "material", "material.deposited material.checked disputed dispute.settled"),
        ("cases", "case", "case.opened case.resumed case.closed"),
        ("assistances", "assistance", "assistance.requested assistance.answered"),
        ("commitments", "commitment", "commitment.made commitment.checked"),
        ("disputes", "dispute", "disputed dispute.settled"),
    )
}
"""The tables that a plan reads."""


class PastErased(Refused):
    """What was held then was erased since; ``entry`` said what it was."""

    code = "plan.erased"


def index_at(platform: Platform, size: int, read: Read | None = None) -> IndexReading:
    """The index when the log had ``size`` entries. ``read`` opens entries (default: from the
    store). What it finds raises PastErased where it rests on what was erased since."""
    past = _Past(platform, size, read or (lambda entry: tlog.read(platform, entry)))
    return IndexReading(past.rows, lambda name: digests_of(platform, name))


def row_at(
    platform: Platform, table: str, identity: str, size: int, read: Read | None = None
) -> Row:
    """One row as it was then. Raises NotFound where it was not there yet, PastErased."""
    rows = index_at(platform, size, read).rows(table, {"id": identity})
    if not rows:
        raise NotFound("There was no such thing then.")
    return rows[0]


def size_at(platform: Platform, at: datetime) -> int:
    """How many entries had been sequenced up to and with an aware time."""
    low, high = 0, platform.store.size()
    while low < high:
        middle = (low + high) // 2
        if tlog.stored_entry(platform, middle).sequenced_at <= at:
            low = middle + 1
        else:
            high = middle
    return low


class _Past:
    def __init__(self, platform: Platform, size: int, read: Read) -> None:
        self._platform = platform
        self._size = size
        self._read = read
        self._now = index_now(platform)
        self._known: dict[tuple[str, str], Row | None] = {}

    def rows(self, table: str, where: Mapping[str, Scalar]) -> list[Row]:
        lasting = {name: value for name, value in where.items() if name not in CHANGING}
        names = [str(row["id"]) for row in self._now.rows(table, lasting)]
        names += [name for name in self._emptied(table, lasting) if name not in names]
        found = (self._row(table, name) for name in sorted(names))
        return [
            row
            for row in found
            if row is not None and all(row[name] == value for name, value in where.items())
        ]

    def _emptied(self, table: str, where: Mapping[str, Scalar]) -> Iterator[str]:
        """Ids of papers of a project that were erased: their rows do not name it any more."""
        if (project := where.get("project")) is None:
            return
        rest = {name: value for name, value in where.items() if name != "project"}
        for index, _ in self._entries(TOLD[table], f"project:{project!s}"):
            if tlog.stored_entry(self._platform, index).record is None:
                for row in self._platform.store.rows(table, {"entry_index": index, **rest}):
                    yield str(row["id"])

    def _row(self, table: str, identity: str) -> Row | None:
        place = (table, identity)
        if place not in self._known:
            self._known[place] = self._made(table, identity)
        return self._known[place]

    def _made(self, table: str, identity: str) -> Row | None:
        made: dict[str, Scalar] = {}
        lost: int | None = None
        told = TOLD[table]
        for index, kind in self._entries(told, f"{told.name}:{identity}"):
            try:
                statement = self._read(index)
            except RecordErased:
                lost = index if lost is None else lost
                continue
            if kind == "erased":
                return None  # it was gone by then
            for row in rows_of(statement):
                if row.table == table and row.values["id"] == identity:
                    made |= {
                        name: index if value is INDEX else value
                        for name, value in row.values.items()
                    }
        if lost is not None:
            raise PastErased("What was held then has been erased since.", entry=lost)
        return _Row(made) if made else None

    def _entries(self, told: Told, name: str) -> list[tuple[int, str]]:
        """Index and kind of the entries under a name that say what a row is, before the size."""
        found: list[tuple[int, str]] = []
        after = -1
        while page := self._platform.store.find(name, after=after):
            for index in page:
                if index >= self._size:
                    return found
                kind = tlog.stored_entry(self._platform, index).kind
                if kind in told.kinds:
                    found.append((index, kind))
            after = page[-1]
        return found


class _Row(dict[str, Scalar]):
    """A column that no statement has filled yet is empty, as it is in the store."""

    def __missing__(self, column: str) -> None:
        return None
