"""Nasty bodies on every POST: a coded refusal, never 5xx, nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certs import base64url
from tests.api.routes_table import LINES, OPEN, WHO, Line
from tests.api.test_matrix import account, name, problem, some_path
from tests.api.world import PDF, World

POSTS = [one for one in LINES if one.method == "POST" and one.who is not OPEN]
JSON_POSTS = [one for one in POSTS if not one.upload and not one.raw]
UPLOADS = [one for one in POSTS if one.upload]
DOOR = {
    "duplicate keys": (b'{"a":1,"a":2}', "json.duplicate_key"),
    "duplicate keys inside": (b'{"x":[{"a":1,"a":2}]}', "json.duplicate_key"),
    "NaN": (b'{"a":NaN}', "json.number"),
    "Infinity": (b'{"a":-Infinity}', "json.number"),
    "1e400": (b'{"a":1e400}', "json.number"),
    "a fraction": (b'{"a":1.5}', "json.number"),
    "2^53": (b'{"a":9007199254740992}', "json.number"),
    "-2^53": (b'{"a":-9007199254740992}', "json.number"),
    "lone surrogate": (b'{"a":"\\ud800"}', "json.surrogate"),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}', "json.encoding"),
    "not UTF-8": (b'{"a":"\xff"}', "json.encoding"),
    "depth 65": (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "json.depth"),
    "depth bomb": (b"[" * 100_000, "json.depth"),
    "nothing": (b"", "json.syntax"),
    "truncated": (b'{"a":', "json.syntax"),
    "two values": (b"{}{}", "json.syntax"),
    "NUL": (b'{"a":"\x00"}', "json.syntax"),
}
SHAPES = {
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "a text": b'"x"',
    "unknown member": b'{"__proto__":1}',
    "wrong types": b'{"subject":7,"items":{},"envelope":[],"key":false,"type":[]}',
}


@pytest.fixture(autouse=True, scope="module")
def settled(world: World) -> None:
    """Everybody is known before anything is counted."""
    _ = world.matter, world.stranger


def send(world: World, line: Line, data: bytes) -> Any:
    role = sorted(line.who)[0]
    return world.post(some_path(line), account(world, WHO[role]), data)


@pytest.mark.parametrize("case", DOOR, ids=str)
@pytest.mark.parametrize("line", JSON_POSTS, ids=name)
def test_the_door_refuses_by_its_own_code(world: World, line: Line, case: str) -> None:
    data, code = DOOR[case]
    size = world.platform.store.size()
    answer = send(world, line, data)
    assert answer.status_code == 400, answer.text
    assert problem(answer)["code"] == code
    assert world.platform.store.size() == size


@pytest.mark.parametrize("case", SHAPES, ids=str)
@pytest.mark.parametrize("line", JSON_POSTS, ids=name)
def test_other_shapes_are_refused(world: World, line: Line, case: str) -> None:
    answer = send(world, line, SHAPES[case])
    assert answer.status_code in (404, 422), answer.text  # an id in the path may come first
    assert problem(answer)["code"]


@pytest.mark.parametrize("line", JSON_POSTS, ids=name)
def test_too_large_is_413(world: World, line: Line) -> None:
    answer = send(world, line, b" " * (33 << 20))
    assert answer.status_code == 413
    assert problem(answer)["code"] == "body.too_large"


@pytest.mark.parametrize("line", JSON_POSTS, ids=name)
@pytest.mark.parametrize("sort", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_415(world: World, line: Line, sort: str) -> None:
    who = account(world, WHO[sorted(line.who)[0]])
    headers = {**world.headers(who), "Content-Type": sort}
    answer = world.client.post(some_path(line), content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert problem(answer)["code"] == "body.type"


@pytest.mark.parametrize("line", [one for one in POSTS if one.writes], ids=name)
@pytest.mark.parametrize("key", [None, " ", "x" * 129, "a b", "\u514d".encode()])
def test_a_write_needs_a_key_of_form(world: World, line: Line, key: Any) -> None:
    who = account(world, WHO[sorted(line.who)[0]])
    headers: dict[str, Any] = {**world.headers(who, None), "Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key
    answer = world.client.post(some_path(line), content=b"{}", headers=headers)
    assert answer.status_code in (400, 404, 415, 422), answer.text
    if answer.status_code == 400:
        assert problem(answer)["code"] in ("idempotency.missing", "body.multipart")


@pytest.mark.parametrize("line", UPLOADS, ids=name)
@pytest.mark.parametrize("case", DOOR, ids=str)
def test_the_part_about_passes_the_same_door(world: World, line: Line, case: str) -> None:
    data, code = DOOR[case]
    if len(data) > 64 * 1024:
        code = "body.too_large"
    answer = world.upload(line.template, "scjg", data, PDF)
    assert answer.status_code in (400, 413), answer.text
    assert problem(answer)["code"] == code


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("line", JSON_POSTS, ids=name)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(junk=JUNK, place=st.integers(0, 30))
def test_one_spoilt_member_never_breaks_us(world: World, line: Line, junk: Any, place: int) -> None:
    body = dict(line.body)
    if body:
        body[sorted(body)[place % len(body)]] = junk
    else:
        body = {"type": junk, "subject": junk, "items": junk}
    answer = send(world, line, json.dumps(body).encode())
    assert answer.status_code < 500, answer.text


SPOILT = {
    "a payload of another log": lambda said: said | {"log": "other.example/log"},
    "another kind": lambda said: said | {"kind": "released"},
    "an unknown kind": lambda said: said | {"kind": "consent.imagined"},
    "an unknown member": lambda said: said | {"more": 1},
    "a body of another shape": lambda said: said | {"body": {"request": said["body"]["request"]}},
    "another actor": lambda said: said | {"actor": "scjg"},
    "another case": lambda said: said | {"body": said["body"] | {"case": "case_" + "a" * 26}},
}


@pytest.mark.parametrize("case", SPOILT, ids=str)
def test_a_spoilt_statement_is_refused(world: World, case: str) -> None:
    envelope = json.loads(world.signed_request(world.open_case()))
    said = json.loads(base64url.decode(envelope["payload"]))
    payload = json.dumps(
        SPOILT[case](said), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    size = world.platform.store.size()
    answer = world.post("/v1/requests", "wjw", envelope | {"payload": base64url.encode(payload)})
    assert answer.status_code in (403, 404, 422), answer.text
    assert problem(answer)["code"].split(".")[0] in ("statement", "signer", "not_found")
    assert world.platform.store.size() == size


TWINS = {
    "padded": lambda text: text + "=",
    "standard alphabet": lambda text: text.replace("-", "+").replace("_", "/") + "+",
    "cut": lambda text: text[:-2],
    "white space": lambda text: text[:10] + "\n" + text[10:],
    "empty": lambda text: "",
}


@pytest.mark.parametrize("case", TWINS, ids=str)
@pytest.mark.parametrize("member", ["payload", "sig"])
def test_twins_of_base64_are_refused(world: World, case: str, member: str) -> None:
    envelope = json.loads(world.signed_request(world.open_case()))
    place = envelope if member == "payload" else envelope["signatures"][0]
    place[member] = TWINS[case](place[member])
    answer = world.post("/v1/requests", "wjw", envelope)
    assert answer.status_code in (403, 422), answer.text
    assert problem(answer)["code"] in ("statement.refused", "signer.unknown")
