"""A form's fields: what each can be filled from, how fresh that is, and what a release filled.

Pure. `origins` names where a value lies, never the value: an agency may know that before anything
is released. `filled` reads the values out of what was released to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.sdjwt.credential import parse_credential
from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import LicenceEvidence
from ledger.catalogue.terms import FieldSource, FormField
from ledger.reuse.case import Case
from ledger.reuse.documents import Held, Licence, day
from ledger.reuse.fitness import Fitness, Outcome, assess

_SILENT = frozenset(("other_subject", "not_yet_held"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field's value lies: ``field`` of a licence. ``age_days``: since it came in, at the
    time asked for; ``fitness`` says why it may be taken."""

    object: str
    type: str
    field: str
    role: str
    holder: str
    issuer: str
    entry: int
    recorded_at: datetime
    age_days: int
    fitness: Fitness


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """One field of a form. ``origin`` None: the applicant types it; ``reason`` then says why what
    is held does not serve, where something is."""

    name: str
    zh: str
    en: str
    origin: Origin | None
    reason: Fitness | None = None


@dataclass(frozen=True, slots=True)
class Presentation:
    """An SD-JWT as it was released: of licence ``object``, of ``type``, whose holder plays
    ``role`` in the case. Its signature is to be verified before it is believed."""

    object: str
    type: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a form with its value, and the licence's field that the value was read from;
    all None where nothing that was released has it."""

    name: str
    value: str | None = None
    object: str | None = None
    field: str | None = None


def origins(
    item: ServiceItem, case: Case, held: Iterable[Held], catalogue: Catalogue, at: datetime
) -> tuple[FieldOrigin, ...]:
    """Where each field of the item's form can be prefilled from as of ``at``, in order of the form,
    within the item's registered need. Raises what `assess` raises."""
    shelf: dict[str, list[Licence]] = {}
    for one in held:
        if isinstance(one, Licence):
            shelf.setdefault(one.type, []).append(one)
    return tuple(_origin(field, item, shelf, case, catalogue, at) for field in item.form)


def _origin(
    field: FormField,
    item: ServiceItem,
    shelf: Mapping[str, Sequence[Licence]],
    case: Case,
    catalogue: Catalogue,
    at: datetime,
) -> FieldOrigin:
    reason: Fitness | None = None
    for source in field.sources:
        if source.field not in item.need.get(f"licence:{source.type}", ()):
            continue
        wanted = LicenceEvidence(source.type, (source.field,), source.role)
        judged = [
            (one, assess(one, wanted, case, catalogue, at)) for one in shelf.get(source.type, ())
        ]
        fit = [pair for pair in judged if pair[1].outcome is Outcome.FIT]
        if fit:
            best, fitness = min(fit, key=lambda pair: (pair[0].grade.rank, -pair[0].entry))
            found = _found(best, source, fitness, at)
            return FieldOrigin(field.name, field.zh, field.en, found)
        said = [fitness for _, fitness in judged if fitness.code not in _SILENT]
        reason = reason or (said[0] if said else None)
    return FieldOrigin(field.name, field.zh, field.en, None, reason)


def _found(held: Licence, source: FieldSource, fitness: Fitness, at: datetime) -> Origin:
    return Origin(
        object=held.object,
        type=held.type,
        field=source.field,
        role=source.role,
        holder=held.subject,
        issuer=held.issuer,
        entry=held.entry,
        recorded_at=held.recorded_at,
        age_days=(day(at) - day(held.recorded_at)).days,
        fitness=fitness,
    )


def filled(form: Sequence[FormField], presentations: Sequence[Presentation]) -> tuple[Filled, ...]:
    """The form's fields as far as what was released fills them, by each field's sources in order
    of preference. Raises what `parse_credential` raises."""
    claims = {one: parse_credential(one.text).claims for one in presentations}
    return tuple(_filled(field, claims) for field in form)


def _filled(field: FormField, claims: Mapping[Presentation, Mapping[str, object]]) -> Filled:
    for source in field.sources:
        for one, said in claims.items():
            if (one.type, one.role) == (source.type, source.role) and source.field in said:
                return Filled(field.name, str(said[source.field]), one.object, source.field)
    return Filled(field.name)


def prefill_counts(fields: Sequence[FieldOrigin]) -> dict[str, int]:
    """``fields`` of the form, ``prefilled`` of them, ``typed`` by the applicant."""
    prefilled = sum(one.origin is not None for one in fields)
    return {"fields": len(fields), "prefilled": prefilled, "typed": len(fields) - prefilled}
