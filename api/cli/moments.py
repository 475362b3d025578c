"""Times that users type."""

from __future__ import annotations

from datetime import datetime

from api.cli.outcome import UsageWrong
from certs.moments import MomentOutOfRange, moment_of


def moment(text: str | None, option: str = "--at") -> datetime | None:
    """An option's time, RFC 3339 with its zone; None where none was given. Raises UsageWrong."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageWrong(
            f"{option} is a time such as 2026-07-01T09:00:00Z.", option=option
        ) from error
    try:
        return moment_of(at)
    except MomentOutOfRange as error:
        raise UsageWrong(
            f"{option} needs its zone, such as Z, and a year from 1970 to 8999.", option=option
        ) from error
