"""Finding: what is held that a case may use, whoever took it in.

1 the service item says which kinds are wanted of whom; no other kind is read · 2 of the applicant
by subject, project, premises and case chain, of a party by the role that wants it, and what was
handed in for this very case · 3 a dispute that holds it is laid over it; what was erased is not
found.

Each question names one owner and one kind and is answered from an index, so that the cost follows
what is found and a paper of another kind, or of somebody who is no party, leaves no trace: not in
an answer, not in a count, not in the time it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from ledger.catalogue.catalogue import Catalogue, ServiceItem
from ledger.catalogue.evidence import Evidence, FactEvidence, LicenceEvidence, MaterialEvidence
from ledger.flows.door.index_reading import IndexReading, Row
from ledger.log.statement import parse_time
from ledger.ports import Scalar
from ledger.reuse.case import Case
from ledger.reuse.documents import Channel, Grade, Held, Licence, Material, State

APPLICANT = "applicant"
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Kinds:
    """``licences``: types, ``materials``: kinds, in a fixed order."""

    licences: tuple[str, ...]
    materials: tuple[str, ...]


def wanted_kinds(item: ServiceItem) -> Mapping[str, Kinds]:
    """By role: what the item may know to exist, which is what its requirements can use and its
    form can be filled from, within its registered need."""
    licences: dict[str, set[str]] = {}
    materials: dict[str, set[str]] = {}
    for one in evidence_of(item):
        if isinstance(one, LicenceEvidence | FactEvidence):
            licences.setdefault(one.role, set()).add(one.type)
        elif isinstance(one, MaterialEvidence):
            # The applicant may have handed in a party's paper under its own name.
            for role in {one.role, APPLICANT}:
                materials.setdefault(role, set()).add(one.kind)
    for source in (source for field in item.form for source in field.sources):
        if source.field in item.need.get(f"licence:{source.type}", ()):
            licences.setdefault(source.role, set()).add(source.type)
    return {
        role: Kinds(tuple(sorted(licences.get(role, ()))), tuple(sorted(materials.get(role, ()))))
        for role in sorted({*licences, *materials})
    }


def find_held(
    index: IndexReading, catalogue: Catalogue, item: ServiceItem, case: Case
) -> list[Held]:
    """Everything held that ``case`` of ``item`` may use, each paper once, in order of its name."""
    compared = {
        one.kind for one in evidence_of(item) if isinstance(one, MaterialEvidence) and one.equals
    }
    found: dict[str, Held] = {}
    for table, row in _rows(index, item, case):
        if row["state"] == ERASED:
            continue
        one = licence_of(catalogue, row) if table == "licences" else material_of(row)
        if one.object in found:
            continue
        # Digests are keyed by subject: another's can never equal the register of this one.
        if isinstance(one, Material) and one.kind in compared and one.subject == case.subject:
            one = replace(one, digests=index.digests(one.object))
        if one.state is State.ACTIVE and row["dispute"] is not None:
            one = replace(one, state=_held_by(index, row["dispute"]))
        found[one.object] = one
    return [found[name] for name in sorted(found)]


def _held_by(index: IndexReading, dispute: Scalar) -> State:
    """What a dispute makes of a paper: nobody can tell while it is open; once it was upheld the
    paper is out of reuse, until who issued it has acted."""
    upheld = [row for row in index.rows("disputes", {"id": dispute}) if row["state"] == "upheld"]
    return State.WITHDRAWN if upheld else State.DISPUTED


def evidence_of(item: ServiceItem) -> Iterator[Evidence]:
    """Every evidence that a requirement of the item names."""
    for requirement in item.requirements:
        for choice in requirement.sets:
            yield from choice.evidence


def _rows(index: IndexReading, item: ServiceItem, case: Case) -> Iterator[tuple[str, Row]]:
    wanted = wanted_kinds(item)
    for role, kinds in wanted.items():
        places = [("subject", case.subject_of(role))]
        if role == APPLICANT:
            places += [("subject", case.premises), ("project", case.project)]
        for column, value in dict.fromkeys(places):
            if value is not None:
                yield from _at(index, column, value, kinds)
    own = Kinds((), wanted[APPLICANT].materials) if APPLICANT in wanted else Kinds((), ())
    for earlier in case.chain:
        yield from _at(index, "case_id", earlier, own)
    of_any = {kind for kinds in wanted.values() for kind in kinds.materials}
    for row in index.rows("materials", {"case_id": case.id}):  # handed in here, whosever it is
        if row["kind"] in of_any:
            yield "materials", row


def _at(index: IndexReading, column: str, value: str, kinds: Kinds) -> Iterator[tuple[str, Row]]:
    for name in kinds.licences:
        for row in index.rows("licences", {column: value, "type": name}):
            yield "licences", row
    for name in kinds.materials:
        for row in index.rows("materials", {column: value, "kind": name}):
            yield "materials", row


def licence_of(catalogue: Catalogue, row: Row) -> Licence:
    """A licence of the index as the rules see it."""
    kind = catalogue.licence_types.get(str(row["type"]))
    return Licence(
        id=str(row["id"]),
        type=str(row["type"]),
        subject=str(row["subject"]),
        state=_state(row),
        grade=Grade(str(row["grade"])),
        entry=cast(int, row["entry_index"]),
        recorded_at=parse_time(str(row["recorded_at"])),
        issuer=str(row["issuer"]),
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        premises=_text(row.get("premises")),
        project=_text(row.get("project")),
        version=cast(int, row["version"]),
        fields=tuple(kind.attributes) if kind is not None else (),
    )


def material_of(row: Row) -> Material:
    """A material of the index as the rules see it."""
    return Material(
        id=str(row["id"]),
        kind=str(row["kind"]),
        subject=str(row["subject"]),
        state=_state(row),
        grade=Grade(str(row["grade"])),
        channel=Channel(str(row["channel"])),
        entry=cast(int, row["entry_index"]),
        deposited_at=parse_time(str(row["deposited_at"])),
        project=_text(row["project"]),
        premises=_text(row["premises"]),
        case=_text(row["case_id"]),
        issued_on=_date(row["issued_on"]),
        checked_at=parse_time(str(row["checked_at"])) if row["checked_at"] else None,
        decision=_text(row["decision"]),
        media_type=str(row["media_type"]),
    )


def _state(row: Row) -> State:
    try:
        return State(str(row["state"]))
    except ValueError:
        return State.UNKNOWN


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _date(value: Scalar) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
