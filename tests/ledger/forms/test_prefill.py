"""Where a form's fields come from, and what a release fills, without an engine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from certs.sdjwt.credential import issue_credential
from ledger.catalogue.catalogue import ServiceItem
from ledger.catalogue.terms import FieldSource, FormField
from ledger.forms.prefill import (
    Filled,
    Presentation,
    filled,
    origins,
    prefill_counts,
)
from ledger.reuse.documents import State
from tests.ledger.papers import AT, CATALOGUE, HYGIENE, PERSON, STRANGER, licence, piles
from tests.pki.build import Pki, private_key

CASE = replace(HYGIENE, parties={"legal_representative": PERSON})
ADDRESS = FormField("place", "经营场所", "Place", (FieldSource("business-licence", "address"),))
FORM = (
    FormField("firm", "名称", "Name", (FieldSource("business-licence", "holder_name"),)),
    ADDRESS,
    FormField("capital", "注册资本", "Capital", (FieldSource("business-licence", "number"),)),
    FormField("remarks", "备注", "Remarks"),
)
NEED = {"licence:business-licence": ("holder_name", "address")}


def item(**changes: object) -> ServiceItem:
    facts: dict[str, object] = {"form": FORM, "need": NEED, **changes}
    return replace(CATALOGUE.item(CASE.item), **facts)  # type: ignore[arg-type]


def test_a_field_names_licence_field_issuer_and_age() -> None:
    held = licence("business-licence", issuer="scjg", recorded_at=AT - timedelta(days=10))
    first, second, beyond, typed = origins(item(), CASE, [held], CATALOGUE, AT)
    assert first.origin is not None and second.origin is not None
    assert (first.origin.object, first.origin.field) == (held.object, "holder_name")
    assert (first.origin.issuer, first.origin.age_days) == ("scjg", 10)
    assert first.origin.fitness.code == "fit"
    assert beyond.origin is None and beyond.reason is None  # beyond the registered need
    assert typed.origin is None
    assert prefill_counts((first, second, beyond, typed)) == {
        "fields": 4,
        "prefilled": 2,
        "typed": 2,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": State.SUSPENDED}, "status_suspended"),
        ({"state": State.DISPUTED}, "status_disputed"),
        ({"valid_to": date(2026, 1, 1)}, "expired"),
        ({"subject": STRANGER}, None),
        ({"recorded_at": AT + timedelta(days=1)}, None),
    ],
)
def test_what_does_not_serve_a_plan_does_not_fill_a_form(
    changes: dict[str, object], code: str | None
) -> None:
    held = licence("business-licence", **changes)
    first, *_ = origins(item(), CASE, [held], CATALOGUE, AT)
    assert first.origin is None
    assert (first.reason.code if first.reason else None) == code


def test_sources_in_order_of_preference_and_the_newest_of_equals() -> None:
    sources = (FieldSource("food-operation-permit", "address"), *ADDRESS.sources)
    form = (replace(ADDRESS, sources=sources),)
    need = {**NEED, "licence:food-operation-permit": ("address",)}
    old = licence("business-licence", id="lic_old", entry=3)
    new = licence("business-licence", id="lic_new", entry=8)
    asked = item(form=form, need=need)
    (found,) = origins(asked, CASE, [old, new], CATALOGUE, AT)
    assert found.origin is not None and found.origin.object == "licence:lic_new"
    permit = licence("food-operation-permit", premises=CASE.premises)
    (found,) = origins(asked, CASE, [old, new, permit], CATALOGUE, AT)
    assert found.origin is not None and found.origin.type == "food-operation-permit"


@given(piles())
def test_only_papers_of_the_role_and_within_the_need_fill_a_form(held: list[object]) -> None:
    for one in origins(item(), CASE, held, CATALOGUE, AT):  # type: ignore[arg-type]
        if one.origin is not None:
            assert one.origin.holder == CASE.subject
            assert one.origin.field in NEED[f"licence:{one.origin.type}"]


def test_a_release_fills_what_it_discloses_and_nothing_else(credential: str) -> None:
    shown = Presentation("licence:lic_a", "business-licence", "applicant", credential)
    assert filled(FORM, [shown]) == (
        Filled("firm", "甲有限公司", "licence:lic_a", "holder_name"),
        Filled("place"),
        Filled("capital"),
        Filled("remarks"),
    )
    assert filled(FORM, [replace(shown, role="legal_representative")])[0].value is None
    assert filled(FORM, [replace(shown, type="food-operation-permit")])[0].value is None
    assert all(one.value is None for one in filled(FORM, []))


@pytest.fixture
def credential() -> str:
    return credential_of({"holder_name": "甲有限公司", "company_type": "有限责任公司"})


def credential_of(claims: dict[str, str]) -> str:
    return issue_credential(
        claims,
        agency="scjg",
        issued=AT,
        status_uri="https://example.invalid/v1/status-lists/1",
        status_index=1,
        private=private_key("good"),
        chain=(Pki().certificates["good"], Pki().certificates["root"]),
        randomness=secrets.token_bytes,
    )
