"""What a case is judged by: its service item, its facts and everything held that it may use, read
from the index of now or from one rebuilt as of a past size of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger import tlog
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.flows.door.index_reading import IndexReading, Read, Row, index_now
from ledger.flows.matters.case_facts import case_of, item_of
from ledger.flows.matters.finding import find_held
from ledger.flows.matters.past import index_at, row_at
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.reuse.case import Case
from ledger.reuse.documents import Held
from ledger.reuse.exemption import Plan
from ledger.reuse.plan import plan


@dataclass(frozen=True, slots=True)
class Gathered:
    """``seen``: how many entries of the log it was read from; ``at`` in whole seconds."""

    item: ServiceItem
    case: Case
    held: tuple[Held, ...]
    catalogue: Catalogue
    at: datetime
    seen: int

    def plan(self) -> Plan:
        """The plan of just this."""
        return plan(self.item, self.case, self.held, self.catalogue, self.at, self.seen)


def gather(platform: Platform, row: Row) -> Gathered:
    """For a case given by its row, as of now. Raises Unknown."""
    size, at = platform.store.size(), platform.now().replace(microsecond=0)

    def read(entry: int) -> Statement:
        return tlog.read(platform, entry)

    return _gathered(index_now(platform), read, platform.catalogue, row, size, at)


def gather_at(
    platform: Platform,
    case: str,
    size: int,
    at: datetime,
    catalogue: Catalogue,
    read: Read | None = None,
) -> Gathered:
    """As the first ``size`` entries of the log tell it, for ``at``. ``read`` opens entries (from
    the store where it is not given). Raises NotFound for a case not open then, PastErased."""
    opened = read or (lambda entry: tlog.read(platform, entry))
    row = row_at(platform, "cases", case, size, opened)
    index = index_at(platform, size, opened)
    return _gathered(index, opened, catalogue, row, size, at.replace(microsecond=0))


def _gathered(
    index: IndexReading, read: Read, catalogue: Catalogue, row: Row, size: int, at: datetime
) -> Gathered:
    item = item_of(catalogue, row)
    case = case_of(index, read, catalogue, row, at)
    held = tuple(find_held(index, catalogue, item, case))
    return Gathered(item, case, held, catalogue, at, size)
