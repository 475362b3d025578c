"""Times that callers give: aware, in UTC, and far from the calendar's ends."""

from __future__ import annotations

from datetime import UTC, datetime

from certs.errors import CertsError

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)


class MomentOutOfRange(CertsError):
    """A time without zone, before 1970, or in or after the year 9000."""

    code = "moment.range"


def moment_of(at: datetime) -> datetime:
    """``at`` in UTC. Raises MomentOutOfRange."""
    try:
        if at.tzinfo is not None and FIRST <= (utc := at.astimezone(UTC)) < LAST:
            return utc
    except (OverflowError, ValueError):
        pass
    raise MomentOutOfRange("A time carries its zone and lies between the years 1970 and 9000.")
