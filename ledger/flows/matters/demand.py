"""Demands: an agency that asks for a paper says so first, and hears what it can have already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from certs.canonical import Json
from ledger.catalogue.catalogue import Unknown
from ledger.errors import Conflict, Refused
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import CaseClosed, in_role, read_case
from ledger.flows.matters.deposit import Handed
from ledger.flows.matters.plan import plan_of
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.ports import Row as PortRow
from ledger.reask.demand import BeyondNeed, Decision, Having, Outcome, decide
from ledger.reuse.documents import Channel
from ledger.tlog import Draft, sequence

Row = dict[str, Scalar]


class AlreadyCovered(Refused):
    """The agency can have it already, and the rule of the item forbids asking the holder again.
    ``can_have``: what it can have; ``demand``, ``entry``: how the refusal stands in the log."""

    code = "reask.covered"


@dataclass(frozen=True, slots=True)
class Demand:
    """``kind``: ``licence:TYPE`` or ``material:KIND``; ``role``: whose it is to be."""

    kind: str
    officer: str
    reason: str
    channel: Channel
    role: str = "applicant"


@dataclass(frozen=True, slots=True)
class Demanded:
    """``fresh`` is False where the same demand stood already, with the same outcome."""

    demand: str
    outcome: Outcome
    entry: int
    having: tuple[Having, ...]
    fresh: bool


def record_demand(
    platform: Platform, agency: str, case: str, demand: Demand, once: Once | None = None
) -> Demanded:
    """Record that the agency asks for a paper in its own open case.

    Raises NotFound, CaseClosed, Unknown, BeyondNeed; AlreadyCovered where the plan has it and the
    item says ``refuse``, which is an entry too, of the platform's. The same demand again gets the
    same answer and no second entry.
    """
    row = read_case(platform, agency, case)
    if row["state"] != "open":
        raise CaseClosed("The case is closed already.", outcome=row["outcome"])
    catalogue = platform.catalogue
    item = item_of(catalogue, row)
    decision = decide(plan_of(platform, row), item, demand.kind, demand.role, catalogue)
    standing = _standing(platform, case, demand, decision)
    if standing is None:
        standing = _stated(platform, row, demand, decision, once)
    return _answered(standing, decision)


def demands(
    platform: Platform, case: str, *, after: str | None = None, limit: int = 50
) -> list[Row]:
    """What was demanded in a case (rows by id)."""
    return platform.store.rows("demands", {"case_id": case}, after=after, limit=limit)


def needless_of(platform: Platform, agency: str, handed: Handed) -> tuple[Having, ...]:
    """What the agency can have already in place of a material that is about to be handed in for
    its case; empty where it is wanted, or nothing is known of it. Nobody is kept from it."""
    where = {"id": handed.case, "agency": agency, "state": "open"}
    rows = platform.store.rows("cases", where) if handed.case is not None else []
    if not rows:
        return ()
    item = item_of(platform.catalogue, rows[0])
    roles = [
        role for role in ("applicant", *item.roles) if in_role(rows[0], role) == handed.subject
    ]
    found: tuple[Having, ...] = ()
    made = plan_of(platform, rows[0])
    for role in roles:
        try:
            decision = decide(made, item, f"material:{handed.kind}", role, platform.catalogue)
        except (BeyondNeed, Unknown):
            continue
        if decision.outcome is Outcome.RECORDED:
            return ()
        found += decision.having
    return found


def _standing(platform: Platform, case: str, demand: Demand, decision: Decision) -> Row | None:
    where = {"case_id": case, "kind": demand.kind, "role": demand.role}
    rows = platform.store.rows("demands", {**where, "outcome": decision.outcome.value})
    return {**rows[0], "fresh": 0} if rows else None


def _stated(
    platform: Platform, row: Row, demand: Demand, decision: Decision, once: Once | None
) -> Row:
    case, agency = str(row["id"]), str(row["agency"])
    body: dict[str, Json] = {
        "demand": new_id("dem", platform.randomness),
        "case": case,
        "agency": agency,
        "service_item": str(row["item"]),
        "kind": demand.kind,
        "role": demand.role,
        "officer": demand.officer,
        "reason": demand.reason,
        "channel": demand.channel.value,
    }
    opened = cast(int, row["opened_index"])
    if decision.outcome is Outcome.REFUSED:
        body["covered_by"] = list(decision.objects)
        kind, actor = "reask.refused", platform.operator
    else:
        body["covered"] = "yes" if decision.outcome is Outcome.COVERED else "no"
        kind, actor = "paper.demanded", agency
    envelope, statement = own_statement(platform, actor, kind, body, prev=opened)
    known = _known(platform, statement, decision, once)
    rows = rows_of(statement) + known
    expects = (Expect("cases", {"id": case}, {"state": "open"}),)
    draft = Draft(envelope, statement, names_of(statement), rows, expects)
    try:
        (done,) = sequence(platform, [draft])
    except Conflict:  # somebody else demanded the same meanwhile, or the case was closed
        standing = _standing(platform, case, demand, decision)
        if standing is None:
            raise
        return standing
    return {"id": str(body["demand"]), "entry_index": done.index, "fresh": 1}


def _known(
    platform: Platform, statement: Statement, decision: Decision, once: Once | None
) -> tuple[PortRow, ...]:
    if decision.outcome is Outcome.REFUSED:
        return ()  # a refusal is no answer to keep: the same demand is decided anew
    answer: dict[str, Json] = {
        "demand": statement.body["demand"],
        "outcome": decision.outcome.value,
        "can_have": [one.to_json() for one in decision.having],
    }
    return remembered(platform, once, statement, answer)


def _answered(row: Row, decision: Decision) -> Demanded:
    entry = cast(int, row["entry_index"])
    if decision.outcome is Outcome.REFUSED:
        raise AlreadyCovered(
            "This need not be handed in: the agency can have it already.",
            demand=row["id"],
            entry=entry,
            can_have=[one.to_json() for one in decision.having],
        )
    return Demanded(str(row["id"]), decision.outcome, entry, decision.having, bool(row["fresh"]))
