from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import LIFETIME, TYPE, Caller, Role, Tokens, bearer
from api.problems import TokenRefused, TooMany
from api.rates import REMEMBERED, Rate
from api.settings import ServerSettings
from certs import base64url, jws
from certs.canonical import canonical
from certs.keys import generate_p256
from tests.api.world import World

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SEED = bytes(range(32))
CALLER = Caller("scjg", Role.AGENCY, "scjg")


def tokens(at: datetime = NOW, issuer: str = "log.example", seed: bytes = SEED) -> Tokens:
    return Tokens.signing(issuer, seed, lambda: at)


def forged(claims: dict[str, object], header: dict[str, str] | None = None) -> str:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    return jws.sign(header or {"typ": TYPE}, canonical(claims), key)


def claims(**changes: object) -> dict[str, object]:
    at = int(NOW.timestamp())
    own: dict[str, object] = {
        "iss": "log.example",
        "sub": "scjg",
        "role": "agency",
        "agency": "scjg",
        "subject": None,
        "iat": at,
        "exp": at + 900,
    }
    return own | changes


def test_a_token_says_who_calls() -> None:
    assert tokens().read(tokens().issue(CALLER)) == CALLER
    assert tokens().read(forged(claims())) == CALLER


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another.example"},
        {"role": "root"},
        {"role": None},
        {"sub": 7},
        {"iat": "0"},
        {"iat": int(NOW.timestamp()) + 60},
        {"exp": int(NOW.timestamp())},
        {"exp": int(NOW.timestamp()) + 901},
        {"exp": None},
    ],
    ids=str,
)
def test_a_claim_of_another_value_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(TokenRefused):
        tokens().read(forged(claims(**changes)))


def test_a_token_ends() -> None:
    token = tokens().issue(CALLER)
    assert tokens(NOW + LIFETIME - timedelta(seconds=1)).read(token) == CALLER
    with pytest.raises(TokenRefused):
        tokens(NOW + LIFETIME).read(token)
    with pytest.raises(TokenRefused):
        tokens(NOW - timedelta(minutes=1)).read(token)


def none_token() -> str:
    header = base64url.encode(json.dumps({"alg": "none", "typ": TYPE}).encode())
    return f"{header}.{base64url.encode(canonical(claims()))}."


BAD_TOKENS = {
    "empty": "",
    "another type": forged(claims(), {"typ": "mianti-promise+jws"}),
    "no type": forged(claims(), {"x": "y"}),
    "alg none": none_token(),
    "another key": tokens(seed=bytes(32)).issue(CALLER),
    "ES256": jws.sign({"typ": TYPE}, canonical(claims()), generate_p256()),
    "padded": tokens().issue(CALLER) + "=",
    "no object": jws.sign({"typ": TYPE}, b"[]", Ed25519PrivateKey.from_private_bytes(SEED)),
    "long": "a" * 5000 + ".a.a",
    "not ASCII": "\u514d.\u63d0.\u4ea4",
}


@pytest.mark.parametrize("case", BAD_TOKENS, ids=str)
def test_bad_tokens_are_refused_with_one_sentence(case: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        tokens().read(BAD_TOKENS[case])
    assert str(caught.value) == "The token is not valid."


def test_another_bodys_tokens_are_read_and_not_given_out() -> None:
    public = base64url.encode(
        Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    )
    reading = Tokens.reading("log.example", public, lambda: NOW)
    assert reading.read(tokens().issue(CALLER)) == CALLER
    with pytest.raises(ValueError, match="gives out none"):
        reading.issue(CALLER)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
    ],
)
def test_the_bearer_of_a_header(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


def test_a_rate_counts_per_name_and_window() -> None:
    at = [0.0]
    rate = Rate(2, lambda: at[0])
    rate.take("a")
    rate.take("a")
    rate.take("b")
    with pytest.raises(TooMany) as caught:
        rate.take("a")
    assert caught.value.retry_after == 60
    at[0] = 59.5
    with pytest.raises(TooMany) as caught:
        rate.check("a")
    assert caught.value.retry_after == 1
    rate.give_back("a")
    rate.take("a")
    at[0] = 60.0
    rate.take("a")


def test_a_rate_remembers_so_many_names() -> None:
    rate = Rate(1, lambda: 0.0)
    rate.take("first")
    for number in range(REMEMBERED):
        rate.take(f"n{number}")
    rate.take("first")


# The token endpoint


def form(world: World, **changes: str) -> dict[str, str]:
    own = {
        "grant_type": "client_credentials",
        "client_id": "scjg",
        "client_secret": world.secrets["scjg"],
    }
    return own | changes


def test_a_demo_account_gets_a_loudly_marked_token(world: World) -> None:
    answer = world.client.post("/v1/token", data=form(world))
    assert answer.status_code == 200
    said = answer.json()
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 900)
    assert "DEMO" in said["warning"]
    assert "演示" in said["warning_zh"]
    last = [json.loads(line) for line in world.lines.getvalue().splitlines()]
    assert any(line["event"] == "demo_token" and line["level"] == "warning" for line in last)


def test_basic_authentication_serves_too(world: World) -> None:
    pair = base64.b64encode(f"scjg:{world.secrets['scjg']}".encode()).decode()
    answer = world.client.post(
        "/v1/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {pair}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "auth.client"),
        ({"client_secret": ""}, 401, "auth.client"),
        ({"client_id": "nobody"}, 401, "auth.client"),
        ({"client_id": "x" * 500}, 401, "auth.client"),
        ({"client_id": ""}, 401, "auth.client"),
        ({"grant_type": "password"}, 400, "auth.grant"),
        ({"more": "1"}, 422, "body.invalid"),
        ({"client_secret": "x" * 5000}, 413, "body.too_large"),
    ],
)
def test_the_endpoint_refuses(
    world: World, changes: dict[str, str], status: int, code: str
) -> None:
    answer = world.client.post("/v1/token", data=form(world, **changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_unknown_client_and_wrong_secret_answer_alike(world: World) -> None:
    wrong = world.client.post("/v1/token", data=form(world, client_secret="x")).json()
    unknown = world.client.post("/v1/token", data=form(world, client_id="nobody")).json()
    assert {**wrong, "request_id": ""} == {**unknown, "request_id": ""}
    assert wrong["error"] == "invalid_client"


def test_a_member_twice_is_refused(world: World) -> None:
    answer = world.client.post(
        "/v1/token",
        content=b"grant_type=client_credentials&client_id=scjg&client_id=wjw&client_secret=x",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 422


def test_guessing_is_slowed_down(world: World) -> None:
    app = create_app(world.platform, ServerSettings(token_failures_per_minute=3))
    client = TestClient(app)
    bad = form(world, client_secret="guess")
    assert [client.post("/v1/token", data=bad).status_code for _ in range(5)] == [
        401,
        401,
        401,
        429,
        429,
    ]
    refused = client.post("/v1/token", data=form(world))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_good_tokens_do_not_count_as_guesses(world: World) -> None:
    app = create_app(world.platform, ServerSettings(token_failures_per_minute=2))
    client = TestClient(app)
    assert [client.post("/v1/token", data=form(world)).status_code for _ in range(5)] == [200] * 5


def test_a_holders_account_is_opened_once(world: World) -> None:
    subject = world.subject("person", "乙", "other", "synthetic-account")
    first = world.post("/v1/accounts", "gafj", {"subject": subject}, key="acc")
    again = world.post("/v1/accounts", "gafj", {"subject": subject}, key="acc")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    world.secrets[subject] = first.json()["secret"]
    assert world.get("/v1/holder/items", subject).status_code == 200
    other = world.post("/v1/accounts", "gafj", {"subject": subject})
    assert other.status_code == 409


# Settings


def test_embedded_is_the_default_and_gives_out_tokens() -> None:
    assert ServerSettings().issues_tokens
    assert not ServerSettings(token_endpoint=False).issues_tokens


CITY = {
    "profile": "city",
    "token_public_key": base64url.encode(bytes(32)),
    "passphrase": "correct-horse-battery-staple-7",
}


def test_city_with_its_own_secrets_runs_without_the_endpoint() -> None:
    assert not ServerSettings(**CITY).issues_tokens


@pytest.mark.parametrize(
    "changes",
    [
        {"token_endpoint": True},
        {"token_public_key": None},
        {"passphrase": None},
        {"passphrase": "changeme"},
        {"passphrase": "short-one"},
        {"passphrase": "a" * 40},
        {"passphrase": "abab" * 10},
    ],
    ids=str,
)
def test_city_refuses_what_is_for_a_demo(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ServerSettings(**{**CITY, **changes})


def test_an_app_of_another_profile_than_its_folder_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="profile"):
        create_app(world.platform, ServerSettings(**CITY))
