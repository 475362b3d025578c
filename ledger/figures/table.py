"""Figures as a table: one line for each key, one for all together; CSV after RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from certs.canonical import Json
from ledger.figures.counting import Figures

By = Literal["item", "agency", "channel"]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of the days ``first`` to ``last`` in China, both included."""

    first: date
    last: date
    by: By
    groups: Mapping[str, Figures]
    total: Figures

    def to_json(self) -> dict[str, Json]:
        groups: list[Json] = [{"key": key, **one.to_json()} for key, one in self.groups.items()]
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "by": self.by,
            "groups": groups,
            "total": self.total.to_json(),
        }

    def to_csv(self) -> str:
        """A header, a line a key, and the line ``total``; empty: nothing to tell."""
        out = io.StringIO()
        writer = csv.writer(out)
        lines = [(key, dict(_cells(one))) for key, one in self.groups.items()]
        lines.append(("total", dict(_cells(self.total))))
        writer.writerow((self.by, *lines[-1][1]))
        for key, cells in lines:
            writer.writerow((key, *("" if cell is None else cell for cell in cells.values())))
        return out.getvalue()


def _cells(one: Figures) -> Iterator[tuple[str, int | float | None]]:
    yield from ((f"cases_{name}", number) for name, number in one.cases.items())
    yield "required", one.required
    yield "covered", one.covered
    yield "coverage_percent", one.coverage_percent
    yield from ((f"way_{name}", number) for name, number in one.ways.items())
    yield from ((f"papers_{name}", number) for name, number in one.papers.items())
    yield from ((f"demands_{name}", number) for name, number in one.demands.items())
    yield from ((f"reads_{name}", number) for name, number in one.reads.items())
    for sort, times in one.times.items():
        yield f"{sort}_count", times.count
        yield f"{sort}_open", times.open
        yield f"{sort}_late", times.late
        yield f"{sort}_median_s", times.median_s
        yield f"{sort}_p90_s", times.p90_s
