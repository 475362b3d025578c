"""Why a requirement is met as it is: what serves, what does not, and what else would do."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.catalogue.catalogue import Catalogue, Requirement
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    Evidence,
    FactEvidence,
    LicenceEvidence,
    kind_key,
)
from ledger.reuse.arranging import words_of
from ledger.reuse.least_disclosure import Candidate, Choice, Option, Standing
from ledger.reuse.ways import (
    Alternative,
    Later,
    Missing,
    Rejected,
    RequirementPlan,
    Used,
    Way,
)

MOST_REJECTED = 12
"""So many papers that do not serve are listed with a requirement, the newest; the others are
counted. A plan must fit into one statement."""


def reasons_of(
    requirement: Requirement, options: Sequence[Option], choice: Choice, catalogue: Catalogue
) -> RequirementPlan:
    """One requirement's part of a plan, from the option that was chosen among its ``options``.
    Raises catalogue Unknown."""
    chosen = choice.option
    asked = chosen.standing is Standing.ASKED
    missing = tuple(_missing(evidence, catalogue) for evidence in chosen.lacking if asked)
    later = tuple(
        Later(
            kind_key(slot.evidence),
            slot.later.agency,
            slot.later.by,
            words_of(slot.later, catalogue),
        )
        for slot in chosen.slots
        if slot.lacking and slot.later is not None and not asked
    )
    used = tuple(
        Used(
            object=candidate.held.object,
            kind=kind_key(evidence),
            way=_way(evidence, candidate),
            fields=tuple(sorted(evidence.fields)),
            holder=candidate.held.subject,
            entry=candidate.held.entry,
            fitness=candidate.fitness,
        )
        for evidence, candidate in choice.taken
    )
    arrangements = tuple(
        slot.arrangement for slot in chosen.slots if slot.arrangement and not slot.lacking
    )
    ways = {one.way for one in used} | {_arranging(one.evidence) for one in arrangements}
    if missing:
        way = Way.ASKED
    elif later:
        way = Way.LATER
    else:
        way = ways.pop() if len(ways) == 1 else Way.MIXED
    rejected = _rejected(options, used)
    return RequirementPlan(
        id=requirement.id,
        zh=requirement.zh,
        en=requirement.en,
        way=way,
        set=chosen.id,
        used=used,
        arranged=arrangements,
        later=later,
        missing=missing,
        rejected=rejected[:MOST_REJECTED],
        unlisted=len(rejected[MOST_REJECTED:]),
        alternatives=tuple(_alternative(one) for one in options if _equal(one, chosen)),
    )


def _rejected(options: Sequence[Option], used: Sequence[Used]) -> tuple[Rejected, ...]:
    taken = {one.object for one in used}
    found: dict[tuple[str, str], Rejected] = {}
    for slot in (slot for option in options for slot in option.slots):
        for one in slot.unfit:
            name = one.held.object
            if name not in taken:
                reason = Rejected(name, kind_key(slot.evidence), one.held.entry, one.fitness)
                found.setdefault((name, one.fitness.code), reason)
    return tuple(sorted(found.values(), key=lambda no: (-no.entry, no.object, no.fitness.code)))


def _equal(one: Option, chosen: Option) -> bool:
    """Whether another option would do as well as the one that was chosen."""
    if one is chosen or one.standing is not chosen.standing:
        return False
    if one.standing is not Standing.ASKED:
        return True
    return one.papers_only and len(one.lacking) == len(chosen.lacking)


def _alternative(option: Option) -> Alternative:
    kinds = tuple(kind_key(slot.evidence) for slot in option.slots)
    return Alternative(option.id, kinds, tuple(kind_key(one) for one in option.lacking))


def _way(evidence: Evidence, candidate: Candidate) -> Way:
    if candidate.here:
        return Way.HANDED_IN
    if isinstance(evidence, FactEvidence):
        return Way.DATA_CHECK
    return Way.LICENCE if isinstance(evidence, LicenceEvidence) else Way.MATERIAL


def _arranging(evidence: AssistanceEvidence | CommitmentEvidence) -> Way:
    return Way.ASSISTANCE if isinstance(evidence, AssistanceEvidence) else Way.COMMITMENT


def _missing(evidence: Evidence, catalogue: Catalogue) -> Missing:
    zh, en = catalogue.name_of(kind_key(evidence))
    return Missing(kind_key(evidence), evidence.role, zh, en)
