"""Erasure on request: the holder asks, the archive agency and a second agency approve, and what the
log then announces is destroyed. Whoever refuses names the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from certs.canonical import Json
from ledger.erasure.errors import ErasureClosed, ErasureOpen, ErasureRefused, NotSecond
from ledger.erasure.rules import ARCHIVE, SUPERVISOR, Voice, check_first, check_second
from ledger.errors import NotFound
from ledger.flows.after.destruction import announcement, destroy
from ledger.flows.after.holding import Paper, obstacles_of, obstacles_told, paper_of
from ledger.flows.door.once import Once, remembered
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import accept_from_holder, own_statement, parse_signed
from ledger.index import names_of, rows_of
from ledger.platform import Platform
from ledger.ports import Expect, Quiet, Scalar
from ledger.tlog import Draft, Sequenced, sequence

Row = Mapping[str, Scalar]
OPEN = ("requested", "first")


def request_erasure(platform: Platform, data: bytes) -> Sequenced:
    """Take a holder's signed wish that a paper of theirs be erased. It is logged also where
    something stands in the way: the answer to it is an agency's.

    Raises NotFound for what the signer does not hold, UnboundKey, StatementRefused, ErasureOpen.
    """
    _, claimed = parse_signed(platform, data, "erasure.requested")
    body = cast(Mapping[str, Any], claimed.body)
    paper = paper_of(platform, body["object"])
    if paper.row["subject"] != body["subject"]:
        raise NotFound("There is no such item.")
    envelope, statement = accept_from_holder(platform, data, "erasure.requested", body["subject"])
    for row in platform.store.rows("erasures", {"object": paper.object}):
        if row["id"] != body["erasure"] and row["state"] != "refused":
            raise ErasureOpen("Its erasure was asked for before.", state=row["state"])
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement))
    (done,) = sequence(platform, [draft])
    return done


def approve_erasure(
    platform: Platform,
    agency: str,
    erasure: str,
    officer: str,
    reason: str,
    once: Once | None = None,
) -> Sequenced:
    """The first approval is the archive agency's; the second, another agency's and officer's,
    announces the erasure in the same commit and carries it out. Answers the approval's entry.

    Raises NotFound, ErasureClosed, ErasureRefused subclasses for all that stands in the way, Stale
    where something was logged about the paper meanwhile, which may stand in the way too, Pushback
    where an engine is away: what was announced is then finished by the worker.
    """
    seen = platform.store.size() - 1
    row = read_erasure(platform, erasure)
    voice = voice_of(platform, agency, officer)
    second = row["state"] == "first"
    if second:
        check_second(voice, str(row["first_agency"]), str(row["first_officer"]))
    else:
        check_first(voice)
    paper = paper_of(platform, str(row["object"]))
    for obstacle in obstacles_of(platform, paper):
        raise obstacle.error()
    step = "second" if second else "first"
    approved = _draft(platform, row, paper, once, "erasure.approved", voice, reason, step=step)
    approved = replace(approved, quiet=(Quiet(paper.object, seen),))
    if not second:
        (done,) = sequence(platform, [approved])
        return done
    asked = cast(int, row["entry_index"])
    done, _ = sequence(platform, [approved, announcement(platform, erasure, paper, asked)])
    destroy(platform, erasure)
    return done


def refuse_erasure(
    platform: Platform,
    agency: str,
    erasure: str,
    officer: str,
    reason: str,
    once: Once | None = None,
) -> Sequenced:
    """Refuse for the rule that stands in the way, or, where none does, on the agency's own grounds
    (``erasure.refused``) given in ``reason``. Raises NotFound, ErasureClosed, NotSecond."""
    row = read_erasure(platform, erasure)
    voice = voice_of(platform, agency, officer)
    if not (voice.archive or voice.second):
        raise NotSecond("This agency has no voice in an erasure.", agency=agency)
    paper = paper_of(platform, str(row["object"]))
    standing = obstacles_told(platform, paper)  # the holder reads the refusal
    code = standing[0].code if standing else ErasureRefused.code
    draft = _draft(platform, row, paper, once, "erasure.refused", voice, reason, code=code)
    (done,) = sequence(platform, [draft])
    return done


def read_erasure(platform: Platform, erasure: str) -> dict[str, Scalar]:
    """An erasure that waits for an approval. Raises NotFound, ErasureClosed."""
    row = row_of(platform, "erasures", erasure, "erasure")
    if row["state"] not in OPEN:
        raise ErasureClosed("It was decided already.", state=row["state"])
    return row


def voice_of(platform: Platform, agency: str, officer: str = "") -> Voice:
    """What an agency may say about erasures."""
    known = platform.catalogue.agencies.get(agency)
    roles = known.roles if known is not None else ()
    second = agency == platform.operator or SUPERVISOR in roles
    return Voice(agency, officer, ARCHIVE in roles, second)


def _draft(
    platform: Platform,
    row: Row,
    paper: Paper,
    once: Once | None,
    kind: str,
    voice: Voice,
    reason: str,
    **more: Json,
) -> Draft:
    """An agency's word on an erasure, guarded: nobody was faster, and the paper is as it was."""
    body: dict[str, Json] = {
        "erasure": str(row["id"]),
        "object": paper.object,
        "subject": str(row["subject"]),
        "agency": voice.agency,
        "officer": voice.officer,
        "reason": reason,
        **more,
    }
    asked = cast(int, row["entry_index"])
    envelope, statement = own_statement(platform, voice.agency, kind, body, prev=asked)
    answer: dict[str, Json] = {"erasure": str(row["id"])}
    rows = rows_of(statement) + remembered(platform, once, statement, answer)
    expects = (
        Expect("erasures", {"id": row["id"]}, {"state": row["state"]}),
        Expect(paper.table, {"id": paper.row["id"]}, {"state": paper.row["state"]}),
    )
    return Draft(envelope, statement, names_of(statement), rows, expects)
