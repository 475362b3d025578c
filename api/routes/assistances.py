"""Assistance: what agencies ask each other in a paper's place, and their answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

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
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, only
from api.schemas_arranged import AssistanceIn, AssistanceOut, ReplyIn
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.flows.matters.assistance import (
    Question,
    Reply,
    answer_assistance,
    read_assistance,
    request_assistance,
)
from ledger.flows.matters.assistance_list import Box, assistances, shown_assistance

router = APIRouter(tags=["arrangements"])
State = Annotated[Literal["open", "confirmed", "denied", "unknown"] | None, Query()]


@router.post("/v1/assistances", status_code=202)
def ask(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[AssistanceIn], Depends(posted(AssistanceIn, only(*AGENCIES)))],
) -> Accepted:
    """Ask the agency that the catalogue names for a requirement of the caller's own case. It is
    reminded at half time, when its answer is due, and two working days later."""
    asked = body.model
    question = Question(asked.requirement, asked.officer, asked.reason, asked.agency)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = request_assistance(edge.platform, caller.own_agency, asked.case, question, once)
        return {"assistance": done.assistance, "entry": done.entry.index}

    def show(known: Any) -> Accepted:
        identity = str(known["assistance"])
        row = read_assistance(edge.platform, caller.own_agency, identity)
        return accepted_known(
            edge,
            identity,
            known,
            f"/v1/assistances/{identity}",
            asked=row["asked"],
            due=row["due"],
        )

    return answered(edge.platform, once, do, show)


@router.get("/v1/assistances")
def listed(
    caller: AgencyCaller,
    platform: PlatformOf,
    box: Annotated[Box, Query()] = "inbox",
    state: State = None,
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """What the caller's agency is asked (``inbox``), what it asked (``outbox``), what nobody
    answered in time and is before it now (``escalated``)."""
    agency = caller.own_agency
    rows = assistances(platform, agency, box, state=state, after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    items = [AssistanceOut(**shown_assistance(platform, dict(row))) for row in shown]
    return Page(items=items, next=cursor)


@router.get("/v1/assistances/{identity}")
def read_one(identity: str, caller: AgencyCaller, platform: PlatformOf) -> AssistanceOut:
    """A request, to the agency that asked and to the one that is asked."""
    row = read_assistance(platform, caller.own_agency, identity)
    return AssistanceOut(**shown_assistance(platform, row))


@router.post("/v1/assistances/{identity}/answer", status_code=202)
def answer(
    request: Request,
    identity: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ReplyIn], Depends(posted(ReplyIn, only(*AGENCIES)))],
) -> Accepted:
    """The asked agency's answer; it stands."""
    read_assistance(edge.platform, caller.own_agency, identity)
    said = body.model
    reply = Reply(said.outcome, said.officer, said.reason, said.object)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = answer_assistance(edge.platform, caller.own_agency, identity, reply, once)
        return {"assistance": identity, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/assistances/{identity}"),
    )
