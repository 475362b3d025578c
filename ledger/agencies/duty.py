"""Which body answers at a time for what an agency issued: `AgencyRegistry.responsible`, on rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import LedgerError
from ledger.ports import AgencyRecord, DutyRow

HOP_LIMIT = 32
"""How often a duty may have passed on, as in the contract."""


class DutyTooLong(LedgerError):
    """The duty for ``issuer`` passed on more often than anybody follows."""

    code = "duty.too_long"


@dataclass(frozen=True, slots=True)
class Answering:
    """``body`` answers, ``""`` for nobody; ``since`` when the duty last passed on or ended with
    nobody to follow, None where it never did."""

    body: str
    since: datetime | None


def answering(
    rows: Iterable[DutyRow],
    agency: Callable[[str], AgencyRecord | None],
    issuer: str,
    licence_type: str,
    at: datetime,
) -> Answering:
    """Who answers at ``at`` for licences of this type that ``issuer`` issued; ``""`` asks for all
    that has no row of its own.

    From the issuer the earliest row leads on, from its body the earliest one recorded after that,
    and so on. ``rows``: all that may lead on, in any order; ``agency``: the record of a body, for
    its end. Raises DutyTooLong.
    """
    passed = sorted(
        (row for row in rows if row.licence_type in ("", licence_type) and row.since <= at),
        key=lambda row: row.sequence,
    )
    body, hops, since = issuer, 0, None
    for row in passed:  # sequence ascends, so one pass meets every row after the last that led on
        if row.issuer != body:
            continue
        hops += 1
        if hops > HOP_LIMIT:
            raise DutyTooLong("the duty passed on too often", issuer=issuer, limit=HOP_LIMIT)
        body, since = row.body, row.since
    record = agency(body) if body else None
    if record is not None and record.ended_at is not None and record.ended_at <= at:
        return Answering("", record.ended_at)
    return Answering(body, since)
