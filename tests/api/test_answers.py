"""Idempotency, paging, public lists, health: what every client may rely on."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.routes import health
from api.settings import ServerSettings
from api.wallets import new_wallet
from certs.trust.trustlist import open_trust_list, roots_of
from ledger.errors import ChainAway, StoreAway
from tests.api.world import SECRETS, World


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal but for how far the entry is, which moves on by itself."""
    return {**one, "status": ""} == {**other, "status": ""}


def test_the_same_key_and_bytes_give_the_same_answer(world: World) -> None:
    body = world.food_permit(world.firm.subject)
    first = world.post("/v1/licences", "scjg", body, key="once-1")
    size = world.platform.store.size()
    again = world.post("/v1/licences", "scjg", body, key="once-1")
    assert same(first.json(), again.json())
    assert world.platform.store.size() == size


def test_the_same_key_with_other_bytes_is_refused(world: World) -> None:
    body = world.food_permit(world.firm.subject)
    world.post("/v1/licences", "scjg", body, key="once-2")
    for other in ({**body, "number": "other"}, json.dumps(body, indent=1).encode()):
        refused = world.post("/v1/licences", "scjg", other, key="once-2")
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency.reused")


def test_a_key_is_scoped_by_caller_and_route(world: World) -> None:
    case = {
        "item": "public-place-hygiene-permit",
        "subject": world.firm.subject,
        "matter": "m/1",
        "channel": "online",
        "officer": "o",
        "parties": {"legal_representative": world.person},
    }
    assert world.post("/v1/cases", "wjw", case, key="once-3").status_code == 202
    body = world.food_permit(world.firm.subject)
    assert world.post("/v1/licences", "scjg", body, key="once-3").status_code == 202
    assert world.post("/v1/licences", "wjw", body, key="once-3").status_code == 403  # not entitled


def test_the_path_counts_as_bytes(world: World) -> None:
    one, two = world.open_case(), world.open_case()
    done = world.post(f"/v1/cases/{one}/plan", "wjw", {}, key="once-4")
    assert done.status_code == 202
    refused = world.post(f"/v1/cases/{two}/plan", "wjw", {}, key="once-4")
    assert refused.json()["code"] == "idempotency.reused"


@pytest.mark.parametrize("route", ["plan", "close", "status", "check", "holder-keys", "subjects"])
def test_every_write_is_done_once(world: World, route: str) -> None:
    matter = world.matter
    case = world.open_case()
    permit = world.post("/v1/licences", "scjg", world.food_permit(matter.firm.subject)).json()
    change = {
        "state": "revoked",
        "reason": "x",
        "authority": "y",
        "legal_effect": "penalty",
        "effective_on": "2026-01-06",
    }
    subject = world.subject("person", "丙", "other", f"synthetic-{route}")
    key = {"subject": subject, "jwk": new_wallet(subject, "丙").jwk, "alg": "es256", "method": "c"}
    calls = {
        "plan": (f"/v1/cases/{case}/plan", "wjw", {}),
        "close": (f"/v1/cases/{case}/close", "wjw", {"outcome": "dropped"}),
        "status": (f"{permit['look']}/status", "scjg", change),
        "check": (f"/v1/materials/{matter.material}/check", "wjw", {"officer": "o"}),
        "holder-keys": ("/v1/holder-keys", "gafj", key),
        "subjects": ("/v1/subjects", "scjg", {"kind": "person", "name": "丁"}),
    }
    path, who, body = calls[route]
    first = world.post(path, who, body, key=f"w-{route}")
    size = world.platform.store.size()
    again = world.post(path, who, body, key=f"w-{route}")
    assert first.status_code == again.status_code in (201, 202), again.text
    assert same(first.json(), again.json())
    assert world.platform.store.size() == size


def test_twins_at_the_same_time_do_it_once(world: World) -> None:
    body = json.dumps(world.food_permit(world.firm.subject)).encode()
    headers = {
        **world.headers("scjg", "race-1"),
        "Content-Type": "application/json",
    }
    gate = threading.Barrier(6)

    def one(_: int) -> Any:
        gate.wait()
        return world.client.post("/v1/licences", content=body, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(6)))
    assert [answer.status_code for answer in answers] == [202] * 6, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_signed_statements_are_taken_once_under_any_key(world: World) -> None:
    _ = world.matter
    asked = world.signed_request(world.open_case())
    first = world.post("/v1/requests", "wjw", asked).json()
    size = world.platform.store.size()
    again = world.post("/v1/requests", "wjw", asked + b"\n").json()
    assert same(first, again)
    assert world.platform.store.size() == size


def test_a_release_repeated_is_the_same_use(world: World) -> None:
    _ = world.matter
    _, granted, _ = world.agreed(world.open_case(), uses=1)
    world.anchored()
    body = world.signed_release(granted)
    first = world.post("/v1/releases", "wjw", body, key="rel-1").json()
    again = world.post("/v1/releases", "wjw", body, key="rel-1").json()
    assert (first["id"], first["entry"]) == (again["id"], again["entry"])
    other = world.signed_release(granted, 2)
    reused = world.post("/v1/releases", "wjw", other, key="rel-1")
    assert reused.json()["code"] == "idempotency.reused"
    used_up = world.post("/v1/releases", "wjw", other)
    assert (used_up.status_code, used_up.json()["code"]) == (403, "consent.used_up")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "after=%00", "after=" + "a" * 200]
)
def test_pages_have_bounds(world: World, query: str) -> None:
    answer = world.get(f"/v1/holder/items?{query}", world.firm.subject)
    assert (answer.status_code, answer.json()["code"]) == (422, "query.invalid")


@pytest.mark.parametrize("after", ["x", "-1", "1e9", "99999999999999999999"])
def test_a_cursor_of_no_form_is_refused(world: World, after: str) -> None:
    answer = world.get(f"/v1/holder/accesses?after={after}", world.firm.subject)
    assert answer.status_code == 422


def test_the_trust_list_is_the_signed_file(world: World) -> None:
    data = world.get("/v1/trust-list").content
    trust = open_trust_list(data, roots_of(data), world.platform.now())
    assert trust.logs[0].origin == world.platform.log.origin


def test_unknown_paths_and_methods_are_problems(world: World) -> None:
    assert world.get("/v2/x").json()["code"] == "route.unknown"
    wrong = world.client.delete("/v1/agencies")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "route.method")
    assert "GET" in wrong.headers["allow"]


def test_the_interface_is_described(world: World) -> None:
    document = world.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    page = world.get("/docs")
    assert "http://" not in page.text
    assert "https://" not in page.text
    text = json.dumps(document)
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert reference in document["components"]["schemas"], reference
    for path in document["paths"]:
        assert path in page.text


# Engines away


class Away:
    """Stands before an engine and refuses everything."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: Any, **__: Any) -> Any:
            raise self._error

        return refuse


def app_with(world: World, **engines: Any) -> TestClient:
    platform = replace(world.platform, **engines)
    app = create_app(platform, ServerSettings(), token_seed=bytes(range(32)))
    return TestClient(app, raise_server_exceptions=False)


def test_health_says_what_is_well(world: World) -> None:
    world.anchored()
    answer = world.get("/health")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "ok", said
    assert said["log"]["anchored"] == said["log"]["sequenced"]
    assert said["log"]["releasing"] is True
    assert 0 < said["chain"]["indexed"] <= said["chain"]["block"]


@pytest.mark.parametrize(
    ("engine", "name", "error", "code"),
    [
        ("chain", "chain", ChainAway("x"), "chain.away"),
        ("blobs", "files", StoreAway("x"), "store.away"),
        ("keys", "keys", StoreAway("x"), "store.away"),
    ],
)
def test_health_shows_what_is_away(
    world: World, engine: str, name: str, error: Exception, code: str
) -> None:
    answer = app_with(world, **{engine: Away(error)}).get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["engines"][name] == code


def test_health_is_down_without_the_log(world: World) -> None:
    client = app_with(world, store=Away(StoreAway("x")))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert client.get("/metrics").status_code == 200


def test_health_does_not_wait_for_a_black_hole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()

    class BlackHole:
        def head(self, _: bytes) -> None:
            gone.wait(20)

    monkeypatch.setattr(health, "PROBE_S", 0.2)
    try:
        answer = app_with(world, chain=BlackHole()).get("/health")
    finally:
        gone.set()
    assert answer.json()["engines"]["chain"] == "timeout"


@pytest.mark.parametrize(
    ("engine", "error"),
    [("chain", ChainAway("x", retry_after=9)), ("blobs", StoreAway("x", retry_after=9))],
)
def test_an_engine_away_is_503_and_nothing_half_done(
    world: World, engine: str, error: Exception
) -> None:
    client = app_with(world, **{engine: Away(error)})
    body = json.dumps(world.food_permit(world.firm.subject)).encode()
    headers = {**world.headers("scjg", "away-1"), "Content-Type": "application/json"}
    size = world.platform.store.size()
    answer = client.post("/v1/licences", content=body, headers=headers)
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == "9"
    assert world.platform.store.size() == size


def test_a_bug_of_ours_is_a_problem_without_a_trace(world: World) -> None:
    client = app_with(world, store=Away(RuntimeError(f"secret of {SECRETS[1]}")))
    answer = client.get("/log/checkpoint")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert SECRETS[1] not in answer.text
    assert "Traceback" not in answer.text
