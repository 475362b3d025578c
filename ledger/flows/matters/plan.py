"""The exemption plan of a case: what is looked up, what earlier material serves and why, what is
truly missing; as of now, or as of a past time, made again from the log.

Finding (``finding``) is by subject, parties, project, premises and case chain, across
agencies; an agency sees of it only what its service item asks for.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from certs.canonical import Json
from ledger.catalogue.catalogue import Catalogue
from ledger.errors import Malformed
from ledger.flows.door.index_reading import Row
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.catalogue import catalogue_of, published
from ledger.flows.matters.gathering import gather, gather_at
from ledger.flows.matters.past import size_at
from ledger.index import names_of, rows_of
from ledger.log.statement import MAX_REFS
from ledger.platform import Platform
from ledger.reuse.documents import CHINA, day
from ledger.reuse.exemption import Plan
from ledger.reuse.rulings import Ruling, rulings
from ledger.tlog import Draft, Sequenced, read, sequence

TRIES = 3
"""How often a plan is made anew because the log grew meanwhile, before it is made from the log."""


class TimeToCome(Malformed):
    """A plan as of a time to come: nobody knows what will be held then."""

    code = "plan.time"


def plan_case(platform: Platform, agency: str, case: str, at: datetime | None = None) -> Plan:
    """The plan of the agency's own case, as of now or of an aware past time, under the catalogue of
    then. Raises NotFound (also where the case was not open yet), TimeToCome, PastErased."""
    row = read_case(platform, agency, case)
    if at is None:
        return plan_of(platform, row)
    if at > platform.now():
        raise TimeToCome("A plan is made as of now or of a past time.")
    size = size_at(platform, at)
    return gather_at(platform, case, size, at, _catalogue_then(platform, size, at)).plan()


def _catalogue_then(platform: Platform, size: int, at: datetime) -> Catalogue:
    """The newest that was published and in force then; before the first, today's."""
    for row in published(platform.store):
        effective = date.fromisoformat(str(row["effective_from"]))
        if cast(int, row["entry_index"]) < size and effective <= day(at):
            return catalogue_of(platform, cast(bytes, row["sha256"]).hex())
    return platform.catalogue


def plan_of(platform: Platform, row: Row) -> Plan:
    """The plan of a case given by its row of the index, as of now."""
    return gather(platform, row).plan()


def judged_paper(platform: Platform, agency: str, case: str, object: str) -> tuple[Ruling, ...]:
    """One paper, rule by rule, for the agency's own case, as of now. Raises NotFound, the same for
    what is not held and for what is no business of the case."""
    known = gather(platform, read_case(platform, agency, case))
    return rulings(known.item, known.case, known.held, object, known.catalogue, known.at)


def sign_plan(
    platform: Platform, agency: str, case: str, once: Once | None = None
) -> tuple[Plan, Sequenced]:
    """Make the plan, have the platform sign it, and log it with how much of the log it saw, so that
    anybody with the log can make it again."""
    row = read_case(platform, agency, case)
    made = _at_rest(platform, row)
    envelope, statement = own_statement(
        platform,
        platform.operator,
        "plan.signed",
        {"case": case, "catalogue": platform.catalogue.sha256, "plan": made.to_json()},
        prev=cast(int, row["opened_index"]),
        refs=made.entries()[:MAX_REFS],
    )
    answer: dict[str, Json] = {"case": case, "plan": made.to_json()}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    draft = Draft(envelope, statement, names_of(statement), rows)
    (done,) = sequence(platform, [draft])
    return made, done


def _at_rest(platform: Platform, row: Row) -> Plan:
    """A plan from exactly the entries that it says it saw."""
    for _ in range(TRIES):
        made = plan_of(platform, row)
        if platform.store.size() == made.seen:
            return made
    size, at = platform.store.size(), platform.now()
    return gather_at(platform, str(row["id"]), size, at, platform.catalogue).plan()


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
