"""The worker: remind who is late, go on with what follows from entries (cascades, destruction of
what was announced as erased), integrate, let the key store follow, anchor, keep the status lists
fresh, index what the contracts said.

Each step is safe to repeat and to run in several processes; what cannot be done now is done the
next time, and ``/health`` tells how far it lags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger import tlog
from ledger.errors import LedgerError, NotFound, Pushback
from ledger.flows.after.cascade import cascades
from ledger.flows.after.destruction import finish_destructions
from ledger.flows.after.reminders import remind_of_ends
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.chain_index import index_chain
from ledger.flows.library.status import refresh_lists
from ledger.flows.matters.assistance import remind
from ledger.flows.matters.catalogue_now import PlatformNow
from ledger.flows.reading.counter_codes import sweep
from ledger.flows.reading.follow import follow
from ledger.platform import Platform

FOLLOWING: tuple[Callable[[Platform], object], ...] = (
    remind,
    cascades,
    remind_of_ends,
    finish_destructions,
    sweep,
)
"""What the platform itself states because of earlier entries; none hides another, nor the rest."""


ON_CHAIN: tuple[Callable[[Platform], object], ...] = (refresh_lists, index_chain)
"""What goes on beside anchoring, also where that has to wait."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did. ``waiting``: code of what has to be tried again, else None."""

    integrated: int
    anchored: int
    waiting: str | None


def work(platform: Platform) -> Round:
    """One round; Pushback of an engine becomes ``waiting``, anything worse is raised when all else
    of the round is done."""
    integrated = anchored = 0
    waiting, failed = _each(platform, FOLLOWING)
    try:
        head = tlog.integrate(platform)
        integrated = head.size
        follow(platform, head)
        anchored = anchor(platform).size
    except NotFound:
        return Round(0, 0, waiting)
    except Pushback as error:
        waiting = error.code
    except LedgerError as error:
        failed = failed or error
    later, wrong = _each(platform, ON_CHAIN)
    failed = failed or wrong
    if failed is not None:
        raise failed
    return Round(integrated, anchored, waiting or later)


def _each(
    platform: Platform, steps: tuple[Callable[[Platform], object], ...]
) -> tuple[str | None, LedgerError | None]:
    """Code of the first step that has to wait, and the first error that needs the operator."""
    waiting: str | None = None
    failed: LedgerError | None = None
    for step in steps:
        try:
            step(platform)
        except Pushback as error:
            waiting = waiting or error.code
        except LedgerError as error:
            failed = failed or error
    return waiting, failed


def run(
    platform: Platform,
    wait: Callable[[float], bool],
    report: Callable[[Round | LedgerError], None],
    *,
    interval: float = 1.0,
) -> None:
    """Rounds until ``wait(seconds)`` answers True. What needs the operator is reported each round
    and never hides the other work."""
    running = PlatformNow(platform)
    while True:
        try:
            report(work(running()))
        except LedgerError as error:
            report(error)
        if wait(interval):
            return
