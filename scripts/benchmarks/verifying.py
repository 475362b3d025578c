"""Verification over HTTP on the real app, beside a POST of the bare framework that does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from scripts.benchmarks.founded import AUDITOR, Founded
from scripts.benchmarks.load import Load, load, post
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.server import BARE_PATH
from scripts.benchmarks.timing import Effort, say

ROOT = Path(__file__).resolve().parent.parent.parent
CONNECTIONS = 4  # as many verifications as the server makes at once, unless it is told otherwise
TURNS = 2
PATH = "/v1/verifications"


def measure(effort: Effort, world: Founded) -> list[Row]:
    say(f"verifying over HTTP: 1 and {len(world.licences)} items in a request")
    with _server() as bare, _server(world.root) as ours:
        token = _token(ours, world.secret)
        indexes = [one.entry.index for one in world.licences]
        requests = [
            (bare, post(BARE_PATH, _body(indexes[:1]))),
            (ours, post(PATH, _body(indexes[:1]), token)),
            (ours, post(PATH, _body(indexes), token)),
        ]
        for port, request in requests:
            load(port, request, 1, 0.1)  # first calls fill caches
        turns = [
            [load(port, request, CONNECTIONS, effort.seconds) for port, request in requests]
            for _ in range(TURNS)
        ]
    nothing, single, many = (
        max(lane, key=lambda one: one.rate) for lane in zip(*turns, strict=True)
    )
    return [_row(1, single, nothing, 1.25), _row(len(indexes), many, nothing, 5.0)]


def _row(items: int, ours: Load, nothing: Load, goal: float) -> Row:
    return Row(
        "verifying",
        f"documents over HTTP, {items:,} a request",
        ours.rate * items,
        nothing.rate,
        "/s",
        "requests to a POST that does nothing on the bare framework, same server",
        Bound(goal),
        note=f"p99 {ours.p99 * 1e3:.1f} ms against {nothing.p99 * 1e3:.1f} ms, "
        f"{CONNECTIONS} connections",
    )


def _body(indexes: list[int]) -> bytes:
    return json.dumps({"items": [{"sort": "entry", "index": one} for one in indexes]}).encode()


def _token(port: int, secret: str) -> str:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/token",
        data={"grant_type": "client_credentials", "client_id": AUDITOR, "client_secret": secret},
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])


@contextmanager
def _server(*arguments: Path) -> Iterator[int]:
    """A server of its own process; its port."""
    command = [sys.executable, "-m", "scripts.benchmarks.server", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
