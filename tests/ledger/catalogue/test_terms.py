"""Facts, assistance, commitments, grants, bundles, forms and versions: read, and refused where they
contradict; each refusal names file, path and line.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ledger.catalogue.catalogue import (
    AssistanceEvidence,
    BasisSort,
    CommitmentEvidence,
    FactEvidence,
    FieldSource,
    MaterialEvidence,
    TestSort,
)
from ledger.catalogue.file import parse_catalogue
from tests.ledger.catalogue.spoiling import FILES, Change, data_of, refused, spoil

HYGIENE = "item-public-place-hygiene-permit.json"
EQUITY = "item-equity-change.json"
HOUSE = "item-house-transfer-utilities.json"
LOOKUP = {"licence": "business-licence", "fields": ["number"]}
PAPER = {"material": "layout-plan"}
FACT = {"fact": "fact_business_licence_in_force"}
ASKED = {"assistance": "bdc", "zh": "该场所是否可用于经营？", "en": "May it be used?", "days": 3}
PROMISE = {"commitment": "premises-use"}


def require(*sets: list[dict[str, Any]], **more: Any) -> Change:
    """A further requirement of an item with these evidence sets."""
    choices = [{"id": f"set-{n}", "all_of": one} for n, one in enumerate(sets)]
    made = {"id": "further", "zh": "另", "en": "Further", "any_of": choices, **more}

    def change(value: Any) -> None:
        value["requirements"].append(made)

    return change


def test_what_some_item_compares_of_a_kind_is_known_to_whoever_takes_it_in() -> None:
    catalogue = parse_catalogue(dict(FILES))
    assert catalogue.compared("ip-right-certificate") == ("holder_name",)
    assert catalogue.compared("layout-plan") == ()


def test_a_requirement_of_every_sort_of_evidence() -> None:
    equals = {**PAPER, "equals": [["address", "business-licence", "address"]]}
    files = spoil(HYGIENE, require([FACT], [LOOKUP], [equals], [ASKED], [PROMISE]))
    item = parse_catalogue(files).items["public-place-hygiene-permit"]
    made = [one.evidence[0] for one in item.requirements[-1].sets]
    assert [type(one).__name__ for one in made] == [
        "FactEvidence", "LicenceEvidence", "MaterialEvidence", "AssistanceEvidence",
        "CommitmentEvidence",
    ]  # fmt: skip
    assert made[0] == FactEvidence("fact_business_licence_in_force", "business-licence")
    assert isinstance(made[2], MaterialEvidence)
    assert made[2].equals == (("address", "business-licence", "address"),)
    assert isinstance(made[3], AssistanceEvidence) and made[3].days == 3
    assert made[4] == CommitmentEvidence("premises-use")
    assert {"fact_business_licence_in_force", "number"} <= {*item.need["licence:business-licence"]}
    assert not [key for key in item.need if key.startswith(("assistance:", "commitment:"))]


EVIDENCE = [
    ("an unknown fact", [[{"fact": "fact_tall"}]], "any_of.0.all_of.0.fact", "no fact"),
    ("an unknown asked agency", [[ASKED | {"assistance": "moon"}]],
     "any_of.0.all_of.0.assistance", "no agency"),
    ("a social user asked", [[ASKED | {"assistance": "water"}]],
     "any_of.0.all_of.0.assistance", "social user"),
    ("an answer without a deadline", [[ASKED | {"days": 0}]],
     "any_of.0.all_of.0.days", "from 1 to 60"),
    ("an unknown commitment", [[{"commitment": "hope"}]],
     "any_of.0.all_of.0.commitment", "no commitment"),
    ("a commitment before a look-up", [[PROMISE], [LOOKUP]], "any_of.1", "stands before"),
    ("a commitment before a fact", [[PROMISE], [FACT]], "any_of.1", "stands before"),
    ("assistance before a paper", [[ASKED], [PAPER]], "any_of.1", "stands before"),
    ("a commitment before assistance", [[PROMISE], [ASKED]], "any_of.1", "stands before"),
    ("a set that holds an earlier one", [[PAPER], [PAPER, LOOKUP]], "any_of.1", "contains"),
    ("a set within an earlier one", [[PAPER, LOOKUP], [LOOKUP]], "any_of.1", "contains"),
    ("the same look-up with more fields",
     [[LOOKUP], [LOOKUP | {"fields": ["number", "address"]}]], "any_of.1", "contains"),
    ("the same paper under a stricter rule",
     [[PAPER], [PAPER | {"max_age_days": 30, "fresh": True}]], "any_of.1", "contains"),
    ("the same question twice", [[ASKED], [ASKED | {"days": 9}]], "any_of.1", "contains"),
    ("equality with nothing", [[PAPER | {"equals": []}]],
     "any_of.0.all_of.0.equals", "at least one"),
    ("equality of two", [[PAPER | {"equals": [["a", "business-licence"]]}]],
     "any_of.0.all_of.0.equals.0", "a licence type and its field"),
    ("equality with an unknown type", [[PAPER | {"equals": [["a", "tea", "b"]]}]],
     "any_of.0.all_of.0.equals.0.1", "no licence type"),
    ("equality with an unknown field", [[PAPER | {"equals": [["a", "business-licence", "b"]]}]],
     "any_of.0.all_of.0.equals.0.2", "no field"),
    ("equality twice", [[PAPER | {"equals": [["a", "business-licence", "address"]] * 2}]],
     "any_of.0.all_of.0.equals", "each once"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "path", "why"), [line[1:] for line in EVIDENCE], ids=[line[0] for line in EVIDENCE]
)
def test_evidence_is_refused(sets: list[list[dict[str, Any]]], path: str, why: str) -> None:
    last = len(json.loads(FILES[HYGIENE])["requirements"])
    refused(spoil(HYGIENE, require(*sets)), HYGIENE, f"requirements.{last}.{path}", why)


def test_no_commitment_stands_for_a_decision() -> None:
    change = require([{"material": "equity-transfer-agreement"}], [PROMISE])
    last = len(json.loads(FILES[EQUITY])["requirements"])
    refused(spoil(EQUITY, change), EQUITY, f"requirements.{last}.any_of.1", "can stand for")


def form(*fields: dict[str, Any]) -> Change:
    return lambda value: value.update(form=list(fields))


NAME = {"name": "firm", "zh": "名称", "en": "Name", "from": [["business-licence", "holder_name"]]}
ITEM = [
    ("an unknown legal basis", HYGIENE, lambda v: v.update(legal=["lex"]), "legal.0", "no legal"),
    ("a requirement's unknown legal basis", HYGIENE, require([PAPER], legal=["lex"]),
     "requirements.5.legal.0", "no legal"),
    ("an issued type that is unknown", HYGIENE, lambda v: v.update(issues=["tea"]), "issues.0",
     "no licence type"),
    ("an issued type of others", HYGIENE, lambda v: v.update(issues=["food-operation-permit"]),
     "issues.0", "is issued by scjg"),
    ("no deadline", HYGIENE, lambda v: v.update(deadline_days=0), "deadline_days", "from 1"),
    ("an unknown answer to a re-ask", HYGIENE, lambda v: v.update(reask="shrug"), "reask",
     "one of"),
    ("eligible by an unknown fact", HYGIENE, lambda v: v.update(proactive=["fact_kind"]),
     "proactive.0", "no fact"),
    ("a form field twice", HYGIENE, form(NAME, NAME), "form.1.name", "already"),
    ("prefilled from an unknown type", HYGIENE, form(NAME | {"from": [["tea", "x"]]}),
     "form.0.from.0.0", "no licence type"),
    ("prefilled from an unknown field", HYGIENE, form(NAME | {"from": [["business-licence", "x"]]}),
     "form.0.from.0.1", "no field"),
    ("prefilled from what nobody may ask", HYGIENE,
     form(NAME | {"from": [["business-licence", "registered_capital"]]}),
     "form.0.from.0", "beyond the registered need"),
    ("prefilled from an unknown role", HYGIENE,
     form(NAME | {"from": [["business-licence", "holder_name", "moon"]]}),
     "form.0.from.0.2", "no role"),
    ("prefilled from one word", HYGIENE, form(NAME | {"from": [["business-licence"]]}),
     "form.0.from.0", "a licence type, its field"),
    ("assistance by oneself", HYGIENE, require([ASKED | {"assistance": "wjw"}]), "agencies",
     "ask itself"),
    ("a fact that utilities may not be told", HOUSE, require([{"fact": "fact_married"}]),
     "agencies", "may not be told"),
    ("assistance to a social user", HOUSE, require([ASKED | {"assistance": "gafj"}]), "agencies",
     "may not be assisted"),
    ("a licence that its issuer keeps to other items", HYGIENE,
     require([{"licence": "birth-certificate", "fields": ["number"]}]), "requirements",
     "does not allow it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "path", "why"), [line[1:] for line in ITEM], ids=[line[0] for line in ITEM]
)
def test_an_item_is_refused(file: str, change: Change, path: str, why: str) -> None:
    refused(spoil(file, change), file, path, why)


def put(table: str, name: str, **changes: Any) -> Change:
    """Change one entry of a table; None takes a member out."""

    def change(value: Any) -> None:
        entry = value[table].setdefault(name, {})
        for member, given in changes.items():
            entry.update({member: given}) if given is not None else entry.pop(member)

    return change


def bundle(*members: tuple[str, str]) -> Change:
    listed = [{"item": item, "agency": agency} for item, agency in members]
    return put("bundles", "newborn-one-matter", members=listed)


YEARS, CONTAINS = "fact_over_60", "fact_catering_in_scope"
DUTY, RULES = "duty-hygiene-licence", "food-safety-rules"
NEWBORN = ("newborn", "wjw")
TABLES = [
    ("facts.json", "a fact's unknown type", put("facts", YEARS, licence="tea"),
     f"facts.{YEARS}.licence", "no licence type"),
    ("facts.json", "a fact's unknown field", put("facts", YEARS, field="height"),
     f"facts.{YEARS}.field", "no field"),
    ("facts.json", "an unknown test", put("facts", YEARS, test="about"),
     f"facts.{YEARS}.test", "one of"),
    ("facts.json", "a test without its field", put("facts", CONTAINS, field=None),
     f"facts.{CONTAINS}.test", "takes a field"),
    ("facts.json", "a test without its value", put("facts", CONTAINS, value=None),
     f"facts.{CONTAINS}.test", "takes a value"),
    ("facts.json", "a field too much", put("facts", YEARS, test="in_force"),
     f"facts.{YEARS}.test", "takes no field"),
    ("facts.json", "years that are no number", put("facts", YEARS, value="sixty"),
     f"facts.{YEARS}.value", "whole number"),
    ("facts.json", "a fact that is not named so", put("facts", "old", zh="甲"),
     "facts.old", "named fact_"),
    ("licence_types.json", "a field named like a fact",
     lambda v: v["licence_types"]["business-licence"]["fields"].update(fact_x=["甲", "a"]),
     "licence_types.business-licence.fields.fact_x", "only facts"),
    ("licence_types.json", "an unknown mask",
     put("licence_types", "business-licence", mask={"address": "fog"}),
     "licence_types.business-licence.mask.address", "one of"),
    ("licence_types.json", "a mask of nothing",
     put("licence_types", "business-licence", mask={"moon": "all"}),
     "licence_types.business-licence.mask.moon", "no field"),
    ("licence_types.json", "a sensitivity that is not there",
     put("licence_types", "business-licence", sensitivity=4),
     "licence_types.business-licence.sensitivity", "from 1 to 3"),
    ("licence_types.json", "reuse on an unknown basis",
     put("licence_types", "business-licence", reuse={"bases": ["whim"]}),
     "licence_types.business-licence.reuse.bases.0", "no basis"),
    ("licence_types.json", "reuse for an unknown item",
     put("licence_types", "pollutant-discharge-permit", reuse={"items": ["tea"]}),
     "licence_types.pollutant-discharge-permit.reuse.items.0", "no service item"),
    ("material_kinds.json", "a form since no day",
     put("material_kinds", "lease", form_since="2026-13-01"),
     "material_kinds.lease.form_since", "no calendar day"),
    ("commitments.json", "a commitment that is never checked",
     put("commitments", RULES, check_days=0), f"commitments.{RULES}.check_days", "from 1"),
    ("grants.json", "a grant to nobody", put("grants", DUTY, agency="moon"),
     f"grants.{DUTY}.agency", "no agency"),
    ("grants.json", "a grant for nothing", put("grants", DUTY, item="tea"),
     f"grants.{DUTY}.item", "no service item"),
    ("grants.json", "a grant to who does not run it", put("grants", DUTY, agency="kw"),
     f"grants.{DUTY}.agency", "does not run"),
    ("grants.json", "a grant to a social user",
     put("grants", "att-utilities", agency="water", sort="statutory"),
     "grants.att-utilities.agency", "consent alone"),
    ("grants.json", "a grant on consent", put("grants", DUTY, sort="consent"),
     f"grants.{DUTY}.sort", "one of"),
    ("grants.json", "a grant of an unneeded kind",
     put("grants", DUTY, kinds=["licence:social-security-card"]),
     f"grants.{DUTY}.kinds.0", "no need of"),
    ("grants.json", "a grant of an unknown kind", put("grants", DUTY, kinds=["licence:tea"]),
     f"grants.{DUTY}.kinds.0", "no need of"),
    ("grants.json", "a grant that the issuer rules out",
     put("grants", DUTY, sort="assistance", kinds=["licence:resident-id-card"]),
     f"grants.{DUTY}.kinds.0", "allows no reading on assistance"),
    ("grants.json", "a grant of nothing", put("grants", DUTY, kinds=[]),
     f"grants.{DUTY}.kinds", "at least one"),
    ("grants.json", "a grant on an unknown law", put("grants", DUTY, legal="lex"),
     f"grants.{DUTY}.legal", "no legal"),
    ("bundles.json", "a bundle of an unknown item", bundle(NEWBORN, ("tea", "wjw")),
     "bundles.newborn-one-matter.members.1.item", "no service item"),
    ("bundles.json", "a bundle with who does not run it", bundle(NEWBORN, ("newborn", "kw")),
     "bundles.newborn-one-matter.members.1.agency", "does not run"),
    ("bundles.json", "a bundle with a member twice", bundle(NEWBORN, NEWBORN),
     "bundles.newborn-one-matter.members.1", "stands there already"),
    ("bundles.json", "a bundle of one", bundle(NEWBORN),
     "bundles.newborn-one-matter.members", "two members"),
    ("catalogue.json", "a file listed twice", lambda v: v["items"].insert(1, v["items"][0]),
     "items.1", "listed already"),
    ("catalogue.json", "a version that has no order", lambda v: v.update(version="2026.11-rc"),
     "version", "numbers with points"),
    ("agencies.json", "nobody to own the tables", lambda v: v["agencies"].pop("zwb"),
     "agencies", "zwb, who owns"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "path", "why"),
    [(line[0], *line[2:]) for line in TABLES],
    ids=[line[1] for line in TABLES],
)
def test_a_table_is_refused(file: str, change: Change, path: str, why: str) -> None:
    refused(spoil(file, change), file, path, why)


def with_versions(*versions: dict[str, Any]) -> dict[str, bytes]:
    """The built-in catalogue in which one item has these versions, oldest first."""
    value, head = json.loads(FILES[HYGIENE]), json.loads(FILES["catalogue.json"])
    files = dict(FILES)
    names = [HYGIENE.replace(".json", f".v{n}.json") for n in range(1, len(versions))] + [HYGIENE]
    for name, changes in zip(names, versions, strict=True):
        files[name] = data_of(value | changes)
    head["items"] += names[:-1]
    return files | {"catalogue.json": data_of(head)}


V1, V2 = {"deadline_days": 5}, {"version": 2, "effective_from": "2026-12-01", "deadline_days": 3}
OLD = HYGIENE.replace(".json", ".v1.json")


def test_versions_of_an_item() -> None:
    slug = "public-place-hygiene-permit"
    made = parse_catalogue(with_versions(V1, V2))
    assert made.items[slug].version == 1  # the catalogue is in force from 1 November
    assert made.item(slug, date(2026, 11, 30)).deadline_days == 5
    assert made.item(slug, date(2026, 12, 1)).deadline_days == 3
    assert [key for key in made.item_versions if key[0] == slug] == [(slug, 2), (slug, 1)]


VERSIONS = [
    ("the same version twice", (V1, V2 | {"version": 1}), OLD, "slug", "same slug and version"),
    ("a gap", (V1, V2 | {"version": 3}), HYGIENE, "version", "version 2 is missing"),
    ("no first version", (V2,), HYGIENE, "version", "version 1 is missing"),
    ("no day of its own", (V1, {"version": 2}), HYGIENE, "", "a day of its own"),
    ("in force on the same day", (V1 | {"effective_from": "2026-10-01"},
     V2 | {"effective_from": "2026-10-01"}), HYGIENE, "effective_from", "not later than version 1"),
    ("in force before", (V1 | {"effective_from": "2026-10-02"},
     V2 | {"effective_from": "2026-10-01"}), HYGIENE, "effective_from", "not later than version 1"),
    ("nothing in force yet", (V1 | {"effective_from": "2027-01-01"},), HYGIENE, "effective_from",
     "nothing of it is in force"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "file", "path", "why"),
    [line[1:] for line in VERSIONS],
    ids=[line[0] for line in VERSIONS],
)
def test_versions_that_contradict(
    versions: tuple[dict[str, Any], ...], file: str, path: str, why: str
) -> None:
    refused(with_versions(*versions), file, path, why)


def test_an_included_item_is_taken_as_it_is_then() -> None:
    """A later version of what is included does not change what includes it."""
    files = with_versions(V1, V2 | {"requirements": ["business-licence"], "form": []})
    abroad = json.loads(files["item-going-overseas.json"])
    abroad |= {"includes": ["public-place-hygiene-permit"], "roles": ["legal_representative"]}
    files["item-going-overseas.json"] = data_of(
        abroad | {"requirements": ["audit-report"], "form": []}
    )
    made = parse_catalogue(files)
    assert len(made.items["going-overseas"].requirements) == 6
    assert len(made.item_versions["public-place-hygiene-permit", 2].requirements) == 1


def test_terms_of_the_built_in_catalogue() -> None:
    made = parse_catalogue(FILES)
    assert made.facts["fact_over_60"].test is TestSort.AT_LEAST_YEARS
    assert made.facts["fact_over_60"].value == "60"
    assert {grant.sort for grant in made.grants.values()} == set(BasisSort)
    card = made.licence_types["resident-id-card"]
    assert not card.policy.copies and BasisSort.ASSISTANCE not in card.policy.bases
    assert card.attributes["holder_name"].mask == "name" and card.sensitivity == 3
    assert made.material_kinds["lease"].retention_years == 0
    assert len(made.bundles["house-transfer-one-matter"].members) == 4
    assert made.item("equity-change").version == 1
    assert made.item("equity-change", date(2027, 1, 1)).version == 2


def test_the_form_of_eighty_fields_is_typed_in_ten() -> None:
    form = parse_catalogue(FILES).items["business-scope-change"].form
    assert len(form) == 80
    assert len([field for field in form if not field.sources]) == 10
    assert len({(field.zh, field.en) for field in form}) == 80


def test_every_item_of_the_built_in_catalogue_is_complete() -> None:
    made = parse_catalogue(FILES)
    for item in made.item_versions.values():
        assert item.legal and item.form, item.slug
    in_bundles = {member.item for one in made.bundles.values() for member in one.members}
    assert {"pharmacy-opening", "pharmacy-insurance", "newborn-household"} <= in_bundles
    named = {basis for item in made.item_versions.values() for basis in item.legal}
    named |= {b for item in made.item_versions.values() for r in item.requirements for b in r.legal}
    named |= {grant.legal for grant in made.grants.values()}
    assert named == {*made.legal_bases}


def test_a_form_is_prefilled_in_order_of_preference() -> None:
    two = NAME | {
        "from": [
            ["business-licence", "holder_name"],
            ["resident-id-card", "holder_name", "legal_representative"],
        ]
    }
    typed = {"name": "phone", "zh": "电话", "en": "Telephone"}
    item = parse_catalogue(spoil(HYGIENE, form(two, typed))).items["public-place-hygiene-permit"]
    assert item.form[0].sources == (
        FieldSource("business-licence", "holder_name"),
        FieldSource("resident-id-card", "holder_name", "legal_representative"),
    )
    assert item.form[1].sources == ()
