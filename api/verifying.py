"""What the app keeps for verifications: a memory, and room for a few at once and some that wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, WouldBlock, fail_after, to_thread

from ledger.errors import LogBusy
from ledger.verify.memory import Memory

WAITING_S = 5.0
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Verifying:
    """``memory`` outlives requests, of one trust list; see ``flows/evidence/verify``.
    ``at_once``: threads that work; ``waiting``: how many callers may stand before them."""

    memory: Memory
    at_once: CapacityLimiter
    waiting: int

    async def run(self, work: Callable[[], Value]) -> Value:
        """``work`` in a thread, once it is its turn. Raises LogBusy where too many wait already,
        or where the turn does not come within ``WAITING_S``."""
        caller = object()
        try:
            self.at_once.acquire_on_behalf_of_nowait(caller)
        except WouldBlock:
            await self._wait(caller)
        try:
            return await to_thread.run_sync(work)
        finally:
            self.at_once.release_on_behalf_of(caller)

    async def _wait(self, caller: object) -> None:
        if self.at_once.statistics().tasks_waiting >= self.waiting:
            raise LogBusy("Too many verifications at once.", retry_after=1)
        try:
            with fail_after(WAITING_S):
                await self.at_once.acquire_on_behalf_of(caller)
        except TimeoutError as error:
            raise LogBusy("Too many verifications at once.", retry_after=1) from error
