"""Whether a row, a key or an agency counts at a time. Periods cover their first second and not
their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from ledger.ports import AgencyRecord, BasisRow, KeyRow, ScopeRow, Span

RowT = TypeVar("RowT", BasisRow, KeyRow, ScopeRow, Span)


def covering(rows: Iterable[RowT], at: datetime) -> RowT | None:
    """The first row whose period covers the time."""
    for row in rows:
        if row.valid_from <= at and (row.valid_to is None or at < row.valid_to):
            return row
    return None


def compromised(rows: Iterable[KeyRow], key_id: bytes, at: datetime) -> datetime | None:
    """Since when the key counts for nothing, if it did not count any more at ``at``."""
    found = (row.compromised_at for row in rows if row.key_id == key_id)
    since = min((one for one in found if one is not None), default=None)
    return since if since is not None and since <= at else None


def key_counts(rows: Iterable[KeyRow], key_id: bytes, at: datetime) -> bool:
    """Whether a row of this key covers the time, which is before any compromise."""
    own = [row for row in rows if row.key_id == key_id]
    return compromised(own, key_id, at) is None and covering(own, at) is not None


def admitted(record: AgencyRecord | None, at: datetime) -> bool:
    """Whether it was a member of the consortium: admitted, and neither dissolved nor expelled."""
    return (
        record is not None
        and record.admitted_at <= at
        and (record.ended_at is None or at < record.ended_at)
    )


def suspension(record: AgencyRecord, at: datetime) -> Span | None:
    """The suspension that ran at ``at``."""
    return covering(record.suspensions, at)


def name_at(record: AgencyRecord, at: datetime) -> str:
    """What it was called then; its first name for a time before."""
    held = [one.name for one in record.names if one.since <= at]
    return held[-1] if held else record.names[0].name
