"""Logs that continue one another: the same tree under another origin and key.

Indexes, leaves and proofs stay. What was anchored of a log that was continued counts up to its last
good size; a statement that names the log which goes on stands behind every last good size before.
"""

from __future__ import annotations

from collections.abc import Sequence

from certs.trust.payload import TrustedLog


def begins(lineage: Sequence[TrustedLog]) -> int:
    """The least index of a statement that names the first log of a lineage (newest first)."""
    return max((log.continues.size for log in lineage if log.continues is not None), default=0)


def ends(lineage: Sequence[TrustedLog], log: TrustedLog) -> int | None:
    """Up to which size heads of the log count, by the log that continues it; None for the newest.

    ValueError for a log that is not of the lineage."""
    place = list(lineage).index(log)
    if place == 0:
        return None
    continues = lineage[place - 1].continues
    assert continues is not None
    return continues.size


def anchored_by(lineage: Sequence[TrustedLog], size: int) -> TrustedLog:
    """The log under which a head of this size was anchored, if it counts: the oldest one of which
    it is no more than the last good size."""
    for log in reversed(lineage):
        last = ends(lineage, log)
        if last is None or size <= last:
            return log
    raise ValueError("a lineage has a newest log")
