"""A form is filled from what is held: where from for the agency, what for the holder; and what a
paper states is compared with the base register without being kept."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from api.demo import cast
from api.demo.story import HEALTH, MARKET
from ledger.catalogue.evidence import EvidenceSet, MaterialEvidence, Requirement
from ledger.catalogue.terms import FieldSource, FormField
from ledger.errors import NotFound
from ledger.flows.door.comparing import comparable
from ledger.flows.library.same_file import same_file
from ledger.flows.matters.holder_cases import NOT_SHOWN, holders_cases
from ledger.flows.matters.plan import plan_case, sign_plan
from ledger.flows.matters.prefill import prefill_for_holder, prefill_sources
from ledger.flows.matters.replay import replay_plan
from ledger.forms.prefill import Presentation, filled, prefill_counts
from ledger.reuse.documents import Grade
from ledger.reuse.exemption import Plan
from tests.stories.house import HYGIENE, House
from tests.stories.speaking import delegated, person, undelegated
from tests.stories.test_finding import handed_in, named, opened, used

FORM = (
    FormField("firm", "名称", "Name", (FieldSource("business-licence", "holder_name"),)),
    FormField("place", "地址", "Address", (FieldSource("business-licence", "address"),)),
    FormField(
        "person",
        "法定代表人身份证号",
        "Number",
        (FieldSource("resident-identity-card", "number", "legal_representative"),),
    ),
    FormField("remarks", "备注", "Remarks"),
)


def with_item(house: House, **changes: Any) -> House:
    """The same house, in whose catalogue the hygiene permit has something else."""
    catalogue = house.platform.catalogue
    item = replace(catalogue.item(HYGIENE), **changes)
    items = {**catalogue.items, HYGIENE: item}
    versions = {
        name: item if name == (HYGIENE, item.version) else one
        for name, one in catalogue.item_versions.items()
    }
    return house.with_ports(catalogue=replace(catalogue, items=items, item_versions=versions))


def test_the_agency_learns_where_and_the_holder_what(house: House) -> None:
    own = with_item(house, form=FORM)
    case = opened(own, HYGIENE, HEALTH)
    sources = prefill_sources(own.platform, HEALTH, case)
    assert prefill_counts(sources.fields)["prefilled"] >= 1 and not sources.values
    by_name = {one.name: one for one in sources.fields}
    firm = by_name["firm"].origin
    assert firm is not None and firm.issuer == MARKET and firm.age_days == 0
    assert firm.object.startswith("licence:lic_") and by_name["remarks"].origin is None
    said = prefill_for_holder(own.platform, own.firm.subject, case)
    assert said.values["firm"] == cast.FIRM
    assert {one.name for one in said.fields if one.origin} == set(said.values)
    for stranger in (own.people.person.subject, own.people.partner):
        with pytest.raises(NotFound):
            prefill_for_holder(own.platform, stranger, case)
    with pytest.raises(NotFound):
        prefill_sources(own.platform, MARKET, case)


def test_what_was_released_fills_the_form(house: House) -> None:
    own = with_item(house, form=FORM)
    plan = plan_case(own.platform, HEALTH, opened(own, HYGIENE, HEALTH))
    received = own.receive(own.agree(plan).consent)
    shown = [
        Presentation(name, "business-licence", "applicant", text)
        for name, text in received.items()
        if isinstance(text, str)
    ]
    by_name = {one.name: one for one in filled(FORM, shown)}
    assert by_name["firm"].value == cast.FIRM
    assert by_name["firm"].object == shown[0].object and by_name["remarks"].value is None


def test_a_holder_is_not_shown_other_peoples_papers(house: House) -> None:
    case = opened(house, HYGIENE, HEALTH)
    plan = plan_case(house.platform, HEALTH, case)
    theirs = {
        one.object
        for need in plan.requirements
        for one in need.used
        if one.holder != house.firm.subject
    }
    assert theirs
    pages = list(holders_cases(house.platform, house.firm.subject, house.firm.subject, None, 50))
    (view,) = (one.plan for one in pages if one.row["id"] == case)
    assert view is not None and not theirs & named(view)
    assert NOT_SHOWN in named(view) and view.counts == plan.counts
    assert [one.plan for one in pages if one.row["state"] == "closed"] == [None]
    partner = house.people.partner
    assert not list(holders_cases(house.platform, partner, partner, None, 50))
    assert not list(holders_cases(house.platform, partner, house.firm.subject, None, 50))


def test_who_speaks_for_the_holder_sees_the_cases_of_that_item_alone(house: House) -> None:
    own = with_item(house, form=FORM)
    firm, clerk = own.firm, person(own, "办事员")
    case = opened(own, HYGIENE, HEALTH)
    opened(own, "restaurant-opening", MARKET)

    def seen() -> set[str]:
        pages = holders_cases(own.platform, clerk.subject, firm.subject, None, 50)
        return {str(one.row["item"]) for one in pages}

    assert seen() == set()
    given = delegated(own, firm.signer, firm.subject, clerk.subject, items=(HYGIENE,))
    assert seen() == {HYGIENE}
    assert prefill_for_holder(own.platform, clerk.subject, case).values["firm"] == cast.FIRM
    undelegated(own, firm.signer, given)
    assert seen() == set()
    with pytest.raises(NotFound):
        prefill_for_holder(own.platform, clerk.subject, case)


ADDRESS = Requirement(
    "layout-plan",
    "布局图",
    "Layout",
    (
        EvidenceSet(
            "plan",
            (
                MaterialEvidence(
                    "layout-plan",
                    Grade.DECLARED,
                    None,
                    equals=(("address", "business-licence", "address"),),
                ),
            ),
        ),
    ),
)


def judged(plan: Plan) -> dict[str, str]:
    (need,) = plan.requirements
    return {one.object: one.fitness.code for one in (*need.used, *need.rejected)}


def test_what_a_paper_states_is_compared_with_the_base_register(house: House) -> None:
    own = with_item(house, requirements=(ADDRESS,))
    platform, firm, place = own.platform, own.firm.subject, own.people.premises
    said = {"premises": place, "content": "x"}
    written = f" {cast.ADDRESS[:5]}　{cast.ADDRESS[5:]} "  # as somebody else types it
    same = handed_in(own, "layout-plan", firm, stated={"address": written}, **said)
    other = handed_in(own, "layout-plan", firm, stated={"address": "别处"}, **said)
    silent = handed_in(own, "layout-plan", firm, **said)
    case = opened(own, HYGIENE, HEALTH)
    plan, done = sign_plan(platform, HEALTH, case)
    assert judged(plan) == {same: "fit"} | judged(plan)
    assert judged(plan)[other] == "field_differs"
    assert judged(plan)[silent] == "field_not_compared"
    assert used(plan, "layout-plan") == (same,)
    assert replay_plan(platform, done.index).plan == plan
    database = (own.folder.root / "ledger.db").read_bytes()
    assert "别处".encode() not in database
    assert own.findings() == ()


def test_comparable_is_the_same_however_it_is_typed() -> None:
    assert comparable("云上（小馆） 有限公司ＡＢ") == comparable("云上(小馆)有限公司ab")
    assert comparable("云上小馆") != comparable("云上大馆")


def test_fsck_finds_a_digest_that_is_not_the_licences(house: House) -> None:
    path = house.folder.root / "ledger.db"
    database = sqlite3.connect(path)
    with database:
        (row,) = database.execute(
            "SELECT object, digest, seal FROM comparisons WHERE field = 'address' LIMIT 1"
        )
        database.execute(
            "UPDATE comparisons SET digest = zeroblob(32) WHERE object = ? AND field = 'address'",
            (row[0],),
        )
    database.close()
    assert {one.code for one in house.findings()} == {"fsck.row", "fsck.comparison"}


def test_the_same_file_is_the_holders_to_see(house: House) -> None:
    platform, firm = house.platform, house.firm.subject
    first = handed_in(house, "layout-plan", firm, HEALTH, content="same")
    second = handed_in(house, "layout-plan", firm, MARKET, content="same")
    (row,) = platform.store.rows("materials", {"id": first.partition(":")[2]})
    (kept,) = platform.store.rows("files", {"id": row["file"]})
    digest = kept["sha256"]
    assert isinstance(digest, bytes)
    assert {f"material:{one}" for one in same_file(platform, firm, digest)} == {first, second}
    assert [f"material:{one}" for one in same_file(platform, firm, digest, HEALTH)] == [first]
    assert same_file(platform, house.people.partner, digest) == ()
