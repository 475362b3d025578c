"""Before a release: the holder sees what would be given, the agency the same masked; after it, the
agency what it was given, and each role no more than its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.demo import cast
from api.demo.story import HEALTH, MARKET
from ledger.errors import StoreAway
from ledger.flows.library.status import Change, change_status
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.reading.preview import Preview, preview
from ledger.flows.reading.views import view_for_agency, view_for_auditor, view_for_holder
from ledger.ports import Row
from ledger.reuse.documents import LegalEffect
from ledger.use.masking import ALL
from ledger.use.views import Shown, Viewer
from tests.stories.house import House, Told, opened_copy
from tests.stories.reusing import code_of, withdrawal
from tests.stories.using import Consented, asking_facts, consented, licence_of, released

FIELDS = ["address", "fact_capital", "fact_has_licence", "holder_name"]


@pytest.fixture(scope="module")
def asked(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("previews") / "data") as opened:
        house = asking_facts(opened)
        catalogue = house.platform.catalogue
        kind = catalogue.licence_type("business-licence")
        masks = {"holder_name": "name", "address": "address", "holder_code": "code"}
        attributes = {
            name: replace(one, mask=masks.get(name, "none"))
            for name, one in kind.attributes.items()
        }
        types = {**catalogue.licence_types, kind.slug: replace(kind, attributes=attributes)}
        yield house.with_ports(catalogue=replace(catalogue, licence_types=types))


def agreed(house: House) -> tuple[Consented, str, str]:
    plan = house.hygiene_plan()
    name = licence_of(house, plan)
    got = consented(house, plan, [{"object": name, "fields": FIELDS}], uses=2)
    return got, name, plan.case.id


def looked(house: House, request: str, viewer: Viewer) -> Preview:
    (row,) = house.platform.store.rows("requests", {"id": request})
    return preview(house.platform, row, viewer)


def test_holder_and_agency_see_the_same_in_clear_and_masked(asked: House) -> None:
    got, name, _ = agreed(asked)
    (mine,) = looked(asked, got.request, Viewer.HOLDER).items
    (theirs,) = looked(asked, got.request, Viewer.ASKING).items
    assert mine.object == theirs.object == name
    assert {one.name: one.value for one in mine.fields} == {
        "address": cast.ADDRESS, "holder_name": cast.FIRM,
    }  # fmt: skip
    shown = {one.name: str(one.value) for one in theirs.fields}
    assert shown.keys() == {"address", "holder_name"}
    assert all("**" in value for value in shown.values())
    assert not set(shown.values()) & {cast.ADDRESS, cast.FIRM}
    assert {one.name: one.answer for one in mine.facts} == {
        "fact_capital": "no", "fact_has_licence": "yes",
    }  # fmt: skip
    assert {one.answer for one in theirs.facts} == {None}
    assert mine.available.code == theirs.available.code == "now"


def test_a_field_without_a_mask_is_hidden_whole(asked: House) -> None:
    plan = asked.hygiene_plan()
    name = licence_of(asked, plan)
    kind = asked.platform.catalogue.licence_type("business-licence")
    bare = next(
        one
        for one in asked.platform.catalogue.item(plan.case.item).need["licence:business-licence"]
        if one in kind.attributes and kind.attributes[one].mask == "none"
    )
    got = consented(asked, plan, [{"object": name, "fields": [bare]}])
    (item,) = looked(asked, got.request, Viewer.ASKING).items
    assert [(one.name, one.value, one.shown) for one in item.fields] == [(bare, ALL, Shown.MASKED)]


def test_an_agency_sees_masks_then_what_was_released_then_nothing(asked: House) -> None:
    got, name, case = agreed(asked)
    licence = name.partition(":")[2]
    before = view_for_agency(asked.platform, HEALTH, licence, case)
    assert before.viewer is Viewer.ASKING
    assert {one.shown for one in before.fields} == {Shown.MASKED}
    released(asked, got.consent)
    after = view_for_agency(asked.platform, HEALTH, licence, case)
    assert after.viewer is Viewer.RELEASED
    assert {one.name: one.value for one in after.fields} == {
        "address": cast.ADDRESS, "holder_name": cast.FIRM,
    }  # fmt: skip
    other = asked.hygiene_plan().case.id  # another case of the same agency: no purpose there
    assert code_of(lambda: view_for_agency(asked.platform, HEALTH, licence, other)) == "not_found"
    assert code_of(lambda: view_for_agency(asked.platform, MARKET, licence, case)) == "not_found"
    withdraw_consent(asked.platform, withdrawal(asked, got.consent))
    assert code_of(lambda: view_for_agency(asked.platform, HEALTH, licence, case)) == "not_found"
    (item,) = looked(asked, got.request, Viewer.ASKING).items
    assert {one.value for one in item.fields} == {None}


def test_an_answer_that_another_agency_owes_is_coming(asked: House) -> None:
    got, _, case = agreed(asked)
    assert looked(asked, got.request, Viewer.HOLDER).coming == ()
    owed = {
        "id": f"ast_{'a' * 26}", "case_id": case, "agency": HEALTH, "asked": "bdc",
        "requirement": "premises", "state": "open", "level": 0, "due": "2026-12-03T09:00:00Z",
        "requested_at": "2026-11-28T09:00:00Z", "entry_index": 0,
    }  # fmt: skip
    asked.platform.store.write([Row("assistances", owed)])
    (coming,) = looked(asked, got.request, Viewer.ASKING).coming
    assert (coming.code, coming.expected) == ("later.asked", date(2026, 12, 3))


def test_holder_and_auditor(asked: House) -> None:
    _, name, _ = agreed(asked)
    licence, platform = name.partition(":")[2], asked.platform
    mine = view_for_holder(platform, asked.firm.subject, licence)
    assert {one.shown for one in mine.fields} == {Shown.CLEAR}
    person = asked.people.person.subject
    assert code_of(lambda: view_for_holder(platform, person, licence)) == "not_found"
    audit = view_for_auditor(platform, licence)
    assert {one.name for one in audit.fields} == {one.name for one in mine.fields}
    assert {one.value for one in audit.fields} == {None}


def test_a_request_that_has_run_out_shows_names_alone(asked: House) -> None:
    got, name, case = agreed(asked)
    at = asked.platform.now() + timedelta(days=40)
    later = asked.with_ports(now=lambda: at)
    (item,) = looked(later, got.request, Viewer.ASKING).items
    assert {one.value for one in item.fields} == {None}
    licence = name.partition(":")[2]
    assert code_of(lambda: view_for_agency(later.platform, HEALTH, licence, case)) == "not_found"


def test_what_cannot_be_given_now_says_why_and_since_when(
    told: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened_copy(told, tmp_path_factory.mktemp("later") / "data") as opened:
        house = asking_facts(opened)
        got, name, _ = agreed(house)
        store = house.platform.blobs

        class Away:
            def __getattr__(self, name: str) -> Any:
                return getattr(store, name)

            def has(self, cid: str) -> bool:
                raise StoreAway("The file store is away.")

        away = house.with_ports(blobs=Away())
        (item,) = looked(away, got.request, Viewer.HOLDER).items
        assert item.available.code == "later.store_away"
        assert {one.value for one in item.fields} == {None}
        change = Change(
            name.partition(":")[2], "suspended", "异议核查", "市监〔2026〕1号",
            LegalEffect.WITHHELD, date(2026, 11, 1),
        )  # fmt: skip
        change_status(house.platform, MARKET, change)
        (item,) = looked(house, got.request, Viewer.HOLDER).items
        assert item.available.code == "later.suspended"
        assert item.available.since == date(2026, 11, 1)
        assert {one.name: one.answer for one in item.facts} == {
            "fact_capital": "unknown", "fact_has_licence": "no",
        }  # fmt: skip
