"""Is an earlier paper still good enough? One paper, one evidence wanted, one case, one time.

Pure, and the same for ever: `assess` reads nothing but its arguments, so that a decision can be
replayed as of its own date years later. The rules run in the order below; the first that forbids
decides, else the first that cannot tell, else the paper is fit. The sentences belong to the codes
and stand in ``ledger.reuse.fitness_words``.

1 held at that time · 2 whose it is · 3 decision of this very matter · 4 reuse allowed for this use
5 premises · 6 project · 7 state · 8 validity · 9 source grade · 10 age · 11 year
12 facts changed since · 13 fields can be shown singly
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ledger.catalogue.catalogue import (
    AgeFrom,
    Catalogue,
    Evidence,
    LicenceEvidence,
    MaterialEvidence,
    Reuse,
    Tie,
)
from ledger.reuse.case import Case, handed_in
from ledger.reuse.documents import Held, Licence, Material, State, day
from ledger.reuse.fitness_words import sentences


class Outcome(StrEnum):
    """``cannot_tell`` is never taken for fit: the paper is then asked for."""

    FIT = "fit"
    UNFIT = "unfit"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Fitness:
    """The answer, its stable ``code``, the ``facts`` used (no personal values), a sentence each."""

    outcome: Outcome
    code: str
    facts: Mapping[str, str]
    zh: str
    en: str


_Finding = tuple[Outcome, str, dict[str, str]]
_UNFIT, _CANNOT = Outcome.UNFIT, Outcome.CANNOT_TELL
_STATES = {
    State.SUSPENDED: (_UNFIT, "status_suspended"),
    State.REVOKED: (_UNFIT, "status_revoked"),
    State.SUPERSEDED: (_UNFIT, "superseded"),
    State.DISPUTED: (_CANNOT, "status_disputed"),
    State.UNKNOWN: (_CANNOT, "status_unknown"),
}


def assess(
    held: Held, evidence: Evidence, case: Case, catalogue: Catalogue, at: datetime
) -> Fitness:
    """Whether ``held`` serves as ``evidence`` for ``case`` as of ``at``.

    Raises ValueError where ``held`` is not of the kind wanted or ``at`` not aware,
    ledger.catalogue.catalogue.Unknown for an agency, item, type or kind that the catalogue has not.
    """
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    if isinstance(held, Licence) and isinstance(evidence, LicenceEvidence):
        if held.type != evidence.type:
            raise ValueError("a licence of another type than wanted")
        findings = _licence(held, evidence, case, catalogue, at)
    elif isinstance(held, Material) and isinstance(evidence, MaterialEvidence):
        if held.kind != evidence.kind:
            raise ValueError("a material of another kind than wanted")
        findings = _material(held, evidence, case, catalogue, at)
    else:
        raise ValueError("a licence serves where a licence is wanted, a material where a material")
    doubt: _Finding | None = None
    for finding in findings:
        if finding[0] is _UNFIT:
            return _answer(*finding)
        doubt = doubt or finding
    return _answer(*(doubt or _fit(held, case)))


def _fit(held: Held, case: Case) -> _Finding:
    if isinstance(held, Licence):
        return Outcome.FIT, "fit", {"held": "licence"}
    way = "handed_in" if handed_in(held, case) else "earlier"
    return Outcome.FIT, "fit", {"held": way, "grade": held.grade.value}


def _answer(outcome: Outcome, code: str, facts: dict[str, str]) -> Fitness:
    zh, en = sentences(code, facts)
    return Fitness(outcome, code, dict(sorted(facts.items())), zh, en)


def _licence(
    held: Licence, wanted: LicenceEvidence, case: Case, catalogue: Catalogue, at: datetime
) -> Iterator[_Finding]:
    licence_type = catalogue.licence_type(held.type)
    if held.recorded_at > at:
        yield _UNFIT, "not_yet_held", {}
    yield from _owner(held, wanted, case)
    social = catalogue.agency(case.agency).social
    hidden = [name for name in wanted.fields if not licence_type.attributes[name].social]
    if social and hidden:
        yield _UNFIT, "purpose_incompatible", {"field": hidden[0]}
    yield from _place(held, licence_type.tied_to, case)
    yield from _state(held)
    today = day(at)
    if held.valid_to is not None and today > held.valid_to:
        yield _UNFIT, "expired", {"valid_to": held.valid_to.isoformat()}
    if held.valid_from is not None and today < held.valid_from:
        yield _UNFIT, "not_yet_valid", {"valid_from": held.valid_from.isoformat()}
    missing = [name for name in wanted.fields if name not in held.fields]
    if missing:
        yield _CANNOT, "field_absent", {"field": missing[0]}


def _material(
    held: Material, wanted: MaterialEvidence, case: Case, catalogue: Catalogue, at: datetime
) -> Iterator[_Finding]:
    kind = catalogue.material_kind(held.kind)
    here = handed_in(held, case)
    if held.deposited_at > at:
        yield _UNFIT, "not_yet_held", {}
    if not here:
        yield from _owner(held, wanted, case)
    if kind.one_decision:
        if held.decision is None and not here:
            yield _CANNOT, "decision_unknown", {}
        elif held.decision is not None and held.decision != case.matter:
            yield _UNFIT, "decision_mismatch", {}
    if wanted.fresh and not here:
        yield _UNFIT, "decision_mismatch", {"wanted": "fresh"}
    if not here:
        social = catalogue.agency(case.agency).social
        if kind.reuse is Reuse.NEVER or (social and kind.reuse is not Reuse.SOCIAL):
            yield _UNFIT, "purpose_incompatible", {"field": "file"}
    yield from _place(held, kind.tied_to, case)
    yield from _state(held)
    if not held.grade.reaches(wanted.min_grade):
        yield _UNFIT, "grade_too_low", {"grade": held.grade.value, "least": wanted.min_grade.value}
    yield from _age(held, wanted.max_age_days, kind.age_from, at)
    if Tie.YEAR in kind.tied_to:
        yield from _year(held, at)
    yield from _changed(held, case, catalogue, at)


def _owner(held: Held, wanted: Evidence, case: Case) -> Iterator[_Finding]:
    if wanted.role == "applicant":
        shared_project = held.project is not None and held.project == case.project
        own_premises = held.premises is not None and held.subject == held.premises == case.premises
        if held.subject != case.subject and not shared_project and not own_premises:
            yield _UNFIT, "other_subject", {}
        return
    party = case.parties.get(wanted.role)
    if party is not None and held.subject == party:
        return
    if held.subject != case.subject:
        yield _UNFIT, "other_subject", {}
    elif isinstance(wanted, LicenceEvidence):
        # A licence names its holder: the applicant's own does not speak for a party.
        yield _UNFIT, "other_subject", {}
    elif isinstance(wanted, MaterialEvidence) and wanted.named:
        # The applicant handed it in, but which person it is about was not recorded.
        yield _CANNOT, "person_unknown", {"role": wanted.role}


def _place(held: Held, ties: tuple[Tie, ...], case: Case) -> Iterator[_Finding]:
    for tie, own, wanted, code in (
        (Tie.PREMISES, held.premises, case.premises, "other_premises"),
        (Tie.PROJECT, held.project, case.project, "other_project"),
    ):
        if tie not in ties or (handed_in(held, case) and own is None):
            continue
        if own is None or wanted is None:
            yield _CANNOT, code.replace("other", "unknown"), {}
        elif own != wanted:
            yield _UNFIT, code, {}


def _state(held: Held) -> Iterator[_Finding]:
    if held.state is not State.ACTIVE:
        outcome, code = _STATES[held.state]
        yield outcome, code, {"state": held.state.value}


def _age(held: Material, limit: int | None, age_from: AgeFrom, at: datetime) -> Iterator[_Finding]:
    if limit is None:
        return
    if age_from is AgeFrom.CHECKED:
        since: date | None = day(held.checked_at or held.deposited_at)
    else:
        since = held.issued_on
    if since is None:
        yield _CANNOT, "date_unknown", {"limit_days": str(limit)}
        return
    age = (day(at) - since).days
    facts = {"since": since.isoformat(), "age_days": str(age), "limit_days": str(limit)}
    if age < 0:
        yield _UNFIT, "not_yet_valid", {"valid_from": since.isoformat()}
    elif age > limit:
        yield _UNFIT, "too_old", facts | {"age_from": age_from.value}


def _year(held: Material, at: datetime) -> Iterator[_Finding]:
    if held.issued_on is None:
        yield _CANNOT, "year_unknown", {"year": str(day(at).year)}
    elif held.issued_on.year != day(at).year:
        facts = {"year": str(day(at).year), "own_year": str(held.issued_on.year)}
        yield _UNFIT, "other_year", facts


def _changed(held: Material, case: Case, catalogue: Catalogue, at: datetime) -> Iterator[_Finding]:
    since = day(held.checked_at or held.deposited_at)
    for change in sorted(case.changes, key=lambda change: (change.on, change.case)):
        if held.kind not in catalogue.item(change.item).outdates or held.case == change.case:
            continue
        if since <= change.on <= day(at):
            facts = {"changed_on": change.on.isoformat(), "item": change.item}
            item = catalogue.item(change.item)
            yield _UNFIT, "changed_since", facts | {"item_zh": item.zh, "item_en": item.en}
