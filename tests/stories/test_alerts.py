"""Alerts over a life lived: quiet where all is well, loud where the index shows what may not be."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from api.demo.story import HEALTH, MARKET
from ledger.figures.alerts import Level, Limits
from ledger.flows.evidence.alerts import watch
from ledger.flows.matters.assistance import Question, remind, request_assistance
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.commitment import make_commitment, overdue
from tests.arranging import FORM, TAX
from tests.stories.arranging import arranged_house, committed, hygiene_case, with_clock
from tests.stories.house import House


def codes(house: House, agency: str | None = None, hours: int = 24) -> dict[str, Level]:
    found = watch(house.platform, hours, agency).alerts
    return {one.code: one.level for one in found if one.code != "read.off_hours"}


def test_an_honest_life_is_green_and_what_is_late_is_not(house: House) -> None:
    house, clock = with_clock(arranged_house(house))
    platform, case = house.platform, hygiene_case(house)
    house.receive(house.agree().consent)
    assert codes(house) == {}
    request_assistance(platform, HEALTH, case, Question(TAX.id, "officer-7", "办件需要"))
    make_commitment(platform, committed(house, case))
    clock.pass_(days=8)
    assert codes(house) == {"assistance.late": Level.YELLOW}
    assert codes(house, "sw") == {"assistance.late": Level.YELLOW}
    assert codes(house, HEALTH) == {}
    clock.pass_(days=5)
    remind(platform)
    assert codes(house) == {"assistance.late": Level.RED}
    clock.pass_(days=FORM.check_days - 12)
    assert codes(house)["commitment.late"] is Level.YELLOW
    assert codes(house, HEALTH) == {"commitment.late": Level.YELLOW}
    assert codes(house, MARKET) == {}
    # a case that is closed waits for no answer; one that granted nothing needs no check
    close_case(platform, HEALTH, case, "dropped")
    assert codes(house) == {} and overdue(platform) == [] and remind(platform) == 0


def test_a_read_whose_basis_the_index_does_not_show_is_red(house: House) -> None:
    house.receive(house.agree().consent)
    assert "read.without_basis" not in codes(house)
    (consent,) = house.platform.store.rows("consents")
    with sqlite3.connect(house.folder.root / "ledger.db") as db:
        db.execute("UPDATE consents SET withdrawn_index = entry_index + 1")
    seen = watch(house.platform, agency=HEALTH)
    (found,) = (one for one in seen.alerts if one.code == "read.without_basis")
    assert (seen.level, found.level, found.officer) == (Level.RED, Level.RED, "officer-7")
    (read,) = house.platform.store.rows("reads")
    assert found.ids == (str(read["entry_index"]),) and consent["withdrawn_index"] is None
    assert "read.without_basis" not in codes(house, MARKET)


def test_what_lies_before_the_hours_looked_at_does_not_count(house: House) -> None:
    house.receive(house.agree().consent)
    few = Limits(reads_an_hour=0)
    assert any(one.code == "read.bulk" for one in watch(house.platform, 24, None, few).alerts)
    later, clock = with_clock(house)
    clock.at += timedelta(days=3)
    assert watch(later.platform, 24, None, few).alerts == ()
