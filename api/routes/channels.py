"""A case gone on with over another channel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, accepted_known, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, only
from api.schemas_filling import ResumeIn
from api.schemas_out import Accepted
from certs.canonical import Json
from ledger.flows.matters.cases import read_case
from ledger.flows.matters.channels import resume_case
from ledger.reuse.documents import Channel

router = APIRouter(tags=["cases"])


@router.post("/v1/cases/{case}/resume", status_code=202)
def resume(
    request: Request,
    case: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ResumeIn], Depends(posted(ResumeIn, only(*AGENCIES)))],
) -> Accepted:
    """Go on with the agency's own open case over another channel; everything else stays."""
    read_case(edge.platform, caller.own_agency, case)
    asked = body.model
    once = once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        done = resume_case(
            edge.platform, caller.own_agency, case, Channel(asked.channel), asked.officer, once
        )
        return {"case": case, "channel": asked.channel, "entry": done.index}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: accepted_known(
            edge,
            case,
            known,
            f"/v1/cases/{case}",
            channel=known["channel"],
        ),
    )
