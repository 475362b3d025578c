"""Demands held against any plan: what is missing may be asked, what can be had may not."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.catalogue.catalogue import ServiceItem, Unknown
from ledger.catalogue.evidence import kind_key
from ledger.reask.demand import BeyondNeed, Outcome, decide
from ledger.reuse.case import Case
from ledger.reuse.documents import Held
from ledger.reuse.exemption import Way
from tests.ledger.papers import HYGIENE, licence, material
from tests.ledger.reuse.terms import (
    ASK_TAX,
    COMMIT,
    EVERY,
    FACT,
    LOOK_UP,
    PLAN,
    PROOF,
    TERMS,
    an_item,
)
from tests.ledger.reuse.test_plan_laws import cases, items, made, piles

PAPERS = sorted({key for key in map(kind_key, EVERY) if key.startswith(("licence:", "material:"))})
Policy = Literal["refuse", "tell"]


def asking(item: ServiceItem, reask: Policy = "refuse") -> ServiceItem:
    return replace(item, need=MappingProxyType(dict.fromkeys(PAPERS, ("file",))), reask=reask)


@settings(max_examples=150, deadline=None)
@given(items(), cases(), piles(), st.sampled_from(PAPERS), st.sampled_from(["refuse", "tell"]))
def test_only_what_cannot_be_had_may_be_asked(
    item: ServiceItem, case: Case, pile: list[Held], kind: str, reask: Policy
) -> None:
    item = asking(item, reask)
    plan = made(item, case, pile)
    decision = decide(plan, item, kind, "applicant", TERMS)
    if kind in {missing.kind for missing in plan.missing}:
        assert decision.outcome is Outcome.RECORDED
    if decision.outcome is Outcome.RECORDED:
        assert decision.having == ()
        return
    assert decision.outcome is (Outcome.REFUSED if reask == "refuse" else Outcome.COVERED)
    assert decision.having and all(one.zh and one.en for one in decision.having)
    used = {one.object for need in plan.requirements for one in need.used}
    assert set(decision.objects) <= used


CLEAR = asking(an_item(((PLAN,), (COMMIT,)), ((FACT,), (LOOK_UP,)), ((ASK_TAX,), (PROOF,))))


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("material:layout-plan", Way.COMMITMENT),
        ("licence:business-licence", Way.DATA_CHECK),
        ("material:premises-proof", Way.ASSISTANCE),
    ],
)
def test_the_agency_hears_how_it_can_do_without(kind: str, way: Way) -> None:
    plan = made(CLEAR, HYGIENE, [licence("business-licence")])
    decision = decide(plan, CLEAR, kind, "applicant", TERMS)
    assert decision.outcome is Outcome.REFUSED
    assert {one.way for one in decision.having} == {way}
    assert decision.objects == (("licence:lic_business-licence",) if way is Way.DATA_CHECK else ())


def test_what_was_handed_in_for_the_case_is_not_asked_again() -> None:
    item = asking(an_item(((PLAN,),)))
    here = material("layout-plan", case=HYGIENE.id)
    decision = decide(made(item, HYGIENE, [here]), item, "material:layout-plan", "applicant", TERMS)
    assert [one.way for one in decision.having] == [Way.HANDED_IN]
    assert "本案已经交过" in decision.having[0].zh


def test_a_paper_of_an_unmet_set_that_is_there_is_covered_and_the_other_is_not() -> None:
    item = asking(an_item(((PLAN, PROOF),)))
    plan = made(item, HYGIENE, [material("layout-plan")])
    there = decide(plan, item, "material:layout-plan", "applicant", TERMS)
    lacking = decide(plan, item, "material:premises-proof", "applicant", TERMS)
    assert (there.outcome, lacking.outcome) == (Outcome.REFUSED, Outcome.RECORDED)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("material:audit-report", "applicant"),
        ("licence:food-operation-permit", "applicant"),
        ("material:layout-plan", "legal_representative"),
    ],
)
def test_beyond_the_registered_need_the_kind_is_named(kind: str, role: str) -> None:
    need = {name: ("file",) for name in ("material:layout-plan", "licence:business-licence")}
    item = replace(CLEAR, need=MappingProxyType(need))
    with pytest.raises(BeyondNeed) as refused:
        decide(made(item, HYGIENE, []), item, kind, role, TERMS)
    assert refused.value.code == "demand.beyond_need"
    assert refused.value.values["kind"] == kind


def test_what_the_agency_may_ask_besides_its_requirements_is_recorded() -> None:
    item = asking(an_item(((PLAN,),)))
    plan = made(item, HYGIENE, [material("layout-plan")])
    decision = decide(plan, item, "licence:food-operation-permit", "applicant", TERMS)
    assert decision.outcome is Outcome.RECORDED


def test_an_unknown_kind_is_unknown() -> None:
    plan = made(CLEAR, HYGIENE, [])
    with pytest.raises(Unknown):
        decide(plan, CLEAR, "material:no-such", "applicant", TERMS)
