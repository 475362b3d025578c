"""A holder's own cases, and those of whom it may speak for, each with the answer to "why do you ask
me again?".

The answer is the plan that the agency sees, without what it says of other people's papers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.errors import NotFound
from ledger.flows.door.index_reading import Row
from ledger.flows.door.powers import acts_for
from ledger.flows.matters.gathering import Gathered, gather
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
    platform: Platform, caller: str, principal: str, after: str | None, limit: int
) -> Iterator[HoldersCase]:
    """Cases about ``principal`` in which ``caller`` is or may speak for it, in order of their ids,
    after a given one; none where it may not. Raises Unknown."""
    store, where = platform.store, {"subject": principal}
    may: dict[str, bool] = {}
    while limit > 0 and (rows := store.rows("cases", where, after=after, limit=limit)):
        for row in rows:
            item, after = str(row["item"]), str(row["id"])
            if item not in may:
                may[item] = acts_for(platform, caller, principal, item)
            if may[item]:
                limit -= 1
                asked = row["state"] == "open"
                made = holders_plan(gather(platform, row), principal) if asked else None
                yield HoldersCase(row, made)


def holders_case(platform: Platform, caller: str, case: str) -> Row:
    """The case of the caller, or of somebody for whom it may speak there; another's looks like an
    absent one. Raises NotFound."""
    for row in platform.store.rows("cases", {"id": case}):
        if acts_for(platform, caller, str(row["subject"]), str(row["item"])):
            return row
    raise NotFound("There is no such case.")


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
