"""What runs out, or is late, is told once for each step to those whom it concerns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from ledger import tlog
from ledger.errors import Pushback
from ledger.flows.after.reminders import remind_of_ends
from ledger.flows.worker import work
from ledger.ports import Row
from ledger.reuse.documents import LegalEffect, day
from tests.doubles.faulty import Faulty
from tests.stories.house import House, issue_food
from tests.stories.relying import business_licence, end, rely
from tests.stories.test_disputes import open_dispute, say


def after(house: House, days: float) -> House:
    at = house.platform.now() + timedelta(days=days)
    return house.with_ports(now=lambda: at)


def reminded(house: House, about: str) -> list[tuple[int, int]]:
    """(step, days) of what was sent about a thing, in order."""
    rows = house.platform.store.rows("reminders", {"object": about})
    return [
        (int(str(row["step"])), int(str(row["days"])))
        for row in sorted(rows, key=lambda row: int(str(row["entry_index"])))
    ]


def test_a_licence_is_announced_sixty_thirty_and_seven_days_before(house: House) -> None:
    today = day(house.platform.now())
    licence = issue_food(
        house, number="JY-soon", valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=65),
    ).licence  # fmt: skip
    about = f"licence:{licence}"
    for days in (0, 4, 5, 5, 20, 36, 50, 58, 60, 70):
        remind_of_ends(after(house, days).platform)
    assert reminded(house, about) == [(60, 60), (30, 29), (7, 7)]
    entries = [tlog.read(house.platform, at) for at in house.platform.store.find(about)]
    said = [one for one in entries if one.kind == "reminded"]
    assert {(one.body["agency"], one.body["subject"]) for one in said} == {
        (MARKET, house.firm.subject)
    }
    assert {one.body["sort"] for one in said} == {"expiring"}
    work(house.platform)
    assert house.findings() == ()


def test_what_ended_before_is_not_announced(house: House) -> None:
    today = day(house.platform.now())
    ends = today + timedelta(days=20)
    number, begins = "JY-void", today - timedelta(days=300)
    issued = issue_food(house, number=number, valid_from=begins, valid_to=ends)
    end(house, issued.licence, LegalEffect.VOID)
    remind_of_ends(house.platform)
    assert reminded(house, f"licence:{issued.licence}") == []


def test_consents_with_uses_left_flags_and_disputes_that_are_late(house: House) -> None:
    plan = house.hygiene_plan()
    left = house.agree(plan, uses=2).consent_id
    spent = house.agree(plan)
    house.receive(spent.consent)
    rely(house, HEALTH)
    dispute = open_dispute(house.platform, say(house, f"licence:{house.permit.licence}")).dispute
    end(house, business_licence(house), LegalEffect.VOID)
    work(house.platform)
    flags = house.platform.store.rows("flags")
    for days in (1, 24, 25, 29):
        remind_of_ends(after(house, days).platform)
    assert reminded(house, f"consent:{left}") == [(7, 6)]
    assert reminded(house, f"consent:{spent.consent_id}") == []
    assert flags and all(reminded(house, f"flag:{row['id']}") == [(0, 0)] for row in flags)
    assert reminded(house, f"dispute:{dispute}") == [(0, 0)]
    work(house.platform)
    assert house.findings() == ()


def test_a_day_is_gone_through_once_and_again_after_a_crash(house: House) -> None:
    today = day(house.platform.now())
    ends = today + timedelta(days=50)
    made = [issue_food(house, number=f"JY-{n}", valid_to=ends).licence for n in range(3)]
    about = [f"licence:{licence}" for licence in made]
    later = after(house, 25)
    for moment in ("fail_before", "fail_after"):
        double: Any = Faulty(later.platform.store, **{moment: {"append": 1}})  # type: ignore[arg-type]
        with pytest.raises(Pushback):
            remind_of_ends(later.with_ports(store=double).platform)
        assert later.platform.store.rows("sweeps", {"day": _day(later.platform.now())}) == []
    assert remind_of_ends(later.platform) == 0  # the second failure came after the work was done
    assert [reminded(house, one) for one in about] == [[(30, 25)]] * 3
    watched = Faulty(later.platform.store)
    assert remind_of_ends(later.with_ports(store=watched).platform) == 0
    assert watched.calls == {"rows": 1}  # the day is done: one look


def test_of_two_workers_each_reminder_is_sent_by_one(house: House) -> None:
    today = day(house.platform.now())
    for n in range(2):
        issue_food(house, number=f"JY-{n}", valid_to=today + timedelta(days=50))
    later = after(house, 25)

    class Late:
        """A store that hides what another worker has just sent."""

        def __getattr__(self, name: str) -> Any:
            return getattr(later.platform.store, name)

        def rows(self, table: str, where: Any = None, **more: Any) -> Any:
            if table in ("reminders", "sweeps"):
                return []
            return later.platform.store.rows(table, where, **more)

    assert remind_of_ends(later.platform) == 2
    assert remind_of_ends(later.with_ports(store=Late()).platform) == 0


def test_a_sweep_that_was_written_by_hand_is_found(house: House) -> None:
    house.platform.store.write([Row("sweeps", {"id": "x", "day": "2026-01-01", "seal": b"x"})])
    assert [one.code for one in house.findings()] == ["fsck.row"]


def _day(at: datetime) -> str:
    return day(at).isoformat()
