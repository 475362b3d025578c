"""When another agency that was asked (行政协助) is reminded: at half time, when its answer is due,
and two working days later, when somebody above is told.
"""

from __future__ import annotations

from datetime import datetime

from ledger.reuse.working_days import due_after

HALF_TIME, DUE, ESCALATED = 1, 2, 3
ABOVE = "zwb"
"""Who is told of an escalation: 区政务服务办."""
GRACE_DAYS = 2
"""Working days between a missed deadline and escalation."""


def reminder_times(requested_at: datetime, due: datetime) -> tuple[datetime, datetime, datetime]:
    """When the reminders of level 1, 2 and 3 fall due, in whole seconds."""
    half = requested_at + (due - requested_at) / 2
    return half.replace(microsecond=0), due, due_after(due, GRACE_DAYS)


def next_reminder(requested_at: datetime, due: datetime, level: int) -> datetime | None:
    """When the reminder after ``level`` (0: none was sent) falls due; None after the last."""
    times = reminder_times(requested_at, due)
    return times[level] if level < len(times) else None


def level_due(requested_at: datetime, due: datetime, at: datetime) -> int:
    """The highest level that an unanswered request has reached at ``at``; 0: none."""
    return sum(time <= at for time in reminder_times(requested_at, due))
