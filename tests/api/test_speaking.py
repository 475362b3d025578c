"""Over HTTP: who acts for whom, what is read on other bases, and the code at the counter."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import signer
from certs import base64url
from ledger.consent.basis_parties import basis_ending
from ledger.consent.delegation_parties import delegation_ending
from ledger.consent.parties import consent_withdrawal
from ledger.log.statement import format_time
from tests.api.speaking import basis, delegated, delegation, use
from tests.api.world import World


@pytest.fixture(scope="module")
def clerk(world: World) -> Any:
    subject = world.subject("person", "办事员", "other", "synthetic-clerk")
    return world.holder(subject, "办事员")


def test_a_clerk_sees_and_answers_what_the_firm_is_asked(world: World, clerk: Any) -> None:
    _ = world.matter
    firm, case = world.firm, world.open_case()
    asked = world.signed_request(case)
    request = world.post("/v1/requests", "wjw", asked).json()["id"]
    assert world.get(f"/v1/requests/{request}", clerk.subject).status_code == 404
    given = delegated(world, clerk.subject)
    assert world.get(f"/v1/requests/{request}", clerk.subject).status_code == 200
    consent, thread = world.signed_consent(asked, clerk)
    body = {"envelope": json.loads(consent), "thread_key": base64url.encode(thread)}
    done = world.post("/v1/consents", clerk.subject, body)
    assert done.status_code == 202, done.text
    world.anchored()
    assert world.post("/v1/releases", "wjw", world.signed_release(consent)).status_code == 202
    for who in (firm.subject, clerk.subject):
        rows = world.get("/v1/delegations", who).json()["items"]
        (row,) = (one for one in rows if one["id"] == given)
        assert (row["principal"], row["delegate"]) == (firm.subject, clerk.subject)
    seen = world.get("/v1/holder/accesses", clerk.subject, params={"subject": firm.subject}).json()[
        "items"
    ]
    (read,) = (one for one in seen if one["kind"] == "released" and one["says"]["case"] == case)
    assert read["access"]["ground"] == "consent"
    assert not read["access"]["signed_by_holder"]
    platform = world.platform
    data = delegation_ending(
        firm.signer, platform.log.origin, given, "离职", platform.now(), platform.randomness
    )
    assert world.post(f"/v1/delegations/{given}/end", clerk.subject, data).status_code == 404
    ended = world.post(f"/v1/delegations/{given}/end", firm.subject, data)
    assert ended.status_code == 202, ended.text
    assert world.get(f"/v1/delegations/{given}", clerk.subject).json()["ended"] is True
    again = world.post("/v1/releases", "wjw", world.signed_release(consent, 2))
    assert (again.status_code, again.json()["code"]) == (403, "delegation.ended")
    assert world.get(f"/v1/requests/{request}", clerk.subject).status_code == 404
    hidden = world.get("/v1/holder/accesses", clerk.subject, params={"subject": firm.subject})
    assert hidden.status_code == 404
    withdrawn = consent_withdrawal(firm.signer, consent, platform.now(), platform.randomness)
    name = done.json()["id"]
    assert world.post(f"/v1/consents/{name}/withdrawal", firm.subject, withdrawn).status_code == 202


def test_who_brings_a_delegation_is_who_signed_it(world: World, clerk: Any) -> None:
    data = delegation(world, world.firm.signer, clerk.subject)
    assert world.post("/v1/delegations", clerk.subject, data).status_code == 404
    child = world.subject("person", "新生儿", "other", "synthetic-child")
    guardian = delegation(
        world, signer(world.platform, "gafj"), clerk.subject, "guardian", principal=child
    )
    done = world.post("/v1/delegations", "gafj", guardian)
    assert done.status_code == 202, done.text
    assert world.get(done.json()["look"], "gafj").json()["sort"] == "guardian"


def test_reading_by_duty_over_http(world: World) -> None:
    _ = world.matter
    firm, case, platform = world.firm, world.open_case(), world.platform
    world.anchored()
    stated, body = basis(world, case)
    done = world.post("/v1/bases", "wjw", body)
    assert done.status_code == 202, done.text
    name = done.json()["id"]
    shown = world.get(f"/v1/bases/{name}", "wjw").json()
    assert (shown["state"], shown["uses"], shown["overdue"]) == ("stated", 0, False)
    released = world.post("/v1/releases", "wjw", use(world, stated))
    assert released.status_code == 202, released.text
    (file,) = released.json()["files"]
    assert world.get(file["href"], "wjw").status_code == 200
    assert world.get(file["href"], "scjg").status_code == 404
    lines = world.get("/v1/holder/accesses", firm.subject, params={"limit": "200"}).json()
    (read,) = (one for one in lines["items"] if one["entry"] == released.json()["entry"])
    access = read["access"]
    assert (access["ground"], access["signed_by_holder"]) == ("statutory", False)
    assert "not signed by you" in access["words"]["en"]
    assert access["complain"] == "/v1/disputes"
    assert access["items"][0]["fields"]
    data = basis_ending(
        signer(platform, "wjw"), stated, "officer-7", "已核验", platform.now(), platform.randomness
    )
    assert world.post(f"/v1/bases/{name}/end", "scjg", data).status_code == 404
    assert world.post(f"/v1/bases/{name}/end", "wjw", data).status_code == 202
    stopped = world.get(file["href"], "wjw")
    assert (stopped.status_code, stopped.json()["code"]) == (403, "basis.ended")


def test_what_law_lets_be_told_later_is_told_later_wherever_a_holder_looks(world: World) -> None:
    """An inquiry that the law lets be shown after some days: auditors see it at once."""
    _ = world.matter
    item, agency = "ip-protection", "scjg"
    case = world.open_case(agency, item)
    later = world.platform.now() + timedelta(days=60)
    stated, body = basis(world, case, agency, item, grant="duty-ip-inquiry", visible_from=later)
    done = world.post("/v1/bases", agency, body)
    assert done.status_code == 202, done.text
    world.anchored()
    released = world.post("/v1/releases", agency, use(world, stated, agency=agency))
    assert released.status_code == 202, released.text
    firm, indexes = world.firm.subject, {done.json()["entry"], released.json()["entry"]}
    key = {"key": f"subject:{firm}", "limit": "200"}

    def entries(path: str, **params: str) -> set[int]:
        return {one["entry"] for one in world.get(path, firm, params=params).json()["items"]}

    assert not indexes & entries("/v1/holder/accesses", limit="200")
    assert not indexes & entries("/v1/trace", **key)
    for index in indexes:
        assert world.get(f"/v1/receipts/{index}", firm).status_code == 404
    shown = world.get("/v1/trace", "sjj", params={"key": f"case:{case}"}).json()["items"]
    (line,) = (one for one in shown if one["kind"] == "basis.stated")
    assert line["says"]["visible_from"] == format_time(later)
    assert world.get(f"/v1/bases/{done.json()['id']}", "sjj").status_code == 200


def test_eight_digits_at_the_counter(world: World) -> None:
    _ = world.matter
    firm, case = world.firm, world.open_case()
    asked = world.signed_request(case)
    world.post("/v1/requests", "wjw", asked)
    consent, thread = world.signed_consent(asked)
    body = {"envelope": json.loads(consent), "thread_key": base64url.encode(thread)}
    first = world.post("/v1/consents/codes", firm.subject, body, key="code-1")
    assert first.status_code == 201, first.text
    again = world.post("/v1/consents/codes", firm.subject, body, key="code-1").json()
    assert again["case"] == case and len(again["code"]) == 8
    path = f"/v1/cases/{case}/code"
    if first.json()["code"] != again["code"]:
        old = world.post(path, "wjw", {"code": first.json()["code"]})
        assert (old.status_code, old.json()["code"]) == (403, "code.refused")
    elsewhere = world.open_case("scjg", "restaurant-opening")
    other = world.post(f"/v1/cases/{elsewhere}/code", "scjg", {"code": again["code"]})
    assert (other.status_code, other.json()["code"]) == (403, "code.refused")
    done = world.post(path, "wjw", {"code": again["code"]})
    assert done.status_code == 202, done.text
    assert world.get(done.json()["look"], firm.subject).json()["state"] == "granted"
    replayed = world.post(path, "wjw", {"code": again["code"]})
    assert (replayed.status_code, replayed.json()["code"]) == (403, "code.refused")
    for _attempt in range(5):
        refused = world.post(path, "wjw", {"code": "00000000"})
    assert (refused.status_code, refused.json()["code"]) == (429, "code.locked")
    assert int(refused.headers["retry-after"]) > 0
    for bad in ("1234567", "123456789", "abcdefgh", "１２３４５６７８"):
        assert world.post(path, "wjw", {"code": bad}).status_code == 422
