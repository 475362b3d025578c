"""Every route against every kind of caller: nobody, the wrong role, somebody else's thing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from httpx import Response
from starlette.routing import BaseRoute

from certs import base64url
from ledger.arranged.parties import commitment_statement
from ledger.flows.matters.assistance import Question, request_assistance
from ledger.flows.matters.commitment import make_commitment
from tests.api.erasing import asked, handed_in
from tests.api.routes_table import LINES, OPEN, PLAIN, STRANGER, WHO, Line
from tests.api.speaking import basis, delegated
from tests.api.test_benefits import an_offer, eligible_firm
from tests.api.world import ITEM, PDF, World
from tests.arranging import FORM, RULES, TAX, arranging

WITH_IDS = [line for line in LINES if line.foreign]
GUARDED = [line for line in LINES if line.who is not OPEN]


def name(line: Line) -> str:
    return f"{line.method} {line.template}"


@pytest.fixture(scope="module")
def things(world: World) -> dict[str, str]:
    """Ids of real things that belong to scjg, wjw and the firm."""
    matter = world.matter
    _, granted, _ = world.agreed(world.open_case())
    world.anchored()
    released = world.post("/v1/releases", "wjw", world.signed_release(granted))
    assert released.status_code == 202, released.text
    signed = world.post(f"/v1/cases/{matter.case}/plan", "wjw", {})
    assert signed.status_code == 202, signed.text
    return {
        "permit": world.permit,
        "material": matter.material,
        "case": matter.case,
        "request": matter.request,
        "consent": matter.consent,
        "released_file": released.json()["files"][0]["href"].removeprefix("/v1/releases/"),
        "release": str(released.json()["id"]),
        "entry": str(released.json()["entry"]),
        **arranged(world),
        "reconciliation": reconciled(world),
        "premises": a_place(world),
        "offer": an_offer(world, *eligible_firm(world, "91319999MA1BNFM1")),
        **world.lost_dispute,
        "subscription": world.subscription,
        "verification": world.receipted["id"],
        "plan_entry": str(signed.json()["entry"]),
        "erasure": asked(world, handed_in(world)),
        "delegation": delegated(world, world.person),
        "basis": str(world.post("/v1/bases", "wjw", basis(world, matter.case)[1]).json()["id"]),
    }


def reconciled(world: World) -> str:
    """A reconciliation of scjg's."""
    about = {"day": "2026-01-05", "type": "food-operation-permit"}
    done = world.upload("/v1/reconciliations", "scjg", about, b"number\nJY-none\n")
    assert done.status_code == 202, done.text
    return str(done.json()["id"])


def a_place(world: World) -> str:
    """Premises where wjw has a case."""
    place = world.subject("premises", "一号", "premises-code", "synthetic-place")
    body = {
        "item": ITEM,
        "subject": world.firm.subject,
        "matter": "hygiene-permit/place",
        "channel": "counter",
        "officer": "officer-7",
        "premises": place,
        "parties": {"legal_representative": world.person},
    }
    assert world.post("/v1/cases", "wjw", body).status_code == 202
    return place


def arranged(world: World) -> dict[str, str]:
    """An assistance and a commitment in a case of wjw, whatever the catalogue foresees."""
    platform, case = arranging(world.platform, ITEM), world.open_case()
    asked = request_assistance(platform, "wjw", case, Question(TAX.id, "officer-7", "x"))
    named = {"id": case, "agency": "wjw", "item": ITEM}
    now, randomness = platform.now(), platform.randomness
    data = commitment_statement(
        world.firm.signer, platform.log.origin, named, RULES.id, FORM, now, randomness
    )
    made, _ = make_commitment(platform, data)
    return {"assistance": asked.assistance, "commitment": made}


def account(world: World, who: str) -> str:
    return world.stranger.subject if who == STRANGER else who


def path_of(line: Line, identity: str) -> str:
    if line.of == "released_file":
        return f"/v1/releases/{identity}"
    return re.sub(r"\{\w+\}", identity, line.template, count=1)


def call(world: World, line: Line, path: str, who: str | None) -> Response:
    if line.method == "GET":
        return world.get(path, who)
    if line.method == "DELETE":
        return world.client.delete(path, headers=world.headers(who, None))
    if line.upload:
        return world.upload(path, who, {}, PDF)
    return world.post(path, who, line.body)


def some_path(line: Line) -> str:
    if line.template.endswith("/trace"):
        return f"{line.template}?key=case:none"
    values = {"{entry}": "0", "{path}": "000.p/1", "{agency}": "scjg", "{number}": "0"}
    return re.sub(r"\{\w+\}", lambda found: values.get(found[0], "none"), line.template)


def problem(answer: Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["request_id"] == answer.headers["x-request-id"]
    return {name: value for name, value in said.items() if name != "request_id"}


def test_the_table_has_every_route(world: World) -> None:
    listed = {(line.method, line.template) for line in LINES}
    assert listed | {("GET", path) for path in PLAIN} == set(served(world))


def served(world: World) -> list[tuple[str, str]]:
    paths = world.app.openapi()["paths"]
    described = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    plain = [one for one in flat(world.app.routes) if getattr(one, "path", "") in PLAIN]
    return described + [("GET", one.path) for one in plain]


def flat(routes: list[BaseRoute]) -> list[Any]:
    return list(routes)


@pytest.mark.parametrize("line", GUARDED, ids=name)
def test_nobody_comes_in(world: World, line: Line) -> None:
    answer = call(world, line, some_path(line), None)
    assert answer.status_code == 401
    assert problem(answer)["code"] == "auth.required"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("line", GUARDED, ids=name)
def test_a_spoilt_token_does_not_come_in(world: World, line: Line) -> None:
    token = world.token("scjg")
    spoilt = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    headers = {"Authorization": f"Bearer {spoilt}", "Idempotency-Key": "k"}
    answer = world.client.request(line.method, some_path(line), headers=headers)
    assert answer.status_code == 401
    assert problem(answer)["code"] == "auth.token"


@pytest.mark.parametrize("line", GUARDED, ids=name)
@pytest.mark.parametrize("role", sorted(WHO))
def test_roles_come_in_as_tabled(world: World, line: Line, role: str) -> None:
    who = account(world, WHO[role])
    answer = call(world, line, some_path(line), who)
    if role in line.who:
        assert answer.status_code not in (401, 403) or problem(answer)["code"] != "auth.role"
        assert answer.status_code < 500
    else:
        assert answer.status_code == 403
        assert problem(answer)["code"] == "auth.role"


@pytest.mark.parametrize("line", [one for one in LINES if one.who is OPEN], ids=name)
def test_open_routes_need_no_token(world: World, line: Line) -> None:
    answer = call(world, line, some_path(line), None)
    assert answer.status_code not in (401, 403)
    assert answer.status_code < 500


@pytest.mark.parametrize("line", WITH_IDS, ids=name)
def test_foreign_and_absent_answer_alike(world: World, things: dict[str, str], line: Line) -> None:
    real = things[line.of or ""]
    for who in line.foreign:
        caller = account(world, who)
        foreign = call(world, line, path_of(line, real), caller)
        absent = call(world, line, path_of(line, other(real)), caller)
        assert foreign.status_code == absent.status_code == 404, (who, foreign.text)
        assert problem(foreign) == problem(absent)
        assert set(foreign.headers) == set(absent.headers)
        assert len(foreign.content) == len(absent.content)


def other(identity: str) -> str:
    """An id of the same form that names nothing."""
    if identity.isdigit():
        return str(int(identity) + 100_000)
    prefix, _, rest = identity.partition("_")
    return f"{prefix}_{'a' * 26}{rest[26:]}"


@pytest.mark.parametrize("line", WITH_IDS, ids=name)
@pytest.mark.parametrize("bad", ["none", "lic_", "%00", "..%2f..", "a" * 300, "\u514d", "-1"])
def test_ids_of_no_form_are_absent(world: World, line: Line, bad: str) -> None:
    who = account(world, line.foreign[0])
    answer = call(
        world, line, path_of(line, f"{bad}/files/x" if "file}" in line.template else bad), who
    )
    assert answer.status_code == 404
    assert problem(answer)["code"] in ("not_found", "route.unknown")


def test_traces_of_others_look_like_traces_of_nothing(world: World, things: dict[str, str]) -> None:
    keys = [
        f"licence:{things['permit']}",
        f"material:{things['material']}",
        f"case:{things['case']}",
        f"consent:{things['consent']}",
        f"subject:{world.firm.subject}",
        "agency:wjw",
        "officer:officer-7",
        f"request:{things['request']}",
    ]
    for who in ("ybj", world.stranger.subject):
        for key in keys:
            foreign = world.get("/v1/trace", who, params={"key": key})
            absent = world.get("/v1/trace", who, params={"key": other(key)})
            assert foreign.status_code == 404, (who, key)
            assert problem(foreign) == problem(absent)


def test_a_holders_consent_to_anothers_request_looks_absent(world: World) -> None:
    case = world.open_case()
    asked = world.signed_request(case)
    done = world.post("/v1/requests", "wjw", asked)
    assert done.status_code == 202
    granted, thread = world.signed_consent(asked, world.stranger)
    body = {"envelope": json.loads(granted), "thread_key": base64url.encode(thread)}
    answer = world.post("/v1/consents", world.stranger.subject, body)
    assert answer.status_code == 404
    assert problem(answer)["code"] == "not_found"


def test_verification_shows_no_foreign_entry(world: World, things: dict[str, str]) -> None:
    """A foreign index and an absent one give the same verdict; the auditor's is another."""
    index = int(things["entry"])

    def verdict(who: str, at: int) -> dict[str, Any]:
        items = [{"sort": "entry", "index": at}]
        answer = world.post("/v1/verifications", who, {"items": items}, key=None)
        assert answer.status_code == 200, answer.text
        said = answer.json()["items"][0]
        said.pop("as_of", None)
        return dict(said)

    foreign, absent = verdict(world.stranger.subject, index), verdict(world.stranger.subject, 10**9)
    assert foreign == absent
    assert verdict("sjj", index)["checks"] != foreign["checks"]
