"""A real server on a real socket: slow clients, streams, and the worker beside it."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from api import serving
from api.app import create_app
from api.request_log import json_log
from api.serving import BackgroundWorker, make_server
from api.settings import ServerSettings
from ledger.errors import ChainAway
from ledger.flows.door.refusal import log_refusal
from ledger.flows.worker import Round
from tests.api.world import PDF, World


@contextmanager
def listening(world: World, chain: Any = None, **limits: float) -> Iterator[str]:
    platform = world.platform if chain is None else replace(world.platform, chain=chain)
    settings = ServerSettings(port=0, **limits)  # type: ignore[arg-type]
    app = create_app(platform, settings, token_seed=bytes(range(32)), log=json_log(io.StringIO()))
    ports: list[int] = []
    ready = threading.Event()

    def started(port: int) -> None:
        ports.append(port)
        ready.set()

    server = make_server(app, settings, started)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def connection(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    made = socket.create_connection((host, int(port)), timeout=5)
    made.settimeout(5)
    return made


def read_all(made: socket.socket) -> bytes:
    data = b""
    while piece := made.recv(65_536):
        data += piece
    return data


def test_it_answers_and_does_not_name_its_software(world: World) -> None:
    with listening(world) as url:
        answer = httpx.get(f"{url}/health")
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_that_stops_coming_is_answered_408(world: World) -> None:
    with listening(world, body_idle_s=0.3) as url, connection(url) as made:
        head = (
            f"POST /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token('wjw')}\r\n"
            "Idempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
        )
        began = time.monotonic()
        made.sendall(head.encode())
        answer = read_all(made)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"body.slow" in answer
        assert time.monotonic() - began < 300


def test_a_stalled_upload_gives_its_place_back(world: World) -> None:
    with listening(world, body_idle_s=0.3, uploads_at_once=1) as url, connection(url) as made:
        head = (
            f"POST /v1/materials HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token('scjg')}"
            "\r\nIdempotency-Key: slow\r\nContent-Type: multipart/form-data; boundary=gap\r\n"
            "Content-Length: 5000\r\n\r\n--gap\r\n"
        )
        made.sendall(head.encode())
        assert read_all(made).startswith(b"HTTP/1.1 408")
        about = world.paper(world.firm.subject)
        files = [
            ("about", (None, json.dumps(about).encode(), "application/json")),
            ("file", ("p.pdf", PDF, "application/pdf")),
        ]
        answer = httpx.post(f"{url}/v1/materials", files=files, headers=world.headers("scjg"))
        assert answer.status_code == 202, answer.text


def test_headers_that_do_not_come_close_the_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEADER_S", 0.3)
    with listening(world) as url, connection(url) as made:
        made.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        assert read_all(made) == b""
        assert time.monotonic() - began < 3


def test_a_slow_answer_is_not_cut_by_the_patience_for_headers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock runs for headers only, also on the second request of a connection."""
    monkeypatch.setattr(serving, "HEADER_S", 0.2)
    with listening(world, SlowChain()) as url, httpx.Client(base_url=url) as client:
        for _ in range(2):
            assert client.get("/health").json()["engines"]["chain"] == "ok"


class SlowChain:
    """Answers, after a while."""

    def head(self, _: bytes) -> None:
        time.sleep(0.5)


def test_an_unauthenticated_body_is_not_read(world: World) -> None:
    with listening(world) as url, connection(url) as made:
        made.sendall(
            b"POST /v1/materials HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
            b"boundary=gap\r\nContent-Length: 90000000\r\n\r\n--gap\r\n"
        )
        assert made.recv(65_536).startswith(b"HTTP/1.1 401")


def test_the_worker_beside_it_anchors(world: World) -> None:
    log_refusal(world.platform, "wjw", {}, "consent.absent")
    size = world.platform.store.size()
    worker = BackgroundWorker(world.platform, json_log(io.StringIO()), 0.05)
    worker.start()
    try:
        deadline = time.monotonic() + 10
        while not (done := world.platform.store.anchors()) or done[-1].size < size:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        worker.stop()


def test_the_worker_says_what_changes_once(world: World) -> None:
    out = io.StringIO()
    worker = BackgroundWorker(world.platform, json_log(out), 1.0)
    waiting = Round(1, 0, ChainAway.code)
    for done in (Round(1, 1, None), waiting, waiting, ChainAway("x"), Round(2, 2, None)):
        worker._report(done)
    assert [line.count("chain.away") for line in out.getvalue().splitlines()] == [1, 0]
