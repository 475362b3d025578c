"""When somebody is told that what they hold, or gave, runs out."""

from __future__ import annotations

from datetime import date

STEPS = (7, 30, 60)
"""Days before the end at which a reminder is due, the last one first."""


def step_due(until: date, today: date, since: date | None = None) -> int | None:
    """The reminder that is due today, by its days before the end; None where none is. A step that
    lies before ``since``, when the term began, is not one: what is short from the start needs no
    early word. Of several that were missed only the last is due."""
    left = (until - today).days
    if left < 0:
        return None
    for step in STEPS:
        if left <= step and (since is None or (until - since).days > step):
            return step
    return None
