"""The requirements of a plan as plain JSON values."""

from __future__ import annotations

from certs.canonical import Json
from ledger.catalogue.evidence import kind_key
from ledger.reuse.fitness import Fitness
from ledger.reuse.ways import RequirementPlan


def requirement_json(requirement: RequirementPlan) -> dict[str, Json]:
    """One requirement of a plan, in a fixed order."""
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
                "fitness": fitness_json(used.fitness),
            }
            for used in requirement.used
        ],
        "arranged": [
            {
                "kind": kind_key(made.evidence),
                "role": made.evidence.role,
                "stand": made.stand.value,
                "id": made.id,
                "entry": made.entry,
                "fitness": fitness_json(made.fitness),
            }
            for made in requirement.arranged
        ],
        "later": [
            {
                "kind": later.kind,
                "agency": later.agency,
                "by": later.by.isoformat(),
                "fitness": fitness_json(later.fitness),
            }
            for later in requirement.later
        ],
        "missing": [
            {"kind": m.kind, "role": m.role, "zh": m.zh, "en": m.en} for m in requirement.missing
        ],
        "rejected": [
            {
                "object": rejected.object,
                "kind": rejected.kind,
                "entry": rejected.entry,
                "fitness": fitness_json(rejected.fitness),
            }
            for rejected in requirement.rejected
        ],
        "unlisted": requirement.unlisted,
        "alternatives": [
            {"set": other.set, "kinds": list(other.kinds), "missing": list(other.missing)}
            for other in requirement.alternatives
        ],
    }


def fitness_json(fitness: Fitness) -> dict[str, Json]:
    """The answer for one paper, with its facts and its words."""
    facts: dict[str, Json] = dict(fitness.facts)
    return {
        "outcome": fitness.outcome.value,
        "code": fitness.code,
        "facts": facts,
        "zh": fitness.zh,
        "en": fitness.en,
    }
