"""What is not there now is there later, or never; with a reason, and a day where one is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.reuse.documents import State
from ledger.use.availability import _SENTENCES, availability, available
from ledger.use.facts import Standing

TODAY = date(2026, 11, 28)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("standing", "stored", "code"),
    [
        (Standing(State.ACTIVE, None, TODAY), True, "now"),
        (Standing(State.ACTIVE, None, None), False, "later.incomplete"),
        (Standing(State.ACTIVE, None, None), None, "later.store_away"),
        (Standing(State.ACTIVE, TODAY + DAY, None), True, "later.not_yet_valid"),
        (Standing(State.ACTIVE, None, TODAY - DAY), None, "never.expired"),
        (Standing(State.SUSPENDED, None, None), True, "later.suspended"),
        (Standing(State.SUSPENDED, None, TODAY - DAY), True, "never.expired"),
        (Standing(State.DISPUTED, None, None), True, "later.disputed"),
        (Standing(State.REVOKED, None, None), True, "never.revoked"),
        (Standing(State.SUPERSEDED, None, None), True, "never.superseded"),
        (Standing(State.UNKNOWN, None, None), True, "never.unknown"),
    ],
)
def test_reasons(standing: Standing, stored: bool | None, code: str) -> None:
    found = availability(standing, TODAY, stored=stored)
    assert (found.code, found.now) == (code, code == "now")


def test_days_that_are_known() -> None:
    later = availability(Standing(State.ACTIVE, TODAY + DAY, None), TODAY, stored=True)
    assert later.expected == TODAY + DAY
    gone = availability(Standing(State.ACTIVE, None, TODAY - DAY), TODAY, stored=True)
    assert gone.since == TODAY - DAY
    erased = availability(Standing(State.ACTIVE, None, None), TODAY, stored=True, erased=True)
    assert erased.code == "never.erased"


def test_every_code_speaks_both_languages() -> None:
    for code in _SENTENCES:
        assert available(code).zh != available(code).en
