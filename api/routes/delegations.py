"""Who may act for whom: by a principal's own key or, for a guardian, by an identity agency."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from api.answers import IdempotencyKey, accepted_known, answered, once_of, whole
from api.auth import Caller, Role
from api.door import PostedEnvelope, posted_envelope
from api.edge import EdgeOf, HolderCaller, PlatformOf, only
from api.schemas_bases import DelegationOut
from api.schemas_out import Accepted, Page
from certs.canonical import Json, parse
from ledger.errors import NotFound
from ledger.flows.door.powers import Row
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.flows.reading.delegation import delegations_of, end_delegation, grant_delegation
from ledger.platform import Platform

router = APIRouter(tags=["delegations"])
GIVERS = (Role.HOLDER, Role.IDENTITY)
GiverCaller = Annotated[Caller, Depends(only(*GIVERS))]


@router.post("/v1/delegations", status_code=202, openapi_extra={"x-envelope": True})
def grant(
    request: Request,
    caller: GiverCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(*GIVERS)))],
) -> Accepted:
    """Let somebody act for another. The body is the envelope of a ``delegation.granted`` statement:
    of an agent or a clerk by the principal's own key, of a guardian by the identity agency's."""
    _, statement = parse_signed(edge.platform, body.envelope, "delegation.granted")
    identity = str(statement.body["delegation"])
    _require_actor(caller, statement.actor)

    def do() -> dict[str, Json]:
        done = grant_delegation(edge.platform, body.envelope)
        return {"delegation": identity, "entry": done.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/delegations/{identity}"),
    )


@router.get("/v1/delegations")
def listed(caller: HolderCaller, platform: PlatformOf) -> Page:
    """Who may act for the caller, also by powers that were passed on, and for whom the caller
    acts."""
    rows = delegations_of(platform, caller.own_subject)
    return Page(items=[_shown(row) for row in rows], next=None)


@router.get("/v1/delegations/{identity}")
def read(identity: str, caller: GiverCaller, platform: PlatformOf) -> DelegationOut:
    """One delegation, to its two sides and to an identity agency."""
    return _shown(_mine(platform, caller, identity))


@router.post("/v1/delegations/{identity}/end", status_code=202, openapi_extra={"x-envelope": True})
def end(
    request: Request,
    identity: str,
    caller: GiverCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(*GIVERS)))],
) -> Accepted:
    """End it: the envelope of a ``delegation.ended`` statement by the principal or an identity
    agency. It bites at the next reading."""
    _mine(edge.platform, caller, identity)
    _, statement = parse_signed(edge.platform, body.envelope, "delegation.ended")
    if statement.body["delegation"] != identity:
        raise NotFound("There is no such delegation.")
    _require_actor(caller, statement.actor)

    def do() -> dict[str, Json]:
        return {"entry": end_delegation(edge.platform, body.envelope).index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(edge, identity, known, f"/v1/delegations/{identity}"),
    )


def _require_actor(caller: Caller, actor: str) -> None:
    """Who brings a statement is who signed it. Raises NotFound."""
    if actor not in (caller.subject, caller.agency):
        raise NotFound("There is no such subject.")


def _mine(platform: Platform, caller: Caller, identity: str) -> Row:
    row = row_of(platform, "delegations", identity)
    sides = (row["principal"], row["delegate"])
    if caller.role is Role.HOLDER and caller.subject not in sides:
        raise NotFound("There is no such delegation.")
    return row


def _shown(row: Row) -> DelegationOut:
    return DelegationOut(
        id=str(row["id"]),
        principal=str(row["principal"]),
        delegate=str(row["delegate"]),
        sort=str(row["sort"]),
        service_items=cast(list[str], parse(str(row["service_items"]).encode())),
        since=str(row["since"]),
        until=str(row["until"]),
        further=whole(row["further"]),
        parent=cast("str | None", row["parent"]),
        ended=row["ended_index"] is not None,
        entry=whole(row["entry_index"]),
    )
