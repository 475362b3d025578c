"""Annotated copies over HTTP: made once for one key, traced by auditors and the operator alone."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.use.marks import marks_in
from tests.api.world import World


@pytest.fixture(scope="module")
def released(world: World) -> dict[str, Any]:
    """A release of the health commission's, whole papers and fields."""
    _ = world.matter
    _, granted, _ = world.agreed(world.open_case())
    world.anchored()
    done = world.post("/v1/releases", "wjw", world.signed_release(granted))
    assert done.status_code == 202, done.text
    return dict(done.json())


def test_a_copy_is_made_once_and_traced(world: World, released: dict[str, Any]) -> None:
    path = f"/v1/releases/{released['id']}/copies"
    name = released["files"][0]["object"]
    body = {"object": name, "officer": "officer-7"}
    made = world.post(path, "wjw", body, key="copy-1")
    assert made.status_code == 201, made.text
    assert made.headers["content-type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    again = world.post(path, "wjw", body, key="copy-1")
    assert (again.content, again.headers["mianti-copy"]) == (
        made.content,
        made.headers["mianti-copy"],
    )
    assert world.post(path, "wjw", body | {"officer": "o"}, key="copy-1").status_code == 409
    second = world.post(path, "wjw", body)
    assert second.headers["mianti-copy"] != made.headers["mianti-copy"]
    for who in ("sjj", "cyzx"):
        (leak,) = traced(world, who, made.content)["copies"]
        assert (leak["copy_id"], leak["how"], leak["agency"], leak["officer"]) == (
            made.headers["mianti-copy"], "file", "wjw", "officer-7",
        )  # fmt: skip
        assert leak["entry"] == int(made.headers["mianti-entry"])
    mark = marks_in(world.platform.press.text(made.content))[0]
    line = next(
        part
        for part in world.platform.press.text(made.content).split()
        if part.startswith(f"mianti-copy:1:{mark.copy}:")
    )
    found = world.get(f"/v1/copies/{line}", "sjj").json()["copies"]
    assert [(one["copy_id"], one["how"]) for one in found] == [(mark.copy, "mark")]


def traced(world: World, who: str, data: bytes) -> Any:
    headers = {**world.headers(who, None), "Content-Type": "application/pdf"}
    answer = world.client.post("/v1/copies/trace", content=data, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_refused(world: World, released: dict[str, Any]) -> None:
    path = f"/v1/releases/{released['id']}/copies"
    body = {"object": released["files"][0]["object"], "officer": "o"}
    late = world.post(path, "wjw", body | {"valid_until": "2999-01-01"})
    assert (late.status_code, late.json()["code"]) == (403, "copy.valid_until")
    for spoilt in ({"object": "material:x"}, {"officer": ""}, {"valid_until": "tomorrow"}):
        assert world.post(path, "wjw", body | spoilt).status_code == 422
    absent = world.post(path, "wjw", body | {"object": "material:mat_" + "a" * 26})
    assert absent.status_code == 404
    headers = {**world.headers("sjj", None), "Content-Type": "application/pdf"}
    hostile = world.client.post("/v1/copies/trace", content=b"%PDF-1.7", headers=headers)
    assert (hostile.status_code, hostile.json()["code"]) == (422, "copy.unreadable")
    as_json = world.client.post(
        "/v1/copies/trace", content=b"{}", headers=headers | {"Content-Type": "application/json"}
    )
    assert as_json.status_code == 415
    assert world.get("/v1/copies/cpy_" + "a" * 26, "sjj").status_code == 404


def test_views_over_http(world: World, released: dict[str, Any]) -> None:
    licence = next(
        one["object"].partition(":")[2]
        for one in released["files"]
        if one["object"].startswith("licence:")
    )
    mine = world.get(f"/v1/licences/{licence}/view", world.firm.subject).json()
    assert mine["viewer"] == "holder" and {one["shown"] for one in mine["fields"]} == {"clear"}
    audit = world.get(f"/v1/licences/{licence}/view", "sjj").json()
    assert {one["value"] for one in audit["fields"]} == {None}
    assert world.get(f"/v1/licences/{licence}/view", "wjw").status_code == 404  # of no case
    case = world.platform.store.rows("releases", {"id": released["id"]})[0]["case_id"]
    shown = world.get(f"/v1/licences/{licence}/view", "wjw", params={"case": case}).json()
    assert shown["viewer"] == "released"
    fields = next(one["fields"] for one in released["files"] if licence in one["object"])
    assert {one["name"] for one in shown["fields"]} == set(fields)
    for who, viewer in ((world.firm.subject, "holder"), ("wjw", "asking")):
        seen = world.get(f"/v1/requests/{world.matter.request}/preview", who).json()
        assert seen["viewer"] == viewer
        assert {one["available"]["code"] for one in seen["items"]} == {"now"}
