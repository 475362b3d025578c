"""One matter across departments: opened once, each agency its own view, each paper once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ledger.flows.door.once import Once
from ledger.flows.matters import one_matter
from ledger.flows.matters.cases import open_case
from ledger.flows.matters.one_matter import MatterDraft, cases_of_matter, open_matter
from ledger.reuse.documents import Channel
from tests.api.world import PDF, World

NUMBERS = itertools.count(1)
BUNDLE = "restaurant-one-matter"


def body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "bundle": BUNDLE,
        "subject": world.firm.subject,
        "matter": f"restaurant/{next(NUMBERS)}",
        "channel": "counter",
        "officer": "officer-7",
        "parties": {"legal_representative": world.person},
    } | changes


def test_each_agency_sees_its_own_plan_and_the_desk_each_paper_once(world: World) -> None:
    done = world.post("/v1/matters", "zwb", body(world))
    assert done.status_code == 202, done.text
    root = done.json()["id"]
    members = world.platform.catalogue.bundle(BUNDLE).members
    assert [one["agency"] for one in done.json()["cases"]] == [one.agency for one in members]

    health = world.get(f"/v1/matters/{root}", "wjw").json()
    plans = {one["agency"]: one.get("plan") for one in health["cases"]}
    assert plans["wjw"] is not None and plans["scjg"] is None
    assert "missing" not in health

    desk = world.get(f"/v1/matters/{root}", "zwb").json()
    assert all("plan" not in one for one in desk["cases"])
    kinds = [one["kind"] for one in desk["missing"]]
    assert len(kinds) == len(set(kinds)) == desk["counts"]["papers_asked"]
    shared = [one for one in desk["missing"] if len(one["cases"]) > 1]
    assert shared, "the two items want some paper in common"

    own = world.get(f"/v1/holder/matters/{root}", world.firm.subject).json()
    assert [one["kind"] for one in own["missing"]] == kinds
    for foreign in ("kw", "bdc"):
        assert world.get(f"/v1/matters/{root}", foreign).status_code == 404
    stranger = world.stranger.subject
    assert world.get(f"/v1/holder/matters/{root}", stranger).status_code == 404


def test_what_is_handed_in_for_one_case_is_not_wanted_for_the_other(world: World) -> None:
    opened = world.post("/v1/matters", "scjg", body(world)).json()
    cases = {one["agency"]: one["case"] for one in opened["cases"]}
    root = opened["id"]

    def wanted() -> dict[str, list[str]]:
        desk = world.get(f"/v1/matters/{root}", "zwb").json()
        return {one["kind"]: one["cases"] for one in desk["missing"]}

    common = next(kind for kind, among in wanted().items() if len(among) > 1)
    paper = world.paper(
        world.firm.subject,
        kind=common.removeprefix("material:"),
        case=cases["scjg"],
        grade="original_checked",
        issued_on=world.platform.now().date().isoformat(),
    )
    handed = world.upload("/v1/materials", "scjg", paper, PDF)
    assert handed.status_code == 202, handed.text
    assert common not in wanted()


def test_requests_of_one_matter_are_listed_together(world: World) -> None:
    assert world.matter.licence  # the firm's business licence is there
    made = body(world)
    opened = world.post("/v1/matters", "zwb", made).json()
    health = next(one["case"] for one in opened["cases"] if one["agency"] == "wjw")
    asked = world.signed_request(health)
    assert world.post("/v1/requests", "wjw", asked).status_code == 202
    listed = world.get(
        "/v1/holder/requests", world.firm.subject, params={"matter": made["matter"]}
    ).json()["items"]
    assert [(one["agency"], one["case"]) for one in listed] == [("wjw", health)]
    other = world.get("/v1/holder/requests", world.stranger.subject).json()["items"]
    assert other == []


def test_why_a_paper_serves_is_told_rule_by_rule_to_its_case_alone(world: World) -> None:
    matter = world.matter
    name = f"licence:{matter.licence}"
    told = world.get(f"/v1/cases/{matter.case}/papers/{name}", "wjw").json()["items"]
    assert [one["requirement"] for one in told] == ["business-licence"]
    assert told[0]["fitness"]["code"] == "fit"
    assert [one["rule"] for one in told[0]["rules"] if one["against"]] == []
    assert told[0]["rules"][0]["asks_zh"] and told[0]["rules"][0]["asks_en"]
    absent = world.get(f"/v1/cases/{matter.case}/papers/licence:lic_{'a' * 26}", "wjw")
    permit = world.get(f"/v1/cases/{matter.case}/papers/licence:{world.permit}", "wjw")
    assert absent.status_code == permit.status_code == 404
    assert absent.json()["detail"] == permit.json()["detail"]


def test_only_members_and_the_desk_open_it_and_only_known_bundles(world: World) -> None:
    refused = world.post("/v1/matters", "kw", body(world))
    assert (refused.status_code, refused.json()["code"]) == (403, "matter.not_member")
    unknown = world.post("/v1/matters", "zwb", body(world, bundle="weather"))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "catalogue.unknown")


def test_a_crash_between_two_cases_leaves_no_second_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = MatterDraft(
        BUNDLE, world.firm.subject, f"restaurant/{next(NUMBERS)}", Channel.COUNTER, "officer-7"
    )
    once = Once("scjg", "test", "crash", b"the same")
    calls = itertools.count(1)

    def failing(*args: Any, **more: Any) -> Any:
        if next(calls) == 2:
            raise OSError("the power went")
        return open_case(*args, **more)

    monkeypatch.setattr(one_matter, "open_case", failing)
    with pytest.raises(OSError, match="power"):
        open_matter(world.platform, "scjg", draft, once)
    opened = open_matter(world.platform, "scjg", draft, once)
    again = open_matter(world.platform, "scjg", draft, once)
    assert opened == again
    rows = cases_of_matter(world.platform, opened[0].case)
    assert [row["id"] for row in rows] == [one.case for one in opened]
