"""What can stand in place of a paper: another agency's answer, a commitment, a licence on its way.

Pure. `arranged` says where an assistance or a commitment stands for one requirement of a case;
`expected` whether a licence that is wanted is being issued in another case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.evidence import (
    AssistanceEvidence,
    CommitmentEvidence,
    Evidence,
    FactEvidence,
    LicenceEvidence,
)
from ledger.reuse.case import Case, Coming
from ledger.reuse.documents import CHINA, day
from ledger.reuse.fitness import Fitness, answer
from ledger.reuse.judged import Outcome


class Stand(StrEnum):
    """Where an arrangement stands."""

    MET = "met"
    PENDING = "pending"  # asked for, not answered yet
    POSSIBLE = "possible"  # it could be made
    CLOSED = "closed"  # answered no, broken, or barred


@dataclass(frozen=True, slots=True)
class Arrangement:
    """``id`` and ``entry`` of the request or commitment that stands; None where none does."""

    evidence: AssistanceEvidence | CommitmentEvidence
    stand: Stand
    id: str | None
    entry: int | None
    fitness: Fitness


def arranged(
    evidence: AssistanceEvidence | CommitmentEvidence,
    requirement: str,
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> Arrangement:
    """Where ``evidence`` stands for the requirement, as of ``at``. Raises catalogue Unknown."""
    if isinstance(evidence, AssistanceEvidence):
        return _assistance(evidence, requirement, case, catalogue, at)
    return _commitment(evidence, requirement, case, catalogue, at)


def expected(evidence: Evidence, case: Case) -> Coming | None:
    """The earliest of the licences on their way that will be what is wanted."""
    if not isinstance(evidence, LicenceEvidence | FactEvidence):
        return None
    whose = case.subject_of(evidence.role)
    found = [one for one in case.coming if (one.type, one.subject) == (evidence.type, whose)]
    return min(found, key=lambda one: (one.by, one.agency), default=None)


def words_of(coming: Coming, catalogue: Catalogue) -> Fitness:
    """Why nothing is asked for: it is being issued."""
    agency = catalogue.agency(coming.agency)
    facts = {"agency_zh": agency.zh, "agency_en": agency.en, "by": coming.by.isoformat()}
    return answer(Outcome.CANNOT_TELL, "coming", facts)


def _assistance(
    evidence: AssistanceEvidence,
    requirement: str,
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> Arrangement:
    agency = catalogue.agency(evidence.agency)
    facts = {"agency_zh": agency.zh, "agency_en": agency.en}
    made = [
        one
        for one in case.assistances
        if (one.requirement, one.agency) == (requirement, evidence.agency)
    ]
    if not made:
        fitness = answer(
            Outcome.CANNOT_TELL, "assistance_possible", facts | {"days": str(evidence.days)}
        )
        return Arrangement(evidence, Stand.POSSIBLE, None, None, fitness)
    last = max(made, key=lambda one: one.entry)
    if last.state == "open":
        code = "assistance_late" if last.due < at else "assistance_pending"
        due = last.due.astimezone(CHINA).date().isoformat()
        fitness = answer(Outcome.CANNOT_TELL, code, facts | {"due": due})
        return Arrangement(evidence, Stand.PENDING, last.id, last.entry, fitness)
    met = last.state == "confirmed"
    outcome = Outcome.FIT if met else Outcome.UNFIT
    fitness = answer(outcome, f"assistance_{last.state}", facts)
    return Arrangement(evidence, Stand.MET if met else Stand.CLOSED, last.id, last.entry, fitness)


def _commitment(
    evidence: CommitmentEvidence,
    requirement: str,
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> Arrangement:
    form = catalogue.commitment(evidence.form)
    made = [
        one
        for one in case.commitments
        if (one.requirement, one.form) == (requirement, evidence.form)
    ]
    if made:
        last = max(made, key=lambda one: one.entry)
        if last.state == "broken":
            fitness = answer(Outcome.UNFIT, "commitment_broken", {})
            return Arrangement(evidence, Stand.CLOSED, last.id, last.entry, fitness)
        fitness = answer(Outcome.FIT, "commitment_made", {})
        return Arrangement(evidence, Stand.MET, last.id, last.entry, fitness)
    bars = [
        until
        for one in case.breaches
        if (until := one.on + timedelta(days=catalogue.commitment(one.form).bars_days)) >= day(at)
    ]
    if bars:
        fitness = answer(Outcome.UNFIT, "commitment_barred", {"until": max(bars).isoformat()})
        return Arrangement(evidence, Stand.CLOSED, None, None, fitness)
    fitness = answer(Outcome.CANNOT_TELL, "commitment_possible", {"days": str(form.check_days)})
    return Arrangement(evidence, Stand.POSSIBLE, None, None, fitness)
