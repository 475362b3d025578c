"""Requests, consents, withdrawals: each stands on a signature inside its body.

A bearer token says who brings the statement; what it does rests on the agency's registered key or
the holder's own, which this server does not have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from api.answers import (
    IdempotencyKey,
    accepted_known,
    answered,
    once_of,
    stage,
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PartyCaller, PlatformOf, only
from api.schemas import ConsentIn
from api.schemas_out import Accepted, ConsentOut, RequestOut
from certs import base64url
from certs.canonical import Json, canonical, parse
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.door.powers import acts_for
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.flows.reading.consent import grant_consent, request_consent, withdraw_consent
from ledger.log.records import RecordErased
from ledger.platform import Platform
from ledger.ports import Scalar

router = APIRouter(tags=["reuse"])
ENVELOPE = {"x-envelope": True}


@router.post("/v1/requests", status_code=202, openapi_extra=ENVELOPE)
def ask(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(*AGENCIES)))],
) -> Accepted:
    """Ask a holder for items of the agency's own case. The body is the envelope of a
    ``consent.requested`` statement that the agency signed."""
    _, statement = parse_signed(edge.platform, body.envelope, "consent.requested")
    identity = str(statement.body["request"])

    def do() -> dict[str, Json]:
        done = request_consent(edge.platform, caller.own_agency, body.envelope)
        return {"request": identity, "entry": done.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/requests/{identity}"),
    )


def _mine(platform: Platform, caller: Caller, table: str, identity: str) -> dict[str, Scalar]:
    if caller.role is Role.HOLDER:
        return spoken_for(platform, caller, table, identity)
    return row_of(platform, table, identity, agency=caller.own_agency)


def spoken_for(platform: Platform, caller: Caller, table: str, identity: str) -> dict[str, Scalar]:
    """A request or consent of the holder's own, or of one whom the holder may act for in this
    matter now. Raises NotFound."""
    row = row_of(platform, table, identity)
    case = row_of(platform, "cases", str(row["case_id"]))
    if not acts_for(platform, caller.own_subject, str(row["subject"]), str(case["item"])):
        raise NotFound("There is no such thing.")
    return row


@router.get("/v1/requests/{identity}")
def read_request(identity: str, caller: PartyCaller, platform: PlatformOf) -> RequestOut:
    """A request, to the agency that asked and to the holder who is asked, as it was signed."""
    row = _mine(platform, caller, "requests", identity)
    return RequestOut(**_shown(platform, row), state=str(row["state"]))


@router.post("/v1/consents", status_code=202)
def grant(
    request: Request,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[ConsentIn], Depends(posted(ConsentIn, only(Role.HOLDER)))],
) -> Accepted:
    """Take a holder's consent: the envelope of a ``consent.granted`` statement by the holder's own
    key, and the thread key that it commits to."""
    data = canonical(body.model.envelope)
    _, statement = parse_signed(edge.platform, data, "consent.granted")
    identity, asked = str(statement.body["consent"]), str(statement.body["request"])
    spoken_for(edge.platform, caller, "requests", asked)
    thread_key = base64url.decode(str(body.model.thread_key))

    def do() -> dict[str, Json]:
        done = grant_consent(edge.platform, data, thread_key)
        return {"consent": done.consent, "entry": done.entry.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/consents/{identity}"),
    )


@router.get("/v1/consents/{identity}")
def read_consent(identity: str, caller: PartyCaller, platform: PlatformOf) -> ConsentOut:
    """A consent, to the holder who gave it and to the agency that it was given to."""
    row = _mine(platform, caller, "consents", identity)
    return ConsentOut(
        **_shown(platform, row),
        request=str(row["request"]),
        state=str(row["state"]),
        uses=whole(row["uses"]),
        max_uses=whole(row["max_uses"]),
        withdrawn_entry=cast("int | None", row["withdrawn_index"]),
    )


@router.post("/v1/consents/{identity}/withdrawal", status_code=202, openapi_extra=ENVELOPE)
def withdraw(
    request: Request,
    identity: str,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(Role.HOLDER)))],
) -> Accepted:
    """Withdraw a consent. The body is the envelope of a ``consent.withdrawn`` statement by the
    holder's own key; ``acknowledgement`` is the key store's signed word that it holds from now."""
    spoken_for(edge.platform, caller, "consents", identity)
    _, statement = parse_signed(edge.platform, body.envelope, "consent.withdrawn")
    if statement.body["consent"] != identity:
        raise NotFound("There is no such consent.")

    def do() -> dict[str, Json]:
        done = withdraw_consent(edge.platform, body.envelope)
        return {"entry": done.entry.index, "acknowledgement": parse(done.acknowledgement)}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(
            edge,
            identity,
            known,
            f"/v1/consents/{identity}",
            acknowledgement=known["acknowledgement"],
        ),
    )


def _shown(platform: Platform, row: Mapping[str, Scalar]) -> dict[str, Any]:
    index = whole(row["entry_index"])
    try:
        said, digest = shown_statement(platform, index)
    except RecordErased:
        said, digest = None, ""
    return {
        "id": row["id"],
        "case": row["case_id"],
        "agency": row["agency"],
        "subject": row["subject"],
        "until": row["until"],
        "entry": index,
        "stage": stage(platform, index),
        "statement": said,
        "sha256": digest,
    }


def shown_statement(platform: Platform, index: int) -> tuple[Any, str]:
    """A statement as it was signed, and the SHA-256 of its payload. Raises RecordErased."""
    stored = tlog.stored_entry(platform, index)
    envelope, _ = tlog.opened(tlog.record(platform, stored)[1])
    return parse(envelope.payload), base64url.encode(hashlib.sha256(envelope.payload).digest())
