"""Demands: an agency says that it asks for a paper, and hears what it can have already."""

from __future__ import annotations

from typing import Annotated, Any

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
from api.auth import AGENCIES, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PartyCaller, PlatformOf, only
from api.schemas_arranged import DemandIn, DemandOut
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.demand import AlreadyCovered, Demand, demands, record_demand
from ledger.flows.matters.deposit import concerned
from ledger.reask.demand import Outcome
from ledger.reuse.documents import Channel

router = APIRouter(tags=["arrangements"])


@router.post("/v1/cases/{case}/demands", status_code=202)
def demand(
    request: Request,
    case: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[DemandIn], Depends(posted(DemandIn, only(*AGENCIES)))],
) -> Accepted:
    """Record that the agency asks for a paper in its own case. ``can_have`` says what it could have
    instead, in the answer or, where the item refuses such demands, in the problem."""
    read_case(edge.platform, caller.own_agency, case)
    asked = body.model
    said = Demand(asked.kind, asked.officer, asked.reason, Channel(asked.channel), asked.role)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        try:
            done = record_demand(edge.platform, caller.own_agency, case, said, once)
        except AlreadyCovered:
            edge.metrics.demanded(Outcome.REFUSED.value)
            raise
        edge.metrics.demanded(done.outcome.value)
        can_have: list[Json] = [one.to_json() for one in done.having]
        return {
            "demand": done.demand,
            "entry": done.entry,
            "outcome": done.outcome.value,
            "can_have": can_have,
        }

    def show(known: Any) -> Accepted:
        more = {name: known[name] for name in ("outcome", "can_have")}
        return accepted_known(edge, known["demand"], known, f"/v1/cases/{case}/demands", **more)

    return answered(edge.platform, once, do, show)


@router.get("/v1/cases/{case}/demands")
def listed(
    case: str, caller: PartyCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """What was demanded in a case, refused demands too: to its agency, and to those whom the case
    concerns."""
    if caller.role is not Role.HOLDER:
        read_case(platform, caller.own_agency, case)
    elif caller.own_subject not in concerned(row_of(platform, "cases", case)):
        raise NotFound("There is no such case.")
    rows = demands(platform, case, after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    items = [
        DemandOut(
            id=row["id"],
            kind=row["kind"],
            role=row["role"],
            outcome=row["outcome"],
            channel=row["channel"],
            made_at=row["made_at"],
            entry=whole(row["entry_index"]),
        )
        for row in shown
    ]
    return Page(items=items, next=cursor)
