"""The run of all parts, in an order in which a later one may rely on an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.flows.fsck import (
    cascades,
    catalogues,
    chain_events,
    changes,
    comparisons,
    copies,
    erasures,
    facts,
    files,
    index,
    log,
    moves,
    numbers,
    plans,
    reasons,
    releases,
    reports,
    sealed,
    status,
)
from ledger.flows.fsck.reading import Finding, Reading
from ledger.platform import Platform

PARTS = (
    ("log", log.check),
    ("index", index.check),
    ("chain events", chain_events.check),
    ("files", files.check),
    ("catalogues", catalogues.check),
    ("numbers", numbers.check),
    ("reports", reports.check),
    ("reasons", reasons.check),
    ("releases", releases.check),
    ("cascades", cascades.check),
    ("facts", facts.check),
    ("copies", copies.check),
    ("plans", plans.check),
    ("compared", comparisons.check),
    ("moves", moves.check),
    ("status", status.check),
    ("changes", changes.check),
    ("secrets", sealed.check),
    ("erasures", erasures.check),
)


@dataclass(frozen=True, slots=True)
class Report:
    """``findings`` empty = all agrees. ``counts``: how much of what was recomputed."""

    findings: tuple[Finding, ...]
    counts: dict[str, int]


def fsck(
    platform: Platform, progress: Callable[[str, int, int], None] = lambda part, done, of: None
) -> Report:
    """Check everything. ``progress(part, done, of)``. Raises Pushback where an engine is away: a
    check that could not be made is not a clean one."""
    reading = Reading(platform)
    for number, (name, part) in enumerate(PARTS):
        progress(name, number, len(PARTS))
        try:
            part(platform, reading)
        except LedgerError as error:
            if error.code.endswith(".away"):
                raise
            where = str(error.values.get("where", name))
            reading.found(error.code, where, f"{where}：{error}", f"{where}: {error}")
    progress("done", len(PARTS), len(PARTS))
    return Report(tuple(reading.findings), dict(reading.counts))
