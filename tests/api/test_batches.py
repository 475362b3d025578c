"""Many licences in one call: each row its own answer, issued once whatever call it comes with."""

from __future__ import annotations

from typing import Any

from tests.api.world import World


def rows(world: World, *keys: str) -> list[dict[str, Any]]:
    return [{"key": key, **world.food_permit(world.firm.subject)} for key in keys]


def test_each_row_is_answered_and_issued_once(world: World) -> None:
    good = rows(world, "b-1", "b-2", "b-3")
    bad = [
        {**good[0], "key": "b-4", "colour": "red"},
        {**good[0], "key": "b-5", "fields": {}},
        {**good[0], "key": "b-6", "subject": "sub_" + "a" * 26},
        {**good[0], "key": "b-7", "type": "dog-licence"},
        {**good[0], "number": "NR-elsewhere"},
        {"number": 1},
    ]
    body = {"rows": [good[0], *bad, *good[1:]]}
    first = world.post("/v1/licences/batch", "scjg", body, key="batch-1")
    assert first.status_code == 207, first.text
    said = first.json()["rows"]
    assert [one["row"] for one in said] == list(range(9))
    assert [(one["status"], one["code"]) for one in said] == [
        (202, None), (422, "body.invalid"), (422, "licence.fields"), (404, "not_found"),
        (422, "catalogue.unknown"), (409, "idempotency.reused"), (422, "body.invalid"),
        (202, None), (202, None),
    ]  # fmt: skip
    assert first.json()["counts"]["202"] == 3
    size = world.platform.store.size()
    again = world.post("/v1/licences/batch", "scjg", body, key="batch-1")
    assert again.json() == first.json()
    anew = world.post("/v1/licences/batch", "scjg", {"rows": good}, key="batch-2")
    assert [one["id"] for one in anew.json()["rows"]] == [
        one["id"] for one in said if one["status"] == 202
    ]
    assert world.platform.store.size() == size
    other = world.post("/v1/licences/batch", "scjg", {"rows": good}, key="batch-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.reused")
    shown = world.get(said[0]["look"], "scjg").json()
    assert (shown["id"], shown["entry"]) == (said[0]["id"], said[0]["entry"])
    assert "NR-elsewhere" not in first.text


def test_who_may_not_issue_is_told_row_by_row(world: World) -> None:
    done = world.post("/v1/licences/batch", "wjw", {"rows": rows(world, "f-1")})
    assert [one["code"] for one in done.json()["rows"]] == ["issuer.not_entitled"]


def test_a_batch_has_bounds(world: World) -> None:
    for body in ({"rows": []}, {"rows": [{}] * 1001}, {"rows": [1]}, {}):
        refused = world.post("/v1/licences/batch", "scjg", body)
        assert (refused.status_code, refused.json()["code"]) == (422, "body.invalid")


def test_a_case_tells_its_channels(world: World) -> None:
    case = world.open_case()
    path = f"/v1/cases/{case}/resume"
    done = world.post(path, "wjw", {"channel": "kiosk"}, key="channel-1")
    again = world.post(path, "wjw", {"channel": "kiosk"}, key="channel-1")
    assert done.status_code == again.status_code == 202
    assert done.json()["entry"] == again.json()["entry"]
    refused = world.post(path, "wjw", {"channel": "counter"})
    assert (refused.status_code, refused.json()["code"]) == (422, "case.officer")
    shown = world.get(f"/v1/cases/{case}", "wjw").json()
    assert (shown["channel"], shown["officer"]) == ("kiosk", None)
    assert [step["channel"] for step in shown["channels"]] == ["counter", "kiosk"]
    assert shown["channels"][1]["entry"] == done.json()["entry"]
