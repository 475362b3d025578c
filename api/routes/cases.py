"""Cases: what is needed, what is held already, what is truly missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import (
    After,
    IdempotencyKey,
    Limit,
    accepted,
    accepted_known,
    answered,
    once_of,
    page_of,
    whole,
)
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, only
from api.schemas import CaseIn, CloseIn
from api.schemas_out import Accepted, CaseItemOut, CaseOut, Page
from certs.canonical import Json, parse
from ledger.flows.matters.cases import CaseDraft, close_case, open_case, read_case
from ledger.flows.matters.channels import channel_history
from ledger.reuse.documents import Channel

router = APIRouter(tags=["cases"])


@router.post("/v1/cases", status_code=202)
def open_(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CaseIn], Depends(posted(CaseIn, only(*AGENCIES)))],
) -> Accepted:
    """Open a case of one of the agency's own service items."""
    asked = body.model
    draft = CaseDraft(
        item=asked.item,
        subject=asked.subject,
        matter=asked.matter,
        channel=Channel(asked.channel),
        officer=asked.officer,
        project=asked.project,
        premises=asked.premises,
        parties=asked.parties,
        follows=asked.follows,
    )
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        case, _ = open_case(edge.platform, caller.own_agency, draft, once)
        return {"case": case}

    def show(known: Any) -> Accepted:
        case = str(known["case"])
        row = read_case(edge.platform, caller.own_agency, case)
        return accepted(edge, case, whole(row["opened_index"]), f"/v1/cases/{case}")

    return answered(edge.platform, once, do, show)


@router.get("/v1/cases/{case}")
def read(case: str, caller: AgencyCaller, platform: PlatformOf) -> CaseOut:
    """The agency's own case, with the channels that it went over."""
    row = read_case(platform, caller.own_agency, case)
    return CaseOut(
        **{
            name: cast(Any, row[name])
            for name in (
                "id",
                "item",
                "agency",
                "subject",
                "matter",
                "project",
                "premises",
                "state",
                "outcome",
                "closed_at",
                "channel",
                "officer",
            )
        },
        parties=cast(dict[str, str], parse(str(row["parties"]).encode())),
        entry=whole(row["opened_index"]),
        plan_entry=cast("int | None", row["plan_index"]),
        channels=[asdict(step) for step in channel_history(platform, case)],
    )


@router.get("/v1/cases/{case}/items")
def items(
    case: str, caller: AgencyCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """What was handed in for the case, and what was reused in it."""
    read_case(platform, caller.own_agency, case)
    rows = platform.store.rows("case_items", {"case_id": case}, after=after, limit=limit + 1)
    shown, cursor = page_of(rows, limit, lambda row: str(row["object"]))
    listed = [CaseItemOut(object=row["object"], way=row["way"]) for row in shown]
    return Page(items=listed, next=cursor)


@router.post("/v1/cases/{case}/close", status_code=202)
def close(
    request: Request,
    case: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CloseIn], Depends(posted(CloseIn, only(*AGENCIES)))],
) -> Accepted:
    """Close the agency's own open case."""
    read_case(edge.platform, caller.own_agency, case)
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = close_case(edge.platform, caller.own_agency, case, body.model.outcome, once)
        return {"case": case, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(edge, case, known, f"/v1/cases/{case}"),
    )
