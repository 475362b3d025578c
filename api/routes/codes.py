"""Counter codes: a consent signed ahead on the phone, redeemed by an officer with eight digits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, accepted_known, answered, once_of
from api.auth import AGENCIES, Role
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, HolderCaller, only
from api.routes.consents import spoken_for
from api.schemas import ConsentIn
from api.schemas_bases import CodeIn, CodeOut
from api.schemas_out import Accepted
from certs import base64url
from certs.canonical import Json, canonical
from ledger.flows.door.statements import parse_signed
from ledger.flows.matters.cases import read_case
from ledger.flows.reading.counter_codes import keep_consent, redeem_code
from ledger.log.statement import format_time

router = APIRouter(tags=["reuse"])


@router.post("/v1/consents/codes", status_code=201)
def keep(
    request: Request,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ConsentIn], Depends(posted(ConsentIn, only(Role.HOLDER)))],
) -> CodeOut:
    """Keep a signed consent for five minutes instead of giving it: the answer has eight digits for
    the officer at the counter of the case. The code is kept nowhere, so the same request again
    gets a new one, and the one before is worth nothing."""
    data = canonical(body.model.envelope)
    _, statement = parse_signed(edge.platform, data, "consent.granted")
    spoken_for(edge.platform, caller, "requests", str(statement.body["request"]))
    once = once_of(request, caller, key, body.data)
    once.earlier(edge.platform)
    made = keep_consent(edge.platform, data, base64url.decode(str(body.model.thread_key)))
    answered(edge.platform, once, lambda: {"consent": made.consent}, lambda known: known)
    return CodeOut(
        code=made.code,
        consent=made.consent,
        case=made.case,
        agency=made.agency,
        expires_at=format_time(made.expires_at),
    )


@router.post("/v1/cases/{case}/code", status_code=202)
def redeem(
    request: Request,
    case: str,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CodeIn], Depends(posted(CodeIn, only(*AGENCIES)))],
) -> Accepted:
    """Give the consent that the holder's code stands for, in the agency's own case. A code that is
    wrong, late, used or another counter's is always refused alike; five wrong ones lock the case
    for a quarter of an hour."""
    read_case(edge.platform, caller.own_agency, case)

    def do() -> dict[str, Json]:
        done = redeem_code(edge.platform, caller.own_agency, case, body.model.code)
        return {"consent": done.consent, "entry": done.entry.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(
            edge,
            str(known["consent"]),
            known,
            f"/v1/consents/{known['consent']}",
        ),
    )
