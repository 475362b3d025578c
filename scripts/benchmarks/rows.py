"""A measured row, what is asked of it, and the table of all rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTHS = (43, 11, 11, 8, 8, 14)
COSTS = frozenset(("gas", "MiB", "µs"))
"""Units of what is spent: their ratios are multiples, those of rates are shares."""

HEADINGS = ("work", "ours", "limit", "ratio", "goal", "gate")


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked: at least or at most this ratio. ``unit`` names another quantity than the
    ratio, for what no machine changes (gas)."""

    value: float
    most: bool = False
    unit: str = ""

    def holds(self, value: float) -> bool:
        return value <= self.value if self.most else value >= self.value

    def loosened(self) -> Bound:
        """Half of a goal: the margin that a shared machine is given."""
        return Bound(self.value * 2 if self.most else self.value / 2, self.most, self.unit)

    def __str__(self) -> str:
        sign = "≤" if self.most else "≥"
        if self.unit:
            return f"{sign}{self.value:g} {self.unit}"
        return sign + (f"{self.value:.3g}×" if self.most else f"{self.value * 100:.3g} %")


@dataclass(frozen=True, slots=True)
class Row:
    """``ours`` and ``limit`` in ``unit``, both measured in this run; ``limit_is`` says what the
    limit does. ``gate`` binds where it is given; else half the ``goal`` is only shown."""

    area: str
    work: str
    ours: float
    limit: float | None
    unit: str
    limit_is: str
    goal: Bound | None = None
    gate: Bound | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.limit is None else self.ours / self.limit

    @property
    def asked(self) -> Bound | None:
        """The gate, or half the goal."""
        return self.gate or (self.goal.loosened() if self.goal else None)

    def meets(self, bound: Bound) -> bool:
        value = self.ours if bound.unit else self.ratio
        return value is not None and bound.holds(value)

    @property
    def missed(self) -> bool:
        """Whether a binding gate does not hold."""
        return self.gate is not None and not self.meets(self.gate)

    @property
    def verdict(self) -> str:
        """met or MISSED where a gate binds; goal, half (of it) or below where none does."""
        if self.gate is not None:
            return "MISSED" if self.missed else "met"
        if self.goal is None or self.asked is None:
            return ""
        if self.meets(self.goal):
            return "goal"
        return "half" if self.meets(self.asked) else "below"

    def as_json(self) -> dict[str, object]:
        return {
            "area": self.area,
            "work": self.work,
            "ours": self.ours,
            "limit": self.limit,
            "unit": self.unit,
            "limit_is": self.limit_is,
            "ratio": self.ratio,
            "goal": str(self.goal) if self.goal else None,
            "gate": str(self.asked) if self.asked else None,
            "binding": self.gate is not None,
            "verdict": self.verdict,
            "note": self.note,
        }


def missed(rows: Iterable[Row]) -> list[str]:
    """The binding gates that do not hold, one sentence each."""
    return [
        f"{row.work}: {shown(row.ours, row.unit)}, {row_ratio(row)} of the limit; gate {row.gate}"
        for row in rows
        if row.missed
    ]


def limits(rows: Sequence[Row]) -> list[str]:
    """What each limit is, once for each area that has it."""
    known = dict.fromkeys((row.area, row.limit_is) for row in rows if row.limit is not None)
    return [f"limit, {area}: {what}" for area, what in known]


def table(rows: Sequence[Row]) -> str:
    """The table, at most 100 columns wide."""
    lines = [_line(HEADINGS), _line(["─" * width for width in WIDTHS])]
    lines += [
        _line(
            (
                row.work,
                shown(row.ours, row.unit),
                "–" if row.limit is None else shown(row.limit, row.unit),
                row_ratio(row),
                str(row.goal or "–"),
                f"{row.asked} {row.verdict}" if row.asked else "–",
            )
        )
        for row in rows
    ]
    return "\n".join(lines)


def shown(value: float, unit: str) -> str:
    """Three digits and the unit; rates with k and M."""
    if unit == "µs":
        return f"{value:.3g} µs"
    if not unit.startswith("/"):
        return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            scaled = value / size
            return (
                f"{scaled:.0f} {letter}{unit}" if scaled >= 100 else f"{scaled:.3g} {letter}{unit}"
            )
    return f"{value:.3g} {unit}"


def row_ratio(row: Row) -> str:
    if row.ratio is None:
        return "–"
    if row.unit in COSTS:
        return f"{row.ratio:.2f}×"
    percent = row.ratio * 100
    return f"{percent:.0f} %" if percent >= 100 else f"{percent:.2g} %"


def _line(cells: Iterable[str]) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    text = f"{first[0]:<{first[1]}}"
    return (text + "".join(f" {cell:>{width}}" for cell, width in others)).rstrip()
