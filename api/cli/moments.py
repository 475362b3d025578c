"""Times that users type."""

from __future__ import annotations

from datetime import datetime

from api.cli.outcome import UsageWrong
from certs.moments import MomentOutOfRange, moment_of


def moment(text: str | None) -> datetime | None:
    """An ``--at``, RFC 3339 with its zone; None where none was given. Raises UsageWrong."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageWrong("--at is a time such as 2026-07-01T09:00:00Z.", option="--at") from error
    try:
        return moment_of(at)
    except MomentOutOfRange as error:
        raise UsageWrong(
            "--at needs its zone, such as Z, and a year from 1970 to 8999.", option="--at"
        ) from error
