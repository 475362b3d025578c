"""A clock for stories of a year: it stands still until it is moved, and never goes back."""

from __future__ import annotations

from datetime import datetime, timedelta


class MovableClock:
    """Call it for the time; aware UTC, whole seconds."""

    def __init__(self, at: datetime) -> None:
        self._at = at.replace(microsecond=0)

    def __call__(self) -> datetime:
        return self._at

    def forward(self, **passed: float) -> datetime:
        """Move on by days, hours, … as of `timedelta`. Raises ValueError for a step back."""
        step = timedelta(**passed)
        if step < timedelta(0):
            raise ValueError("a clock does not go back")
        self._at = (self._at + step).replace(microsecond=0)
        return self._at

    def until(self, at: datetime) -> datetime:
        """Move on to a time; nothing where it has passed."""
        self._at = max(self._at, at.replace(microsecond=0))
        return self._at
