"""Finding: by subject, party, project, premises and case chain, across agencies, and no further."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from api.demo.papers import paper
from api.demo.story import HEALTH, MARKET
from ledger.errors import NotFound
from ledger.flows.door.subjects import register_subject
from ledger.flows.matters.cases import CaseDraft, open_case
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.matters.plan import plan_case
from ledger.ids import new_id
from ledger.platform import Platform
from ledger.ports import LedgerStore, Row
from ledger.reuse.documents import Channel, Grade
from ledger.reuse.exemption import Plan, Way
from tests.stories.house import HYGIENE, House

POLICE = "gafj"
PERFORMANCE = "large-performance"


same_paper = cache(paper)
"""The same bytes for the same words: a paper carries the second that it was made in."""


def handed_in(house: House, kind: str, subject: str, agency: str = MARKET, **said: Any) -> str:
    facts: dict[str, Any] = {
        "grade": Grade.ORIGINAL_CHECKED,
        "channel": Channel.COUNTER,
        "officer": "officer-7",
        "issued_on": house.platform.now().date(),
        **said,
    }
    content = facts.pop("content", "")
    handed = Handed(kind=kind, subject=subject, title=kind, **facts)
    file = same_paper(kind, (subject, content))
    return f"material:{deposit(house.platform, agency, handed, (file,)).material}"


def opened(house: House, item: str, agency: str, **said: Any) -> str:
    facts: dict[str, Any] = {
        "subject": house.firm.subject,
        "matter": f"{item}/2026-1",
        "channel": Channel.COUNTER,
        "officer": "officer-7",
        "premises": house.people.premises,
        "parties": {"legal_representative": house.people.person.subject},
        **said,
    }
    return open_case(house.platform, agency, CaseDraft(item=item, **facts))[0]


def used(plan: Plan, requirement: str) -> tuple[str, ...]:
    (found,) = (one for one in plan.requirements if one.id == requirement)
    return tuple(one.object for one in found.used)


def named(plan: Plan) -> set[str]:
    """Every paper that a plan so much as mentions."""
    return {one.object for need in plan.requirements for one in (*need.used, *need.rejected)}


def test_by_project_whoever_handed_it_in_and_by_premises_as_a_subject(house: House) -> None:
    people, project = house.people, "event-2026-7"
    organiser = register_subject(house.platform, "organisation", "虚拟演艺有限公司")
    safety = handed_in(house, "event-safety-plan", organiser, project=project)
    venue = handed_in(house, "venue-safety-report", people.premises, premises=people.premises)
    other = handed_in(house, "event-safety-plan", organiser, project="event-2026-8")
    plan = plan_case(house.platform, POLICE, opened(house, PERFORMANCE, POLICE, project=project))
    assert used(plan, "safety-plan") == (safety,)
    assert venue in named(plan)
    assert other not in named(plan)
    again = plan_case(house.platform, POLICE, opened(house, PERFORMANCE, POLICE, matter="x/1"))
    assert safety not in named(again)


def test_by_case_chain_and_only_along_it(house: House) -> None:
    partner, people = house.people.partner, house.people
    first = opened(house, PERFORMANCE, POLICE, parties={"legal_representative": partner})
    report = handed_in(
        house, "venue-safety-report", partner, POLICE, case=first, premises=people.premises
    )
    second = opened(house, PERFORMANCE, POLICE, matter="other/1", follows=first)
    third = opened(house, PERFORMANCE, POLICE, matter="other/2", follows=second)
    alone = opened(house, PERFORMANCE, POLICE, matter="other/3")
    plans = {case: plan_case(house.platform, POLICE, case) for case in (second, third, alone)}
    assert plans[third].case.chain == (second, first)
    assert report in named(plans[second]) and report in named(plans[third])
    assert report not in named(plans[alone])
    assert house.findings() == ()


def test_a_case_follows_only_what_its_agency_or_its_matter_leads_to(house: House) -> None:
    market = opened(house, "restaurant-opening", MARKET, matter="opening/1")
    stranger = register_subject(house.platform, "organisation", "别家有限公司")
    theirs = opened(house, "restaurant-opening", MARKET, subject=stranger, project="p-1")
    follow = {"item": HYGIENE, "agency": HEALTH}
    same = opened(house, **follow, matter="opening/1", follows=market)
    assert plan_case(house.platform, HEALTH, same).case.chain == (market,)
    for refused in (market, theirs, new_id("case", house.platform.randomness)):
        with pytest.raises(NotFound) as absent:
            opened(house, **follow, matter="another/1", follows=refused)
        assert str(absent.value) == "There is no such case."
    with pytest.raises(NotFound):
        opened(house, "restaurant-opening", MARKET, follows=theirs)
    opened(house, "restaurant-opening", MARKET, follows=theirs, project="p-1")


class Watched:
    """A store that notes what is asked of it."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.given: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def rows(self, table: str, where: Any = None, **page: Any) -> Any:
        found = self._store.rows(table, where, **page)
        self.asked.append((table, dict(where or {})))
        self.given += found if table in ("licences", "materials") else []
        return found


def watched(platform: Platform, case: str) -> tuple[Watched, Plan]:
    store = Watched(platform.store)
    return store, plan_case(replace(platform, store=store), HEALTH, case)


def test_what_the_item_does_not_need_and_who_is_no_party_leave_no_trace(house: House) -> None:
    case = opened(house, HYGIENE, HEALTH)
    before, plan = watched(house.platform, case)
    firm, partner = house.firm.subject, house.people.partner
    place = house.people.premises
    hidden = {
        handed_in(house, "audit-report", firm),  # a kind that the item does not ask for
        handed_in(house, "legal-representative-id", partner),  # no party to the case
        handed_in(house, "layout-plan", partner, premises=place),  # another's, of these premises
        handed_in(house, "premises-proof", partner, premises=place, project="p-9"),
    }
    after, again = watched(house.platform, case)
    assert after.asked == before.asked and after.given == before.given
    assert not hidden & named(again)
    said = {**plan.to_json(), "at": None, "seen": None}
    assert {**again.to_json(), "at": None, "seen": None} == said
    assert {row.get("type", row.get("kind")) for row in after.given} <= {
        kind.partition(":")[2] for kind in house.platform.catalogue.item(HYGIENE).need
    }


def test_a_party_is_looked_at_in_its_role_alone(house: House) -> None:
    """An agent beside the roles of the item brings nothing of its own."""
    agent = house.people.partner
    own = handed_in(house, "premises-proof", agent, premises=house.people.premises)
    identity = handed_in(house, "legal-representative-id", agent)
    parties = {"legal_representative": house.people.person.subject, "agent": agent}
    case = opened(house, HYGIENE, HEALTH, parties=parties)
    store, plan = watched(house.platform, case)
    assert not {own, identity} & named(plan)
    assert agent not in {where.get("subject") for _, where in store.asked}
    assert any(one.way is Way.MATERIAL for one in plan.requirements)


def test_more_papers_than_a_page_are_all_found(house: House) -> None:
    store, firm = house.platform.store, house.firm.subject
    (like,) = (
        row for row in store.rows("materials", {"subject": firm}) if row["kind"] == "layout-plan"
    )
    ids = [new_id("mat", house.platform.randomness) for _ in range(1200)]
    many = [{**like, "id": one, "premises": "elsewhere"} for one in ids]
    store.write([Row("materials", one) for one in many])
    plan = plan_case(house.platform, HEALTH, opened(house, HYGIENE, HEALTH))
    (need,) = (one for one in plan.requirements if one.id == "layout-plan")
    assert len(need.rejected) + need.unlisted == 1200 and len(need.used) == 1


def test_a_dispute_that_holds_a_paper_lies_over_it(house: House) -> None:
    case = opened(house, HYGIENE, HEALTH)
    (name,) = used(plan_case(house.platform, HEALTH, case), "layout-plan")
    hold = {"id": name.partition(":")[2], "dispute": new_id("dsp", house.platform.randomness)}
    house.platform.store.write([Row("materials", hold, mode="update")])
    plan = plan_case(house.platform, HEALTH, case)
    (need,) = (one for one in plan.requirements if one.id == "layout-plan")
    judged = {one.object: one.fitness.code for one in need.rejected}
    assert judged == {name: "status_disputed"} and not need.used


def test_what_was_erased_is_not_found_at_all(house: House) -> None:
    case = opened(house, HYGIENE, HEALTH)
    (name,) = used(plan_case(house.platform, HEALTH, case), "layout-plan")
    erased = {"id": name.partition(":")[2], "state": "erased"}
    house.platform.store.write([Row("materials", erased, mode="update")])
    assert name not in named(plan_case(house.platform, HEALTH, case))
