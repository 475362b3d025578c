"""Disputes (数据异议): a holder says that a paper is wrong, and it is held from reuse at once,
until the agency that answers for it has settled the matter. A complaint about a reading goes the
same way and holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from certs.canonical import Json
from ledger.after.parties import DISPUTE_DAYS
from ledger.errors import Conflict, Malformed, NotFound, Refused, Stale
from ledger.flows.after.responsible import responsible
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_holder, own_statement, parse_signed
from ledger.index import names_of, rows_of
from ledger.log.statement import parse_time
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.tlog import Draft, Sequenced, sequence

TABLE_OF = {"licence": "licences", "material": "materials"}
OUTCOMES = ("upheld", "corrected", "rejected")
Values = Mapping[str, Scalar]


class DisputeOpen(Conflict):
    """This paper is disputed already, and that is not settled yet."""

    code = "dispute.open"


class DisputeSettled(Conflict):
    """The dispute was settled before; its outcome stands."""

    code = "dispute.settled"


class DisputeField(Malformed):
    """The paper has no such field that could be wrong; ``field`` says which."""

    code = "dispute.field"


class SuccessorUnfit(Refused):
    """What is to stand in the disputed paper's place is not such a paper."""

    code = "dispute.successor"


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute as the platform holds it; ``due``: when it is to be settled."""

    dispute: str
    entry: Sequenced
    due: datetime


def open_dispute(platform: Platform, data: bytes) -> Disputed:
    """Take a holder's signed dispute; what it is about is held from this commit on.

    Raises NotFound (not held about this subject, or another agency's), DisputeOpen, DisputeField,
    UnboundKey, StatementRefused.
    """
    _, claimed = parse_signed(platform, data, "disputed")
    subject = str(claimed.body["subject"])
    envelope, statement = accept_from_holder(platform, data, "disputed", subject)
    body = statement.body
    about, field = str(body["object"]), cast("str | None", body["field"])
    row = held_about(platform, about, subject)
    if row is None or responsible(platform, about) != body["agency"]:
        raise NotFound("There is no such thing.")
    _require_field(platform, about, row, field)
    sort, _, identity = about.partition(":")
    expects: tuple[Expect, ...] = ()
    if sort in TABLE_OF:
        shown = {"dispute": None, "state": row["state"]}
        expects = (Expect(TABLE_OF[sort], {"id": identity}, shown),)
    try:
        (done,) = sequence(
            platform,
            [Draft(envelope, statement, names_of(statement), rows_of(statement), expects)],
        )
    except Conflict as error:
        if held_about(platform, about, subject) is None:  # erased meanwhile
            raise NotFound("There is no such thing.") from error
        raise DisputeOpen("This is disputed already.") from error
    (kept,) = platform.store.rows("disputes", {"id": str(body["dispute"])})
    return Disputed(str(body["dispute"]), done, due_of(platform, kept))


def due_of(platform: Platform, dispute: Values) -> datetime:
    """When a dispute of the index is to be settled."""
    opened = parse_time(str(dispute["opened_at"]))
    return platform.catalogue.calendar.due_after(opened, DISPUTE_DAYS)


@dataclass(frozen=True, slots=True)
class Settlement:
    """``outcome``: upheld (out of reuse; a licence's issuer changes its status itself, the hold
    stays until it does), corrected (``successor`` stands in its place), rejected (the hold
    ends)."""

    dispute: str
    outcome: str
    officer: str
    reason: str
    successor: str | None = None


def settle_dispute(
    platform: Platform, agency: str, settlement: Settlement, once: Once | None = None
) -> Sequenced:
    """Settle a dispute; only the agency that answers for the paper. A lost one has its cascade.

    Raises NotFound, DisputeSettled, SuccessorUnfit.
    """
    row = row_of(platform, "disputes", settlement.dispute, "dispute")
    about = str(row["object"])
    answers = responsible(platform, about) if about.startswith("licence:") else row["agency"]
    if agency != answers:
        raise NotFound("There is no such dispute.")
    if row["state"] != "open":
        raise DisputeSettled("The dispute is settled already.", outcome=row["state"])
    expects = [Expect("disputes", {"id": settlement.dispute}, {"state": "open"})]
    expects += _successor(platform, about, settlement)
    body: dict[str, Json] = {
        "dispute": settlement.dispute,
        "object": about,
        "subject": str(row["subject"]),
        "outcome": settlement.outcome,
        "successor": settlement.successor,
        "officer": settlement.officer,
        "reason": settlement.reason,
    }
    prev = cast(int, row["entry_index"])
    envelope, statement = own_statement(platform, agency, "dispute.settled", body, prev=prev)
    answer: dict[str, Json] = {"dispute": settlement.dispute}
    written = rows_of(statement) + remembered(platform, once, statement, answer)
    draft = Draft(envelope, statement, names_of(statement), written, tuple(expects))
    try:
        (done,) = sequence(platform, [draft])
    except Stale as error:
        raise DisputeSettled("The dispute was settled meanwhile.") from error
    return done


def held_about(platform: Platform, about: str, subject: str) -> Values | None:
    """The row of what is disputed, if it is held about the subject; for a reading, of what allowed
    it. None for anything else."""
    sort, _, identity = about.partition(":")
    if sort in TABLE_OF:
        rows = platform.store.rows(TABLE_OF[sort], {"id": identity, "subject": subject})
        return rows[0] if rows and rows[0]["state"] != "erased" else None
    for read in platform.store.rows("reads", {"id": identity}):
        for table, column in (("consents", "consent"), ("bases", "basis")):
            where = {"id": read[column], "subject": subject}
            if read[column] is not None and (rows := platform.store.rows(table, where)):
                return rows[0]
    return None


def _require_field(platform: Platform, about: str, row: Values, field: str | None) -> None:
    if field is None:
        return
    known: Mapping[str, object] = {}
    if about.startswith("licence:") and row["type"] in platform.catalogue.licence_types:
        known = platform.catalogue.licence_types[str(row["type"])].attributes
    if field not in known:
        raise DisputeField("This paper has no such field.", field=field)


def _successor(platform: Platform, about: str, settlement: Settlement) -> list[Expect]:
    """Guards on what is to stand in the place of ``about``. Raises SuccessorUnfit."""
    named = settlement.successor
    if (settlement.outcome == "corrected") is not (named is not None):
        raise SuccessorUnfit("A correction, and nothing else, names what stands in its place.")
    if named is None:
        return []
    sort, _, identity = about.partition(":")
    other, _, successor = named.partition(":")
    column = {"licence": "type", "material": "kind"}.get(sort)
    if column is None or other != sort or successor == identity:
        raise SuccessorUnfit("Nothing of this kind stands in its place.")
    (old,) = platform.store.rows(TABLE_OF[sort], {"id": identity})
    found = platform.store.rows(TABLE_OF[sort], {"id": successor, "state": "active"})
    same = ("subject", column)
    if not found or any(found[0][name] != old[name] for name in same):
        raise SuccessorUnfit("What stands in its place is such a paper of the same holder.")
    if sort == "licence" and found[0]["supersedes"] != identity:
        raise SuccessorUnfit("A corrected licence is a new version that supersedes the old one.")
    return [Expect(TABLE_OF[sort], {"id": successor}, {"state": "active"})]
