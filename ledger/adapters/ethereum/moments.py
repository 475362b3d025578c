"""Times as the contracts hold them: Unix seconds, 0 for none."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.errors import ChainAway


def seconds(at: datetime | None) -> int:
    """Unix seconds of an aware time, 0 for None; ValueError for a naive one."""
    if at is None:
        return 0
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return int(at.timestamp())


def moment(time: int) -> datetime:
    """The UTC time of Unix seconds that a node answered."""
    try:
        return datetime.fromtimestamp(time, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ChainAway("The chain's node answers a time that is none.") from error


def optional_moment(time: int) -> datetime | None:
    """None for 0."""
    return moment(time) if time else None
