"""The exemption plan of a case: what is looked up, what earlier material serves and why, what is
truly missing. Finding is by subject, parties, project and premises, across agencies; an agency
sees of it only what its service item asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from certs.canonical import Json, parse
from ledger.flows.cases import read_case
from ledger.flows.once import Once, remembered
from ledger.flows.statements import own_statement
from ledger.index import names_of, rows_of
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.case import Case, Change
from ledger.reuse.documents import CHINA, Channel, Grade, Held, Licence, Material, State
from ledger.reuse.exemption import Plan
from ledger.reuse.plan import plan
from ledger.tlog import Draft, Sequenced, read, sequence

Row = Mapping[str, Scalar]


def plan_case(platform: Platform, agency: str, case: str) -> Plan:
    """The plan of the agency's own case, as of now. Raises NotFound."""
    return plan_of(platform, read_case(platform, agency, case))


def sign_plan(
    platform: Platform, agency: str, case: str, once: Once | None = None
) -> tuple[Plan, Sequenced]:
    """Make the plan, have the platform sign it, and log what it saw."""
    row = read_case(platform, agency, case)
    made = plan_of(platform, row)
    envelope, statement = own_statement(
        platform,
        platform.operator,
        "plan.signed",
        {"case": case, "catalogue": platform.catalogue.sha256, "plan": made.to_json()},
        prev=cast(int, row["opened_index"]),
        refs=made.entries(),
    )
    answer: dict[str, Json] = {"case": case, "plan": made.to_json()}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    draft = Draft(envelope, statement, names_of(statement), rows)
    (done,) = sequence(platform, [draft])
    return made, done


def plan_of(platform: Platform, row: Row) -> Plan:
    """The plan of a case given by its row of the index."""
    case = case_of(platform, row)
    item = platform.catalogue.item(case.item)
    held = {one.object: one for one in _held(platform, case)}
    return plan(item, case, held.values(), platform.catalogue, platform.now())


def case_of(platform: Platform, row: Row) -> Case:
    """The case as the rules see it, with the completed cases that changed its subject's facts."""
    changes = tuple(
        Change(str(done["id"]), str(done["item"]), _day(done["closed_at"]))
        for done in platform.store.rows("cases", {"subject": row["subject"], "outcome": "granted"})
    )
    return Case(
        id=str(row["id"]),
        item=str(row["item"]),
        agency=str(row["agency"]),
        subject=str(row["subject"]),
        matter=str(row["matter"]),
        project=_text(row["project"]),
        premises=_text(row["premises"]),
        parties=cast(Mapping[str, str], parse(str(row["parties"]).encode())),
        changes=changes,
    )


def sources(platform: Platform, made: Plan) -> dict[str, tuple[str, str]]:
    """Where each paper of a plan comes from, by object: a phrase in Chinese and in English."""
    papers = [(one.object, one.entry) for need in made.requirements for one in need.used]
    papers += [(no.object, no.entry) for need in made.requirements for no in need.rejected]
    told = {}
    for name, entry in papers:
        statement = read(platform, entry)
        agency = platform.catalogue.agencies.get(statement.actor)
        on = statement.at.astimezone(CHINA).date().isoformat()
        zh, en = (agency.zh, agency.en) if agency else (statement.actor, statement.actor)
        told[name] = (f"{zh} {on} 收存，第 {entry} 条", f"kept by {en} on {on}, entry {entry}")
    return told


def _held(platform: Platform, case: Case) -> Iterator[Held]:
    store = platform.store
    places: list[tuple[str, str]] = [("subject", case.subject)]
    places += [("subject", party) for party in case.parties.values()]
    if case.project is not None:
        places.append(("project", case.project))
    if case.premises is not None:
        places.append(("premises", case.premises))
    for column, value in places:
        for row in store.rows("licences", {column: value}):
            yield licence_of(platform, row)
        for row in store.rows("materials", {column: value}):
            yield material_of(row)


def licence_of(platform: Platform, row: Row) -> Licence:
    """A licence of the index as the rules see it."""
    kind = platform.catalogue.licence_types.get(str(row["type"]))
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
        premises=_text(row["premises"]),
        project=_text(row["project"]),
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


def _day(value: Scalar) -> date:
    return parse_time(str(value)).astimezone(CHINA).date()
