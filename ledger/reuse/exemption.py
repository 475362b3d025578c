"""The exemption plan (免于提交): per requirement, how it is met, why, and what is truly missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from certs.canonical import Json
from ledger.log.statement import format_time
from ledger.reuse.case import Case
from ledger.reuse.plan_json import requirement_json
from ledger.reuse.ways import (
    REUSED,
    Alternative,
    Later,
    Missing,
    Rejected,
    RequirementPlan,
    Used,
    Way,
)

__all__ = [
    "Alternative", "Later", "Missing", "Plan", "Rejected", "RequirementPlan", "Used", "Way",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as of ``at``, made from one catalogue (``version``, SHA-256 of its data in hex), one
    version of its service item and the first ``seen`` entries of the log (None: not from a log)."""

    case: Case
    at: datetime
    catalogue_version: str
    catalogue_sha256: str
    requirements: tuple[RequirementPlan, ...]
    item_version: int = 1
    seen: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Requirements: ``required`` is the sum of ``reused``, ``handed_in``, ``assistance``,
        ``commitment``, ``later`` and ``asked``; and the different papers still to be handed in,
        ``papers_asked``."""
        ways = [requirement.way for requirement in self.requirements]
        apart = (Way.HANDED_IN, Way.ASSISTANCE, Way.COMMITMENT, Way.LATER, Way.ASKED)
        return {
            "required": len(ways),
            "reused": sum(way in REUSED for way in ways),
            **{way.value: ways.count(way) for way in apart},
            "papers_asked": len(self.missing),
        }

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The papers to be handed in, each once."""
        return tuple(dict.fromkeys(m for r in self.requirements for m in r.missing))

    def holders(self) -> tuple[str, ...]:
        """Whose consent the plan needs: the case's subject first, then others by id."""
        holders = {used.holder for used in self._released()}
        return tuple(sorted(holders, key=lambda holder: (holder != self.case.subject, holder)))

    def consent_items(self, holder: str | None = None) -> list[dict[str, Json]]:
        """What a request to ``holder`` (default: the case's subject) must ask for, no more:
        ``[{object, fields: […]}, …]`` as in ``consent.requested``."""
        wanted: dict[str, set[str]] = {}
        for used in self._released():
            if used.holder == (holder or self.case.subject):
                wanted.setdefault(used.object, set()).update(used.fields)
        return [{"object": name, "fields": list(sorted(wanted[name]))} for name in sorted(wanted)]

    def released_kinds(self, holder: str) -> dict[str, str]:
        """Object → ``licence:TYPE`` or ``material:KIND`` of what the plan takes from ``holder``."""
        return {used.object: used.kind for used in self._released() if used.holder == holder}

    def entries(self) -> tuple[int, ...]:
        """Log indexes of all that it names, ascending."""
        found = set()
        for one in self.requirements:
            found |= {used.entry for used in one.used} | {no.entry for no in one.rejected}
            found |= {made.entry for made in one.arranged if made.entry is not None}
        return tuple(sorted(found))

    def _released(self) -> Iterator[Used]:
        for requirement in self.requirements:
            yield from (used for used in requirement.used if used.way is not Way.HANDED_IN)

    def to_json(self) -> dict[str, Json]:
        """Plain JSON values, version 2, in a fixed order, the same for the same inputs: the
        ``plan`` of ``plan.signed`` and the answer of the API."""
        counts: dict[str, Json] = dict(self.counts)
        return {
            "v": 2,
            "case": self.case.id,
            "item": self.case.item,
            "item_version": self.item_version,
            "agency": self.case.agency,
            "subject": self.case.subject,
            "project": self.case.project,
            "premises": self.case.premises,
            "matter": self.case.matter,
            "at": format_time(self.at),
            "seen": self.seen,
            "catalogue": {"version": self.catalogue_version, "sha256": self.catalogue_sha256},
            "counts": counts,
            "requirements": [requirement_json(requirement) for requirement in self.requirements],
        }
