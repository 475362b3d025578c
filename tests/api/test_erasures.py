"""Erasure over HTTP: asked with the holder's key, decided by two, seen by whom it concerns."""

from __future__ import annotations

import json

from certs import base64url
from ledger.consent.parties import signed_statement
from tests.api.erasing import asked, decide, handed_in, wish
from tests.api.world import PDF, World


def test_from_the_draft_to_the_last_byte(world: World) -> None:
    firm, paper = world.firm.subject, handed_in(world)
    world.anchored()
    about = {"object": paper, "reason": "门店已停业"}
    drafted = world.post("/v1/erasure-drafts", firm, about, key=None)
    assert drafted.status_code == 200, drafted.text
    said = drafted.json()
    assert said["obstacles"] == [] and len(said["going"]["files"]) == 1
    assert [one["kind"] for one in said["going"]["entries"]] == ["material.deposited"]
    platform = world.platform
    data = signed_statement(
        world.firm.signer,
        platform.log.origin,
        said["kind"],
        said["drafts"][0],
        platform.now(),
        platform.randomness,
    )
    done = world.post("/v1/erasures", firm, json.loads(data))
    assert done.status_code == 202, done.text
    erasure, look = done.json()["id"], done.json()["look"]
    assert erasure == said["drafts"][0]["erasure"]

    # everybody whom it concerns sees it; what else holds the paper is for few
    for who in (firm, "daj", "cyzx", "sjj"):
        seen = world.get(look, who).json()
        assert (seen["state"], seen["going"]["files"]) == ("requested", said["going"]["files"])
    assert world.get(look, "wjw").json()["going"] is None  # took it in
    assert world.get(look, "scjg").status_code == 404

    early = decide(world, "cyzx", erasure)
    assert (early.status_code, early.json()["code"]) == (403, "erasure.archive_first")
    assert decide(world, "daj", erasure).status_code == 202
    again = decide(world, "daj", erasure)
    assert (again.status_code, again.json()["code"]) == (403, "erasure.same_person")
    last = decide(world, "cyzx", erasure)
    assert last.status_code == 202, last.text
    seen = world.get(look, firm).json()
    assert (seen["state"], seen["done"], seen["second_agency"]) == ("erased", True, "cyzx")
    world.anchored()

    item = {"sort": "material", "data": base64url.encode(PDF)}
    entry = said["going"]["entries"][0]["entry"]
    held = {"sort": "entry", "index": entry}
    verdicts = world.post("/v1/verifications", firm, {"items": [item, held]}, key=None).json()
    assert {one["checks"][1]["code"] for one in verdicts["items"][1:]} == {"record.erased"}
    assert world.get(f"/v1/receipts/{entry}", firm).status_code == 200  # the bare proof
    kinds = [
        line["kind"] for line in world.get("/v1/holder/accesses?limit=200", firm).json()["items"]
    ]
    assert [kind for kind in kinds if kind.startswith("eras")] [-4:] == [
        "erasure.requested", "erasure.approved", "erasure.approved", "erased",
    ]  # fmt: skip


def test_what_is_held_is_refused_with_its_rule(world: World) -> None:
    permit = f"licence:{world.permit}"
    erasure = asked(world, permit)
    refused = decide(world, "daj", erasure)
    assert (refused.status_code, refused.json()["code"]) == (403, "erasure.in_force")
    twice = world.post("/v1/erasures", world.firm.subject, wish(world, permit))
    assert (twice.status_code, twice.json()["code"]) == (409, "erasure.open")
    seen = world.get(f"/v1/erasures/{erasure}", "zwb").json()
    assert seen["obstacles"][0]["code"] == "erasure.in_force"
    assert decide(world, "scjg", erasure, "refusal").json()["code"] == "erasure.not_second"
    assert decide(world, "daj", erasure, "refusal").status_code == 202
    closed = decide(world, "daj", erasure, "refusal")
    assert (closed.status_code, closed.json()["code"]) == (409, "erasure.closed")
    listed = world.get("/v1/erasures?state=refused", "daj").json()["items"]
    assert erasure in [one["id"] for one in listed]
    assert world.get("/v1/erasures?state=refused", world.stranger.subject).json()["items"] == []


def test_the_wish_is_the_holders_own(world: World) -> None:
    paper = handed_in(world)
    for who in (world.stranger.subject, world.firm.subject):
        body = wish(world, paper if who != world.firm.subject else "material:mat_" + "a" * 26)
        assert world.post("/v1/erasures", who, body).status_code == 404
    about = {"object": paper, "reason": "x"}
    foreign = world.post("/v1/erasure-drafts", world.stranger.subject, about, key=None)
    assert foreign.status_code == 404
