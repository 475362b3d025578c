"""A demand for a paper, held against the plan of its case.

1 beyond the registered need of the item: refused, with the kind that is too much · 2 truly missing,
or one of the papers that would meet what is unmet: recorded · 3 else the agency is told what it
can have already, and the demand is refused where the item says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from certs.canonical import Json
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import kind_key
from ledger.errors import Refused
from ledger.reask.words import paper_words
from ledger.reuse.exemption import Plan, RequirementPlan, Way


class BeyondNeed(Refused):
    """The item's registered need has no such paper of anybody in this ``role``; ``kind``."""

    code = "demand.beyond_need"


class Outcome(StrEnum):
    """What becomes of a demand."""

    RECORDED = "recorded"  # it is truly missing: the holder may be asked
    COVERED = "covered"  # told what is there already
    REFUSED = "refused"  # the rule of the item forbids asking again


@dataclass(frozen=True, slots=True)
class Having:
    """What an agency has, or may ask for, in the demanded paper's place. ``object``: what it may
    request of its holder (None: it is arranged or on its way); a sentence in both languages."""

    requirement: str
    way: Way
    kind: str
    object: str | None
    fields: tuple[str, ...]
    zh: str
    en: str

    def to_json(self) -> dict[str, Json]:
        return {
            "requirement": self.requirement,
            "way": self.way.value,
            "kind": self.kind,
            "object": self.object,
            "fields": list(self.fields),
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """``having`` is empty where the demand is recorded as truly missing."""

    outcome: Outcome
    having: tuple[Having, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """What is held already, each once."""
        return tuple(sorted({one.object for one in self.having if one.object is not None}))


def decide(plan: Plan, item: ServiceItem, kind: str, role: str, catalogue: Catalogue) -> Decision:
    """What becomes of a demand for ``kind`` (``licence:TYPE``, ``material:KIND``) of whoever plays
    ``role``. Raises BeyondNeed; Unknown for a kind that the catalogue has not."""
    zh, en = catalogue.name_of(kind)
    wanting = [one for one in plan.requirements if one.id in _wanting(item, kind, role)]
    if kind not in item.need or (not wanting and _wanted_of_others(item, kind)):
        message = f"{en} is not among what {item.en} needs of this person."
        raise BeyondNeed(message, kind=kind, role=role, zh=zh, en=en)
    whose = plan.case.subject_of(role)
    if not wanting or any(_lacks(one, kind, role, whose) for one in wanting):
        return Decision(Outcome.RECORDED, ())
    having = tuple(having for one in wanting for having in _having(one, catalogue))
    return Decision(Outcome.REFUSED if item.reask == "refuse" else Outcome.COVERED, having)


def _wanting(item: ServiceItem, kind: str, role: str) -> set[str]:
    """Requirements that the paper of this person could meet, by id."""
    return {
        one.id
        for one in item.requirements
        for choice in one.sets
        for evidence in choice.evidence
        if kind_key(evidence) == kind and evidence.role == role
    }


def _wanted_of_others(item: ServiceItem, kind: str) -> bool:
    roles = (role for role in ("applicant", *item.roles) if _wanting(item, kind, role))
    return next(roles, None) is not None


def _lacks(one: RequirementPlan, kind: str, role: str, whose: str | None) -> bool:
    """Whether the requirement is unmet and this paper is not one of those that are there."""
    if any((missing.kind, missing.role) == (kind, role) for missing in one.missing):
        return True
    there = any((used.kind, used.holder) == (kind, whose) for used in one.used)
    return one.way is Way.ASKED and not there


def _having(one: RequirementPlan, catalogue: Catalogue) -> Iterator[Having]:
    for used in one.used:
        zh, en = paper_words(used.way, *catalogue.name_of(used.kind))
        yield Having(one.id, used.way, used.kind, used.object, used.fields, zh, en)
    for made in one.arranged:
        kind = kind_key(made.evidence)
        way = Way(kind.partition(":")[0])
        yield Having(one.id, way, kind, None, (), made.fitness.zh, made.fitness.en)
    for later in one.later:
        fitness = later.fitness
        yield Having(one.id, Way.LATER, later.kind, None, (), fitness.zh, fitness.en)
