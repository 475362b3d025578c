"""The re-ask detector: who asks for what it can have hears so, or is refused by the item."""

from __future__ import annotations

import pytest

from api.demo.story import HEALTH, MARKET
from ledger import tlog
from ledger.errors import Refused
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.demand import AlreadyCovered, Demand, demands, needless_of, record_demand
from ledger.flows.matters.deposit import Handed
from ledger.reask.demand import Outcome
from ledger.reuse.documents import Channel, Grade
from ledger.reuse.exemption import Way
from tests.stories.arranging import arranged_house, hygiene_case, index_findings
from tests.stories.house import House
from tests.stories.reusing import code_of


def asked(kind: str, role: str = "applicant") -> Demand:
    return Demand(kind, "officer-7", "窗口要求", Channel.COUNTER, role)


def handed(house: House, case: str, kind: str) -> Handed:
    subject = house.firm.subject
    return Handed(kind, subject, "一份材料", Grade.DECLARED, Channel.COUNTER, case, officer="w-07")


def test_a_demand_is_recorded_told_or_refused_and_counted_once(house: House) -> None:
    refusing, telling = arranged_house(house), arranged_house(house, reask="tell")
    platform, case = refusing.platform, hygiene_case(refusing)
    # truly missing: may be asked for
    report = asked("material:hygiene-test-report")
    first = record_demand(platform, HEALTH, case, report)
    assert (first.outcome, first.having, first.fresh) == (Outcome.RECORDED, (), True)
    again = record_demand(platform, HEALTH, case, report)
    assert (again.demand, again.entry, again.fresh) == (first.demand, first.entry, False)
    # covered: the platform states the refusal, and says what can be had
    size = platform.store.size()
    for _ in range(2):
        with pytest.raises(AlreadyCovered) as refused:
            record_demand(platform, HEALTH, case, asked("material:layout-plan"))
    assert platform.store.size() == size + 1
    said = tlog.read(platform, size)
    assert (said.kind, said.actor) == ("reask.refused", platform.operator)
    (can_have,) = refused.value.values["can_have"]  # type: ignore[misc]
    assert [can_have["object"]] == said.body["covered_by"]
    assert "先前已经交过" in can_have["zh"]
    # where the item only tells, the demand stands and says so
    told = record_demand(telling.platform, HEALTH, case, asked("material:layout-plan"))
    assert told.outcome is Outcome.COVERED and told.having
    assert tlog.read(platform, told.entry).body["covered"] == "yes"
    # beyond the need, of nobody's case, of no kind
    with pytest.raises(Refused) as beyond:
        record_demand(platform, HEALTH, case, asked("material:audit-report"))
    assert beyond.value.code == "demand.beyond_need"
    assert beyond.value.values["kind"] == "material:audit-report"
    for agency, demand, code in (
        (HEALTH, asked("material:layout-plan", "legal_representative"), "demand.beyond_need"),
        (HEALTH, asked("material:no-such"), "catalogue.unknown"),
        (MARKET, report, "not_found"),
    ):
        assert code_of(lambda: record_demand(platform, agency, case, demand)) == code  # noqa: B023
    listed = demands(platform, case)
    assert sorted(str(row["outcome"]) for row in listed) == ["covered", "recorded", "refused"]
    close_case(platform, HEALTH, case, "dropped")
    assert code_of(lambda: record_demand(platform, HEALTH, case, report)) == "case.closed"
    assert index_findings(house) == []


def test_who_hands_in_what_is_there_already_hears_so_and_is_not_kept_from_it(house: House) -> None:
    case = hygiene_case(house)
    (spare,) = needless_of(house.platform, HEALTH, handed(house, case, "layout-plan"))
    assert spare.kind == "material:layout-plan" and spare.object is not None
    for kind in ("hygiene-test-report", "audit-report", "no-such"):
        assert needless_of(house.platform, HEALTH, handed(house, case, kind)) == ()
    assert needless_of(house.platform, MARKET, handed(house, case, "layout-plan")) == ()
    house.acts.hand_in(HEALTH, case, "layout-plan", "平面图", house.firm.subject)
    (here,) = needless_of(house.platform, HEALTH, handed(house, case, "layout-plan"))
    assert here.way is Way.HANDED_IN
