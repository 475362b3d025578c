"""Replay: a signed plan is made again from what it saw, to the byte, however much came after."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from certs.canonical import canonical
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.door.statements import own_statement
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.deposit import check_original
from ledger.flows.matters.gathering import gather, gather_at
from ledger.flows.matters.past import PastErased
from ledger.flows.matters.plan import TimeToCome, plan_case, sign_plan
from ledger.flows.matters.replay import NotReplayable, PlanDiffers, first_difference, replay_plan
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.reuse.documents import Grade, LegalEffect
from tests.stories.house import HYGIENE, House, Told, opened_copy
from tests.stories.test_finding import PERFORMANCE, POLICE, handed_in, named, opened


def said(platform: Platform, entry: int) -> Any:
    return tlog.read(platform, entry).body["plan"]


def test_a_plan_is_made_again_to_the_byte_after_all_has_changed(house: House) -> None:
    platform = house.platform
    case = opened(house, HYGIENE, HEALTH)
    made, done = sign_plan(platform, HEALTH, case)
    assert made.seen == done.index
    life_goes_on(house, case)
    assert canonical(plan_case(platform, HEALTH, case).to_json()) != canonical(made.to_json())
    again = replay_plan(platform, done.index)
    assert canonical(again.plan.to_json()) == canonical(said(platform, done.index))
    later, then = sign_plan(platform, HEALTH, case)
    assert replay_plan(platform, then.index).plan == later
    assert house.findings() == ()


def life_goes_on(house: House, case: str) -> None:
    """What changes each sort of row that the plan rests on."""
    platform, place = house.platform, house.people.premises
    handed_in(house, "layout-plan", house.firm.subject, HEALTH, case=case, premises=place)
    scan = handed_in(
        house, "hygiene-test-report", house.firm.subject, HEALTH, premises=place, grade=Grade.SCAN
    )
    check_original(platform, HEALTH, "officer-8", scan.partition(":")[2])
    close_case(platform, HEALTH, case, "granted")
    (licence,) = platform.store.rows(
        "licences", {"subject": house.firm.subject, "type": "business-licence"}
    )
    withheld = Change(
        str(licence["id"]), "suspended", "x", "y", LegalEffect.WITHHELD, date(2026, 11, 1)
    )
    change_status(platform, MARKET, withheld)


def test_rows_rebuilt_as_of_now_are_the_rows_of_now(lived: Told, tmp_path: Path) -> None:
    """Whatever has happened: finding in the log and finding in the index give the same."""
    with opened_copy(lived, tmp_path / "data") as house:
        platform = house.platform
        opened(house, "restaurant-opening", MARKET)
        rows = platform.store.rows("cases")
        assert len(rows) > 2
        for row in rows:
            now = gather(platform, row)
            size, at = platform.store.size(), now.at
            past = gather_at(platform, str(row["id"]), size, at, platform.catalogue)
            assert past == now and now.held


def test_a_plan_as_of_a_past_time(house: House) -> None:
    platform = house.platform
    case = opened(house, HYGIENE, HEALTH)
    before = plan_case(platform, HEALTH, case)
    then = platform.now()
    clock = replace(platform, now=lambda: then + timedelta(days=40))
    life_goes_on(house.with_ports(), case)
    past = plan_case(clock, HEALTH, case, then)
    assert past.requirements == before.requirements and past.seen == before.seen
    assert past.requirements != plan_case(clock, HEALTH, case).requirements
    with pytest.raises(NotFound):
        plan_case(platform, HEALTH, case, then - timedelta(days=1))
    with pytest.raises(NotFound):
        plan_case(platform, MARKET, case, then)
    with pytest.raises(TimeToCome):
        plan_case(platform, HEALTH, case, then + timedelta(days=400))


def forged(house: House, case: str, change: Callable[[dict[str, Any]], None]) -> int:
    """A plan that the platform signed and that is not what the log gives."""
    platform = house.platform
    plan = plan_case(platform, HEALTH, case).to_json()
    change(plan)
    body = {"case": case, "catalogue": platform.catalogue.sha256, "plan": plan}
    envelope, statement = own_statement(platform, platform.operator, "plan.signed", body)
    draft = tlog.Draft(envelope, statement, names_of(statement), rows_of(statement))
    (done,) = tlog.sequence(platform, [draft])
    return done.index


def test_a_plan_that_says_something_else_is_named_with_the_place(house: House) -> None:
    case = opened(house, HYGIENE, HEALTH)

    def asks(plan: dict[str, Any]) -> None:
        plan["requirements"][3]["used"] = []

    def later(plan: dict[str, Any]) -> None:
        plan["at"] = "2031-01-01T00:00:00Z"

    entry = forged(house, case, asks)
    with pytest.raises(PlanDiffers) as differs:
        replay_plan(house.platform, entry)
    assert differs.value.values["path"] == "requirements/3/used/0"
    with pytest.raises(PlanDiffers):
        replay_plan(house.platform, forged(house, case, later))
    found = {one.where for one in house.findings()}
    assert found == {f"entry {entry}", f"entry {entry + 1}"}


@pytest.mark.parametrize("seen", [None, -1, "7", 10**9, True])
def test_a_plan_that_does_not_say_what_it_saw_is_not_replayed(house: House, seen: object) -> None:
    case = opened(house, HYGIENE, HEALTH)
    with pytest.raises(NotReplayable):
        replay_plan(house.platform, forged(house, case, lambda plan: plan.update(seen=seen)))


def test_only_plans_are_replayed(house: House) -> None:
    for entry in (0, house.platform.store.size()):
        with pytest.raises(NotFound):
            replay_plan(house.platform, entry)


@pytest.mark.parametrize("by", ["subject", "project"])
def test_what_was_erased_since_cannot_be_replayed_and_what_was_erased_before_was_not_there(
    house: House, by: str
) -> None:
    platform = house.platform
    project = "event-9" if by == "project" else None
    owner = house.people.partner if by == "project" else house.firm.subject
    name = handed_in(house, "event-safety-plan", owner, project="event-9")
    case = opened(house, PERFORMANCE, POLICE, project=project)
    made, done = sign_plan(platform, POLICE, case)
    then = tlog.stored_entry(platform, done.index).sequenced_at
    assert name in named(made)
    time.sleep(0.002)  # times are kept in milliseconds
    erase(house, name)
    with pytest.raises(PastErased):
        replay_plan(platform, done.index)
    with pytest.raises(PastErased):
        plan_case(platform, POLICE, case, then)
    again, after = sign_plan(platform, POLICE, case)
    assert name not in named(again)
    assert replay_plan(platform, after.index).plan == again


def erase(house: House, name: str) -> None:
    platform, identity = house.platform, name.partition(":")[2]
    (row,) = platform.store.rows("materials", {"id": identity})
    entries = [index for index in platform.store.find(name) if told(platform, index)]
    body = {
        "erasure": "era_" + "a" * 26,
        "object": name,
        "subject": row["subject"],
        "entries": entries,
        "files": [str(row["file"])],
    }
    envelope, statement = own_statement(platform, platform.operator, "erased", body, refs=entries)
    rows = tuple(one for one in rows_of(statement) if one.table == "materials")
    tlog.sequence(platform, [tlog.Draft(envelope, statement, names_of(statement), rows)])
    for index in entries:
        platform.store.erase(index)


def told(platform: Platform, index: int) -> bool:
    return tlog.stored_entry(platform, index).kind.startswith("material.")


def test_a_plan_signed_while_others_write_says_exactly_what_it_saw(house: House) -> None:
    """The log grows between reading and signing, each time: the plan is then made from the log."""
    platform = house.platform
    case = opened(house, HYGIENE, HEALTH)
    store = platform.store

    class Busy:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def rows(self, table: str, where: Any = None, **page: Any) -> Any:
            if table == "cases" and len(grown) < 3:
                grown.append(opened(house, "restaurant-opening", MARKET))
            return store.rows(table, where, **page)

    grown: list[str] = []
    made, done = sign_plan(replace(platform, store=Busy()), HEALTH, case)
    assert len(grown) == 3
    assert made.seen is not None and made.seen <= done.index
    assert replay_plan(platform, done.index).plan == made


def test_the_first_difference_is_a_path() -> None:
    one = {"a": [1, {"b": "x"}], "c": None}
    assert first_difference(one, {"a": [1, {"b": "y"}], "c": None}) == "a/1/b"
    assert first_difference(one, {"a": [1], "c": None}) == "a/1"
    assert first_difference(one, {"a": [1, {"b": "x"}]}) == "c"
    assert first_difference(one, one) == ""
