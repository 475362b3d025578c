"""The plan of a case, told by the story of one firm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certs.canonical import canonical
from ledger.reuse.case import Case
from ledger.reuse.documents import Grade, Held, State
from ledger.reuse.exemption import Plan, Way
from ledger.reuse.plan import NotForThisAgency, plan
from ledger.reuse.reasons import MOST_REJECTED
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
    licence,
    material,
    shelf,
)


def made(case: Case, held: Collection[Held], at: Any = AT) -> Plan:
    return plan(CATALOGUE.item(case.item), case, held, CATALOGUE, at)


def ways(found: Plan) -> dict[str, str]:
    return {requirement.id: requirement.way.value for requirement in found.requirements}


def test_the_first_case_is_met_by_what_was_handed_in_and_one_look_up() -> None:
    found = made(SCOPE, shelf(), MARCH + timedelta(days=1))
    assert found.counts == {
        "assistance": 0, "commitment": 0, "later": 0,
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
        "assistance": 0, "commitment": 0, "later": 0,
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


def test_of_many_that_do_not_serve_the_newest_are_listed_and_the_others_counted() -> None:
    old = [
        material("hygiene-test-report", id=f"mat_{n}", entry=n, issued_on=date(2024, 1, 1))
        for n in range(2000)
    ]
    found = made(HYGIENE, [*shelf(), *old])
    last = found.requirements[-1]
    assert [no.entry for no in last.rejected] == list(range(1999, 1999 - MOST_REJECTED, -1))
    assert last.unlisted == 2000 - MOST_REJECTED
    assert len(canonical(found.to_json())) < 64 * 1024


def test_wrong_use() -> None:
    item = CATALOGUE.item(HYGIENE.item)
    with pytest.raises(NotForThisAgency):
        plan(item, replace(HYGIENE, agency="bank"), [], CATALOGUE, AT)
    with pytest.raises(ValueError, match="another service item"):
        plan(item, EQUITY, [], CATALOGUE, AT)
    with pytest.raises(ValueError, match="one id"):
        plan(item, HYGIENE, [material("lease"), material("lease")], CATALOGUE, AT)


def test_an_earlier_copy_never_stands_in_for_a_suspended_licence() -> None:
    suspended = licence("business-licence", state=State.SUSPENDED)
    copy = material("business-licence-copy", checked_at=AT - timedelta(days=10))
    first = made(HYGIENE, [suspended, copy]).requirements[0]
    assert first.way is Way.ASKED
    assert [no.fitness.code for no in first.rejected] == [
        "purpose_incompatible",
        "status_suspended",
    ]
