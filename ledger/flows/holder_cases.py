"""A holder's own cases, each with the answer to "why do you ask me again?".

The answer is the plan that the agency sees, without what it says of other people's papers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.flows.gathering import Gathered, gather
from ledger.flows.index_reading import Row
from ledger.platform import Platform
from ledger.reuse.exemption import Plan
from ledger.reuse.ways import RequirementPlan

NOT_SHOWN = "…"
"""Stands for a paper of somebody else."""


@dataclass(frozen=True, slots=True)
class HoldersCase:
    """``plan`` None once the case is closed: nothing is asked any more."""

    row: Row
    plan: Plan | None


def holders_cases(
    platform: Platform, subject: str, after: str | None, limit: int
) -> Iterator[HoldersCase]:
    """Cases about the subject, in order of their ids, after a given one. Raises Unknown."""
    for row in platform.store.rows("cases", {"subject": subject}, after=after, limit=limit):
        shown = holders_plan(gather(platform, row), subject) if row["state"] == "open" else None
        yield HoldersCase(row, shown)


def holders_plan(seen: Gathered, subject: str) -> Plan:
    """The plan as ``subject`` may see it: a paper of another party is neither named nor judged."""
    own = {one.object for one in seen.held if one.subject == subject}
    own |= {one.object for one in seen.held if getattr(one, "case", None) == seen.case.id}
    made = seen.plan()
    return replace(made, requirements=tuple(_own(one, own) for one in made.requirements))


def _own(requirement: RequirementPlan, own: set[str]) -> RequirementPlan:
    return replace(
        requirement,
        used=tuple(
            one if one.object in own else replace(one, object=NOT_SHOWN, holder=NOT_SHOWN)
            for one in requirement.used
        ),
        rejected=tuple(one for one in requirement.rejected if one.object in own),
    )
