"""Room for verifications: a few at once, some that wait, the rest turned away; and its memory."""

from __future__ import annotations

import threading
from typing import Any

import anyio
import pytest
from anyio import CapacityLimiter

import api.verifying
from api.verifying import Verifying
from certs.trust.trustlist import TrustList
from ledger.errors import LogBusy
from ledger.verify.memory import Memory
from tests.api.world import World


def room(world: World, at_once: int, waiting: int) -> Verifying:
    trust: TrustList = world.platform.trust
    return Verifying(Memory(trust), CapacityLimiter(at_once), waiting)


def test_one_works_one_waits_one_is_turned_away(world: World) -> None:
    said: list[str] = []
    gate = threading.Event()

    def work(name: str) -> str:
        gate.wait(10)
        return name

    async def caller(verifying: Verifying, name: str) -> None:
        try:
            said.append(await verifying.run(lambda: work(name)))
        except LogBusy as error:
            said.append(f"{name}: {error.code}, {error.retry_after}")

    async def story() -> None:
        verifying = room(world, 1, 1)
        async with anyio.create_task_group() as group:
            for name in ("first", "second", "third"):
                group.start_soon(caller, verifying, name)
                await anyio.sleep(0.05)
            assert said == ["third: log.busy, 1"]
            gate.set()
        assert said[1:] == ["first", "second"]
        assert await verifying.run(lambda: "after") == "after"

    anyio.run(story)


def test_who_waits_too_long_is_turned_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.verifying, "WAITING_S", 0.05)
    gate = threading.Event()

    async def story() -> None:
        verifying = room(world, 1, 8)
        async with anyio.create_task_group() as group:
            group.start_soon(verifying.run, lambda: gate.wait(10))
            await anyio.sleep(0.02)
            with pytest.raises(LogBusy):
                await verifying.run(lambda: None)
            gate.set()
        assert await verifying.run(lambda: "after") == "after"

    anyio.run(story)


def test_work_that_fails_gives_its_place_back(world: World) -> None:
    async def story() -> None:
        verifying = room(world, 1, 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await verifying.run(lambda: 1 // 0)

    anyio.run(story)


def test_what_one_caller_may_see_is_not_remembered_for_another(world: World) -> None:
    permit = world.get(f"/v1/licences/{world.permit}", "scjg").json()
    world.anchored()

    def verdict(who: str, at: int) -> Any:
        body = {"items": [{"sort": "entry", "index": at}]}
        answer = world.post("/v1/verifications", who, body, key=None).json()["items"][0]
        return answer["outcome"], [check["code"] for check in answer["checks"]]

    index = int(permit["entry"]) if "entry" in permit else int(permit["index"])
    for who in ("sjj", "scjg"):
        assert verdict(who, index)[0] == "passed"
    stranger = world.stranger.subject
    assert verdict(stranger, index) == verdict(stranger, 10**9)
    assert verdict(stranger, index)[0] == "indeterminate"
