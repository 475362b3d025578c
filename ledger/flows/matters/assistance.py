"""Administrative assistance (行政协助): instead of a paper from the holder, the agency that knows
is asked, answers within its working days, and is reminded where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from certs.canonical import Json
from ledger.arranged.errors import AssistanceClosed, AssistanceMade, AssistanceNotForeseen
from ledger.arranged.foreseen import assistance_foreseen
from ledger.arranged.reminding import ABOVE, ESCALATED, level_due
from ledger.errors import Conflict, NotFound, Stale
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import CaseClosed, in_role, read_case
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.tlog import Draft, Sequenced, read, sequence

Outcome = Literal["confirmed", "denied", "unknown"]
Row = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Question:
    """``agency``: whom to ask, where the catalogue names several for the requirement."""

    requirement: str
    officer: str
    reason: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """``object``: a licence or material of the subject's that the asked agency gave in itself."""

    outcome: Outcome
    officer: str
    reason: str
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """``due``: by when the answer is to come; aware UTC."""

    assistance: str
    asked: str
    due: datetime
    entry: Sequenced


def request_assistance(
    platform: Platform, agency: str, case: str, question: Question, once: Once | None = None
) -> Asked:
    """Ask for a requirement of the agency's own open case. Raises NotFound, CaseClosed,
    AssistanceNotForeseen, AssistanceMade."""
    row = read_case(platform, agency, case)
    if row["state"] != "open":
        raise CaseClosed("The case is closed already.", outcome=row["outcome"])
    item = item_of(platform.catalogue, row)
    evidence = assistance_foreseen(item, question.requirement, question.agency)
    _require_unasked(platform, case, question.requirement, evidence.agency)
    due = platform.catalogue.calendar.due_after(platform.now(), evidence.days)
    subject = in_role(row, evidence.role)
    if subject is None:
        raise AssistanceNotForeseen("The case names nobody in this role.", role=evidence.role)
    assistance = new_id("ast", platform.randomness)
    envelope, statement = own_statement(
        platform,
        agency,
        "assistance.requested",
        {
            "assistance": assistance,
            "case": case,
            "agency": agency,
            "asked": evidence.agency,
            "subject": subject,
            "requirement": question.requirement,
            "question": evidence.question_zh,
            "due": format_time(due),
            "officer": question.officer,
            "reason": question.reason,
        },
        prev=cast(int, row["opened_index"]),
    )
    answer: dict[str, Json] = {"assistance": assistance}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    expects = (Expect("cases", {"id": case}, {"state": "open"}),)
    draft = Draft(envelope, statement, names_of(statement), rows, expects)
    try:
        (done,) = sequence(platform, [draft])
    except Conflict:  # somebody else asked the same meanwhile, or the case was closed
        _require_unasked(platform, case, question.requirement, evidence.agency)
        raise
    return Asked(assistance, evidence.agency, due, done)


def _require_unasked(platform: Platform, case: str, requirement: str, asked: str) -> None:
    where = {"case_id": case, "requirement": requirement, "asked": asked}
    for state in ("open", "confirmed"):
        for row in platform.store.rows("assistances", {**where, "state": state}):
            message = "This was asked already; its answer is to be used."
            raise AssistanceMade(message, assistance=row["id"], state=state)


def read_assistance(platform: Platform, agency: str, assistance: str) -> Row:
    """A request, to the agency that asked and to the one that is asked. Raises NotFound."""
    for column in ("agency", "asked"):
        where = {"id": assistance, column: agency}
        if rows := platform.store.rows("assistances", where):
            return rows[0]
    raise NotFound("There is no such request.")


def answer_assistance(
    platform: Platform, agency: str, assistance: str, reply: Reply, once: Once | None = None
) -> Sequenced:
    """The asked agency's own answer. Raises NotFound (also for an object of another's, or of
    another subject), AssistanceClosed."""
    row = row_of(platform, "assistances", assistance, "request", asked=agency)
    if row["state"] != "open":
        raise AssistanceClosed("It was answered already.", state=row["state"])
    entry = cast(int, row["entry_index"])
    if reply.object is not None:
        subject = str(read(platform, entry).body["subject"])
        _require_own(platform, agency, subject, reply.object)
    envelope, statement = own_statement(
        platform,
        agency,
        "assistance.answered",
        {
            "assistance": assistance,
            "case": str(row["case_id"]),
            "agency": str(row["agency"]),
            "asked": agency,
            "outcome": reply.outcome,
            "object": reply.object,
            "officer": reply.officer,
            "reason": reply.reason,
        },
        prev=entry,
    )
    known = remembered(platform, once, statement, {"assistance": assistance})
    expects = (Expect("assistances", {"id": assistance}, {"state": "open"}),)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement) + known, expects)
    (done,) = sequence(platform, [draft])
    return done


def _require_own(platform: Platform, agency: str, subject: str, name: str) -> None:
    sort, _, identity = name.partition(":")
    table = {"licence": "licences", "material": "materials"}.get(sort, "")
    where = {"id": identity, "subject": subject, "state": "active"}
    rows = platform.store.rows(table, where) if table else []
    if not rows or read(platform, cast(int, rows[0]["entry_index"])).actor != agency:
        raise NotFound("There is no such item.")


def remind(platform: Platform) -> int:
    """Send the reminders that have fallen due in open cases; how many. Safe to repeat and to run in
    several workers: the level that was read is a guard of the entry."""
    now, sent = platform.now(), 0
    until = format_time(now + timedelta(seconds=1))
    wanted = {"state": "open", "cases.state": "open"}
    waiting = platform.store.tally("assistances", ["id"], wanted, span=("remind_at", None, until))
    for (identity,), _ in waiting:
        for row in platform.store.rows("assistances", {"id": identity, "state": "open"}):
            sent += _remind(platform, row, now)
    return sent


def _remind(platform: Platform, row: Row, now: datetime) -> int:
    requested_at, due = parse_time(str(row["requested_at"])), parse_time(str(row["due"]))
    level = level_due(requested_at, due, now)
    if level <= cast(int, row["level"]):
        return 0
    body: dict[str, Json] = {
        "assistance": str(row["id"]),
        "case": str(row["case_id"]),
        "level": level,
        "to": ABOVE if level == ESCALATED else str(row["asked"]),
        "requested_at": format_time(requested_at),
        "due": format_time(due),
    }
    envelope, statement = own_statement(
        platform,
        platform.operator,
        "assistance.reminded",
        body,
        prev=cast(int, row["entry_index"]),
    )
    guard = {"state": "open", "level": row["level"]}
    expects = (Expect("assistances", {"id": row["id"]}, guard),)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement), expects)
    try:
        sequence(platform, [draft])
    except Stale:  # answered, or reminded by another worker
        return 0
    return 1
