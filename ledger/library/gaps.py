"""Daily reconciliation (归集对账): an issuer's increment of one day against what is held here.

Two lists in, gaps out, in a fixed order. Who is listed is matched by licence type and number, or by
identifier where the number is not given. What the list leaves empty is not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class GapSort(StrEnum):
    """What can be wrong with one licence."""

    MISSING_HERE = "missing_here"  # listed, not held
    MISSING_THERE = "missing_there"  # held as of that day, not listed
    STATUS_DIFFERS = "status_differs"
    BYTES_DIFFER = "bytes_differ"
    IDENTIFIER_DIFFERS = "identifier_differs"
    LATE = "late"  # held, but recorded after the day
    PAPER_ABSENT = "paper_absent"  # the paper that goes with it has no number
    UNREADABLE = "unreadable"  # a row of the list that says nothing that can be compared


STATUSES = ("active", "suspended", "revoked", "superseded")


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the increment. ``row`` counts from 1 with the header; ``paper`` None: the list has
    no such column; ``fault``: a code for a row that cannot be compared."""

    row: int
    type: str
    number: str
    status: str | None = None
    identifier: str | None = None
    sha256: bytes | None = None
    paper: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A licence as held: its newest version. ``recorded_on``: the day in China when it came in."""

    licence: str
    type: str
    number: str
    status: str
    identifier: str | None
    sha256: bytes
    recorded_on: date


@dataclass(frozen=True, slots=True)
class Gap:
    """``row`` of the list, ``licence`` held: whichever there is; ``here`` and ``there``: what each
    side says, where they differ."""

    sort: GapSort
    type: str
    number: str
    row: int | None = None
    licence: str | None = None
    here: str | None = None
    there: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """``listed`` rows, ``matched`` of them held; ``gaps`` empty = nothing is wrong."""

    day: date
    listed: int
    matched: int
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def counts(self) -> Mapping[str, int]:
        """How many gaps of each sort, none left out."""
        found = Counter(gap.sort for gap in self.gaps)
        return {sort.value: found[sort] for sort in GapSort}


def reconcile(
    day: date,
    listed: Sequence[Listed],
    held: Mapping[int, HeldPaper],
    of_the_day: Iterable[HeldPaper],
) -> Report:
    """The report of one day. ``held``: what was found for a row, by its ``row``; ``of_the_day``:
    everything held that the issuer should have listed."""
    gaps: list[Gap] = []
    seen: dict[tuple[str, str], int] = {}
    matched: set[str] = set()
    for one in listed:
        key = (one.type, one.number or str(one.identifier))
        if one.fault is None and key in seen:
            gaps.append(_gap(GapSort.UNREADABLE, one, there=f"row {seen[key]}"))
        elif one.fault is not None:
            gaps.append(_gap(GapSort.UNREADABLE, one, there=one.fault))
        elif (paper := held.get(one.row)) is None:
            gaps.append(_gap(GapSort.MISSING_HERE, one))
            gaps += _paper(one, None)
        else:
            matched.add(paper.licence)
            gaps += _compared(day, one, paper)
        if one.fault is None:
            seen.setdefault(key, one.row)
    for paper in sorted(of_the_day, key=lambda one: (one.type, one.number, one.licence)):
        if paper.licence not in matched:
            gaps.append(Gap(GapSort.MISSING_THERE, paper.type, paper.number, licence=paper.licence))
    return Report(day, len(listed), len(matched), tuple(gaps))


def _compared(day: date, one: Listed, paper: HeldPaper) -> list[Gap]:
    gaps = []
    if one.status is not None and one.status != paper.status:
        gaps.append(_gap(GapSort.STATUS_DIFFERS, one, paper, paper.status, one.status))
    if one.sha256 is not None and one.sha256 != paper.sha256:
        gaps.append(_gap(GapSort.BYTES_DIFFER, one, paper, paper.sha256.hex(), one.sha256.hex()))
    if one.identifier is not None and one.identifier != paper.identifier:
        gaps.append(_gap(GapSort.IDENTIFIER_DIFFERS, one, paper, paper.identifier, one.identifier))
    if paper.recorded_on > day:
        gaps.append(_gap(GapSort.LATE, one, paper, paper.recorded_on.isoformat(), day.isoformat()))
    return gaps + _paper(one, paper)


def _paper(one: Listed, paper: HeldPaper | None) -> list[Gap]:
    return [_gap(GapSort.PAPER_ABSENT, one, paper)] if one.paper == "" else []


def _gap(
    sort: GapSort,
    one: Listed,
    paper: HeldPaper | None = None,
    here: str | None = None,
    there: str | None = None,
) -> Gap:
    licence = paper.licence if paper is not None else None
    return Gap(sort, one.type, one.number, one.row, licence, here, there)
