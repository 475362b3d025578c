"""Figures of a period, counted from the rows of the index: nothing is opened, the log is not read.

A case counts where it was opened in the period, a demand, a request or a read where it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from ledger import tlog
from ledger.errors import Malformed
from ledger.figures.counting import Counted, Took, figures
from ledger.figures.table import By, Report
from ledger.flows.matters.past import size_at
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import CHINA, day

ALL = "total"
LONGEST_WAIT = timedelta(days=92)
"""How long before the period a request is looked for at once; an earlier one costs a look-up."""


class PeriodWrong(Malformed):
    """A period that ends before it begins."""

    code = "figures.period"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in China, both included."""

    first: date
    last: date


def this_year(platform: Platform) -> Period:
    """The year up to and with today."""
    today = day(platform.now())
    return Period(date(today.year, 1, 1), today)


def figures_of(
    platform: Platform, period: Period, by: By = "item", agency: str | None = None
) -> Report:
    """Figures of a period, of one agency's cases or of all. Of assistance an agency's figures show
    how it answered. Raises PeriodWrong."""
    if period.last < period.first:
        raise PeriodWrong("The period ends before it begins.")
    looked = _Looking(platform, period, by, agency)
    counted, took = list(looked.counted()), list(looked.took())
    total = figures(
        [Counted(ALL, one.sort, one.name, one.number) for one in counted],
        [Took(ALL, one.sort, one.seconds, one.late, one.number) for one in took],
    )
    nothing = figures([Counted(ALL, "cases", "opened", 0)], [])
    groups = figures(counted, took)
    return Report(period.first, period.last, by, groups, (total or nothing)[ALL])


class _Looking:
    def __init__(self, platform: Platform, period: Period, by: By, agency: str | None) -> None:
        self._platform = platform
        self._store = platform.store
        self._by = by
        first = datetime.combine(period.first, time(), CHINA).astimezone(UTC)
        end = datetime.combine(period.last + timedelta(days=1), time(), CHINA).astimezone(UTC)
        self._first, self._moments = first, (format_time(first), format_time(end))
        tick = timedelta(milliseconds=1)
        self._entries = (size_at(platform, first - tick), size_at(platform, end - tick))
        self._agency: dict[str, Scalar] = {} if agency is None else {"agency": agency}
        self._of_case: dict[str, Scalar] = {f"cases.{k}": v for k, v in self._agency.items()}

    def counted(self) -> Iterator[Counted]:
        yield from self._cases()
        yield from self._plans()
        yield from self._unasked()
        for (key, name), number in self._made("demands", "outcome", "made_at"):
            yield Counted(_text(key), "demands", _text(name), number)
        for (key, sort), number in self._store.tally(
            "reads",
            [f"cases.{self._by}", "bases.sort"],
            self._agency,
            span=("entry_index", *self._entries),
        ):
            yield Counted(_text(key), "reads", "consent" if sort is None else str(sort), number)

    def _made(self, table: str, column: str, at: str) -> list[tuple[tuple[Scalar, ...], int]]:
        span = (at, *self._moments)
        return self._store.tally(table, [self._by, column], self._agency, span=span)

    def _tally(self, table: str, *columns: str) -> list[tuple[tuple[Scalar, ...], int]]:
        """Rows that name a case opened in the period, by the case's key and by columns."""
        by = [f"cases.{self._by}", *columns]
        span = ("cases.opened_at", *self._moments)
        return self._store.tally(table, by, self._of_case, span=span)

    def _cases(self) -> Iterator[Counted]:
        for (key, state), number in self._made("cases", "state", "opened_at"):
            yield Counted(_text(key), "cases", "opened", number)
            if state == "closed":
                yield Counted(_text(key), "cases", "closed", number)

    def _plans(self) -> Iterator[Counted]:
        for (key, spared, here), number in self._tally("case_plans", "spared", "handed_in"):
            yield Counted(_text(key), "cases", "planned", number)
            yield Counted(_text(key), "papers", "spared", cast(int, spared) * number)
            yield Counted(_text(key), "papers", "handed_in", cast(int, here) * number)
        for (key, way), number in self._tally("case_ways", "way"):
            yield Counted(_text(key), "ways", _text(way), number)
        for (key,), number in self._tally("case_papers"):
            yield Counted(_text(key), "papers", "asked", number)
        for (key, way), number in self._tally("case_items", "way"):
            if way == "reused":
                yield Counted(_text(key), "papers", "reused", number)

    def _unasked(self) -> Iterator[Counted]:
        """Papers handed in for planned cases though neither a plan nor a demand asked for them."""
        planned = {case for (_, case), _ in self._tally("case_plans", "case_id")}
        wanted = {
            (case, kind) for (_, case, kind), _ in self._tally("case_papers", "case_id", "kind")
        }
        wanted |= {
            (case, kind)
            for (_, case, kind, outcome), _ in self._tally("demands", "case_id", "kind", "outcome")
            if outcome != "refused"
        }
        for (key, case, kind), number in self._tally("materials", "case_id", "kind"):
            if case in planned and (case, f"material:{_text(kind)}") not in wanted:
                yield Counted(_text(key), "papers", "unasked", number)

    def took(self) -> Iterator[Took]:
        columns = [self._by, "opened_at", "closed_at"]
        span = ("opened_at", *self._moments)
        for (key, opened, closed), number in self._store.tally(
            "cases", columns, self._agency, span=span
        ):
            yield Took(_text(key), "case", _seconds(opened, closed), False, number)
        yield from self._consents()
        yield from self._assistances()

    def _consents(self) -> Iterator[Took]:
        since = size_at(self._platform, self._first - LONGEST_WAIT)
        asked = {
            request: cast(int, at)
            for (request, at), _ in self._store.tally(
                "requests",
                ["id", "entries.sequenced_at"],
                self._agency,
                span=("entry_index", since, self._entries[1]),
            )
        }
        for (key, request, at), number in self._store.tally(
            "consents",
            [f"cases.{self._by}", "request", "entries.sequenced_at"],
            self._agency,
            span=("entry_index", *self._entries),
        ):
            began = asked[request] if request in asked else self._asked(_text(request))
            yield Took(_text(key), "consent", (cast(int, at) - began) // 1000, False, number)

    def _asked(self, request: str) -> int:
        (row,) = self._store.rows("requests", {"id": request})
        stored = tlog.stored_entry(self._platform, cast(int, row["entry_index"]))
        return int(stored.sequenced_at.timestamp() * 1000)

    def _assistances(self) -> Iterator[Took]:
        key_of = "asked" if self._by == "agency" else f"cases.{self._by}"
        where = {} if not self._agency else {"asked": self._agency["agency"]}
        now = self._platform.now()
        for (key, asked, due, answered, case), number in self._store.tally(
            "assistances",
            [key_of, "requested_at", "due", "answered_at", "cases.state"],
            where,
            span=("requested_at", *self._moments),
        ):
            if answered is None and case != "open":
                continue  # nobody waits for it any more
            late = (now if answered is None else _time(answered)) > _time(due)
            yield Took(_text(key), "assistance", _seconds(asked, answered), late, number)


def _seconds(since: Scalar, until: Scalar) -> int | None:
    if until is None:
        return None
    return int((_time(until) - _time(since)).total_seconds())


def _time(value: Scalar) -> datetime:
    return parse_time(str(value))


def _text(value: Scalar) -> str:
    return str(value)
