"""The main job over HTTP, as the README tells it, with all signing done outside of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.demo.reuse import signer
from certs import base64url, jws
from certs.canonical import parse
from certs.keys import Ed25519Public
from ledger.consent.parties import Signer, consent_withdrawal, signed_statement
from ledger.consent.receiving import opened_fields, opened_file, unwrapped
from ledger.log.entry import open_entry, thread_commitment
from ledger.log.note import NoteKey
from ledger.log.receipt import parse_receipt, verify_receipt
from ledger.ports import HandedKey
from tests.api.world import PDF, World


def test_a_licence_is_issued_read_suspended_and_restored(world: World) -> None:
    issued = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject))
    assert issued.status_code == 202
    said = issued.json()
    assert said["status"] in ("sequenced", "integrated", "anchored")
    assert said["identifier"]
    shown = world.get(said["look"], "scjg").json()
    assert shown["status"]["state"] == "active"
    fresh = world.get(f"{said['look']}/status", "scjg").json()
    assert fresh["lifecycle"] == {"code": "01", "text": None} and fresh["legal_effect"] is None
    assert shown == world.get(said["look"], world.firm.subject).json()
    file = world.get(shown["file"], world.firm.subject)
    assert file.content.startswith(b"%PDF-")
    assert int(file.headers["content-length"]) == len(file.content)
    for state, effect, code in (
        ("suspended", "suspended", {"code": "99", "text": "暂停"}),
        ("active", "restored", {"code": "01", "text": None}),
    ):
        change = {
            "state": state,
            "reason": "年度检查",
            "authority": "合成决定 2026-1",
            "legal_effect": effect,
            "effective_on": "2026-01-06",
        }
        done = world.post(f"{said['look']}/status", "scjg", change)
        assert done.status_code == 202, done.text
        assert done.json()["lifecycle"] == code
        stands = world.get(f"{said['look']}/status", "scjg").json()
        assert (stands["state"], stands["lifecycle"]) == (state, code)
        assert (stands["legal_effect"], stands["authority"]) == (effect, "合成决定 2026-1")
    again = world.post(f"{said['look']}/status", "scjg", change)
    assert (again.status_code, again.json()["code"]) == (409, "status.move")
    mixed = world.post(f"{said['look']}/status", "scjg", change | {"legal_effect": "void"})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "status.effect")
    ended = change | {"state": "revoked", "legal_effect": "transferred"}
    assert world.post(f"{said['look']}/status", "scjg", ended).json()["lifecycle"]["code"] == "06"


def test_a_new_version_supersedes_the_old_one(world: World) -> None:
    first = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject)).json()["id"]
    body = world.food_permit(world.firm.subject, supersedes=first)
    second = world.post("/v1/licences", "scjg", body).json()["id"]
    chain = world.get(f"/v1/licences/{first}/versions", "scjg").json()["items"]
    assert [(one["id"], one["version"]) for one in chain] == [(first, 1), (second, 2)]
    assert chain[0]["status"]["state"] == "superseded"


def test_a_decision_gives_what_ended_a_new_version(world: World) -> None:
    first = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject)).json()
    again = world.food_permit(world.firm.subject, supersedes=first["id"])
    ruled = again | {"decision": "（2026）行终 12 号判决"}
    needless = world.post("/v1/licences", "scjg", ruled)
    assert (needless.status_code, needless.json()["code"]) == (403, "licence.decision_needless")
    change = {
        "state": "revoked",
        "reason": "x",
        "authority": "市监撤〔2026〕3号",
        "legal_effect": "void",
        "effective_on": "2026-01-06",
    }
    assert world.post(f"{first['look']}/status", "scjg", change).status_code == 202
    refused = world.post("/v1/licences", "scjg", again)
    assert (refused.status_code, refused.json()["code"]) == (403, "licence.decision_missing")
    restored = world.post("/v1/licences", "scjg", ruled)
    assert restored.status_code == 202, restored.text
    chain = world.get(f"/v1/licences/{first['id']}/versions", "scjg").json()["items"]
    assert [one["status"]["state"] for one in chain] == ["revoked", "active"]
    assert world.post("/v1/licences", "scjg", ruled).json()["code"] == "licence.reissued"


def test_a_promise_opens_its_entry_and_its_receipt_verifies(world: World) -> None:
    said = world.post("/v1/licences", "scjg", world.food_permit(world.firm.subject)).json()
    promise = said["promise"]
    key = NoteKey.parse(world.platform.log.vkey)
    public = Ed25519Public.from_public_bytes(key.public)
    signed = parse(jws.verify(promise.pop("signed"), public, ("EdDSA",)).payload)
    assert signed == promise
    world.anchored()
    told = world.get(said["receipt"], "scjg", headers={"Accept": "application/json"}).json()
    assert told["status"] == "anchored"
    assert told["anchor"]["size"] > said["entry"]
    text = world.get(said["receipt"], "scjg")
    assert text.text == told["receipt"]
    receipt = parse_receipt(text.content)
    leaf = base64url.decode(promise["leaf"])
    verify_receipt(receipt, leaf, world.platform.log.origin, world.platform.log.vkey, (), 0)


def test_reuse_from_plan_to_the_bytes_in_the_requesters_hand(world: World) -> None:
    matter = world.matter
    plan = world.post(f"/v1/cases/{matter.case}/plan", "wjw", {})
    assert plan.status_code == 202
    used = [one["kind"] for need in plan.json()["plan"]["requirements"] for one in need["used"]]
    assert "licence:business-licence" in used  # the newest; other tests may have brought another
    body = world.signed_release(matter.granted)
    done = world.post("/v1/releases", "wjw", body)
    assert done.status_code == 202, done.text
    got = opened(world, done.json(), matter.consent)
    assert any(matter.licence in name for name in got)
    text = next(value for name, value in got.items() if matter.licence in name)
    assert isinstance(text, str)
    assert text.count("~") >= 2
    items = world.get(f"/v1/cases/{matter.case}/items", "wjw").json()["items"]
    assert {"object": f"licence:{matter.licence}", "way": "reused"} in items
    accesses = world.get("/v1/holder/accesses", world.firm.subject).json()["items"]
    assert {"consent.requested", "consent.granted", "released"} <= {one["kind"] for one in accesses}
    consent = world.get(f"/v1/consents/{matter.consent}", world.firm.subject).json()
    assert (consent["state"], consent["uses"]) == ("granted", 1)


def opened(world: World, said: dict[str, Any], consent: str) -> dict[str, bytes | str]:
    """What the requester does with keys and ciphertext, on its own machine."""
    private = world.hpke("wjw")
    known: dict[str, dict[str | None, bytes]] = {}
    for one in said["keys"]:
        wrapped = HandedKey(one["file"], one["field"], base64url.decode(one["wrapped"]))
        key = unwrapped(wrapped, private, world.platform.log.origin, consent, said["id"])
        known.setdefault(one["file"], {})[one["field"]] = key
    found: dict[str, bytes | str] = {}
    for one in said["files"]:
        stored = world.get(one["href"], "wjw").content
        mine = known[one["file"]]
        if one["fields"]:
            named = {name or "": key for name, key in mine.items()}
            found[one["object"]] = opened_fields(stored, named, one["file"])
        else:
            digest = base64url.decode(one["sha256"])
            chunks = opened_file(iter((stored,)), mine[None], one["file"], digest)
            found[one["object"]] = b"".join(chunks)
    return found


def test_a_withdrawal_bites_at_the_next_read(world: World) -> None:
    _ = world.matter
    case = world.open_case()
    _, granted, answer = world.agreed(case)
    body = world.signed_release(granted)
    done = world.post("/v1/releases", "wjw", body, key="before")
    assert done.status_code == 202, done.text
    href = done.json()["files"][0]["href"]
    assert world.get(href, "wjw").status_code == 200
    now, randomness = world.platform.now(), world.platform.randomness
    data = consent_withdrawal(world.firm.signer, granted, now, randomness)
    path = f"{answer['look']}/withdrawal"
    out = world.post(path, world.firm.subject, data)
    assert out.status_code == 202, out.text
    assert out.json()["acknowledgement"]["payloadType"]
    for refused in (
        world.get(href, "wjw"),
        world.post("/v1/releases", "wjw", body, key="before"),
        world.post("/v1/releases", "wjw", world.signed_release(granted, 2)),
    ):
        assert refused.status_code == 403, refused.text
        assert refused.json()["code"] == "consent.withdrawn"
    accesses = world.get("/v1/holder/accesses?limit=200", world.firm.subject).json()["items"]
    assert "refused" in [one["kind"] for one in accesses]


def test_drafts_are_what_the_parties_would_have_written(world: World) -> None:
    """Signed as they come, drafts of request, consent and release are taken."""
    _ = world.matter
    world.anchored()
    case = world.open_case()
    officer = {"officer": "officer-7", "reason": "窗口受理", "channel": "counter"}
    platform, now = world.platform, world.platform.now()

    def signed(hand: Signer, said: Any) -> bytes:
        kind, (body,) = said["kind"], said["drafts"]
        return signed_statement(hand, platform.log.origin, kind, body, now, platform.randomness)

    drafts = world.post(f"/v1/cases/{case}/request-drafts", "wjw", officer, None).json()
    mine = [one for one in drafts["drafts"] if one["subject"] == world.firm.subject]
    asked = signed(signer(platform, "wjw"), drafts | {"drafts": mine})
    request = world.post("/v1/requests", "wjw", asked).json()
    thread_key = platform.randomness(32)
    thread = {"thread": base64url.encode(thread_commitment(thread_key))}
    path, holder = f"{request['look']}/consent-draft", world.firm.subject
    granted = signed(world.firm.signer, world.post(path, holder, thread, None).json())
    body = {"envelope": json.loads(granted), "thread_key": base64url.encode(thread_key)}
    consent = world.post("/v1/consents", holder, body)
    assert consent.status_code == 202, consent.text
    recipient = base64url.encode(world.hpke("wjw").public_key().public_bytes_raw())
    path = f"{consent.json()['look']}/release-draft"
    ordered = world.post(path, "wjw", officer | {"recipient": recipient}, None).json()
    envelope = json.loads(signed(signer(platform, "wjw"), ordered))
    done = world.post("/v1/releases", "wjw", {"envelope": envelope, "recipient": recipient})
    assert done.status_code == 202, done.text
    assert opened(world, done.json(), consent.json()["id"])


def test_the_auditor_traces_and_exports(world: World) -> None:
    matter = world.matter
    world.anchored()
    path = f"/v1/trace?key=case:{matter.case}&limit=3"
    kinds: list[str] = []
    while True:
        page = world.get(path, "sjj").json()
        kinds += [one["kind"] for one in page["items"]]
        assert len(page["items"]) <= 3
        if page["next"] is None:
            break
        path = f"/v1/trace?key=case:{matter.case}&limit=3&after={page['next']}"
    assert {"case.opened", "consent.granted", "consent.requested", "holderkey.bound"} <= set(kinds)
    bundle = world.post("/v1/trace/bundle", "sjj", {"key": f"case:{matter.case}"}, key=None)
    assert bundle.status_code == 200, bundle.text
    assert bundle.content.startswith(b"PK\x03\x04")
    assert PDF not in bundle.content, "a bundle for an auditor holds no file"


def test_an_agency_and_a_holder_trace_their_own(world: World) -> None:
    matter = world.matter
    own = (
        ("wjw", f"case:{matter.case}"),
        ("wjw", f"material:{matter.material}"),
        ("scjg", f"licence:{matter.licence}"),
        (matter.firm.subject, f"subject:{matter.firm.subject}"),
        (matter.firm.subject, f"licence:{matter.licence}"),
    )
    for who, key in own:
        answer = world.get(f"/v1/trace?key={key}", who)
        assert answer.status_code == 200, (who, key)
        assert answer.json()["items"]
        for line in answer.json()["items"]:
            assert not {"number", "title", "fields", "jwk", "name"} & line["says"].keys()


def test_verification_of_the_real_and_of_the_forged(world: World) -> None:
    licence = world.permit
    world.anchored()
    file = world.get(f"/v1/licences/{licence}/file", "scjg").content
    items = [
        {"sort": "licence", "data": base64url.encode(file)},
        {"sort": "licence", "data": base64url.encode(file + b"\n")},
        {"sort": "material", "data": base64url.encode(b"nobody handed this in")},
    ]
    answer = world.post("/v1/verifications", "ybj", {"items": items}, key=None)
    assert answer.status_code == 200, answer.text
    outcomes = [one["outcome"] for one in answer.json()["items"]]
    assert outcomes == ["passed", "failed", "indeterminate"]
    text = world.get("/metrics").text
    assert 'mianti_verifications_total{outcome="passed"}' in text


def test_the_holder_sees_what_is_held(world: World) -> None:
    matter = world.matter
    _ = world.permit
    objects: list[str] = []
    path = "/v1/holder/items?limit=2"
    while path:
        page = world.get(path, matter.firm.subject).json()
        objects += [one["object"] for one in page["items"]]
        path = f"/v1/holder/items?limit=2&after={page['next']}" if page["next"] else ""
    assert len(objects) == len(set(objects))
    assert {f"licence:{matter.licence}", f"material:{matter.material}"} <= set(objects)
    assert world.get("/v1/holder/items", world.stranger.subject).json()["items"] == []


def test_an_entrys_opening_is_the_promises(world: World) -> None:
    """Leaf and salt of a promise, with the request as signed, are the entry itself."""
    matter = world.matter
    case = world.open_case()
    asked = world.signed_request(case)
    promise = world.post("/v1/requests", "wjw", asked).json()["promise"]
    leaf, salt = base64url.decode(promise["leaf"]), base64url.decode(promise["salt"])
    _, _, statement = open_entry(leaf, salt, asked)
    assert statement.kind == "consent.requested"
    assert statement.body["case"] == case != matter.case


@pytest.mark.parametrize("outcome", ["granted", "refused", "dropped"])
def test_a_case_is_closed_once(world: World, outcome: str) -> None:
    case = world.open_case()
    done = world.post(f"/v1/cases/{case}/close", "wjw", {"outcome": outcome})
    assert done.status_code == 202
    assert world.get(f"/v1/cases/{case}", "wjw").json()["outcome"] == outcome
    again = world.post(f"/v1/cases/{case}/close", "wjw", {"outcome": outcome})
    assert (again.status_code, again.json()["code"]) == (409, "case.closed")


def test_an_officer_checks_an_original(world: World) -> None:
    matter = world.matter
    path = f"/v1/materials/{matter.material}"
    assert world.post(f"{path}/check", "wjw", {"officer": "officer-9"}).status_code == 202
    shown = world.get(path, "wjw").json()
    assert shown["grade"] == "original_checked"
    assert json.dumps(shown) == json.dumps(world.get(path, matter.firm.subject).json())
