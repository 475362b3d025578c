"""Times that callers give lie where one can reckon with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from certs.moments import MomentOutOfRange, moment_of


def test_a_time_comes_out_in_utc() -> None:
    china = timezone(timedelta(hours=8))
    assert moment_of(datetime(2026, 5, 1, 8, tzinfo=china)) == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 5, 1),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23))),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(9000, 1, 1, tzinfo=UTC),
    ],
)
def test_what_has_no_zone_or_lies_at_the_ends_is_refused(at: datetime) -> None:
    with pytest.raises(MomentOutOfRange):
        moment_of(at)
