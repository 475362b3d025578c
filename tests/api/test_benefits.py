"""A service that nobody applies for, over HTTP: named by a bank, offered, confirmed by the firm."""

from __future__ import annotations

import json
from typing import Any

from api.wallets import Wallet
from certs.identifiers import mint_credit_code
from ledger.consent.benefit_parties import benefit_confirmation
from ledger.tlog import record, stored_entry
from tests.api.world import PDF, World

ITEM = "loan-interest-subsidy"


def eligible_firm(world: World, stem: str) -> tuple[Wallet, str]:
    """A firm with a business licence and a high-tech certificate; its credit code."""
    code = mint_credit_code(stem).value
    subject = world.subject("organisation", f"合成科技{stem[-4:]}", "credit-code", code)
    wallet = world.holder(subject, "合成科技")
    kind = world.platform.catalogue.licence_type("high-tech-enterprise-certificate")
    common = {"number", "holder_name", "holder_code", "issuer_name", "issued_on", "valid_from"}
    certificate = {
        **world.collected(subject),
        "type": kind.slug,
        "fields": {name: "合成" for name in kind.attributes if name not in common | {"valid_to"}},
    }
    for about in (world.collected(subject), certificate):
        done = world.upload("/v1/licences/collected", "kw", about, PDF)
        assert done.status_code == 202, done.text
    return wallet, code


def pushed(world: World, *codes: str) -> Any:
    named = [{"scheme": "credit-code", "value": code, "reference": "loan/1"} for code in codes]
    return world.post("/v1/benefits/candidates", "bank", {"item": ITEM, "candidates": named})


def an_offer(world: World, wallet: Wallet, code: str) -> str:
    assert pushed(world, code).status_code == 200
    body = {"item": ITEM, "officer": "k-1"}
    assert world.post("/v1/benefits/offers", "kw", body).status_code == 200
    (offer,) = world.get("/v1/benefits", wallet.subject).json()["items"]
    return str(offer["id"])


def test_a_bank_names_and_the_firm_confirms(world: World) -> None:
    wallet, code = eligible_firm(world, "91319999MA1BNFA1")
    identity = an_offer(world, wallet, code)
    told = world.get("/v1/benefits/candidates", "bank", params={"item": ITEM}).json()
    assert told == {"named": 0, "offered": 0, "confirmed": 0}
    shown = world.get(f"/v1/benefits/{identity}", wallet.subject).json()
    assert (shown["state"], shown["reference"], shown["case"]) == ("open", None, None)
    assert world.get(f"/v1/benefits/{identity}", "kw").json()["reference"] == "loan/1"
    platform = world.platform
    offered = record(platform, stored_entry(platform, shown["entry"]))[1]
    data = benefit_confirmation(wallet.signer, offered, platform.now(), platform.randomness)
    path = f"/v1/benefits/{identity}/confirmation"
    refused = world.post(path, world.stranger.subject, data)
    assert refused.status_code == 404
    done = world.post(path, wallet.subject, data, key="confirm-1")
    again = world.post(path, wallet.subject, data, key="confirm-2")
    assert done.status_code == again.status_code == 202, done.text
    assert done.json()["case"] == again.json()["case"]
    case = world.get(f"/v1/cases/{done.json()['case']}", "kw").json()
    assert (case["item"], case["channel"], case["subject"]) == (ITEM, "online", wallet.subject)
    seen = world.get("/v1/holder/accesses", wallet.subject).json()["items"]
    assert {"benefit.assessed", "benefit.offered", "benefit.confirmed"} <= {
        one["kind"] for one in seen
    }


def test_who_may_do_what(world: World) -> None:
    body = {"item": ITEM, "officer": "k-1"}
    refused = world.post("/v1/benefits/offers", "scjg", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "case.item")
    other = world.post("/v1/benefits/offers", "kw", {**body, "item": "equity-change"})
    assert (other.status_code, other.json()["code"]) == (403, "benefit.not_proactive")
    assert world.post("/v1/benefits/offers", "kw", {**body, "item": "x"}).status_code == 422
    named = {"scheme": "credit-code", "value": "nobody", "reference": "loan/1"}
    told = world.post("/v1/benefits/candidates", "power", {"item": ITEM, "candidates": [named]})
    assert told.json() == {"named": 1, "offered": 0, "confirmed": 0}
    assert "nobody" not in json.dumps(told.json())
