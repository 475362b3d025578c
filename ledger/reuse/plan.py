"""The plan of a case: which requirements are met by what is held already, and what is missing.

1 every held paper is judged as every evidence it could be, and every arrangement looked at · 2 a
requirement is met when all of one evidence set is there; else by what can be arranged, or by what
is on its way · 3 for the others the fewest papers are asked for, and the rest of that set is reused
4 of what would do, the sets that disclose least are taken · 5 the reasons are written down, for
what serves and for what does not, and what else would do. A paper of somebody who is no party to
the case is not even mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ledger.catalogue.catalogue import Catalogue, Requirement, ServiceItem
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    Evidence,
    kind_key,
)
from ledger.errors import Refused
from ledger.reuse.arranging import arranged, expected
from ledger.reuse.case import Case, handed_in
from ledger.reuse.documents import Held
from ledger.reuse.exemption import (
    Plan,
)
from ledger.reuse.fewest_papers import fewest_papers
from ledger.reuse.fitness import Outcome, assess
from ledger.reuse.least_disclosure import (
    Candidate,
    Option,
    Slot,
    Standing,
    least_disclosure,
)
from ledger.reuse.reasons import reasons_of

SILENT = frozenset(("other_subject", "not_yet_held"))
"""Codes of papers that are no business of the case: they are not even mentioned."""


class NotForThisAgency(Refused):
    """The catalogue does not let ``agency`` run ``item``."""

    code = "case.not_for_this_agency"


def plan(
    item: ServiceItem,
    case: Case,
    held: Iterable[Held],
    catalogue: Catalogue,
    at: datetime,
    seen: int | None = None,
) -> Plan:
    """The plan of ``case`` as of ``at`` from what is ``held`` (in any order; states as of ``at``),
    as the first ``seen`` entries of the log tell it.

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
            reasons_of(requirement, options, choice, catalogue)
            for requirement, options, choice in zip(item.requirements, judged, choices, strict=True)
        ),
        item_version=item.version,
        seen=seen,
    )


def _shelf(held: Iterable[Held]) -> dict[str, list[Held]]:
    """What is held by kind, whatever order it came in."""
    shelf: dict[str, list[Held]] = {}
    seen: set[str] = set()
    for one in sorted(held, key=lambda one: one.object):
        if one.object in seen:
            raise ValueError("two papers under one id")
        seen.add(one.object)
        shelf.setdefault(one.kind_key, []).append(one)
    return shelf


def _options(
    requirement: Requirement,
    shelf: Mapping[str, list[Held]],
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> list[Option]:
    def slot(evidence: Evidence) -> Slot:
        if isinstance(evidence, AssistanceEvidence | CommitmentEvidence):
            made = arranged(evidence, requirement.id, case, catalogue, at)
            return Slot(evidence, arrangement=made)
        return _slot(evidence, shelf, case, catalogue, at)

    return [
        Option(rank, one.id, tuple(map(slot, one.evidence)))
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
        if one.fitness.outcome is not Outcome.FIT and one.fitness.code not in SILENT
    ]
    return Slot(evidence, tuple(fit), tuple(unfit), later=expected(evidence, case))


def _targets(judged: Sequence[list[Option]]) -> list[list[Option]]:
    """Per requirement the options that may be taken: those that stand best; where papers are asked
    for, the one to ask for."""
    targets: list[list[Option]] = []
    asking = []
    for r, options in enumerate(judged):
        best = min(option.standing for option in options)
        among = [option for option in options if option.standing is best]
        if best is Standing.ASKED:
            asking.append(r)
        else:  # what was begun goes before what would have to be begun
            least = min(option.to_arrange for option in among)
            among = [option for option in among if option.to_arrange == least]
        targets.append(among)
    # A licence cannot be handed in: it is asked for only where no paper would do.
    askable = [[o for o in judged[r] if o.papers_only] or judged[r] for r in asking]
    lacking = [[frozenset(map(_paper, o.lacking)) for o in options] for options in askable]
    for r, options, index in zip(asking, askable, fewest_papers(lacking), strict=True):
        targets[r] = [options[index]]
    return targets


def _paper(evidence: Evidence) -> str:
    """One paper to a person: the same kind of two people is two papers."""
    return f"{kind_key(evidence)}@{evidence.role}"
