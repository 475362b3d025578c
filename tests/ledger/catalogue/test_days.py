"""The calendar of the catalogue: holidays and worked weekends, and slips of the pen refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.catalogue.data import built_in_catalogue
from ledger.catalogue.file import parse_catalogue
from tests.ledger.catalogue.spoiling import refused, spoil

CALENDAR = built_in_catalogue().calendar


def test_the_national_day_s_week_does_not_count_and_its_worked_saturday_does() -> None:
    eve = date(2026, 9, 30)
    assert CALENDAR.after(eve, 1) == date(2026, 10, 8)
    assert CALENDAR.after(eve, 3) == date(2026, 10, 10)  # a Saturday that is worked
    assert CALENDAR.is_working_day(date(2026, 9, 20))
    at = datetime(2026, 9, 30, 2, tzinfo=UTC)
    assert CALENDAR.due_after(at, 1) == datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "day", "why"),
    [
        ("holidays", "2026-10-03", "free already"),
        ("holidays", "2026-02-30", "no calendar day"),
        ("holidays", "2026-W40-4", "no calendar day"),
        ("worked", "2026-10-09", "worked already"),
    ],
)
def test_a_day_that_changes_nothing_or_is_none_is_refused(table: str, day: str, why: str) -> None:
    def change(value: Any) -> None:
        value[table][day] = ["某日", "Some day"]

    refused(spoil("calendar.json", change), "calendar.json", f"{table}.{day}", why)


def test_a_catalogue_without_holidays_is_one() -> None:
    def change(value: Any) -> None:
        value["holidays"], value["worked"] = {}, {}

    bare = parse_catalogue(spoil("calendar.json", change)).calendar
    assert bare.after(date(2026, 9, 30), 1) == date(2026, 10, 1)
