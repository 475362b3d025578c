"""When somebody is to look: rules over who read what and when, who was refused, what is late.

reading without a basis                       red, always
many releases by one officer in an hour       yellow, red at twice the limit
many people read by one officer in a day      yellow, red at twice the limit
reading at night or on a day off              yellow
refusals of one officer in an hour            yellow, red at twice the limit
an answer or a check that is late             yellow, red once it is escalated or long overdue
demands refused as needless                   yellow
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from certs.canonical import Json
from certs.plain_text import name_key
from ledger.figures.alert_words import words_of
from ledger.log.statement import format_time
from ledger.reuse.documents import CHINA
from ledger.reuse.working_days import Calendar


class Level(StrEnum):
    """How urgent it is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Limits:
    """From which numbers on somebody is to look; ``opens``, ``closes``: office hours in China, on
    the working days of ``calendar``."""

    reads_an_hour: int = 60
    subjects_a_day: int = 100
    refusals_an_hour: int = 5
    demands_refused: int = 3
    opens: time = time(7)
    closes: time = time(20)
    long_overdue: timedelta = timedelta(days=10)
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, slots=True)
class ReadSeen:
    """One release. ``entry``: its log index; ``at``: when it was sequenced, aware; ``lawful``: a
    basis was there at its place in the log."""

    entry: int
    agency: str
    officer: str
    subject: str
    at: datetime
    lawful: bool


@dataclass(frozen=True, slots=True)
class RefusalSeen:
    """One refused request or release; ``needless``: a demand for what could be had."""

    agency: str
    officer: str | None
    at: datetime
    needless: bool = False


_Seen = TypeVar("_Seen", ReadSeen, RefusalSeen)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that was due at ``due``: an ``assistance``, a ``flag``, a ``dispute``, a
    ``commitment`` to check, the ``review`` of an emergency. ``agency``: who is to act."""

    sort: str
    id: str
    agency: str
    due: datetime
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """``code`` for machines; ``number``: how many; ``ids``: entries or things that it is about."""

    code: str
    level: Level
    agency: str
    officer: str | None
    number: int
    at: datetime
    ids: tuple[str, ...]

    def to_json(self, name: tuple[str, str] | None = None) -> dict[str, Json]:
        """``name``: the agency's in Chinese and English (default: its id)."""
        named = name or (self.agency, self.agency)
        zh, en = words_of(self.code, named, self.officer, self.number)
        return {
            "code": self.code,
            "level": self.level.value,
            "agency": self.agency,
            "officer": self.officer,
            "number": self.number,
            "at": format_time(self.at),
            "ids": list(self.ids),
            "zh": zh,
            "en": en,
        }


def alerts(
    reads: Iterable[ReadSeen],
    refusals: Iterable[RefusalSeen],
    waiting: Iterable[Waiting],
    at: datetime,
    limits: Limits | None = None,
) -> tuple[Alert, ...]:
    """What somebody is to look at, the worst first, then by code and agency."""
    rules = limits or Limits()
    read, refused = list(reads), list(refusals)
    found = [
        *_unlawful(read),
        *_bulk(read, rules),
        *_off_hours(read, rules),
        *_refused(refused, rules),
        *_late(waiting, at, rules),
    ]
    return tuple(
        sorted(found, key=lambda one: (one.level != Level.RED, one.code, one.agency, one.ids))
    )


def worst(found: Iterable[Alert]) -> Level:
    levels = {one.level for one in found}
    return next((one for one in (Level.RED, Level.YELLOW) if one in levels), Level.GREEN)


def _unlawful(reads: Sequence[ReadSeen]) -> Iterator[Alert]:
    for one in reads:
        if not one.lawful:
            yield _alert("read.without_basis", Level.RED, one.agency, one.officer, [one])


def _bulk(reads: Sequence[ReadSeen], rules: Limits) -> Iterator[Alert]:
    for (agency, officer), mine in _by_officer(reads).items():
        most = _most_within(mine, timedelta(hours=1))
        if len(most) > rules.reads_an_hour:
            level = _level(len(most), rules.reads_an_hour)
            yield _alert("read.bulk", level, agency, officer, most)
        days: dict[object, list[ReadSeen]] = defaultdict(list)
        for one in mine:
            days[one.at.astimezone(CHINA).date()].append(one)
        for of_day in days.values():
            people = len({one.subject for one in of_day})
            if people > rules.subjects_a_day:
                level = _level(people, rules.subjects_a_day)
                yield _alert("read.many_people", level, agency, officer, of_day, people)


def _off_hours(reads: Sequence[ReadSeen], rules: Limits) -> Iterator[Alert]:
    for (agency, officer), mine in _by_officer(reads).items():
        odd = [one for one in mine if not _in_hours(one.at, rules)]
        if odd:
            yield _alert("read.off_hours", Level.YELLOW, agency, officer, odd)


def _refused(refusals: Sequence[RefusalSeen], rules: Limits) -> Iterator[Alert]:
    named = [one for one in refusals if one.officer is not None and not one.needless]
    for (agency, officer), mine in _by_officer(named).items():
        most = _most_within(mine, timedelta(hours=1))
        if len(most) > rules.refusals_an_hour:
            level = _level(len(most), rules.refusals_an_hour)
            at = most[-1].at
            yield Alert("refused.often", level, agency, officer, len(most), at, ())
    needless = Counter(one.agency for one in refusals if one.needless)
    for agency, number in needless.items():
        if number >= rules.demands_refused:
            at = max(one.at for one in refusals if one.needless and one.agency == agency)
            yield Alert("demand.refused_often", Level.YELLOW, agency, None, number, at, ())


def _late(waiting: Iterable[Waiting], at: datetime, rules: Limits) -> Iterator[Alert]:
    late: dict[tuple[str, str, Level], list[Waiting]] = defaultdict(list)
    for one in waiting:
        if one.due < at:
            urgent = one.escalated or at - one.due > rules.long_overdue
            late[one.sort, one.agency, Level.RED if urgent else Level.YELLOW].append(one)
    for (sort, agency, level), ones in late.items():
        ids = tuple(sorted(one.id for one in ones))
        first = min(one.due for one in ones)
        yield Alert(f"{sort}.late", level, agency, None, len(ones), first, ids)


def _by_officer(seen: Iterable[_Seen]) -> dict[tuple[str, str], list[_Seen]]:
    """By agency and officer, whose name counts once however it is spelt."""
    grouped: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    for one in seen:
        grouped[one.agency, name_key(one.officer or "")].append(one)
    return {(agency, mine[0].officer or ""): mine for (agency, _), mine in grouped.items()}


def _most_within(seen: Sequence[_Seen], span: timedelta) -> list[_Seen]:
    """The longest run of what was seen within less than ``span``."""
    ordered = sorted(seen, key=lambda one: one.at)
    best: list[_Seen] = []
    first = 0
    for last, one in enumerate(ordered):
        while one.at - ordered[first].at >= span:
            first += 1
        if last - first + 1 > len(best):
            best = ordered[first : last + 1]
    return best


def _in_hours(at: datetime, rules: Limits) -> bool:
    local = at.astimezone(CHINA)
    return (
        rules.calendar.is_working_day(local.date()) and rules.opens <= local.time() < rules.closes
    )


def _level(number: int, limit: int) -> Level:
    return Level.RED if number > 2 * limit else Level.YELLOW


def _alert(
    code: str,
    level: Level,
    agency: str,
    officer: str,
    reads: Sequence[ReadSeen],
    number: int | None = None,
) -> Alert:
    ids = tuple(str(one.entry) for one in sorted(reads, key=lambda one: one.entry))
    at = max(one.at for one in reads)
    return Alert(code, level, agency, officer, len(reads) if number is None else number, at, ids)
