"""Disputes: a holder says what is wrong, the agency that answers for it settles the matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import (
    After,
    IdempotencyKey,
    Limit,
    accepted_known,
    answered,
    once_of,
    page_of,
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PartyCaller, PlatformOf, only
from api.schemas_after import DisputeDraftIn, DisputeOut, SettleIn
from api.schemas_out import Accepted, Drafts, Page
from certs.canonical import Json
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.after.disputes import (
    Settlement,
    due_of,
    held_about,
    open_dispute,
    settle_dispute,
)
from ledger.flows.after.responsible import responsible
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.ids import new_id
from ledger.log.records import RecordErased
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Scalar

router = APIRouter(tags=["after use"])


@router.post("/v1/dispute-drafts")
def draft(
    caller: HolderCaller,
    platform: PlatformOf,
    body: Annotated[Posted[DisputeDraftIn], Depends(posted(DisputeDraftIn, only(Role.HOLDER)))],
) -> Drafts:
    """The body of ``disputed`` for the holder to look at and sign, with the agency that answers for
    what is disputed. It writes nothing."""
    asked = body.model
    agency = responsible(platform, asked.object)
    if agency is None or held_about(platform, asked.object, caller.own_subject) is None:
        raise NotFound("There is no such thing.")
    said: dict[str, Any] = {
        "dispute": new_id("dsp", platform.randomness),
        "object": asked.object,
        "subject": caller.own_subject,
        "agency": agency,
        "field": asked.field,
        "reason": asked.reason,
    }
    return Drafts(kind="disputed", drafts=[said])


@router.post("/v1/disputes", status_code=202, openapi_extra={"x-envelope": True})
def dispute(
    request: Request,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(Role.HOLDER)))],
) -> Accepted:
    """Dispute a paper, or complain about a reading of one's papers. The body is the envelope of a
    ``disputed`` statement by the holder's own key; the paper is held from reuse at once."""
    _, statement = parse_signed(edge.platform, body.envelope, "disputed")
    if statement.body["subject"] != caller.own_subject:
        raise NotFound("There is no such thing.")
    identity = str(statement.body["dispute"])

    def do() -> dict[str, Json]:
        done = open_dispute(edge.platform, body.envelope)
        return {"entry": done.entry.index, "due": format_time(done.due)}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(
            edge,
            identity,
            known,
            f"/v1/disputes/{identity}",
            due=known["due"],
        ),
    )


@router.get("/v1/disputes")
def disputes(
    caller: PartyCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """The holder's own disputes; an agency's are those that it has to settle or has settled."""
    rows = platform.store.rows("disputes", _mine(caller), after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    return Page(items=[_out(platform, row) for row in shown], next=cursor)


@router.get("/v1/disputes/{identity}")
def read(identity: str, caller: PartyCaller, platform: PlatformOf) -> DisputeOut:
    """One dispute, to the holder and to the agency that settles it."""
    return _out(platform, row_of(platform, "disputes", identity, "thing", **_mine(caller)))


@router.post("/v1/disputes/{identity}/settlement", status_code=202)
def settle(
    request: Request,
    identity: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[SettleIn], Depends(posted(SettleIn, only(*AGENCIES)))],
) -> Accepted:
    """Settle a dispute; only the agency that answers for the paper. Where the holder is right,
    every case that relied on what was wrong is flagged."""
    row_of(edge.platform, "disputes", identity, agency=caller.own_agency)
    asked = body.model
    settlement = Settlement(identity, asked.outcome, asked.officer, asked.reason, asked.successor)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = settle_dispute(edge.platform, caller.own_agency, settlement, once)
        return {"dispute": identity, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/disputes/{identity}"),
    )


def _mine(caller: Caller) -> dict[str, Scalar]:
    if caller.role is Role.HOLDER:
        return {"subject": caller.own_subject}
    return {"agency": caller.own_agency}


def _out(platform: Platform, row: Mapping[str, Scalar]) -> DisputeOut:
    due = format_time(due_of(platform, row))
    settled = cast("int | None", row["settled_index"])
    return DisputeOut(
        id=str(row["id"]),
        object=str(row["object"]),
        field=cast("str | None", row["field"]),
        subject=str(row["subject"]),
        agency=str(row["agency"]),
        state=str(row["state"]),
        reason=_reason(platform, whole(row["entry_index"])),
        opened_at=str(row["opened_at"]),
        due=due,
        overdue=row["state"] == "open" and due < format_time(platform.now()),
        settled_at=cast("str | None", row["settled_at"]),
        outcome_reason=None if settled is None else _reason(platform, settled),
        entry=whole(row["entry_index"]),
        settled_entry=settled,
    )


def _reason(platform: Platform, index: int) -> str | None:
    try:
        return str(tlog.read(platform, index).body["reason"])
    except RecordErased:
        return None
