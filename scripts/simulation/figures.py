"""What the years came to: a value for machines, a page for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from ledger.reuse.ways import Way
from scripts.simulation.aftermath import Aftermath
from scripts.simulation.city import City
from scripts.simulation.recomputed import Recomputed
from scripts.simulation.work import Office

if TYPE_CHECKING:
    from scripts.simulation.scale import Scale

WAYS = tuple(way.value for way in Way)


def figures(
    scale: Scale,
    city: City,
    office: Office,
    after: Aftermath,
    told: Recomputed,
    wrong: int | None,
) -> dict[str, object]:
    """All counts; the same for the same scale."""
    counts = office.counts
    by_item: dict[str, Counter[str]] = {}
    for (item, way), number in counts.ways.items():
        by_item.setdefault(item, Counter())[way] += number
    total: Counter[str] = Counter()
    for of_item in by_item.values():
        total.update(of_item)
    return {
        "subjects": scale.subjects,
        "years": scale.years,
        "seed": scale.seed,
        "cases": sum(counts.channels.values()),
        "channels": dict(sorted(counts.channels.items())),
        "entries": city.platform.store.size(),
        "coverage": {item: dict(sorted(by_item[item].items())) for item in sorted(by_item)},
        "total": dict(sorted(total.items())),
        "licences": dict(sorted(city.supplied.items())),
        "demands": dict(sorted(counts.demands.items())),
        "refused": dict(sorted(told.refusals.items())),
        "arranged": dict(sorted(counts.arranged.items())),
        "after": dict(sorted(after.counts.items())),
        "cascades": {"done": told.cascades, "flags": told.flags},
        "papers": {
            "handed_in": told.deposits,
            "twice": len(told.twice),
            "for_nothing": [f"entry {index}: {why}" for index, why in told.twice],
        },
        "readings": {"all": told.readings, "without_basis": len(told.without_basis)},
        "fsck": wrong,
    }


def missed(told: Mapping[str, Any]) -> list[str]:
    """What should not be: readings without a basis, papers handed in twice, a folder not clean."""
    return [
        name
        for name, number in (
            ("readings without a then-valid basis", told["readings"]["without_basis"]),
            ("papers handed in twice", told["papers"]["twice"]),
            ("findings of fsck", told["fsck"] or 0),
        )
        if number
    ]


def page(told: Mapping[str, Any]) -> Iterator[str]:
    """The figures for people."""
    yield (
        f"{told['subjects']} subjects, {told['years']} years, seed {told['seed']}: "
        f"{told['cases']} cases, {told['entries']} entries"
    )
    coverage = cast(dict[str, dict[str, int]], told["coverage"])
    used = [way for way in WAYS if any(way in of_item for of_item in coverage.values())]
    width = max(len(item) for item in coverage)
    yield ""
    yield " ".join(["item".ljust(width), "needed", *(way[:10].rjust(10) for way in used)])
    for item, ways in (*coverage.items(), ("in all", told["total"])):
        numbers = (str(ways.get(way, "")).rjust(10) for way in used)
        yield " ".join([item.ljust(width), str(sum(ways.values())).rjust(6), *numbers])
    yield ""
    for name in ("channels", "demands", "refused", "arranged", "after", "licences"):
        parts = (f"{key} {number}" for key, number in told[name].items())
        yield f"{name}: {', '.join(parts)}"
    yield f"cascades: {told['cascades']['done']}, cases flagged: {told['cascades']['flags']}"
    papers, readings = told["papers"], told["readings"]
    yield f"papers handed in: {papers['handed_in']}, twice: {papers['twice']}"
    yield from (f"  {line}" for line in papers["for_nothing"])
    yield (
        f"readings: {readings['all']}, without a then-valid basis: {readings['without_basis']} "
        f"(recomputed from the log)"
    )
    if told["fsck"] is not None:
        yield f"fsck: {told['fsck']} findings"
