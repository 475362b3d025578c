"""What is written down of a request: enough to find it again, nothing of whom it was about."""

from __future__ import annotations

import io
import json
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import BodySlow, BodyTooLarge
from api.request_log import RequestLog, json_log, template
from api.settings import ServerSettings
from tests.api.world import PDF, SECRETS, World


def lines_of(world: World, since: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in world.lines.getvalue()[since:].splitlines()]


def test_a_line_has_route_status_time_and_agency(world: World) -> None:
    case = world.open_case()
    since = len(world.lines.getvalue())
    answer = world.get(f"/v1/cases/{case}?limit=1", "wjw")
    (line,) = lines_of(world, since)
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/v1/cases/{case}",
        "status": 200,
        "agency": "wjw",
    }


def test_no_person_no_id_no_query_in_any_line(world: World) -> None:
    matter = world.matter
    firm = matter.firm.subject
    world.get(f"/v1/trace?key=subject:{firm}", firm)
    world.get(f"/v1/licences/{matter.licence}", firm)
    world.get(f"/v1/licences/{'x' * 40}%0Aforged", firm)
    world.post("/v1/subjects/lookup", "scjg", {"scheme": "other", "value": SECRETS[2]}, None)
    world.post("/v1/subjects", "scjg", {"kind": "person", "name": SECRETS[1], "x": SECRETS[2]})
    world.upload("/v1/materials", "scjg", world.paper(firm, title=SECRETS[0]), PDF)
    text = world.lines.getvalue()
    for secret in (*SECRETS, firm, matter.licence, matter.consent, matter.case, world.person):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
    assert "?" not in text
    assert "Bearer" not in text
    assert all(json.loads(line) for line in text.splitlines())


def test_unknown_paths_do_not_become_labels(world: World) -> None:
    since = len(world.lines.getvalue())
    world.get("/v1/nothing/of/this")
    assert lines_of(world, since)[0]["route"] == "unmatched"
    world.client.request("BREW", "/v1/agencies")
    text = world.get("/metrics").text
    assert "nothing" not in text
    assert "BREW" not in text


def test_plain_routes_have_their_template() -> None:
    assert template({"type": "http", "path": "/v1/verifications"}) == "/v1/verifications"
    assert template({"type": "http", "path": "/elsewhere"}) == "unmatched"


def wrapped(app: Any, out: io.StringIO, **limits: Any) -> RequestLog:
    return RequestLog(
        app,
        log=json_log(out),
        metrics=Metrics(),
        settings=ServerSettings(**limits),
        request_id=lambda: "rid",
    )


def test_a_bug_is_logged_by_type_and_place() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("personal thing")

    out = io.StringIO()
    answer = TestClient(wrapped(app, out)).get("/x")
    assert (answer.status_code, answer.json()["request_id"]) == (500, "rid")
    bug, line = [json.loads(text) for text in out.getvalue().splitlines()]
    assert bug["error"] == "RuntimeError"
    assert any("test_request_log.py" in place for place in bug["places"])
    assert line["status"] == 500
    assert "personal" not in out.getvalue()


def run_body(messages: list[Message], pause: float = 0.0, **limits: Any) -> list[bytes]:
    """What an app reads of a body that arrives as ``messages``, each after ``pause`` seconds."""
    read: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            read.append(message.get("body", b""))
            if not message.get("more_body"):
                return

    async def receive() -> Message:
        await anyio.sleep(pause)
        return messages.pop(0)

    async def send(message: Message) -> None:
        raised.append(message)

    raised: list[Message] = []
    body = wrapped(capture(app, failures := []), io.StringIO(), **limits)
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    anyio.run(lambda: body(scope, receive, send))  # type: ignore[arg-type]
    if failures:
        raise failures[0]
    return read


def capture(app: Any, failures: list[Exception]) -> Any:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except (BodySlow, BodyTooLarge) as error:
            failures.append(error)

    return inner


def chunk(size: int, more: bool = True) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_in_time_passes() -> None:
    assert run_body([chunk(5), chunk(3, False)]) == [b"xxxxx", b"xxx"]


def test_a_body_that_pauses_too_long_is_cut() -> None:
    with pytest.raises(BodySlow):
        run_body([chunk(1), chunk(1, False)], pause=0.3, body_idle_s=0.05)


def test_a_body_that_drips_is_cut() -> None:
    """Each byte comes in time, all of them would take for ever."""
    drips = [chunk(1) for _ in range(1000)]
    with pytest.raises(BodySlow):
        run_body(drips, pause=0.02, body_idle_s=1.0, body_start_s=0.2, body_least_rate=1000)


def test_no_route_reads_more_than_the_largest_body() -> None:
    with pytest.raises(BodyTooLarge):
        run_body([chunk(600), chunk(600, False)], max_upload=1024, max_verification=1024)
