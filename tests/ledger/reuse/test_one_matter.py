"""Plans of one matter, taken together: each paper once, sums that add up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.reuse.case import Case
from ledger.reuse.documents import Held
from ledger.reuse.exemption import Plan
from ledger.reuse.one_matter import MatterPlan
from ledger.reuse.plan import plan
from tests.ledger.papers import AT, CATALOGUE, FIRM, HYGIENE, PERSON, cases, piles, shelf

RESTAURANT = Case(
    "case_r", "restaurant-opening", "scjg", FIRM, "restaurant/1", premises=HYGIENE.premises
)


def made(case: Case, held: list[Held]) -> Plan:
    return plan(CATALOGUE.item(case.item), case, held, CATALOGUE, AT)


def test_a_paper_that_two_cases_want_is_handed_in_once() -> None:
    both = MatterPlan((made(RESTAURANT, []), made(HYGIENE, [])))
    layout = [one for one in both.missing if one.kind == "material:layout-plan"]
    assert [one.cases for one in layout] == [("case_r", "case_hygiene")]
    assert [one.subject for one in layout] == [FIRM]
    alone = sum(len(plan.missing) for plan in both.plans)
    assert both.counts["papers_asked"] == len(both.missing) < alone


def test_the_same_paper_of_two_people_stays_two() -> None:
    named = replace(HYGIENE, parties={"legal_representative": PERSON})
    unnamed = replace(HYGIENE, id="case_other")
    found = MatterPlan((made(named, shelf()[:1]), made(unnamed, shelf()[:1]))).missing
    identity = [one for one in found if one.kind == "material:legal-representative-id"]
    assert [one.subject for one in identity] == [PERSON, None]


@settings(max_examples=60, deadline=None)
@given(st.lists(cases(), min_size=1, max_size=4), piles())
def test_sums_add_up_and_nothing_is_forgotten(some: list[Case], pile: list[Held]) -> None:
    plans = tuple(made(replace(case, id=f"case_{n}"), pile) for n, case in enumerate(some))
    found = MatterPlan(plans)
    assert found.counts["required"] == sum(plan.counts["required"] for plan in plans)
    wanted = {(one.kind, case) for one in found.missing for case in one.cases}
    assert wanted == {(one.kind, plan.case.id) for plan in plans for one in plan.missing}
    assert len({(one.kind, one.subject, one.zh) for one in found.missing}) <= len(found.missing)
