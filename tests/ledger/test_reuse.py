"""The plan of a case: the story of one firm, and what must hold for every pile of papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certs.canonical import canonical
from ledger.case import Case, handed_in
from ledger.catalogue import Evidence
from ledger.documents import Grade, Held, Licence, State
from ledger.exemption import Plan, Way
from ledger.fewest_papers import fewest_papers
from ledger.fitness import Outcome, assess
from ledger.reuse import NotForThisAgency, plan
from tests.ledger.papers import (
    AT,
    CATALOGUE,
    ELSEWHERE,
    EQUITY,
    FIRM,
    HYGIENE,
    MARCH,
    PERSON,
    PLACE,
    SCOPE,
    STRANGER,
    cases,
    licence,
    licences,
    material,
    materials,
    piles,
    shelf,
)

PROPERTY = settings(max_examples=120, deadline=None)


def made(case: Case, held: Collection[Held], at: Any = AT) -> Plan:
    return plan(CATALOGUE.item(case.item), case, held, CATALOGUE, at)


def ways(found: Plan) -> dict[str, str]:
    return {requirement.id: requirement.way.value for requirement in found.requirements}


def test_the_first_case_is_met_by_what_was_handed_in_and_one_look_up() -> None:
    found = made(SCOPE, shelf(), MARCH + timedelta(days=1))
    assert found.counts == {
        "required": 6, "reused": 1, "handed_in": 5, "asked": 0, "papers_asked": 0,
    }  # fmt: skip
    assert found.consent_items() == [
        {
            "object": "licence:lic_business-licence",
            "fields": [
                "address", "business_scope", "holder_code", "holder_name", "legal_representative",
            ],
        }
    ]  # fmt: skip


def test_another_agency_reuses_all_but_the_test_report() -> None:
    found = made(HYGIENE, shelf())
    assert ways(found) == {
        "business-licence": "licence",
        "legal-representative-id": "material",
        "premises": "material",
        "layout-plan": "material",
        "hygiene-test-report": "asked",
    }
    assert [missing.zh for missing in found.missing] == ["公共场所卫生检测（评价）报告"]
    assert [(item["object"], item["fields"]) for item in found.consent_items()] == [
        (
            "licence:lic_business-licence",
            ["address", "holder_code", "holder_name", "legal_representative"],
        ),
        ("material:mat_layout-plan", ["file"]),
        ("material:mat_legal-representative-id", ["file"]),
        ("material:mat_premises-proof", ["file"]),
    ]
    assert found.holders() == (FIRM,)


def test_an_equity_change_says_why_the_earlier_resolution_cannot_serve() -> None:
    found = made(EQUITY, shelf())
    resolution = next(r for r in found.requirements if r.id == "shareholders-resolution")
    assert resolution.way is Way.ASKED
    (reason,) = resolution.rejected
    assert (reason.object, reason.fitness.code) == (
        "material:mat_shareholders-resolution",
        "decision_mismatch",
    )
    assert "决定与本次事项不符" in reason.fitness.zh
    articles = next(r for r in found.requirements if r.id == "amended-articles")
    assert [r.fitness.code for r in articles.rejected] == ["decision_mismatch"]
    assert found.counts == {
        "required": 7, "reused": 2, "handed_in": 0, "asked": 5, "papers_asked": 5,
    }  # fmt: skip


def test_what_is_handed_in_for_the_case_is_not_asked_or_released() -> None:
    report = material("hygiene-test-report", case=HYGIENE.id, issued_on=AT.date(), entry=9)
    found = made(HYGIENE, [*shelf(), report])
    assert (found.counts["asked"], found.counts["handed_in"]) == (0, 1)
    assert report.object not in [item["object"] for item in found.consent_items()]


def test_a_handed_in_scan_is_rejected_and_asked_again() -> None:
    report = material("hygiene-test-report", case=HYGIENE.id, issued_on=AT.date(), grade=Grade.SCAN)
    last = made(HYGIENE, [*shelf(), report]).requirements[-1]
    assert (last.way, [r.fitness.code for r in last.rejected]) == (Way.ASKED, ["grade_too_low"])


def test_fields_of_a_licence_disclose_less_than_a_file() -> None:
    title = licence("real-estate-title", premises=PLACE)
    premises = made(HYGIENE, [*shelf(), title]).requirements[2]
    assert (premises.id, premises.set, premises.way) == ("premises", "own-title", Way.LICENCE)


def test_half_of_a_set_is_reused_and_only_the_rest_is_asked() -> None:
    held: list[Held] = [material("lease")]
    premises = made(HYGIENE, held).requirements[2]
    assert (premises.set, premises.way) == ("proof", Way.ASKED)
    item = CATALOGUE.item("loan-interest-subsidy")
    case = Case("case_l", item.slug, "kw", FIRM, "loan/1", project="prj_1")
    loan = made(case, [material("loan-contract", project="prj_1")]).requirements[-1]
    assert [used.kind for used in loan.used] == ["material:loan-contract"]
    assert [missing.kind for missing in loan.missing] == ["material:interest-payment-proof"]


def test_a_set_met_in_two_ways_is_mixed() -> None:
    case = Case("case_l", "loan-interest-subsidy", "kw", FIRM, "loan/1", project="prj_1")
    interest = material(
        "interest-payment-proof", project="prj_1", case="case_l", issued_on=AT.date()
    )
    loan = made(case, [material("loan-contract", project="prj_1"), interest]).requirements[-1]
    assert loan.way is Way.MIXED


def test_the_best_of_several_is_taken() -> None:
    old = material("layout-plan", id="mat_old", entry=20, grade=Grade.DECLARED)
    newer = material("layout-plan", id="mat_newer", entry=30)
    newest = material("layout-plan", id="mat_newest", entry=31)
    (used,) = made(HYGIENE, [*shelf(), newer, old, newest]).requirements[3].used
    assert used.object == newest.object


def test_a_strangers_paper_is_not_even_mentioned() -> None:
    foreign = material("layout-plan", id="mat_foreign", subject=STRANGER, premises=PLACE)
    assert b"mat_foreign" not in canonical(made(HYGIENE, [foreign]).to_json())
    future = material("layout-plan", id="mat_future", deposited_at=AT + timedelta(days=1))
    assert b"mat_future" not in canonical(made(HYGIENE, [future]).to_json())


def test_a_party_to_the_case_is_asked_for_consent_of_its_own() -> None:
    case = replace(HYGIENE, parties={"legal_representative": PERSON})
    card = licence("resident-id-card", subject=PERSON)
    found = made(case, [*shelf(), card])
    assert found.holders() == (FIRM, PERSON)
    assert found.consent_items(PERSON) == [
        {"object": card.object, "fields": ["holder_code", "holder_name", "valid_to"]}
    ]
    assert card.object not in [item["object"] for item in found.consent_items()]
    assert found.released_kinds(PERSON) == {card.object: "licence:resident-id-card"}


def test_social_users_see_few_fields_of_a_title() -> None:
    title = licence("real-estate-title", premises=PLACE)
    case = Case("case_u", "house-transfer-utilities", "water", FIRM, "sale/1", premises=PLACE)
    (item,) = made(case, [title]).consent_items()
    assert item["fields"] == ["holder_name", "issued_on", "location", "number"]


def test_a_licence_that_only_its_holder_can_bring_is_asked_for_as_such() -> None:
    case = Case("case_u", "house-transfer-utilities", "gas", FIRM, "sale/1", premises=PLACE)
    found = made(case, [licence("real-estate-title", premises=ELSEWHERE)])
    assert [missing.kind for missing in found.missing] == ["licence:real-estate-title"]
    assert [r.fitness.code for r in found.requirements[0].rejected] == ["other_premises"]


def test_the_same_kind_of_two_people_is_two_papers() -> None:
    case = Case("case_b", "newborn", "wjw", "sub_child", "birth/1")
    missing = made(case, []).missing
    identities = [(m.kind, m.role) for m in missing if "identity" in m.kind]
    assert identities == [
        ("material:identity-document", "mother"),
        ("material:identity-document", "father"),
    ]


def test_wrong_use() -> None:
    item = CATALOGUE.item(HYGIENE.item)
    with pytest.raises(NotForThisAgency):
        plan(item, replace(HYGIENE, agency="bank"), [], CATALOGUE, AT)
    with pytest.raises(ValueError, match="another service item"):
        plan(item, EQUITY, [], CATALOGUE, AT)
    with pytest.raises(ValueError, match="one id"):
        plan(item, HYGIENE, [material("lease"), material("lease")], CATALOGUE, AT)


@PROPERTY
@given(piles(), cases(), st.randoms(use_true_random=False))
def test_replay_gives_the_same_bytes_in_any_order(pile: list[Held], case: Case, mix: Any) -> None:
    first = canonical(made(case, pile).to_json())
    mix.shuffle(pile)
    assert canonical(made(case, pile).to_json()) == first


@PROPERTY
@given(piles(), st.one_of(materials(), licences()), cases())
def test_more_held_never_means_more_asked(pile: list[Held], one: Held, case: Case) -> None:
    assume(one.object not in [held.object for held in pile])
    fewer, more = made(case, pile), made(case, [*pile, one])
    assert more.counts["asked"] <= fewer.counts["asked"]
    assert more.counts["papers_asked"] <= fewer.counts["papers_asked"]
    for before, after in zip(fewer.requirements, more.requirements, strict=True):
        assert before.way is Way.ASKED or after.way is not Way.ASKED


@PROPERTY
@given(piles(), cases())
def test_counts_add_up_and_only_fit_papers_are_used(pile: list[Held], case: Case) -> None:
    found = made(case, pile)
    counts = found.counts
    assert counts["required"] == counts["reused"] + counts["handed_in"] + counts["asked"]
    for requirement in found.requirements:
        assert bool(requirement.missing) == (requirement.way is Way.ASKED)
        assert all(used.fitness.outcome is Outcome.FIT for used in requirement.used)
        assert all(no.fitness.outcome is not Outcome.FIT for no in requirement.rejected)
        taken = {used.object for used in requirement.used}
        assert taken.isdisjoint(no.object for no in requirement.rejected)


def meets(
    evidence: Evidence, pile: Collection[Held], case: Case, released: Mapping[str, set[str]]
) -> bool:
    for held in pile:
        kind = held.type if isinstance(held, Licence) else held.kind
        if kind != getattr(evidence, "kind", getattr(evidence, "type", None)):
            continue
        shown = handed_in(held, case) or released.get(held.object, set()) >= {*evidence.fields}
        if shown and assess(held, evidence, case, CATALOGUE, AT).outcome is Outcome.FIT:
            return True
    return False


def holds(
    found: Plan, pile: Collection[Held], case: Case, released: Mapping[str, set[str]]
) -> bool:
    """Whether the plan's promise is kept by what is released, judged anew from the catalogue."""
    for done, wanted in zip(
        found.requirements, CATALOGUE.item(case.item).requirements, strict=True
    ):
        sets = [
            [meets(e, pile, case, released) for e in one.evidence]
            for one in wanted.sets
            if not done.missing or one.id == done.set
        ]
        best = max(sum(met) if done.missing else all(met) for met in sets)
        if best < (len(done.used) if done.missing else 1):
            return False
    return True


@PROPERTY
@given(piles(), cases())
def test_every_released_field_is_needed(pile: list[Held], case: Case) -> None:
    found = made(case, pile)
    released: dict[str, set[str]] = {}
    for holder in found.holders():
        for item in found.consent_items(holder):
            released[str(item["object"])] = {*item["fields"]}  # type: ignore[misc]
    assert holds(found, pile, case, released)
    for name, fields in released.items():
        for field in fields:
            fewer = released | {name: fields - {field}}
            assert not holds(found, pile, case, fewer), (name, field)


def test_what_others_make_unnecessary_is_dropped() -> None:
    """Two requirements, of which one paper would do for both, release that paper alone."""
    case = Case("case_r", "legal-representative-change", "scjg", FIRM, "rep/1")
    resolution = material("shareholders-resolution", decision="rep/1", issued_on=AT.date(), entry=8)
    found = made(case, [*shelf()[:1], resolution])
    assert [u.object for r in found.requirements for u in r.used] == [
        "licence:lic_business-licence",
        "material:mat_shareholders-resolution",
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=3),
        max_size=5,
    )
)
def test_the_fewest_papers_are_the_fewest(options: list[list[frozenset[str]]]) -> None:
    chosen = fewest_papers(options)
    papers = frozenset[str]().union(*(o[i] for o, i in zip(options, chosen, strict=True)))
    sizes = [len(frozenset[str]().union(*picked)) for picked in product(*options)]
    assert len(papers) == min(sizes, default=0)


def test_ties_go_to_what_is_preferred() -> None:
    a, b, c = frozenset("a"), frozenset("b"), frozenset("c")
    assert fewest_papers([[a, b], [b, a]]) == [0, 1]
    assert fewest_papers([[a, b], [c]]) == [0, 0]
    assert fewest_papers([[a, b], [b]]) == [1, 0]
    assert fewest_papers([]) == []


def test_an_earlier_copy_never_stands_in_for_a_suspended_licence() -> None:
    suspended = licence("business-licence", state=State.SUSPENDED)
    copy = material("business-licence-copy", checked_at=AT - timedelta(days=10))
    first = made(HYGIENE, [suspended, copy]).requirements[0]
    assert first.way is Way.ASKED
    assert [no.fitness.code for no in first.rejected] == [
        "status_suspended",
        "purpose_incompatible",
    ]
