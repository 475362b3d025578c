"""Commitments: the holder signs the catalogue's words, the agency checks them later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query, Request

from api.answers import (
    After,
    IdempotencyKey,
    Limit,
    accepted_known,
    answered,
    once_of,
    page_of,
)
from api.auth import AGENCIES, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AgencyCaller, Edge, EdgeOf, HolderCaller, PartyCaller, PlatformOf, only
from api.schemas_arranged import (
    CommitmentCheckIn,
    CommitmentDraftIn,
    CommitmentDraftOut,
    CommitmentOut,
)
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.flows.matters.commitment import (
    Check,
    check_kept,
    commitment_words,
    commitments,
    make_commitment,
    overdue,
)
from ledger.platform import Platform
from ledger.reuse.documents import day

router = APIRouter(tags=["arrangements"])
State = Annotated[Literal["made", "kept", "broken", "overdue"] | None, Query()]


@router.post("/v1/cases/{case}/commitment-drafts")
def draft(
    case: str,
    caller: HolderCaller,
    platform: PlatformOf,
    body: Annotated[
        Posted[CommitmentDraftIn], Depends(posted(CommitmentDraftIn, only(Role.HOLDER)))
    ],
) -> CommitmentDraftOut:
    """The words of a commitment that the caller could make for a case, what follows where it is
    broken, and the body of ``commitment.made`` to sign."""
    asked = body.model
    words = commitment_words(platform, case, asked.requirement, asked.form, caller.own_subject)
    return CommitmentDraftOut(
        kind="commitment.made",
        drafts=[words.body],
        text_zh=words.form.text_zh,
        text_en=words.form.text_en,
        consequence_zh=words.form.consequence_zh,
        consequence_en=words.form.consequence_en,
    )


@router.post("/v1/commitments", status_code=202, openapi_extra={"x-envelope": True})
def make(
    request: Request,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(Role.HOLDER)))],
) -> Accepted:
    """Take a commitment. The body is the envelope of a ``commitment.made`` statement by the
    holder's own key, signed no longer than a day ago."""
    _, statement = parse_signed(edge.platform, body.envelope, "commitment.made")
    if statement.body["subject"] != caller.own_subject:
        raise NotFound("There is no such case.")

    def do() -> dict[str, Json]:
        identity, done = make_commitment(edge.platform, body.envelope)
        return {"commitment": identity, "entry": done.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: _accepted(edge, str(known["commitment"]), known),
    )


@router.get("/v1/commitments")
def listed(
    caller: AgencyCaller,
    platform: PlatformOf,
    state: State = None,
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """The commitments in the agency's cases; ``state=overdue``: all that should have been checked
    by now, the oldest first, in one page."""
    agency = caller.own_agency
    if state == "overdue":
        return Page(items=[_shown(platform, row) for row in overdue(platform, agency)], next=None)
    rows = commitments(platform, agency, state=state, after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    return Page(items=[_shown(platform, row) for row in shown], next=cursor)


@router.get("/v1/commitments/{identity}")
def read_one(identity: str, caller: PartyCaller, platform: PlatformOf) -> CommitmentOut:
    """A commitment, to the holder who made it and to the agency of its case."""
    holder = caller.role is Role.HOLDER
    column, value = ("subject", caller.own_subject) if holder else ("agency", caller.own_agency)
    return _shown(platform, row_of(platform, "commitments", identity, **{column: value}))


@router.post("/v1/commitments/{identity}/check", status_code=202)
def check(
    request: Request,
    identity: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CommitmentCheckIn], Depends(posted(CommitmentCheckIn, only(*AGENCIES)))],
) -> Accepted:
    """Record what the check of a commitment found. A broken one bars its maker from others for the
    time that its form names, and the cases that rest on it are flagged."""
    row_of(edge.platform, "commitments", identity, agency=caller.own_agency)
    said = body.model
    found = Check(said.outcome, said.officer, said.reason)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = check_kept(edge.platform, caller.own_agency, identity, found, once)
        return {"commitment": identity, "entry": done.entry.index}

    return answered(edge.platform, once, do, lambda known: _accepted(edge, identity, known))


def _accepted(edge: Edge, identity: str, known: Mapping[str, Json]) -> Accepted:
    return accepted_known(edge, identity, known, f"/v1/commitments/{identity}")


def _shown(platform: Platform, row: Mapping[str, Any]) -> CommitmentOut:
    late = row["state"] == "made" and str(row["check_by"]) < day(platform.now()).isoformat()
    return CommitmentOut(
        id=str(row["id"]),
        case=str(row["case_id"]),
        agency=str(row["agency"]),
        subject=str(row["subject"]),
        item=str(row["item"]),
        requirement=str(row["requirement"]),
        form=str(row["form"]),
        state=str(row["state"]),
        check_by=str(row["check_by"]),
        overdue=late,
        checked_at=cast("str | None", row["checked_at"]),
        entry=cast(int, row["entry_index"]),
    )
