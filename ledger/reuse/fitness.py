"""Is an earlier paper still good enough? One paper, one evidence wanted, one case, one time.

Pure, and the same for ever: nothing is read but the arguments, so that a decision can be replayed
as of its own date years later. What is asked of a paper is declared by the catalogue; each rule
(``belonging``, ``soundness``) gives fit, unfit or cannot tell, with a code, the facts used and a
sentence (``ledger.reuse.fitness_words``). The rules run in the order below; the first that forbids
decides, else the first that cannot tell, else the paper is fit.

1 held at that time · 2 whose it is · 3 decision of this very matter · 4 reuse allowed for this use
5 premises · 6 project · 7 state · 8 validity · 9 source grade · 10 age · 11 year
12 form in use · 13 facts changed since · 14 holder unchanged · 15 equal to the base register
16 fields can be shown singly
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.evidence import Evidence, FactEvidence, LicenceEvidence, MaterialEvidence
from ledger.reuse import belonging, soundness
from ledger.reuse.case import Case
from ledger.reuse.documents import Held, Licence, Material
from ledger.reuse.fitness_words import sentences
from ledger.reuse.judged import Finding, Judged, Outcome, Rule

__all__ = ["Fitness", "Outcome", "Ruled", "assess", "each_rule"]

LICENCE_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "held": belonging.held_then,
        "holder": belonging.whose,
        "purpose": belonging.purpose_of_licence,
        "premises": belonging.premises,
        "project": belonging.project,
        "state": soundness.state,
        "validity": soundness.validity,
        "fields": soundness.fields_shown_singly,
    }
)
MATERIAL_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "held": belonging.held_then,
        "holder": belonging.whose,
        "decision": belonging.decision,
        "purpose": belonging.purpose_of_material,
        "premises": belonging.premises,
        "project": belonging.project,
        "state": soundness.state,
        "grade": soundness.grade,
        "age": soundness.age,
        "year": soundness.year,
        "form": soundness.form_in_use,
        "changes": soundness.changed_since,
        "holder_unchanged": soundness.holder_unchanged,
        "register": soundness.equal_to_register,
    }
)


@dataclass(frozen=True, slots=True)
class Fitness:
    """The answer, its stable ``code``, the ``facts`` used (no personal values), a sentence each."""

    outcome: Outcome
    code: str
    facts: Mapping[str, str]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """What one rule says: None = it holds, or does not concern this paper."""

    rule: str
    fitness: Fitness | None


def assess(
    held: Held, evidence: Evidence, case: Case, catalogue: Catalogue, at: datetime
) -> Fitness:
    """Whether ``held`` serves as ``evidence`` for ``case`` as of ``at``.

    Raises ValueError where ``held`` is not of the kind wanted or ``at`` not aware,
    ledger.catalogue.catalogue.Unknown for an agency, item, type or kind that the catalogue has not.
    """
    doubt: Finding | None = None
    for _, finding in _findings(held, evidence, case, catalogue, at):
        if finding is None:
            continue
        if finding[0] is Outcome.UNFIT:
            return answer(*finding)
        doubt = doubt or finding
    return answer(*(doubt or _fit(held, evidence, case)))


def each_rule(
    held: Held, evidence: Evidence, case: Case, catalogue: Catalogue, at: datetime
) -> tuple[Ruled, ...]:
    """What every rule says, in order; `assess` takes the first that decides. Raises the same."""
    return tuple(
        Ruled(name, answer(*finding) if finding else None)
        for name, finding in _findings(held, evidence, case, catalogue, at)
    )


def answer(outcome: Outcome, code: str, facts: Mapping[str, str]) -> Fitness:
    """A finding with its words."""
    zh, en = sentences(code, facts)
    return Fitness(outcome, code, dict(sorted(facts.items())), zh, en)


def _findings(
    held: Held, evidence: Evidence, case: Case, catalogue: Catalogue, at: datetime
) -> Iterator[tuple[str, Finding | None]]:
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    if isinstance(held, Licence) and isinstance(evidence, LicenceEvidence | FactEvidence):
        if held.type != evidence.type:
            raise ValueError("a licence of another type than wanted")
        table = LICENCE_RULES
    elif isinstance(held, Material) and isinstance(evidence, MaterialEvidence):
        if held.kind != evidence.kind:
            raise ValueError("a material of another kind than wanted")
        table = MATERIAL_RULES
    else:
        raise ValueError("a licence serves where a licence is wanted, a material where a material")
    judged = Judged(held, evidence, case, catalogue, at)
    for name, rule in table.items():
        yield name, rule(judged)


def _fit(held: Held, evidence: Evidence, case: Case) -> Finding:
    if isinstance(held, Licence):
        way = "fact" if isinstance(evidence, FactEvidence) else "licence"
        return Outcome.FIT, "fit", {"held": way}
    way = "handed_in" if held.case == case.id else "earlier"
    return Outcome.FIT, "fit", {"held": way, "grade": held.grade.value}
