"""Whether a read had its basis, from the order of the log and the terms of the basis alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(minutes=1)
"""How long after it was checked a release may be sequenced."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A consent or another basis: whose, for which case, from which entry on, ended by which entry
    (None: by none), how often, until when (aware)."""

    agency: str
    case: str
    entry: int
    ended: int | None
    max_uses: int
    until: datetime


def had_basis(
    ground: Ground | None, agency: str, case: str, entry: int, use: int, at: datetime
) -> bool:
    """Whether the read at ``entry``, the ``use``-th, sequenced at ``at``, rests on ``ground``."""
    return (
        ground is not None
        and (ground.agency, ground.case) == (agency, case)
        and ground.entry < entry
        and (ground.ended is None or entry < ground.ended)
        and 1 <= use <= ground.max_uses
        and at <= ground.until + GRACE
    )
