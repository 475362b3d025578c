"""One paper, rule by rule: why it serves a case, or what of it does not. For whoever is not content
with the sentence in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import kind_key
from ledger.errors import NotFound
from ledger.reuse.case import Case
from ledger.reuse.documents import Held
from ledger.reuse.fitness import Fitness, Ruled, assess, each_rule
from ledger.reuse.plan import SILENT


@dataclass(frozen=True, slots=True)
class Ruling:
    """The paper as one evidence of a requirement (its id, and what people call it): each rule in
    order, and what all of them come to."""

    requirement: str
    zh: str
    en: str
    rules: tuple[Ruled, ...]
    fitness: Fitness


def rulings(
    item: ServiceItem,
    case: Case,
    held: Iterable[Held],
    object: str,
    catalogue: Catalogue,
    at: datetime,
) -> tuple[Ruling, ...]:
    """The paper of this name (``licence:lic_…``, ``material:mat_…``) under every evidence that it
    could be. Raises NotFound for one that is not held, that the item does not ask for, or that the
    plan would not even mention."""
    found = next((one for one in held if one.object == object), None)
    made = []
    for requirement in item.requirements if found is not None else ():
        for evidence in dict.fromkeys(e for one in requirement.sets for e in one.evidence):
            if found is None or kind_key(evidence) != found.kind_key:
                continue
            fitness = assess(found, evidence, case, catalogue, at)
            if fitness.code not in SILENT:
                rules = each_rule(found, evidence, case, catalogue, at)
                named = (requirement.id, requirement.zh, requirement.en)
                made.append(Ruling(*named, rules, fitness))
    if not made:
        raise NotFound("There is no such paper for this case.")
    return tuple(made)
