"""The time that a question is about: ``?at=``, RFC 3339 with its zone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query

from api.problems import QueryRefused
from certs.moments import MomentOutOfRange, moment_of

RFC3339 = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"
At = Annotated[
    str | None,
    Query(pattern=RFC3339, max_length=40, description="as of this time, RFC 3339 (default: now)"),
]


def aware(at: str | None) -> datetime | None:
    """The time in UTC; None where none was given. Raises QueryRefused."""
    try:
        return moment_of(datetime.fromisoformat(at)) if at is not None else None
    except (MomentOutOfRange, ValueError) as error:
        raise QueryRefused(
            "A time is a real one, with its zone and a year from 1970 to 8999.",
            errors=[{"at": "at", "rule": "moment"}],
        ) from error
