"""How deliveries that fail are tried again: later and later, in order, then not before asked."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
PAUSED_AFTER = 12
"""Failures in a row after which nothing is tried until the subscriber says so: about a day."""


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row (from 1): doubled each time, six hours at
    most. Raises ValueError."""
    if failures < 1:
        raise ValueError("nothing has failed")
    doubled: int = 2 ** min(failures - 1, 16)
    return min(FIRST * doubled, LONGEST)
