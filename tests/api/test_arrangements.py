"""Demands, assistance, commitments, figures and alerts over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, cast

import pytest
from httpx import Response

from api.demo.reuse import signer
from ledger.arranged.commitment import words_sha256
from ledger.arranged.parties import commitment_statement
from ledger.consent.parties import signed_statement
from tests.api.world import PDF, World

RESTAURANT = "restaurant-opening"
OFFICER = {"officer": "officer-7", "reason": "受理需要"}


@pytest.fixture
def case(world: World) -> str:
    return world.open_case("scjg", RESTAURANT)


def demanded(world: World, case: str, kind: str, key: str = "", **more: Any) -> Response:
    body = {**OFFICER, "kind": kind, "channel": "kiosk", **more}
    return world.post(f"/v1/cases/{case}/demands", "scjg", body, key)


def test_a_demand_is_recorded_or_answered_with_what_can_be_had(world: World, case: str) -> None:
    first = demanded(world, case, "material:health-certificates", "demand-1")
    assert first.status_code == 202, first.text
    assert (first.json()["outcome"], first.json()["can_have"]) == ("recorded", [])
    assert demanded(world, case, "material:health-certificates", "demand-1").json() == first.json()
    again = demanded(world, case, "material:health-certificates")
    assert again.json()["id"] == first.json()["id"]
    covered = demanded(world, case, "material:premises-proof")
    said = covered.json()
    assert (covered.status_code, said["code"]) == (403, "reask.covered")
    (instead,) = said["can_have"]
    assert (instead["way"], instead["kind"]) == ("assistance", "assistance:bdc")
    assert instead["zh"] and instead["en"]
    beyond = demanded(world, case, "material:audit-report")
    assert (beyond.status_code, beyond.json()["code"]) == (403, "demand.beyond_need")
    assert demanded(world, case, "material:no-such").json()["code"] == "catalogue.unknown"
    for body in ({"kind": "audit-report"}, {"channel": "pigeon"}, {"role": "A B"}):
        kind = body.pop("kind", "material:lease")
        assert demanded(world, case, kind, **body).status_code == 422
    listed = world.get(f"/v1/cases/{case}/demands", "scjg").json()["items"]
    assert sorted(one["outcome"] for one in listed) == ["recorded", "refused"]
    assert world.get(f"/v1/cases/{case}/demands", world.firm.subject).json()["items"] == listed
    assert 'mianti_demands_total{outcome="refused"}' in world.get("/metrics").text


def test_handing_in_what_can_be_had_is_taken_with_a_hint(world: World, case: str) -> None:
    firm = world.firm.subject
    hinted = world.upload(
        "/v1/materials", "scjg", world.paper(firm, kind="premises-proof", case=case), PDF
    )
    assert hinted.status_code == 202
    assert [one["kind"] for one in hinted.json()["needless"]] == ["assistance:bdc"]
    wanted = world.upload(
        "/v1/materials", "scjg", world.paper(firm, kind="health-certificates", case=case), PDF
    )
    assert wanted.json()["needless"] == [] and wanted.json()["unstated"] == []


def test_what_to_record_of_a_paper_is_told_to_who_takes_it_in(world: World) -> None:
    for stated, told in (({}, ["holder_name"]), ({"holder_name": "合成小馆有限公司"}, [])):
        about = world.paper(world.firm.subject, kind="ip-right-certificate", stated=stated)
        taken = world.upload("/v1/materials", "kw", about, PDF)
        assert taken.status_code == 202, taken.text
        assert taken.json()["unstated"] == told


def test_assistance_goes_to_who_knows_and_back(world: World, case: str) -> None:
    body = {**OFFICER, "case": case, "requirement": "premises-by-registry"}
    asked = world.post("/v1/assistances", "scjg", body, "assist-1")
    assert asked.status_code == 202, asked.text
    assert asked.json()["asked"] == "bdc" and asked.json()["due"].endswith("15:59:59Z")
    assert world.post("/v1/assistances", "scjg", body, "assist-1").json() == asked.json()
    assert world.post("/v1/assistances", "scjg", body).json()["code"] == "assistance.made"
    other = world.post("/v1/assistances", "scjg", body | {"requirement": "layout-plan"})
    assert (other.status_code, other.json()["code"]) == (403, "assistance.not_foreseen")
    assert world.post("/v1/assistances", "wjw", body).status_code == 404
    look = asked.json()["look"]
    for who in ("scjg", "bdc"):
        shown = world.get(look, who).json()
        assert shown["question"] and shown["subject"] == world.firm.subject
    waiting = world.get("/v1/assistances", "bdc", params={"state": "open"}).json()["items"]
    assert asked.json()["id"] in [one["id"] for one in waiting]
    assert world.get("/v1/assistances", "bdc", params={"box": "attic"}).status_code == 422
    assert world.get("/v1/assistances", "bdc", params={"box": "escalated"}).json()["items"] == []
    reply = {**OFFICER, "outcome": "confirmed"}
    assert world.post(f"{look}/answer", "scjg", reply).status_code == 404
    foreign = reply | {"object": f"licence:{world.permit}"}
    assert world.post(f"{look}/answer", "bdc", foreign).status_code == 404
    done = world.post(f"{look}/answer", "bdc", reply, "answer-1")
    assert done.status_code == 202, done.text
    assert world.post(f"{look}/answer", "bdc", reply, "answer-1").json() == done.json()
    closed = world.post(f"{look}/answer", "bdc", reply)
    assert (closed.status_code, closed.json()["code"]) == (409, "assistance.closed")
    sent = world.get("/v1/assistances", "scjg", params={"box": "outbox"}).json()["items"]
    (mine,) = [one for one in sent if one["id"] == asked.json()["id"]]
    assert mine["state"] == "confirmed" and mine["late"] is False


def test_a_commitment_is_signed_by_the_holder_and_checked_by_the_agency(
    world: World,
) -> None:
    holder = world.subject("organisation", "承诺小馆", "other", "synthetic-committing-firm")
    wallet = world.holder(holder, "承诺小馆")  # nobody else is to be barred
    case = world.open_case("scjg", RESTAURANT, holder)
    wanted = {"requirement": "food-safety-rules", "form": "food-safety-rules"}
    drafts = f"/v1/cases/{case}/commitment-drafts"
    words = world.post(drafts, holder, wanted, None)
    assert words.status_code == 200, words.text
    form = world.platform.catalogue.commitment("food-safety-rules")
    (body,) = words.json()["drafts"]
    assert body["text_sha256"] == words_sha256(form)
    assert words.json()["text_zh"] == form.text_zh and words.json()["consequence_en"]
    none = world.post(drafts, holder, wanted | {"form": "premises-use"}, None)
    assert none.json()["code"] == "commitment.not_foreseen"

    platform = world.platform
    origin, now, randomness = platform.log.origin, platform.now(), platform.randomness
    data = signed_statement(wallet.signer, origin, "commitment.made", body, now, randomness)
    forged = signed_statement(
        signer(platform, "scjg"), origin, "commitment.made", body, now, randomness
    )
    assert world.post("/v1/commitments", holder, forged).json()["code"] == "consent.unbound_key"
    assert world.post("/v1/commitments", world.stranger.subject, data).status_code == 404
    made = world.post("/v1/commitments", holder, data, "commit-1")
    assert made.status_code == 202, made.text
    assert world.post("/v1/commitments", holder, data, "commit-1").json() == made.json()
    named = {"id": case, "agency": "scjg", "item": RESTAURANT}
    twice = commitment_statement(
        wallet.signer, origin, named, "food-safety-rules", form, now, randomness
    )
    assert world.post("/v1/commitments", holder, twice).json()["code"] == "commitment.made"
    look = made.json()["look"]
    for who in (holder, "scjg"):
        assert world.get(look, who).json()["state"] == "made"
    listed = world.get("/v1/commitments", "scjg", params={"state": "made"}).json()["items"]
    assert made.json()["id"] in [one["id"] for one in listed]
    late = world.get("/v1/commitments", "scjg", params={"state": "overdue"}).json()
    assert late == {"items": [], "next": None}
    check = {**OFFICER, "outcome": "broken"}
    done = world.post(f"{look}/check", "scjg", check, "check-1")
    assert done.status_code == 202, done.text
    assert world.post(f"{look}/check", "scjg", check, "check-1").json() == done.json()
    assert world.post(f"{look}/check", "scjg", check).json()["code"] == "commitment.closed"
    second = world.open_case("scjg", RESTAURANT, holder)
    barred = commitment_statement(
        wallet.signer, origin, named | {"id": second}, "food-safety-rules", form, now,
        randomness,
    )  # fmt: skip
    refused = world.post("/v1/commitments", holder, barred)
    assert (refused.status_code, refused.json()["code"]) == (403, "commitment.barred")


def test_figures_and_alerts_show_an_agency_its_own_and_the_auditor_all(world: World) -> None:
    other = world.open_case("scjg", RESTAURANT)
    world.post(f"/v1/cases/{other}/plan", "scjg", {})
    assert demanded(world, other, "material:premises-proof").status_code == 403
    body = {**OFFICER, "case": other, "requirement": "premises-by-registry"}
    look = world.post("/v1/assistances", "scjg", body).json()["look"]
    world.post(f"{look}/answer", "bdc", {**OFFICER, "outcome": "denied"})

    def figures(who: str, **more: str) -> dict[str, Any]:
        answer = world.get("/v1/figures", who, params={"by": "agency", **more})
        assert answer.status_code == 200, answer.text
        return cast(dict[str, Any], answer.json())

    own = figures("scjg")
    assert [one["key"] for one in own["groups"]] == ["scjg"]
    assert own["total"]["demands"]["refused"] >= 1
    assert own["total"]["required"] == sum(own["total"]["ways"].values())
    everything = figures("sjj")
    assert {"scjg", "bdc"} <= {one["key"] for one in everything["groups"]}
    assert figures("cyzx") == everything
    assert figures("sjj", agency="scjg") == own == figures("scjg", agency="wjw")
    (bdc,) = [one for one in everything["groups"] if one["key"] == "bdc"]
    assert bdc["times"]["assistance"]["count"] >= 1
    assert figures("sjj", to="2020-12-31", **{"from": "2020-01-01"})["groups"] == []
    wrong = world.get("/v1/figures", "sjj", params={"from": "2020-02-01", "to": "2020-01-01"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "figures.period")
    asked: tuple[dict[str, Any], ...] = (
        {"params": {"format": "csv"}},
        {"headers": {"Accept": "text/csv"}},
    )
    for more in asked:
        table = world.get("/v1/figures", "sjj", **more)
        assert table.headers["content-type"].startswith("text/csv")
        lines = list(csv.DictReader(io.StringIO(table.text)))
        assert lines[-1]["item"] == "total"
    for who in ("scjg", "sjj", "cyzx"):
        seen = world.get("/v1/alerts", who, params={"hours": 2}).json()
        assert seen["level"] in ("green", "yellow")
        assert all(one["code"] != "read.without_basis" for one in seen["alerts"])
    assert world.get("/v1/alerts", "sjj", params={"hours": 10**6}).status_code == 422
    assert "sub_" not in json.dumps(everything)
