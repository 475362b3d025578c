"""Rules of fitness about soundness: in force, good enough, young enough, not overtaken since."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from ledger.catalogue.catalogue import AgeFrom, ServiceItem, Tie
from ledger.catalogue.evidence import FactEvidence, LicenceEvidence
from ledger.reuse.case import Change
from ledger.reuse.documents import Licence, State, day
from ledger.reuse.judged import CANNOT, STATES, UNFIT, Finding, Judged


def state(judged: Judged) -> Finding | None:
    """It is in force and the newest version."""
    held = judged.held
    if held.state is State.ACTIVE:
        return None
    outcome, code = STATES[held.state]
    return outcome, code, {"state": held.state.value}


def validity(judged: Judged) -> Finding | None:
    """The day lies within its dates."""
    held, today = judged.held, day(judged.at)
    assert isinstance(held, Licence)
    if held.valid_to is not None and today > held.valid_to:
        return UNFIT, "expired", {"valid_to": held.valid_to.isoformat()}
    if held.valid_from is not None and today < held.valid_from:
        return UNFIT, "not_yet_valid", {"valid_from": held.valid_from.isoformat()}
    return None


def grade(judged: Judged) -> Finding | None:
    """Its source is good enough."""
    held, wanted, _ = judged.material
    if held.grade.reaches(wanted.min_grade):
        return None
    return UNFIT, "grade_too_low", {"grade": held.grade.value, "least": wanted.min_grade.value}


def age(judged: Judged) -> Finding | None:
    """It is young enough, counted from its issue or from its last check."""
    held, wanted, kind = judged.material
    limit = wanted.max_age_days
    if limit is None:
        return None
    since = judged.since if kind.age_from is AgeFrom.CHECKED else held.issued_on
    if since is None:
        return CANNOT, "date_unknown", {"limit_days": str(limit)}
    days = (day(judged.at) - since).days
    if days < 0:
        return UNFIT, "not_yet_valid", {"valid_from": since.isoformat()}
    if days <= limit:
        return None
    facts = {"since": since.isoformat(), "age_days": str(days), "limit_days": str(limit)}
    return UNFIT, "too_old", facts | {"age_from": kind.age_from.value}


def year(judged: Judged) -> Finding | None:
    """What is of one year is of this one."""
    held, _, kind = judged.material
    this = str(day(judged.at).year)
    if Tie.YEAR not in kind.tied_to:
        return None
    if held.issued_on is None:
        return CANNOT, "year_unknown", {"year": this}
    own = str(held.issued_on.year)
    return (UNFIT, "other_year", {"year": this, "own_year": own}) if own != this else None


def form_in_use(judged: Judged) -> Finding | None:
    """It was made on the form in use."""
    held, _, kind = judged.material
    since = kind.form_since
    if since is None or day(judged.at) < since or judged.here:
        return None
    made = held.issued_on or day(held.deposited_at)
    return (UNFIT, "form_changed", {"form_since": since.isoformat()}) if made < since else None


def changed_since(judged: Judged) -> Finding | None:
    """No completed case has made this kind out of date since."""
    _, _, kind = judged.material
    return _outdated(judged, "changed_since", lambda c: kind.slug in _item(judged, c).outdates)


def holder_unchanged(judged: Judged) -> Finding | None:
    """What says who its holder is has not outlived a change of that."""
    _, _, kind = judged.material
    if not kind.holder_bound:
        return None
    return _outdated(judged, "holder_changed", lambda c: _item(judged, c).changes_holder)


def _outdated(judged: Judged, code: str, concerns: Callable[[Change], bool]) -> Finding | None:
    held, _, _ = judged.material
    for change in sorted(judged.case.changes, key=lambda change: (change.on, change.case)):
        if held.case == change.case or not concerns(change):
            continue
        if judged.since <= change.on <= day(judged.at):
            item = judged.catalogue.item(change.item)
            facts = {"changed_on": change.on.isoformat(), "item": change.item}
            return UNFIT, code, facts | {"item_zh": item.zh, "item_en": item.en}
    return None


def equal_to_register(judged: Judged) -> Finding | None:
    """What it states equals what the base register says; both are known as keyed digests only."""
    held, wanted, _ = judged.material
    doubt: Finding | None = None
    for stated, licence_type, name in wanted.equals:
        own, register = held.digests.get(stated), judged.case.register.get((licence_type, name))
        if own is None or register is None:
            doubt = None if judged.here else (CANNOT, "field_not_compared", {"field": stated})
        elif not hmac.compare_digest(own, register):
            return UNFIT, "field_differs", {"field": stated}
    return doubt


def fields_shown_singly(judged: Judged) -> Finding | None:
    """The licence has every field that is wanted, to be shown alone."""
    held, wanted = judged.held, judged.wanted
    assert isinstance(held, Licence)
    if isinstance(wanted, FactEvidence):
        tested = judged.catalogue.fact(wanted.fact).field
        names: tuple[str, ...] = (tested,) if tested is not None else ()
    else:
        assert isinstance(wanted, LicenceEvidence)
        names = wanted.fields
    missing = [name for name in names if name not in held.fields]
    return (CANNOT, "field_absent", {"field": missing[0]}) if missing else None


def _item(judged: Judged, change: Change) -> ServiceItem:
    return judged.catalogue.item(change.item)
