"""The exemption plan (免于提交): per requirement, how it is met, why, and what is truly missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certs.canonical import Json
from ledger.log.statement import format_time
from ledger.reuse.case import Case
from ledger.reuse.fitness import Fitness


class Way(StrEnum):
    """How a requirement is met."""

    LICENCE = "licence"  # looked up
    MATERIAL = "material"  # handed in earlier
    HANDED_IN = "handed_in"  # handed in for this case
    MIXED = "mixed"  # a set of several, met in more than one way
    ASKED = "asked"  # truly missing, at least in part


@dataclass(frozen=True, slots=True)
class Used:
    """A paper that serves. ``kind``: ``licence:TYPE`` or ``material:KIND``; ``fields``: what is
    needed of it; ``holder``: whose consent it takes (none where it was handed in for this case);
    ``entry``: the log index that it was described at."""

    object: str
    kind: str
    way: Way
    fields: tuple[str, ...]
    holder: str
    entry: int
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class Rejected:
    """A paper that is held and does not serve, with the reason."""

    object: str
    kind: str
    entry: int
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper to be handed in; ``role`` says whose."""

    kind: str
    role: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RequirementPlan:
    """``set``: the evidence set chosen; ``missing`` is empty unless ``way`` is asked."""

    id: str
    zh: str
    en: str
    way: Way
    set: str
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as of ``at``, made from one catalogue (``version``, SHA-256 of its data in hex)."""

    case: Case
    at: datetime
    catalogue_version: str
    catalogue_sha256: str
    requirements: tuple[RequirementPlan, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Requirements: ``required`` = ``reused`` + ``handed_in`` + ``asked``; and the different
        papers still to be handed in, ``papers_asked``."""
        ways = [requirement.way for requirement in self.requirements]
        asked, here = ways.count(Way.ASKED), ways.count(Way.HANDED_IN)
        return {
            "required": len(ways),
            "reused": len(ways) - asked - here,
            "handed_in": here,
            "asked": asked,
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

    def _released(self) -> Iterator[Used]:
        for requirement in self.requirements:
            yield from (used for used in requirement.used if used.way is not Way.HANDED_IN)

    def to_json(self) -> dict[str, Json]:
        """Plain JSON values in a fixed order, the same for the same inputs: the ``plan`` of
        ``plan.signed`` and the answer of the API."""
        counts: dict[str, Json] = dict(self.counts)
        return {
            "v": 1,
            "case": self.case.id,
            "item": self.case.item,
            "agency": self.case.agency,
            "subject": self.case.subject,
            "project": self.case.project,
            "premises": self.case.premises,
            "matter": self.case.matter,
            "at": format_time(self.at),
            "catalogue": {"version": self.catalogue_version, "sha256": self.catalogue_sha256},
            "counts": counts,
            "requirements": [_requirement(requirement) for requirement in self.requirements],
        }


def _requirement(requirement: RequirementPlan) -> dict[str, Json]:
    return {
        "id": requirement.id,
        "zh": requirement.zh,
        "en": requirement.en,
        "way": requirement.way.value,
        "set": requirement.set,
        "used": [
            {
                "object": used.object,
                "kind": used.kind,
                "way": used.way.value,
                "fields": list(used.fields),
                "holder": used.holder,
                "entry": used.entry,
                "fitness": _fitness(used.fitness),
            }
            for used in requirement.used
        ],
        "missing": [
            {"kind": m.kind, "role": m.role, "zh": m.zh, "en": m.en} for m in requirement.missing
        ],
        "rejected": [
            {
                "object": rejected.object,
                "kind": rejected.kind,
                "entry": rejected.entry,
                "fitness": _fitness(rejected.fitness),
            }
            for rejected in requirement.rejected
        ],
    }


def _fitness(fitness: Fitness) -> dict[str, Json]:
    facts: dict[str, Json] = dict(fitness.facts)
    return {
        "outcome": fitness.outcome.value,
        "code": fitness.code,
        "facts": facts,
        "zh": fitness.zh,
        "en": fitness.en,
    }
