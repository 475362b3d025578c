"""A catalogue is published: open cases keep their version, new ones get the new one, plans of old
ones are made again from the documents that they saw.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.wiring import open_platform
from ledger.catalogue.data import catalogue_documents
from ledger.catalogue.node import CatalogueInvalid
from ledger.errors import Conflict, NotFound, Tampered
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.catalogue import (
    catalogue_in_force,
    catalogue_of,
    check_catalogue,
    newest_published,
    publish_catalogue,
    published,
)
from ledger.flows.matters.catalogue_now import PlatformNow
from ledger.flows.matters.catalogue_proof import CatalogueProof
from ledger.flows.matters.plan import plan_case, sign_plan
from ledger.flows.matters.replay import replay_plan
from ledger.reuse.documents import CHINA
from ledger.tlog import read, stored_entry
from tests.ledger.catalogue.spoiling import Change, data_of, spoil
from tests.stories.arranging import index_findings, with_clock
from tests.stories.house import HYGIENE, House

FILE = f"item-{HYGIENE}.json"
OLD = f"item-{HYGIENE}.v1.json"


def today(house: House, days: int = 0) -> date:
    return (house.platform.now().astimezone(CHINA) + timedelta(days=days)).date()


def next_catalogue(house: House, **changes: Any) -> dict[str, bytes]:
    """A catalogue in force from today, in which the hygiene permit asks for less from tomorrow."""
    files = catalogue_documents()
    head, item = json.loads(files["catalogue.json"]), json.loads(files[FILE])
    head["items"].append(OLD)
    head |= {"version": "2027.1", "effective_from": today(house).isoformat()}
    newer = item | {"version": 2, "effective_from": today(house, 1).isoformat()}
    newer |= {"requirements": item["requirements"][:-1], "deadline_days": 3, **changes}
    return files | {
        "catalogue.json": data_of(head),
        FILE: data_of(newer),
        OLD: files[FILE],
    }


def reopened(house: House) -> House:
    """The house as whoever starts it now sees it."""
    platform = house.platform
    proof = CatalogueProof(platform.log.origin, platform.record_key, lambda: platform.trust)
    found = catalogue_in_force(platform.store, today(house), proof)
    assert found is not None
    return house.with_ports(catalogue=found)


def hygiene_case(house: House, number: int) -> str:
    return house.acts.open_case("wjw", HYGIENE, f"hygiene-permit/catalogue-{number}")


def test_open_cases_keep_their_version_and_new_ones_get_the_new_one(house: House) -> None:
    house, clock = with_clock(house)
    first = hygiene_case(house, 1)
    before, done = sign_plan(house.platform, "wjw", first)
    assert len(before.requirements) == 5

    made = publish_catalogue(house.platform, next_catalogue(house))
    assert [read(house.platform, one.index).actor for one in made.entries] == [
        "bdc", "gafj", "kw", "scjg", "wjw", "ybj", "zwb",
    ]  # fmt: skip
    assert publish_catalogue(house.platform, next_catalogue(house)).entries == ()
    house = reopened(house)
    assert house.platform.catalogue.version == "2027.1"

    same_day = hygiene_case(house, 2)
    clock.pass_(days=1)
    next_day = hygiene_case(house, 3)
    shown = {case: plan_case(house.platform, "wjw", case) for case in (first, same_day, next_day)}
    assert [len(plan.requirements) for plan in shown.values()] == [5, 5, 4]
    assert [plan.item_version for plan in shown.values()] == [1, 1, 2]
    assert {plan.catalogue_version for plan in shown.values()} == {"2027.1"}

    assert before.catalogue_sha256 != house.platform.catalogue.sha256
    assert replay_plan(house.platform, done.index).plan.to_json() == before.to_json()
    then = stored_entry(house.platform, done.index).sequenced_at
    assert plan_case(house.platform, "wjw", first, then).requirements == before.requirements
    assert plan_case(house.platform, "wjw", first, then).catalogue_version == "2026.11"
    old = catalogue_of(house.platform, before.catalogue_sha256)
    assert (old.version, old.sha256) == ("2026.11", before.catalogue_sha256)
    assert read_case(house.platform, "wjw", next_day)["item"] == HYGIENE
    assert index_findings(house) == []


def test_a_folder_opens_with_the_newest_in_force(house: House) -> None:
    files = next_catalogue(house)
    later = spoil(
        "catalogue.json",
        lambda v: v.update(version="2027.2", effective_from=today(house, 30).isoformat()),
        files,
    )
    publish_catalogue(house.platform, files)
    publish_catalogue(house.platform, later)
    with open_platform(house.folder.root) as opened:
        assert opened.catalogue.version == "2027.1"
        newest = newest_published(opened.store)
        assert newest is not None and newest.version == "2027.2"
        assert [row["follows"] for row in published(opened.store)] == ["2027.1", "2026.11", None]


def test_what_runs_takes_it_up_when_it_comes_into_force(house: House) -> None:
    house, clock = with_clock(house)
    running = PlatformNow(house.platform)
    files = spoil(
        "catalogue.json",
        lambda v: v.update(effective_from=today(house, 1).isoformat()),
        next_catalogue(house),
    )
    publish_catalogue(house.platform, files)
    clock.pass_(minutes=1)
    assert running() is house.platform  # published, not in force
    clock.pass_(days=1)
    assert running().catalogue.version == "2027.1"
    assert running() is running()


def test_what_was_chosen_at_the_start_stays_till_another_comes_into_force(house: House) -> None:
    own = replace(house.platform.catalogue, version="own")
    fixed = PlatformNow(replace(house.platform, catalogue=own), timedelta())
    assert fixed().catalogue is own
    publish_catalogue(house.platform, next_catalogue(house))
    assert fixed().catalogue.version == "2027.1"


def _drop(table: str, name: str) -> Change:
    return lambda value: value[table].pop(name)


REFUSED: Mapping[str, tuple[str, Change, str, str]] = {
    "an older version": (
        "catalogue.json", lambda v: v.update(version="2026.2"), "catalogue.not_newer", "version",
    ),
    "the same version": (
        "catalogue.json", lambda v: v.update(version="2026.11"), "catalogue.not_newer", "version",
    ),
    "in force yesterday": (
        "catalogue.json", lambda v: v.update(effective_from="2026-11-02"), "catalogue.too_soon",
        "effective_from",
    ),
    "a published version that changed": (
        OLD, lambda v: v.update(deadline_days=1), "catalogue.version_changed", "",
    ),
    "a published version changed by what it shares": (
        "requirements.json",
        lambda v: v["requirements"]["business-licence"].update(en="Licence to do business"),
        "catalogue.version_changed", "",
    ),
    "a fact that is gone": (
        "facts.json", _drop("facts", "fact_over_60"), "catalogue.name_gone", "facts",
    ),
    "a new version today": (
        FILE, lambda v: v.update(effective_from="2026-11-28"), "catalogue.too_soon",
        "effective_from",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_change_the_past_is_refused(house: House, name: str) -> None:
    file, change, code, path = REFUSED[name]
    files = spoil(file, change, next_catalogue(house))
    if name == "a new version today":
        files = spoil(file, lambda v: v.update(effective_from=today(house).isoformat()), files)
    with pytest.raises(CatalogueInvalid) as caught:
        check_catalogue(house.platform, files)
    assert caught.value.code == code
    assert caught.value.line and ":" in str(caught.value)
    if path:
        assert (caught.value.file, caught.value.path) == (file, path)
    with pytest.raises(CatalogueInvalid):
        publish_catalogue(house.platform, files)
    assert len(published(house.platform.store)) == 1


def test_an_item_that_vanishes_is_refused(house: House) -> None:
    files, gone = next_catalogue(house), "item-going-overseas.json"
    files.pop(gone)
    files = spoil("catalogue.json", lambda v: v["items"].remove(gone), files)
    with pytest.raises(CatalogueInvalid) as caught:
        publish_catalogue(house.platform, files)
    assert caught.value.code == "catalogue.version_changed"


def test_of_two_that_follow_the_same_one_is_published(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = newest_published(house.platform.store)
    publish_catalogue(house.platform, next_catalogue(house))
    monkeypatch.setattr("ledger.flows.matters.catalogue.newest_published", lambda store: first)
    twin = spoil("catalogue.json", lambda v: v.update(version="2027.3"), next_catalogue(house))
    with pytest.raises(Conflict):
        publish_catalogue(house.platform, twin)
    assert len(published(house.platform.store)) == 2


def test_documents_that_were_changed_are_found(house: House) -> None:
    platform = house.platform
    sha256 = publish_catalogue(platform, next_catalogue(house)).catalogue.sha256
    key = {"sha256": bytes.fromhex(sha256), "name": "agencies.json"}
    (row,) = platform.store.rows("catalogue_documents", key)
    platform.store.delete("catalogue_documents", key)
    assert [one.code for one in house.findings()] == ["fsck.catalogue"]
    with pytest.raises(Tampered):
        catalogue_of(platform, sha256)
    changed = data_of({"agencies": {}})
    platform.store.write([_row({**row, "data": changed})])
    assert [one.code for one in house.findings()] == ["fsck.catalogue"]
    with pytest.raises(NotFound):
        catalogue_of(platform, "00" * 32)


def _row(values: Mapping[str, Any]) -> Any:
    from ledger.ports import Row

    return Row("catalogue_documents", values)
