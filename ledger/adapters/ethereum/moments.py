"""Times as the contracts hold them: Unix seconds, 0 for none."""

from __future__ import annotations

from datetime import UTC, datetime

from certs.shapes import LAST_SECOND
from ledger.errors import ChainAway

_END = 1 << 40
"""Beyond the largest time that the contracts hold."""


def seconds(at: datetime | None) -> int:
    """Unix seconds of an aware time, 0 for None; ValueError for a naive one."""
    if at is None:
        return 0
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return int(at.timestamp())


def moment(time: int) -> datetime:
    """The UTC time of Unix seconds that a node answered. What a contract can hold beyond the year
    9999 is that year's last second: who may write a time must not make what stands beside it
    unreadable."""
    if not 0 <= time < _END:
        raise ChainAway("The chain's node answers a time that is none.")
    return datetime.fromtimestamp(min(time, LAST_SECOND), UTC)


def optional_moment(time: int) -> datetime | None:
    """None for 0."""
    return moment(time) if time else None
