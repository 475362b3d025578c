"""Yes/no facts about a licence (数据核验): the answer alone, never what it was read from.

An answer depends on one thing: whether the tested predicate holds. Two values that both pass, or
both fail, cannot be told apart by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.catalogue.terms import Fact, TestSort
from ledger.reuse.documents import State

PREFIX = "fact_"
_AMOUNT = re.compile(r"(?:人民币|￥|¥)?([0-9]{1,24}(?:\.[0-9]{1,8})?)(万|亿)?(元|人民币|元人民币)?")
_TIMES = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
_DAY = re.compile(r"([0-9]{4})(?:-|年)([0-9]{1,2})(?:-|月)([0-9]{1,2})日?")


class Answer(StrEnum):
    """``unknown``: it cannot be told, which is neither yes nor no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a licence stands: its state in the log, and its dates (days in China; None: open)."""

    state: State
    valid_from: date | None
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Active, begun and not run out."""
        return (
            self.state is State.ACTIVE
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )


def is_fact(name: str) -> bool:
    """Whether a name among an item's fields is a fact's."""
    return name.startswith(PREFIX)


def facts_and_fields(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(facts, fields proper) of an item's ``fields``, each in their order."""
    listed = tuple(names)
    facts = tuple(name for name in listed if is_fact(name))
    return facts, tuple(name for name in listed if not is_fact(name))


def answer(fact: Fact, standing: Standing, value: str | None, on: date) -> Answer:
    """The answer on a day in China. ``value`` is that of the fact's own field, and no other; None
    where the fact has none or it cannot be read.

    A licence that is not in force is no ground for anything but that: ``in_force`` is then
    answered no, every other question unknown. Of one that is disputed nothing is told.
    """
    if standing.state in (State.UNKNOWN, State.DISPUTED):
        return Answer.UNKNOWN
    holds = standing.in_force(on)
    if fact.test is TestSort.IN_FORCE:
        return _told(holds)
    if not holds or value is None or fact.value is None:
        return Answer.UNKNOWN
    return _told(_predicate(fact.test, value.strip(), fact.value, on))


def _predicate(test: TestSort, value: str, wanted: str, on: date) -> bool | None:
    if test is TestSort.EQUALS:
        return value == wanted
    if test is TestSort.CONTAINS:
        return wanted in value
    if test is TestSort.AT_LEAST:
        has, least = _amount(value), _amount(wanted)
        return None if has is None or least is None else has >= least
    began = _day(value)
    if began is None or not wanted.isdecimal() or len(wanted) > 3:
        return None
    return years_after(began, int(wanted)) <= on


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; the month's last day where it lacks that day (民法典 §202)."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _told(holds: bool | None) -> Answer:
    if holds is None:
        return Answer.UNKNOWN
    return Answer.YES if holds else Answer.NO


def _amount(text: str) -> Decimal | None:
    """A plain number, or an amount in yuan; None for anything else, such as other money."""
    found = _AMOUNT.fullmatch(text.replace(",", "").replace("，", "").replace(" ", ""))
    return Decimal(found[1]) * _TIMES[found[2] or ""] if found else None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
