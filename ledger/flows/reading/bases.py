"""Other bases than consent: stated by the agency that reads, used like a consent
(``release``), ended by that agency; an emergency is reviewed within seven days.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from certs import base64url
from ledger import tlog
from ledger.consent.other_bases import (
    REVIEW,
    BasisUnproven,
    check_basis,
)
from ledger.errors import NotFound, Refused
from ledger.flows.door.refusal import log_refusal
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_agencies, accept_from_agency, parse_signed
from ledger.flows.matters.case_facts import item_of
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.plan import plan_of
from ledger.flows.reading.basis_threads import basis_thread_key_of, kept_thread
from ledger.flows.reading.consent import ThreadMismatch, ThreadUsed
from ledger.flows.reading.follow import follow
from ledger.index import names_of, rows_of
from ledger.log.entry import THREAD_KEY_BYTES, thread_commitment, withdraw_tag
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Expect, Scalar
from ledger.tlog import Draft, Sequenced, sequence

Row = dict[str, Scalar]
Body = Mapping[str, Any]

SIGNED_PAPER = "signed-authorisation"
"""The material kind of what a person signs at the counter; any case may take one in."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A basis as the platform holds it."""

    basis: str
    entry: Sequenced


def state_basis(platform: Platform, agency: str, data: bytes, thread_key: bytes) -> Stated:
    """Take the basis on which an agency will read for a case, signed by it (attended: and by the
    identity agency's reader), with its thread key (32 bytes).

    Safe to repeat. Raises NotFound (case), Refused ``basis.…`` and ``policy.forbidden`` (logged),
    ThreadMismatch, StatementRefused and SignerUnknown for its form and signatures, Conflict.
    """
    _, claimed = parse_signed(platform, data, "basis.stated")
    reader = cast(Body, claimed.body["proof"])["reader"]
    signers = (agency,) if reader is None else (agency, str(reader))
    envelope, statement = accept_from_agencies(platform, data, "basis.stated", signers)
    body = cast(Body, statement.body)
    basis = str(body["basis"])
    stored = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    if stored is not None:
        return Stated(basis, tlog.standing(platform, stored.index))
    case, guards = _case_of(platform, agency, body)
    _check_thread(platform, body, thread_key)
    try:
        _check(platform, agency, statement, case)
    except Refused as error:
        log_refusal(platform, agency, body, error.code)
        raise
    draft = Draft(
        envelope,
        statement,
        names_of(statement),
        (*rows_of(statement), kept_thread(platform, basis, thread_key)),
        (Expect("cases", {"id": case["id"]}, {"state": "open"}), *guards),
    )
    (done,) = sequence(platform, [draft])
    return Stated(basis, done)


def end_basis(platform: Platform, agency: str, data: bytes) -> Sequenced:
    """Take an agency's signed end of its own basis; nothing is read on it when this returns.
    Raises NotFound, SignerUnknown, StatementRefused, Conflict for one that was ended before."""
    envelope, statement = accept_from_agency(platform, data, "basis.ended", agency)
    row = read_basis(platform, agency, str(statement.body["basis"]))
    stored = platform.store.entry_by_payload(hashlib.sha256(envelope.payload).digest())
    if stored is not None:
        return tlog.standing(platform, stored.index)
    draft = Draft(
        envelope,
        statement,
        names_of(statement),
        rows_of(statement),
        (Expect("bases", {"id": row["id"]}, {"state": "stated"}),),
        withdraw_tag(basis_thread_key_of(platform, str(row["id"]))),
    )
    (done,) = sequence(platform, [draft])
    follow(platform, tlog.integrate(platform))
    return done


def read_basis(platform: Platform, agency: str, basis: str) -> Row:
    """The agency's own basis; a foreign one looks like an absent one. Raises NotFound."""
    return row_of(platform, "bases", basis, "basis", agency=agency)


def review_due(platform: Platform, row: Row) -> datetime | None:
    """By when the agency must have ended an emergency's basis; None where there is nothing (more)
    to review."""
    if row["sort"] != "emergency" or row["state"] != "stated":
        return None
    return tlog.read(platform, cast(int, row["entry_index"])).at + REVIEW


def _check(platform: Platform, agency: str, statement: Statement, case: Row) -> None:
    body = cast(Body, statement.body)
    proof = body["proof"]
    if proof["reader"] is not None and proof["reader"] not in platform.trust.identity_agencies:
        raise BasisUnproven("The reader is no identity agency's.", member="reader")
    if proof["paper_sha256"] is not None:
        _require_paper(platform, str(case["id"]), base64url.decode(proof["paper_sha256"]))
    check_basis(
        body,
        item_of(platform.catalogue, case),
        plan_of(platform, case),
        platform.catalogue,
        statement.at,
        platform.now(),
        agency=agency,
        voted=partial(platform.chain.basis_granted, at=platform.now()),
        answered=_answered(platform, agency, body),
    )


def _answered(platform: Platform, agency: str, body: Body) -> dict[str, str]:
    """The paper, with its kind, that the other agency named when it answered this agency's request
    for assistance, if it is the subject's."""
    where = {"id": body["proof"]["assistance"], "agency": agency, "state": "confirmed"}
    asked = platform.store.rows("assistances", where) if where["id"] is not None else []
    name = str(asked[0]["object"]) if asked and asked[0]["object"] is not None else ""
    sort, _, identity = name.partition(":")
    for table, what, column in (("licences", "licence", "type"), ("materials", "material", "kind")):
        found = {"id": identity, "subject": body["subject"]}
        for row in platform.store.rows(table, found) if sort == what else ():
            return {name: f"{what}:{row[column]!s}"}
    return {}


def _require_paper(platform: Platform, case: str, digest: bytes) -> None:
    """The signed paper was scanned and handed in for this case, as what it is."""
    for row in platform.store.rows("materials", {"case_id": case, "kind": SIGNED_PAPER}):
        files = platform.store.rows("files", {"id": row["file"]})
        if files and files[0]["sha256"] == digest:
            return
    raise BasisUnproven("The signed paper is not kept for this case.", member="paper_sha256")


def _case_of(platform: Platform, agency: str, body: Body) -> tuple[Row, tuple[Expect, ...]]:
    """The agency's own case; or that of another which asked this agency for assistance and waits
    for its answer. Raises NotFound, BasisUnproven."""
    assistance = body["proof"]["assistance"]
    if assistance is None:
        return read_case(platform, agency, str(body["case"])), ()
    asked = platform.store.rows("assistances", {"id": assistance, "case_id": body["case"]})
    if not asked or agency not in (asked[0]["agency"], asked[0]["asked"]):
        raise NotFound("There is no such request for assistance.")
    row = asked[0]
    wanted = "open" if row["asked"] == agency else "confirmed"
    if row["state"] != wanted:
        raise BasisUnproven("The request for assistance is not in that state.", member="assistance")
    guard = Expect("assistances", {"id": row["id"]}, {"state": wanted})
    return read_case(platform, str(row["agency"]), str(body["case"])), (guard,)


def _check_thread(platform: Platform, body: Body, thread_key: bytes) -> None:
    if len(thread_key) != THREAD_KEY_BYTES or not hmac.compare_digest(
        base64url.encode(thread_commitment(thread_key)), str(body["thread"])
    ):
        raise ThreadMismatch("The thread key is not the one that the basis commits to.")
    commitment = thread_commitment(thread_key)
    for table in ("bases", "consents"):  # both leave tags made of it in the leaves
        if platform.store.rows(table, {"thread": commitment}):
            raise ThreadUsed("This thread key was used before; make a new one.")
