"""Reading on another basis than consent: stated, looked at, ended. Used through /v1/releases."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request

from api.answers import (
    After,
    IdempotencyKey,
    Limit,
    accepted_known,
    answered,
    once_of,
    page_of,
    stage,
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AgencyCaller, EdgeOf, PlatformOf, ReaderCaller, only
from api.schemas_bases import BasisIn, BasisOut
from api.schemas_out import Accepted, Page
from certs import base64url
from certs.canonical import Json, canonical
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.flows.reading.bases import Row, end_basis, read_basis, review_due, state_basis
from ledger.log.statement import format_time
from ledger.platform import Platform

router = APIRouter(tags=["bases"])
ENVELOPE = {"x-envelope": True}


@router.post("/v1/bases", status_code=202)
def state(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[BasisIn], Depends(posted(BasisIn, only(*AGENCIES)))],
) -> Accepted:
    """State on what the agency reads for a case: the envelope of a ``basis.stated`` statement that
    it signed (an attended one with the signature of the identity agency's reader after its own),
    and the thread key that it commits to."""
    data = canonical(body.model.envelope)
    _, statement = parse_signed(edge.platform, data, "basis.stated")
    identity = str(statement.body["basis"])
    thread_key = base64url.decode(str(body.model.thread_key))

    def do() -> dict[str, Json]:
        done = state_basis(edge.platform, caller.own_agency, data, thread_key)
        return {"basis": done.basis, "entry": done.entry.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/bases/{identity}"),
    )


@router.get("/v1/bases")
def listed(
    caller: ReaderCaller,
    platform: PlatformOf,
    limit: Limit = 50,
    after: After = None,
    overdue: Annotated[bool, Query(description="only those whose review is overdue")] = False,
) -> Page:
    """The agency's own bases; an auditor sees all. An emergency is reviewed within seven days."""
    where = {} if caller.role is Role.AUDITOR else {"agency": caller.own_agency}
    if overdue:
        where |= {"sort": "emergency", "state": "stated"}
    rows = platform.store.rows("bases", where, after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    found = [_shown(platform, dict(row)) for row in shown]
    return Page(items=[one for one in found if one.overdue or not overdue], next=cursor)


@router.get("/v1/bases/{identity}")
def read(identity: str, caller: ReaderCaller, platform: PlatformOf) -> BasisOut:
    """A basis, to the agency that stated it and to an auditor."""
    return _shown(platform, _mine(platform, caller, identity))


@router.post("/v1/bases/{identity}/end", status_code=202, openapi_extra=ENVELOPE)
def end(
    request: Request,
    identity: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(*AGENCIES)))],
) -> Accepted:
    """End the agency's own basis: the envelope of a ``basis.ended`` statement. For an emergency
    its reason is what the review found."""
    read_basis(edge.platform, caller.own_agency, identity)
    _, statement = parse_signed(edge.platform, body.envelope, "basis.ended")
    if statement.body["basis"] != identity:
        raise NotFound("There is no such basis.")

    def do() -> dict[str, Json]:
        return {"entry": end_basis(edge.platform, caller.own_agency, body.envelope).index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/bases/{identity}"),
    )


def _mine(platform: Platform, caller: Caller, identity: str) -> Row:
    if caller.role is Role.AUDITOR:
        return row_of(platform, "bases", identity)
    return read_basis(platform, caller.own_agency, identity)


def _shown(platform: Platform, row: Row) -> BasisOut:
    due = review_due(platform, row)
    return BasisOut(
        id=str(row["id"]),
        sort=str(row["sort"]),
        grant=str(row["grant_id"]),
        case=str(row["case_id"]),
        agency=str(row["agency"]),
        subject=str(row["subject"]),
        state=str(row["state"]),
        uses=whole(row["uses"]),
        max_uses=whole(row["max_uses"]),
        until=str(row["until"]),
        visible_from=str(row["visible_from"]),
        review_due=None if due is None else format_time(due),
        overdue=due is not None and platform.now() > due,
        entry=whole(row["entry_index"]),
        ended_entry=cast("int | None", row["ended_index"]),
        stage=stage(platform, whole(row["entry_index"])),
    )
