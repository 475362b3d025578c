"""Times as the contracts hold them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ledger.adapters.ethereum.moments import moment, optional_moment, seconds
from ledger.errors import ChainAway

LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_times_come_back_as_they_were() -> None:
    for at in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC), LAST):
        assert moment(seconds(at)) == at
    assert (optional_moment(0), seconds(None)) == (None, 0)


@pytest.mark.parametrize("time", [seconds(LAST) + 1, (1 << 40) - 1])
def test_a_time_beyond_the_calendar_is_its_last_second(time: int) -> None:
    """Whoever stole a publisher's key could else end every reading of the list's head."""
    assert moment(time) == LAST


@pytest.mark.parametrize("time", [-1, 1 << 40, 1 << 64])
def test_what_no_contract_holds_is_no_time(time: int) -> None:
    with pytest.raises(ChainAway, match="time"):
        moment(time)
