"""The catalogue: the built-in one is complete; each spoilt one is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.identifiers import mint_licence_identifier
from ledger.catalogue.agreement import all_evidence
from ledger.catalogue.catalogue import (
    AssistanceEvidence,
    CommitmentEvidence,
    MaterialEvidence,
    Tie,
    Unknown,
    kind_key,
)
from ledger.catalogue.data import built_in_catalogue
from ledger.catalogue.file import parse_catalogue
from ledger.catalogue.json_lines import line_of
from ledger.catalogue.node import CatalogueInvalid
from tests.ledger.catalogue.spoiling import FILES, spoil

CATALOGUE = built_in_catalogue()

TYPES = [
    "business-licence",
    "food-operation-permit",
    "drug-operation-permit",
    "real-estate-title",
    "birth-certificate",
    "resident-id-card",
    "marriage-certificate",
    "public-place-hygiene-permit",
    "pollutant-discharge-permit",
    "high-tech-enterprise-certificate",
    "construction-planning-permit",
    "social-security-card",
]
AGENCIES = """scjg kw sw wjw ybj gafj bdc cyzx zwb sfj daj sjj water power gas bank linsheng"""
ITEMS = [
    "business-scope-change",
    "equity-change",
    "legal-representative-change",
    "food-shop-opening",
    "restaurant-opening",
    "pharmacy-opening",
    "house-transfer-utilities",
    "technology-transfer",
    "newborn",
    "loan-interest-subsidy",
    "large-performance",
    "new-home-purchase",
    "ip-protection",
    "going-overseas",
    "public-place-hygiene-permit",
]


def test_all_types_agencies_and_items_are_there() -> None:
    assert sorted(CATALOGUE.licence_types) == sorted(TYPES)
    assert sorted(CATALOGUE.agencies) == sorted(AGENCIES.split())
    assert set(ITEMS) <= set(CATALOGUE.items)
    assert [id for id, agency in CATALOGUE.agencies.items() if "identity" in agency.roles] == [
        "gafj"
    ]
    assert CATALOGUE.effective_from == date(2026, 11, 1)


def test_who_issues_what() -> None:
    here = {slug: kind.issued_by for slug, kind in CATALOGUE.licence_types.items()}
    assert here["business-licence"] == ()  # it lives in the national system and is collected
    assert here["food-operation-permit"] == ("scjg",)
    assert here["public-place-hygiene-permit"] == ("wjw",)


def test_every_type_code_mints_an_identifier() -> None:
    for kind in CATALOGUE.licence_types.values():
        issuer = CATALOGUE.agencies["scjg"].credit_code
        minted = mint_licence_identifier(kind.code, issuer, "20260403001", 1)
        assert minted.type_code == kind.code


def test_records_of_one_decision_are_marked() -> None:
    one = {slug for slug, kind in CATALOGUE.material_kinds.items() if kind.one_decision}
    assert {"shareholders-resolution", "articles-amendment"} <= one
    assert "articles-of-association" not in one
    assert CATALOGUE.material_kinds["layout-plan"].tied_to == (Tie.SUBJECT, Tie.PREMISES)


def test_an_item_includes_another() -> None:
    base = [r.id for r in CATALOGUE.items["business-scope-change"].requirements]
    catering = CATALOGUE.items["business-scope-change-catering"]
    assert [r.id for r in catering.requirements] == [*base, "premises", "layout-plan"]


def test_registered_need_covers_all_evidence_and_little_more() -> None:
    for item in CATALOGUE.item_versions.values():
        asked: set[str] = set()
        for evidence in all_evidence(item.requirements):
            if isinstance(evidence, AssistanceEvidence | CommitmentEvidence):
                assert kind_key(evidence) not in item.need
                continue
            asked.add(kind_key(evidence))
            assert {*evidence.fields} <= {*item.need[kind_key(evidence)]}
            if isinstance(evidence, MaterialEvidence):
                assert item.need[kind_key(evidence)] == ("file",)
        asked |= {f"licence:{CATALOGUE.facts[name].type}" for name in item.proactive}
        assert asked == {*item.need}
    hygiene = CATALOGUE.items["public-place-hygiene-permit"].need["licence:business-licence"]
    assert "business_scope" in hygiene and "registered_capital" not in hygiene


def test_every_requirement_names_paper_or_licence_in_both_languages() -> None:
    for item in CATALOGUE.items.values():
        for zh, en in [(item.zh, item.en), *((r.zh, r.en) for r in item.requirements)]:
            assert any("\u4e00" <= c <= "\u9fff" for c in zh) and en.isascii()


def test_unknown_names() -> None:
    for find in (CATALOGUE.item, CATALOGUE.agency, CATALOGUE.licence_type, CATALOGUE.material_kind):
        with pytest.raises(Unknown) as caught:
            find("nothing")
        assert (caught.value.code, caught.value.name) == ("catalogue.unknown", "nothing")


def test_the_digest_follows_every_byte() -> None:
    other = dict(FILES) | {"agencies.json": FILES["agencies.json"] + b"\n"}
    assert parse_catalogue(other).sha256 != CATALOGUE.sha256
    assert parse_catalogue(dict(FILES)).sha256 == CATALOGUE.sha256


def _evidence(value: Any) -> Any:
    return value["requirements"]["business-licence"]["any_of"][0]["all_of"][0]


EQUITY = "item-equity-change.json"
SCOPE = "item-business-scope-change.json"
HYGIENE = "item-public-place-hygiene-permit.json"
HOUSE = "item-house-transfer-utilities.json"


@pytest.mark.parametrize(
    ("file", "change", "path", "why"),
    [
        pytest.param(
            "requirements.json", lambda v: _evidence(v).update(licence="passport"),
            "requirements.business-licence.any_of.0.all_of.0.licence", "no licence type",
            id="unknown licence type",
        ),
        pytest.param(
            "requirements.json", lambda v: _evidence(v).update(fields=["shoe_size"]),
            "requirements.business-licence.any_of.0.all_of.0.fields.0", "no field",
            id="unknown field",
        ),
        pytest.param(
            "requirements.json", lambda v: _evidence(v).update(fields=[]),
            "requirements.business-licence.any_of.0.all_of.0.fields", "at least one",
            id="no field",
        ),
        pytest.param(
            "requirements.json", lambda v: v["requirements"]["layout-plan"].update(any_of=[]),
            "requirements.layout-plan.any_of", "at least one evidence set", id="no set",
        ),
        pytest.param(
            "requirements.json",
            lambda v: v["requirements"]["layout-plan"]["any_of"][0]["all_of"][0].update(
                max_age_days=5000
            ),
            "requirements.layout-plan.any_of.0.all_of.0.max_age_days", "looser",
            id="a rule looser than the kind's",
        ),
        pytest.param(
            "requirements.json",
            lambda v: v["requirements"]["layout-plan"]["any_of"][0]["all_of"][0].update(
                min_grade="scan"
            ),
            "requirements.layout-plan.any_of.0.all_of.0.min_grade", "looser",
            id="a grade lower than the kind's",
        ),
        pytest.param(
            EQUITY, lambda v: v["requirements"].append("tea"), "requirements.7",
            "no requirement 'tea'", id="unknown requirement",
        ),
        pytest.param(
            EQUITY, lambda v: v["requirements"].append("business-licence"), "requirements.7",
            "required already", id="required twice",
        ),
        pytest.param(
            EQUITY, lambda v: v["requirements"].clear(), "requirements", "nothing is required",
            id="nothing required",
        ),
        pytest.param(
            EQUITY, lambda v: v["agencies"].append("moon"), "agencies.1", "no agency",
            id="unknown agency",
        ),
        pytest.param(EQUITY, lambda v: v["agencies"].clear(), "agencies", "nobody", id="nobody"),
        pytest.param(
            EQUITY, lambda v: v["outdates"].append("song"), "outdates.1", "no material kind",
            id="unknown kind",
        ),
        pytest.param(
            EQUITY, lambda v: v["roles"].remove("new_shareholder"), "roles", "not named",
            id="a role that nobody has",
        ),
        pytest.param(
            EQUITY, lambda v: v.update(decides=False), "decides", "records a decision",
            id="a decision where none is carried out",
        ),
        pytest.param(
            HOUSE, lambda v: v.update(requirements=["business-licence-scope"]), "agencies",
            "may not be shown", id="data that utilities may never see",
        ),
        pytest.param(
            SCOPE, lambda v: v["includes"].append("business-scope-change-catering"), "includes",
            "a circle", id="a circle",
        ),
        pytest.param(
            SCOPE, lambda v: v["includes"].append("equity-change"), "requirements.1",
            "required already", id="included and required",
        ),
        pytest.param(
            HYGIENE, lambda v: v["includes"].append("sleep"), "includes.0", "no service item",
            id="includes an unknown item",
        ),
        pytest.param(
            HYGIENE, lambda v: v.update(also_may_ask={"licence:birth-certificate": ["sex"]}),
            "also_may_ask.licence:birth-certificate", "evidence names already",
            id="need without evidence",
        ),
        pytest.param(
            HYGIENE, lambda v: v.update(surprise=1), "surprise", "unknown member",
            id="unknown member",
        ),
        pytest.param(
            HYGIENE, lambda v: v.update(consent_days=0), "consent_days", "from 1", id="no days"
        ),
        pytest.param(
            HYGIENE, lambda v: v.update(slug="equity-change"), "slug", "same slug", id="twin slug"
        ),
        pytest.param(HYGIENE, lambda v: v.pop("zh"), "", "zh is missing", id="no name"),
        pytest.param(
            "agencies.json", lambda v: v["agencies"]["kw"].update(credit_code="11319999MT0000021X"),
            "agencies.kw.credit_code", "credit code", id="wrong check character",
        ),
        pytest.param(
            "agencies.json", lambda v: v["agencies"]["kw"].update(kind="secret"),
            "agencies.kw.kind", "one of", id="unknown sort of agency",
        ),
        pytest.param(
            "licence_types.json",
            lambda v: v["licence_types"]["business-licence"].update(
                code=v["licence_types"]["food-operation-permit"]["code"]
            ),
            "licence_types.food-operation-permit.code", "same code", id="twin type code",
        ),
        pytest.param(
            "licence_types.json",
            lambda v: v["licence_types"]["business-licence"].update(issued_by=["mars"]),
            "licence_types.business-licence.issued_by.0", "no agency", id="unknown issuer",
        ),
        pytest.param(
            "licence_types.json",
            lambda v: v["licence_types"]["business-licence"]["fields"].update(number=["a", "b"]),
            "licence_types.business-licence.fields.number", "common", id="field twice",
        ),
        pytest.param(
            "material_kinds.json",
            lambda v: v["material_kinds"]["lease"].update(tied_to=[]),
            "material_kinds.lease.tied_to", "at least one tie", id="tied to nothing",
        ),
        pytest.param(
            "material_kinds.json",
            lambda v: v["material_kinds"]["lease"].update(max_age_days=True),
            "material_kinds.lease.max_age_days", "whole number", id="a flag as a number",
        ),
        pytest.param(
            "catalogue.json", lambda v: v["items"].append("item-ghost.json"), "",
            "the file is missing", id="file missing",
        ),
        pytest.param(
            "catalogue.json", lambda v: v["items"].pop(), "items", "belong to nothing",
            id="file too much",
        ),
        pytest.param(
            "catalogue.json", lambda v: v.update(effective_from="soon"), "effective_from",
            "no calendar day", id="no day",
        ),
    ],
)  # fmt: skip
def test_a_spoilt_catalogue_is_refused_with_its_place(
    file: str, change: Callable[[Any], object], path: str, why: str
) -> None:
    files = spoil(file, change)
    with pytest.raises(CatalogueInvalid, match=why) as caught:
        parse_catalogue(files)
    error = caught.value
    assert error.code == "catalogue.invalid"
    if file != "catalogue.json" or path:
        assert error.file == file
        assert error.path == path
        assert error.line == line_of(files[file].decode(), [_step(s) for s in path.split(".") if s])
        assert str(error).startswith(f"{file}:{error.line}: ")


def _step(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def test_two_meanings_of_one_requirement_cannot_be_included_together() -> None:
    first = EQUITY.replace(".json", ".v1.json")
    files = spoil(first, lambda v: v["requirements"][4].update(id="premises"))
    value = json.loads(FILES[SCOPE])
    value["includes"] = ["equity-change", "public-place-hygiene-permit"]
    files[SCOPE] = json.dumps(value).encode()
    with pytest.raises(CatalogueInvalid, match="premises means two things"):
        parse_catalogue(files)


@pytest.mark.parametrize(
    ("data", "line"),
    [(b'{\n "agencies": {},\n "agencies": {}\n}', None), (b'{\n "agencies": \n}', 3)],
)
def test_no_json(data: bytes, line: int | None) -> None:
    with pytest.raises(CatalogueInvalid) as caught:
        parse_catalogue(dict(FILES) | {"agencies.json": data})
    assert (caught.value.file, caught.value.line) == ("agencies.json", line)


def test_lines() -> None:
    text = '{\n "a": [1, {"b":\n  "x"},\n  3],\n "c\\n": true}\n'
    assert line_of(text, []) == 1
    assert line_of(text, ["a"]) == 2
    assert line_of(text, ["a", 1, "b"]) == 3
    assert line_of(text, ["a", 2]) == 4
    assert line_of(text, ["c\n"]) == 5
    assert line_of(text, ["a", 1, "none", 4]) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 10**4),
    st.sampled_from([b"", b"0", b"null", b'"x"', b"[]", b"{}"]),
)
def test_any_damage_is_refused_or_harmless(file: str, at: int, put: bytes) -> None:
    data = FILES[file]
    at %= len(data)
    try:
        parse_catalogue(dict(FILES) | {file: data[:at] + put + data[at + 1 :]})
    except CatalogueInvalid as error:
        assert error.values["file"] in FILES or error.values["file"].startswith("item")  # type: ignore[attr-defined]


def test_a_copy_of_a_licence_is_never_reused() -> None:
    for item in CATALOGUE.items.values():
        for requirement in item.requirements:
            for evidence in (e for one in requirement.sets for e in one.evidence):
                if isinstance(evidence, MaterialEvidence) and evidence.kind.endswith(
                    "licence-copy"
                ):
                    assert CATALOGUE.material_kinds[evidence.kind].reuse == "never"
