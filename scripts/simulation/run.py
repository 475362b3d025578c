"""The years of the city, day by day, and what is found at their end."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from api.datafolder import DataFolder
from api.demo.clock import MovableClock
from api.demo.desk import Desk
from api.demo.year_cast import recipients
from api.founding import found
from api.wiring import open_platform
from ledger import tlog
from ledger.flows.after.cascade import cascades
from ledger.flows.after.destruction import finish_destructions
from ledger.flows.evidence.anchor import anchor
from ledger.flows.fsck import fsck
from ledger.flows.library.status import refresh_lists
from ledger.flows.matters.assistance import remind
from ledger.flows.reading.release import follow
from ledger.platform import Platform
from scripts.simulation.aftermath import Aftermath
from scripts.simulation.city import City, randomness_of
from scripts.simulation.figures import figures
from scripts.simulation.lives import come_up, planned
from scripts.simulation.recomputed import recompute
from scripts.simulation.scale import Scale
from scripts.simulation.work import Office

BEGINS = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
Say = Callable[[str], None]


def simulate(scale: Scale, say: Say) -> dict[str, object]:
    """Live through it in a folder of its own, and answer the figures, which depend on the scale
    alone; the seconds that it took are not among them."""
    chance = randomness_of(scale.seed)
    octets = Random(chance.random())
    clock, begun = MovableClock(BEGINS), time.monotonic()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mianti-city-"))
        root = Path(folder) / "data"
        lifetime = YEAR * (scale.years + 2)
        found(root, store="directory", now=clock, randomness=octets.randbytes, lifetime=lifetime)
        platform = stack.enter_context(open_platform(root, clock, octets.randbytes))
        city = City(platform, Random(chance.random()))
        for standing in city.settle(scale.subjects):
            if standing % 2000 == 0:
                say(f"{standing} subjects registered, {time.monotonic() - begun:.0f} s")
        desk = Desk(platform, city.hands, recipients(DataFolder(root)), _paper)
        office = Office(city, desk, Random(chance.random()))
        after = Aftermath(city, Random(chance.random()))
        _live(scale, clock, office, after, Random(chance.random()), say)
        say(f"reading {platform.store.size()} entries again, {time.monotonic() - begun:.0f} s")
        told = recompute(platform)
        wrong = len(fsck(platform).findings) if scale.check else None
        say(f"done after {time.monotonic() - begun:.0f} s")
        return figures(scale, city, office, after, told, wrong)


def _live(
    scale: Scale,
    clock: MovableClock,
    office: Office,
    after: Aftermath,
    chance: Random,
    say: Say,
) -> None:
    platform, begun = office.city.platform, time.monotonic()
    coming = planned(scale.subjects, scale.years, chance)
    day, quarter = None, None
    for number, (share, life) in enumerate(coming, 1):
        now = clock.until(BEGINS + share * scale.years * YEAR)
        if (now.year, now.month // 4) != quarter:
            quarter = (now.year, now.month // 4)
            refresh_lists(platform)
        if now.date() != day:
            day = now.date()
            _night(platform, after)
        for worked in office.handle(come_up(office.city, life, chance)):
            after.follow(worked)
            clock.forward(minutes=1)
        if number % 100 == 0 or number == len(coming):
            passed = time.monotonic() - begun
            rest = passed / number * (len(coming) - number)
            say(f"{number} of {len(coming)} matters, {passed:.0f} s, {rest:.0f} s to go")
    clock.forward(days=1)
    _night(platform, after)
    clock.forward(days=1)
    _night(platform, after)
    refresh_lists(platform)


def _night(platform: Platform, after: Aftermath) -> None:
    """What the worker does, but that the status lists are renewed a few times a year only: nobody
    here asks for them in between."""
    remind(platform)
    cascades(platform)
    after.answer_flags()
    finish_destructions(platform)
    follow(platform, tlog.integrate(platform))
    anchor(platform)


def _paper(title: str, whose: str, decision: str) -> bytes:
    return f"%PDF-1.7\n% synthetic\n{title} {whose} {decision}\n%%EOF\n".encode()
