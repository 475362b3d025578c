"""Figures of reuse (coverage, savings, re-asks, times), by service item, agency or channel.

Made of counts and durations alone: no subject, officer or paper is known here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from certs.canonical import Json
from ledger.reuse.ways import Way

WAYS = tuple(way.value for way in Way)
UNCOVERED = (Way.HANDED_IN.value, Way.ASKED.value)
CASES = ("opened", "closed", "planned")
PAPERS = ("asked", "handed_in", "unasked", "spared", "reused")
DEMANDS = ("recorded", "covered", "refused")
READS = ("consent", "attended", "statutory", "assistance", "emergency")
TOOK = ("case", "consent", "assistance")
Sort = Literal["cases", "ways", "papers", "demands", "reads"]
NAMES: Mapping[Sort, tuple[str, ...]] = {
    "cases": CASES,
    "ways": WAYS,
    "papers": PAPERS,
    "demands": DEMANDS,
    "reads": READS,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """``number`` of one thing under ``key`` (an item, agency or channel); ``name`` of NAMES."""

    key: str
    sort: Sort
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Took:
    """How many seconds ``number`` things of one sort took: a ``case`` from opening to closing, a
    ``consent`` from its request, an answer of ``assistance``; None: it is still waited for."""

    key: str
    sort: str
    seconds: int | None
    late: bool = False
    number: int = 1


@dataclass(frozen=True, slots=True)
class Times:
    """``count`` done, of which ``late``, and ``open`` ones; median and 90th percentile of the
    seconds, None where nothing is done yet."""

    count: int
    open: int
    late: int
    median_s: int | None
    p90_s: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """``required`` requirements of planned cases are the sum of ``ways``. Papers: ``asked`` by any
    plan; of the last plans ``handed_in`` and ``spared`` (not handed in); ``unasked``: handed in
    though neither plan nor demand asked; ``reused``: released. Demands by what became of them."""

    cases: Mapping[str, int]
    ways: Mapping[str, int]
    papers: Mapping[str, int]
    demands: Mapping[str, int]
    reads: Mapping[str, int]
    times: Mapping[str, Times]

    @property
    def required(self) -> int:
        return sum(self.ways.values())

    @property
    def covered(self) -> int:
        """Requirements for which nothing is, or was, handed in."""
        return self.required - sum(self.ways[way] for way in UNCOVERED)

    @property
    def coverage_percent(self) -> float | None:
        """Share of the requirements that are covered, to a tenth; None where nothing is."""
        return round(100 * self.covered / self.required, 1) if self.required else None

    def to_json(self) -> dict[str, Json]:
        times: dict[str, Json] = {
            sort: {
                "count": one.count,
                "open": one.open,
                "late": one.late,
                "median_s": one.median_s,
                "p90_s": one.p90_s,
            }
            for sort, one in self.times.items()
        }
        return {
            "cases": dict(self.cases),
            "required": self.required,
            "covered": self.covered,
            "coverage_percent": self.coverage_percent,
            "ways": dict(self.ways),
            "papers": dict(self.papers),
            "demands": dict(self.demands),
            "reads": dict(self.reads),
            "times": times,
        }


def figures(counted: Iterable[Counted], took: Iterable[Took]) -> dict[str, Figures]:
    """Figures by key, in order of the keys. Raises ValueError for a name that is not of NAMES."""
    counts: dict[str, Counter[tuple[Sort, str]]] = defaultdict(Counter)
    lasted: dict[str, dict[str, list[Took]]] = defaultdict(lambda: defaultdict(list))
    for one in counted:
        if one.name not in NAMES[one.sort]:
            raise ValueError(f"nothing is counted as {one.sort} {one.name}")
        counts[one.key][one.sort, one.name] += one.number
    for each in took:
        if each.sort not in TOOK:
            raise ValueError(f"no time is taken of {each.sort}")
        lasted[each.key][each.sort].append(each)
    return {key: _figures(counts[key], lasted[key]) for key in sorted({*counts, *lasted})}


def quantile(spent: Iterable[tuple[int, int]], percent: int) -> int | None:
    """The smallest value that ``percent`` of all do not exceed (nearest rank), of (value, how many)
    pairs in any order; None of nothing."""
    ordered = sorted(spent)
    total = sum(number for _, number in ordered)
    rank = -(-total * percent // 100)
    for value, number in ordered:
        rank -= number
        if rank <= 0:
            return value
    return None


def _figures(counts: Counter[tuple[Sort, str]], lasted: Mapping[str, list[Took]]) -> Figures:
    def of(sort: Sort) -> dict[str, int]:
        return {name: counts[sort, name] for name in NAMES[sort]}

    times = {sort: _times(lasted.get(sort, [])) for sort in TOOK}
    return Figures(of("cases"), of("ways"), of("papers"), of("demands"), of("reads"), times)


def _times(took: list[Took]) -> Times:
    done = [(one.seconds, one.number) for one in took if one.seconds is not None]
    count = sum(number for _, number in done)
    return Times(
        count=count,
        open=sum(one.number for one in took) - count,
        late=sum(one.number for one in took if one.late),
        median_s=quantile(done, 50),
        p90_s=quantile(done, 90),
    )
