"""Commitments (告知承诺): the holder's own key commits to the catalogue's words in place of a
paper; the case's agency checks it later, and says what follows where it was broken.

The entry of a broken one names commitment, case and subject: the cascade begins there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from certs.canonical import Json, parse
from ledger.arranged.commitment import barred_until, check_commitment, commitment_body
from ledger.arranged.errors import CommitmentClosed, CommitmentMade, CommitmentOther
from ledger.arranged.foreseen import commitment_foreseen
from ledger.catalogue.catalogue import ServiceItem
from ledger.catalogue.terms import CommitmentForm
from ledger.errors import Conflict, NotFound
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_holder, own_statement, parse_signed
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import CaseClosed, in_role
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.reuse.case import Breach, Case
from ledger.reuse.documents import day
from ledger.tlog import Draft, Sequenced, sequence, standing

Row = dict[str, Scalar]
WITHOUT_CHECK = ("refused", "dropped")
"""Outcomes of a case in which nothing was granted on a commitment's word: no check is due."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a holder is shown before signing, and the body of the statement to sign."""

    form: CommitmentForm
    body: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Check:
    """What the agency found."""

    outcome: Literal["kept", "broken"]
    officer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``barred_until``: the last day on which the maker may make no other; None where kept."""

    entry: Sequenced
    case: str
    barred_until: date | None


def commitment_words(
    platform: Platform, case: str, requirement: str, form: str, subject: str
) -> Words:
    """The words of a commitment that ``subject`` could make for a case. Raises NotFound for a case
    that does not concern the subject, CommitmentNotForeseen, CommitmentOther."""
    row, item = _case(platform, case, subject)
    evidence = commitment_foreseen(item, requirement, form)
    if in_role(row, evidence.role) != subject:
        raise CommitmentOther("Somebody else is to make this commitment.", member="subject")
    words = platform.catalogue.commitment(evidence.form)
    named = {name: str(row[name]) for name in ("id", "agency", "item")}
    identity = new_id("cmt", platform.randomness)
    body = commitment_body(identity, named, requirement, words, subject, platform.now())
    return Words(words, body)


def make_commitment(platform: Platform, data: bytes) -> tuple[str, Sequenced]:
    """Take a holder's signed commitment; its id and entry. Raises NotFound (case), CaseClosed,
    UnboundKey (``consent.unbound_key``), Refused ``commitment.…``, CommitmentMade."""
    _, claimed = parse_signed(platform, data, "commitment.made")
    subject = str(claimed.body["subject"])
    envelope, statement = accept_from_holder(platform, data, "commitment.made", subject)
    body = cast(dict[str, Any], dict(statement.body))
    twin = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    if twin is not None:  # the same signed bytes once more
        return str(body["commitment"]), standing(platform, twin.index)
    row, item = _case(platform, str(body["case"]), subject)
    if row["state"] != "open":
        raise CaseClosed("The case is closed already.", outcome=row["outcome"])
    known = _known(platform, row, subject)
    check_commitment(body, statement.at, known, item, platform.catalogue, platform.now())
    expects = (Expect("cases", {"id": row["id"]}, {"state": "open"}),)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement), expects)
    try:
        (done,) = sequence(platform, [draft])
    except Conflict:
        where = {name: body[name] for name in ("requirement", "form")}
        for made in platform.store.rows("commitments", {"case_id": row["id"], **where}):
            message = "This commitment was made already."
            raise CommitmentMade(message, commitment=made["id"]) from None
        raise
    return str(body["commitment"]), done


def check_kept(
    platform: Platform, agency: str, commitment: str, check: Check, once: Once | None = None
) -> Checked:
    """Record the check of a commitment in the agency's own case, with the consequence of a broken
    one in the words of its form. Raises NotFound, CommitmentClosed."""
    row = row_of(platform, "commitments", commitment, "commitment", agency=agency)
    if row["state"] != "made":
        raise CommitmentClosed("It was checked already.", outcome=row["state"])
    form = platform.catalogue.commitment(str(row["form"]))
    broken = check.outcome == "broken"
    envelope, statement = own_statement(
        platform,
        agency,
        "commitment.checked",
        {
            "commitment": commitment,
            "case": str(row["case_id"]),
            "agency": agency,
            "subject": str(row["subject"]),
            "outcome": check.outcome,
            "consequence": form.consequence_zh if broken else None,
            "officer": check.officer,
            "reason": check.reason,
        },
        prev=cast(int, row["entry_index"]),
    )
    known = remembered(platform, once, statement, {"commitment": commitment})
    expects = (Expect("commitments", {"id": commitment}, {"state": "made"}),)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement) + known, expects)
    (done,) = sequence(platform, [draft])
    breach = Breach(form.id, day(statement.at))
    until = barred_until([breach], platform.catalogue, statement.at) if broken else None
    return Checked(done, str(row["case_id"]), until)


def commitments(
    platform: Platform,
    agency: str,
    *,
    state: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """Rows by id of the commitments in the agency's cases."""
    where: dict[str, Scalar] = {"agency": agency}
    if state is not None:
        where["state"] = state
    return platform.store.rows("commitments", where, after=after, limit=limit)


def overdue(platform: Platform, agency: str | None = None) -> list[Row]:
    """Commitments whose check day has passed without a check, the oldest first."""
    where: dict[str, Scalar] = {"state": "made"}
    if agency is not None:
        where["agency"] = agency
    today = day(platform.now()).isoformat()
    columns = ["check_by", "id", "cases.outcome"]
    late = platform.store.tally("commitments", columns, where, span=("check_by", None, today))
    found = [
        platform.store.rows("commitments", {"id": identity})
        for (_, identity, outcome), _ in late
        if outcome not in WITHOUT_CHECK
    ]
    return [row for rows in found for row in rows]


def _case(platform: Platform, case: str, subject: str) -> tuple[Row, ServiceItem]:
    """A case that concerns the subject; a foreign one looks like an absent one."""
    rows = platform.store.rows("cases", {"id": case})
    if not rows or subject not in (rows[0]["subject"], *_parties(rows[0]).values()):
        raise NotFound("There is no such case.")
    return rows[0], item_of(platform.catalogue, rows[0])


def _parties(row: Row) -> dict[str, str]:
    return cast(dict[str, str], parse(str(row["parties"]).encode()))


def _known(platform: Platform, row: Row, subject: str) -> Case:
    """What decides about a commitment of ``subject`` in the case."""
    broken = platform.store.rows("commitments", {"subject": subject, "state": "broken"})
    breaches = [Breach(str(one["form"]), day(parse_time(str(one["checked_at"])))) for one in broken]
    return Case(
        id=str(row["id"]),
        item=str(row["item"]),
        agency=str(row["agency"]),
        subject=str(row["subject"]),
        matter=str(row["matter"]),
        parties=_parties(row),
        breaches=tuple(breaches),
    )
