"""The plan of a case: which requirements are met by what is held already, and what is missing.

1 every held paper is judged as every evidence it could be · 2 a requirement is met when all of one
evidence set is there · 3 for the others the fewest papers are asked for, and the rest of that set
is reused · 4 of what would do, the sets that disclose least are taken · 5 the reasons are written
down, for what serves and for what does not. A paper of somebody who is no party to the case is not
even mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ledger.catalogue.catalogue import (
    Catalogue,
    Evidence,
    LicenceEvidence,
    Requirement,
    ServiceItem,
)
from ledger.catalogue.evidence import kind_key
from ledger.errors import Refused
from ledger.reuse.case import Case, handed_in
from ledger.reuse.documents import Held, Licence
from ledger.reuse.exemption import Missing, Plan, Rejected, RequirementPlan, Used, Way
from ledger.reuse.fewest_papers import fewest_papers
from ledger.reuse.fitness import Outcome, assess
from ledger.reuse.least_disclosure import Candidate, Choice, Option, Slot, least_disclosure

_SILENT = frozenset(("other_subject", "not_yet_held"))


class NotForThisAgency(Refused):
    """The catalogue does not let ``agency`` run ``item``."""

    code = "case.not_for_this_agency"


def plan(
    item: ServiceItem, case: Case, held: Iterable[Held], catalogue: Catalogue, at: datetime
) -> Plan:
    """The plan of ``case`` as of ``at`` from what is ``held`` (in any order; states as of ``at``).

    Raises NotForThisAgency; ValueError for a case of another item or two papers under one id; and
    what `assess` raises.
    """
    if case.item != item.slug:
        raise ValueError("the case is of another service item")
    if case.agency not in item.agencies:
        message = f"{case.agency} does not run {item.slug}."
        raise NotForThisAgency(message, agency=case.agency, item=item.slug)
    shelf = _shelf(held)
    judged = [
        _options(requirement, shelf, case, catalogue, at) for requirement in item.requirements
    ]
    choices = least_disclosure(_targets(judged))
    return Plan(
        case=case,
        at=at,
        catalogue_version=catalogue.version,
        catalogue_sha256=catalogue.sha256,
        requirements=tuple(
            _reasons(requirement, options, choice, catalogue)
            for requirement, options, choice in zip(item.requirements, judged, choices, strict=True)
        ),
    )


def _shelf(held: Iterable[Held]) -> dict[str, list[Held]]:
    """What is held by kind, whatever order it came in."""
    shelf: dict[str, list[Held]] = {}
    seen: set[str] = set()
    for one in sorted(held, key=lambda one: one.object):
        if one.object in seen:
            raise ValueError("two papers under one id")
        seen.add(one.object)
        key = f"licence:{one.type}" if isinstance(one, Licence) else f"material:{one.kind}"
        shelf.setdefault(key, []).append(one)
    return shelf


def _options(
    requirement: Requirement,
    shelf: Mapping[str, list[Held]],
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> list[Option]:
    return [
        Option(rank, one.id, tuple(_slot(e, shelf, case, catalogue, at) for e in one.evidence))
        for rank, one in enumerate(requirement.sets)
    ]


def _slot(
    evidence: Evidence,
    shelf: Mapping[str, list[Held]],
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> Slot:
    judged = [
        Candidate(one, assess(one, evidence, case, catalogue, at), handed_in(one, case))
        for one in shelf.get(kind_key(evidence), ())
    ]
    fit = [one for one in judged if one.fitness.outcome is Outcome.FIT]
    fit.sort(key=lambda one: (not one.here, one.held.grade.rank, -one.held.entry))
    unfit = [
        one
        for one in judged
        if one.fitness.outcome is not Outcome.FIT and one.fitness.code not in _SILENT
    ]
    return Slot(evidence, tuple(fit), tuple(unfit))


def _targets(judged: Sequence[list[Option]]) -> list[list[Option]]:
    """Per requirement the options that may be taken: the complete ones, else the one to ask for."""
    targets = [[option for option in options if not option.lacking] for options in judged]
    open_ones = [r for r, complete in enumerate(targets) if not complete]
    # A licence cannot be handed in: it is asked for only where no paper would do.
    askable = [[o for o in judged[r] if o.papers_only] or judged[r] for r in open_ones]
    lacking = [[frozenset(map(_paper, o.lacking)) for o in options] for options in askable]
    for r, options, index in zip(open_ones, askable, fewest_papers(lacking), strict=True):
        targets[r] = [options[index]]
    return targets


def _paper(evidence: Evidence) -> str:
    """One paper to a person: the same kind of two people is two papers."""
    return f"{kind_key(evidence)}@{evidence.role}"


def _reasons(
    requirement: Requirement, options: Sequence[Option], choice: Choice, catalogue: Catalogue
) -> RequirementPlan:
    missing = tuple(_missing(evidence, catalogue) for evidence in choice.option.lacking)
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
    ways = {one.way for one in used}
    way = Way.ASKED if missing else ways.pop() if len(ways) == 1 else Way.MIXED
    rejected: dict[tuple[str, str], Rejected] = {}
    for slot in (slot for option in options for slot in option.slots):
        for one in slot.unfit:
            reason = Rejected(one.held.object, kind_key(slot.evidence), one.held.entry, one.fitness)
            if not any(reason.object == taken.object for taken in used):
                rejected.setdefault((reason.object, one.fitness.code), reason)
    return RequirementPlan(
        id=requirement.id,
        zh=requirement.zh,
        en=requirement.en,
        way=way,
        set=choice.option.id,
        used=used,
        missing=missing,
        rejected=tuple(rejected.values()),
    )


def _way(evidence: Evidence, candidate: Candidate) -> Way:
    if candidate.here:
        return Way.HANDED_IN
    return Way.LICENCE if isinstance(evidence, LicenceEvidence) else Way.MATERIAL


def _missing(evidence: Evidence, catalogue: Catalogue) -> Missing:
    sort, _, name = kind_key(evidence).partition(":")
    wanted = catalogue.licence_type(name) if sort == "licence" else catalogue.material_kind(name)
    return Missing(kind_key(evidence), evidence.role, wanted.zh, wanted.en)
