"""Figures of a life lived: each requirement, paper, demand and read counts once, whatever by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.story import HEALTH, MARKET
from ledger.errors import Malformed
from ledger.flows.evidence.figures import Period, figures_of, this_year
from ledger.flows.matters.assistance import Question, Reply, answer_assistance, request_assistance
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.commitment import make_commitment
from ledger.flows.matters.demand import AlreadyCovered, Demand, record_demand
from ledger.flows.matters.plan import sign_plan
from ledger.reuse.documents import Channel
from tests.arranging import TAX
from tests.stories.arranging import arranged_house, committed, hygiene_case
from tests.stories.house import HYGIENE, House

REPORT = Demand("material:hygiene-test-report", "officer-7", "受理", Channel.COUNTER)
QUESTION = Question(TAX.id, "officer-7", "办件需要")


def lived(house: House) -> str:
    """Three hygiene cases: one planned and read, one that asks needlessly, one untouched."""
    platform, case = house.platform, hygiene_case(house)
    plan, _ = sign_plan(platform, HEALTH, case)
    house.receive(house.agree(plan).consent)
    asked = request_assistance(platform, HEALTH, case, QUESTION)
    answer_assistance(platform, "sw", asked.assistance, Reply("confirmed", "officer-3", "无"))
    make_commitment(platform, committed(house, case))
    record_demand(platform, HEALTH, case, REPORT)
    house.acts.hand_in(HEALTH, case, "hygiene-test-report", "检测报告", house.firm.subject)
    house.acts.hand_in(HEALTH, case, "audit-report", "审计报告", house.firm.subject)
    sign_plan(platform, HEALTH, case)
    close_case(platform, HEALTH, case, "granted")
    needless = hygiene_case(house, 2)
    with pytest.raises(AlreadyCovered):
        record_demand(platform, HEALTH, needless, replace(REPORT, kind="material:layout-plan"))
    hygiene_case(house, 3)
    return case


def test_each_thing_counts_once(house: House) -> None:
    house = arranged_house(house)
    lived(house)
    period = this_year(house.platform)
    report = figures_of(house.platform, period, "item")
    one = report.groups[HYGIENE]
    assert dict(one.cases) == {"opened": 3, "closed": 1, "planned": 1}
    assert one.required == 7 and one.ways["asked"] == 0 and one.ways["handed_in"] == 1
    assert (one.ways["assistance"], one.ways["commitment"]) == (1, 1)
    assert one.coverage_percent == round(600 / 7, 1)
    assert one.papers["asked"] == 1 and one.papers["unasked"] == 1
    assert one.papers["spared"] >= one.papers["reused"] > 0
    assert dict(one.demands) == {"recorded": 1, "covered": 0, "refused": 1}
    assert one.reads["consent"] == 1 and sum(one.reads.values()) == 1
    assert (one.times["case"].count, one.times["case"].open) == (1, 2)
    assert (one.times["consent"].count, one.times["assistance"].count) == (1, 1)
    # the same, seen by agency and by channel; who answers assistance is the asked agency
    for by in ("agency", "channel"):
        other = figures_of(house.platform, period, by)  # type: ignore[arg-type]
        assert other.total == report.total
    agencies = figures_of(house.platform, period, "agency").groups
    assert agencies["sw"].times["assistance"].count == 1
    assert agencies[HEALTH].times["assistance"].count == 0
    # an agency's own, and no other's
    own = figures_of(house.platform, period, "agency", HEALTH)
    assert list(own.groups) == [HEALTH] and own.groups[HEALTH].required == 7
    market = figures_of(house.platform, period, "item", MARKET)
    assert HYGIENE not in market.groups and market.total.cases["opened"] >= 1


def test_a_period_holds_what_was_done_in_its_days(house: House) -> None:
    house = arranged_house(house)
    lived(house)
    today = this_year(house.platform).last
    before = figures_of(house.platform, Period(today - timedelta(9), today - timedelta(2)))
    assert before.groups == {} and before.total.required == 0
    assert before.total.coverage_percent is None and before.to_csv().count("\n") == 2
    with pytest.raises(Malformed) as refused:
        figures_of(house.platform, Period(today, today - timedelta(1)))
    assert refused.value.code == "figures.period"


def test_nobody_is_named_in_them(house: House) -> None:
    house = arranged_house(house)
    case = lived(house)
    for by in ("item", "agency", "channel"):
        report = figures_of(house.platform, this_year(house.platform), by)  # type: ignore[arg-type]
        told = f"{report.to_json()}{report.to_csv()}"
        for name in (house.firm.subject, case, "officer-7", "sub_", "mat_", "lic_"):
            assert name not in told
