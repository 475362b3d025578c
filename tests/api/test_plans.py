"""Plans over HTTP: of a past time, made again, as the holder sees them; and forms."""

from __future__ import annotations

from typing import Any

from tests.api.world import PDF, World


def open_case(world: World, **more: Any) -> Any:
    body = {
        "item": "public-place-hygiene-permit",
        "subject": world.firm.subject,
        "matter": "hygiene/plans",
        "channel": "online",
        "officer": "o-1",
        **more,
    }
    return world.post("/v1/cases", "wjw", body)


def test_a_plan_of_a_past_time_and_a_signed_one_made_again(world: World) -> None:
    case = open_case(world).json()["id"]
    for at, code in (
        ("2031-01-01T00:00:00Z", 422),
        ("2001-01-01T00:00:00Z", 404),
        ("2026-01-01T00:00:00", 422),
        ("2026-02-30T00:00:00Z", 422),
        ("5", 422),
    ):
        then = world.get(f"/v1/cases/{case}/plan", "wjw", params={"at": at})
        assert then.status_code == code, at
    signed = world.post(f"/v1/cases/{case}/plan", "wjw", {}).json()
    for who in ("wjw", "sjj", world.firm.subject):
        again = world.get(f"/v1/plans/{signed['entry']}/replay", who)
        assert again.status_code == 200, again.text
        assert again.json()["seen"] == signed["plan"]["seen"]
    past = world.platform.now().isoformat()
    assert world.get(f"/v1/cases/{case}/plan", "wjw", params={"at": past}).status_code == 200


def test_a_case_follows_another(world: World) -> None:
    first = open_case(world).json()["id"]
    second = open_case(world, follows=first, matter="hygiene/next")
    assert second.status_code == 202, second.text
    absent = open_case(world, follows="case_" + "a" * 26)
    foreign = open_case(world, follows=world.matter.case, subject=world.stranger.subject)
    assert absent.status_code == foreign.status_code == 404


def test_a_holder_sees_why_a_paper_is_asked_and_what_is_held_twice(world: World) -> None:
    case = open_case(world, matter="hygiene/why").json()["id"]
    about = {
        "kind": "layout-plan",
        "subject": world.firm.subject,
        "title": "layout",
        "grade": "declared",
        "channel": "counter",
        "stated": {"address": "虚拟市示范区 梧桐路88号"},
    }
    first = world.upload("/v1/materials", "wjw", about, PDF + b"% twice")
    assert first.status_code == 202 and first.json()["same"] == []
    other = world.upload("/v1/materials", "scjg", about, PDF + b"% twice").json()
    assert other["same"] == []  # that another agency has it is not told
    again = world.upload("/v1/materials", "wjw", about, PDF + b"% twice", key="same-again")
    assert again.json()["same"] == [first.json()["id"]]
    repeated = world.upload("/v1/materials", "wjw", about, PDF + b"% twice", key="same-again")
    assert repeated.json()["same"] == [first.json()["id"]]
    held = world.get("/v1/holder/items", world.firm.subject, params={"limit": 200}).json()["items"]
    (mine,) = (one for one in held if one["object"] == f"material:{first.json()['id']}")
    names = {f"material:{one['id']}" for one in (other, again.json())}
    assert set(mine["same_as"]) == names
    pages = cases_of(world, world.firm.subject)
    (shown,) = (one for one in pages if one["id"] == case)
    asked = [need for need in shown["plan"]["requirements"] if need["missing"]]
    assert asked and shown["plan"]["counts"]["asked"] == len(asked)
    assert all(one["id"] != case for one in cases_of(world, world.stranger.subject))


def cases_of(world: World, holder: str) -> list[Any]:
    found, after = [], None
    while True:
        params = {"limit": 3} | ({"after": after} if after else {})
        page = world.get("/v1/holder/cases", holder, params=params).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


def test_what_a_paper_states_is_a_value_for_each_field(world: World) -> None:
    about = {
        "kind": "layout-plan",
        "subject": world.firm.subject,
        "title": "layout",
        "grade": "declared",
        "channel": "counter",
        "stated": {"address": " 　 "},
    }
    answer = world.upload("/v1/materials", "wjw", about, PDF)
    assert answer.status_code == 422
    assert answer.json()["code"] == "material.stated"


def test_a_form_names_where_its_fields_lie_and_only_the_holder_is_shown_values(
    world: World,
) -> None:
    case = open_case(world, matter="hygiene/form").json()["id"]
    sources = world.get(f"/v1/cases/{case}/form", "wjw").json()
    own = world.get(f"/v1/holder/cases/{case}/form", world.firm.subject).json()
    assert sources["case"] == own["case"] == case
    assert sources["counts"]["fields"] == len(sources["fields"]) == len(own["fields"])
    assert not any("value" in one for one in sources["fields"])
    for one in own["fields"]:
        assert ("value" in one) == (one["origin"] is not None)
