"""A plan and a trace in a store of many papers beside one of few: the cost must not follow the
store's size.

The stores are filled by inserting rows straight into the tables, in this file alone: papers of
subjects that nobody asks about, and among them a few whose cases are planned.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from ledger.catalogue.catalogue import Catalogue, Requirement, ServiceItem
from ledger.catalogue.data import built_in_catalogue
from ledger.flows.evidence.trace import trace
from ledger.flows.matters.plan import plan_case
from ledger.platform import LogIdentity, Platform
from scripts.benchmarks.crowd import AGENCY, AT, Crowd, crowded
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, race, say

ITEM = "restaurant-opening"
REQUIREMENTS = 15
FEW = 10_000
GOAL = 1.5
CASES = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """A platform over a crowded store; ``crowd`` names whose cases and traces are asked for."""

    platform: Platform
    crowd: Crowd


def measure(effort: Effort) -> list[Row]:
    """Plans and traces in a store of ``effort.crowd`` papers and in one of FEW."""
    say(f"reuse: filling stores with {FEW:,} and {effort.crowd:,} papers")
    with (
        tempfile.TemporaryDirectory(prefix="mianti-bench-") as folder,
        shelved(Path(folder) / "few.db", min(FEW, effort.crowd)) as few,
        shelved(Path(folder) / "many.db", effort.crowd) as many,
    ):
        return [*_plans(effort, many, few), _traces(effort, many, few)]


def _plans(effort: Effort, many: Shelf, few: Shelf) -> list[Row]:
    say(f"reuse: plans of {REQUIREMENTS} requirements")
    cases = len(many.crowd.cases)
    many_s, few_s = race(effort.rounds, lambda: _plan_all(many), lambda: _plan_all(few))
    # Each case at its best, else another process on the machine is what one sees.
    each = sorted(map(min, zip(*(_each(many) for _ in range(effort.rounds)), strict=True)))
    slowest = each[-max(1, cases // 100)]
    at_most = Bound(GOAL, most=True)
    return [
        Row("reuse", f"plan: a case among {effort.crowd:,} / {FEW:,}", many_s / cases * 1e6,
            few_s / cases * 1e6, "µs", f"the same plan in a store of {FEW:,} papers", at_most),
        Row("reuse", f"plan: p99 of {cases} cases", slowest * 1e3, None, "ms", "",
            Bound(50, most=True, unit="ms"), note=f"median {each[cases // 2] * 1e3:.1f} ms"),
    ]  # fmt: skip


def _plan_all(shelf: Shelf) -> None:
    for case in shelf.crowd.cases:
        plan_case(shelf.platform, AGENCY, case)


def _each(shelf: Shelf) -> Iterator[float]:
    for case in shelf.crowd.cases:
        begun = time.perf_counter()
        plan_case(shelf.platform, AGENCY, case)
        yield time.perf_counter() - begun


def _traces(effort: Effort, many: Shelf, few: Shelf) -> Row:
    say("reuse: traces of one subject")
    subjects = len(many.crowd.traced)

    def trace_all(shelf: Shelf) -> None:
        for subject in shelf.crowd.traced:
            trace(shelf.platform, f"subject:{subject}")

    many_s, few_s = race(effort.rounds, lambda: trace_all(many), lambda: trace_all(few))
    return Row(
        "reuse",
        f"trace: a subject among {effort.crowd:,} / {FEW:,}",
        many_s / subjects * 1e6,
        few_s / subjects * 1e6,
        "µs",
        f"the same trace in a store of {FEW:,} papers",
        Bound(GOAL, most=True),
    )


@contextmanager
def shelved(path: Path, papers: int) -> Iterator[Shelf]:
    """A platform without engines but its store, which holds ``papers``."""
    from ledger.adapters.sql.sqlite import SqliteStore

    catalogue, item = wide_catalogue()
    store = SqliteStore(path, now=lambda: AT)
    nothing = cast(Any, None)  # neither a plan nor a trace asks anything of these
    platform = Platform(
        store=store,
        blobs=nothing,
        keys=nothing,
        chain=nothing,
        chain_events=nothing,
        signing=nothing,
        log=LogIdentity("bench.invalid/log", "", nothing),
        record_key=bytes(32),
        catalogue=catalogue,
        trust=nothing,
        trust_data=b"",
        operator="cyzx",
        region=310000,
        verify_url="",
        now=lambda: AT,
        randomness=secrets.token_bytes,
        press=nothing,
    )
    try:
        yield Shelf(platform, crowded(platform, path, item, papers, CASES))
    finally:
        store.close()


def wide_catalogue() -> tuple[Catalogue, ServiceItem]:
    """The built-in catalogue, in which one item has 15 requirements out of all items."""
    built_in = built_in_catalogue()
    found: dict[str, Requirement] = {}
    for one in built_in.items.values():
        for requirement in one.requirements:
            found.setdefault(requirement.id, requirement)
    item = built_in.item(ITEM)
    wide = replace(
        item,
        requirements=tuple(found.values())[:REQUIREMENTS],
        roles=tuple(sorted({role for one in built_in.items.values() for role in one.roles})),
    )
    items = {**built_in.items, ITEM: wide}
    versions = {**built_in.item_versions, (ITEM, wide.version): wide}
    return replace(built_in, items=items, item_versions=versions), wide
