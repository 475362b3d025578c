"""Erasure on request: the holder asks with their own key, two agencies decide, all may look whom it
concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
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
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AnyCaller, Edge, EdgeOf, HolderCaller, PlatformOf, only
from api.schemas_erasure import (
    DecisionIn,
    ErasureDraftIn,
    ErasureDraftOut,
    ErasureOut,
    GoingOut,
    ObstacleOut,
)
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.erasure.rules import Obstacle
from ledger.errors import NotFound
from ledger.flows.after.destruction import Prospect, prospect_of
from ledger.flows.after.erasure import (
    OPEN,
    approve_erasure,
    refuse_erasure,
    request_erasure,
    voice_of,
)
from ledger.flows.after.erasure_list import Row, erasures_seen, one_seen, seen_by_agency
from ledger.flows.after.holding import obstacles_of, obstacles_told, paper_of
from ledger.flows.door.statements import parse_signed
from ledger.ids import new_id
from ledger.platform import Platform

router = APIRouter(tags=["erasure"])
DECIDING = (*AGENCIES, Role.OPERATOR)
DecidingCaller = Annotated[Caller, Depends(only(*DECIDING))]
State = Annotated[Literal["requested", "first", "refused", "erased"] | None, Query()]
Decision = Annotated[Posted[DecisionIn], Depends(posted(DecisionIn, only(*DECIDING)))]


@router.post("/v1/erasure-drafts")
def draft(
    caller: HolderCaller,
    platform: PlatformOf,
    body: Annotated[Posted[ErasureDraftIn], Depends(posted(ErasureDraftIn, only(Role.HOLDER)))],
) -> ErasureDraftOut:
    """What the erasure of one of the caller's papers would destroy, what stands in its way now, and
    the body of ``erasure.requested`` to sign. It changes nothing."""
    asked = body.model
    paper = paper_of(platform, asked.object)
    if paper.row["subject"] != caller.own_subject:
        raise NotFound("There is no such item.")
    said: dict[str, Any] = {
        "erasure": new_id("era", platform.randomness),
        "object": asked.object,
        "subject": caller.own_subject,
        "reason": asked.reason,
    }
    return ErasureDraftOut(
        kind="erasure.requested",
        drafts=[said],
        obstacles=[_obstacle(one) for one in obstacles_told(platform, paper)],
        going=_going(prospect_of(platform, paper)),
    )


@router.post("/v1/erasures", status_code=202, openapi_extra={"x-envelope": True})
def ask(
    request: Request,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(Role.HOLDER)))],
) -> Accepted:
    """Ask for an erasure. The body is the envelope of an ``erasure.requested`` statement by the
    holder's own key."""
    _, statement = parse_signed(edge.platform, body.envelope, "erasure.requested")
    if statement.body["subject"] != caller.own_subject:
        raise NotFound("There is no such item.")
    identity = str(statement.body["erasure"])

    def do() -> dict[str, Json]:
        return {"erasure": identity, "entry": request_erasure(edge.platform, body.envelope).index}

    once = once_of(request, caller, key, body.data)
    return answered(edge.platform, once, do, lambda known: _accepted(edge, identity, known))


@router.get("/v1/erasures")
def listed(
    caller: AnyCaller,
    platform: PlatformOf,
    state: State = None,
    limit: Limit = 50,
    after: After = None,
) -> Page:
    """The erasures that concern the caller: a holder's own; for who decides and for an auditor all;
    for other agencies those of papers that they took in or relied on."""
    where: dict[str, Any] = {} if state is None else {"state": state}
    if caller.role is Role.HOLDER:
        where["subject"] = caller.own_subject
    found = erasures_seen(platform, where, _sight(platform, caller), after=after)
    shown, cursor = page_of(islice(found, limit + 1), limit, lambda row: str(row["id"]))
    return Page(items=[_shown(platform, caller, row) for row in shown], next=cursor)


@router.get("/v1/erasures/{identity}")
def read_one(identity: str, caller: AnyCaller, platform: PlatformOf) -> ErasureOut:
    """An erasure: where it stands; to its holder, an auditor and who decides also what is in its
    way and what would go."""
    return _shown(platform, caller, one_seen(platform, identity, _sight(platform, caller)))


@router.post("/v1/erasures/{identity}/approvals", status_code=202)
def approve(
    request: Request,
    identity: str,
    caller: DecidingCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Decision,
) -> Accepted:
    """Approve: first the archive agency, then the operator or the supervising agency by another
    officer. The second approval announces the erasure and carries it out."""
    one_seen(edge.platform, identity, _sight(edge.platform, caller))
    once, said = once_of(request, caller, key, body.data), body.model

    def do() -> dict[str, Json]:
        done = approve_erasure(
            edge.platform, caller.own_agency, identity, said.officer, said.reason, once
        )
        return {"erasure": identity, "entry": done.index}

    return answered(edge.platform, once, do, lambda known: _accepted(edge, identity, known))


@router.post("/v1/erasures/{identity}/refusal", status_code=202)
def refuse(
    request: Request,
    identity: str,
    caller: DecidingCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Decision,
) -> Accepted:
    """Refuse, for the rule that stands in the way or on grounds that ``reason`` gives."""
    one_seen(edge.platform, identity, _sight(edge.platform, caller))
    once, said = once_of(request, caller, key, body.data), body.model

    def do() -> dict[str, Json]:
        done = refuse_erasure(
            edge.platform, caller.own_agency, identity, said.officer, said.reason, once
        )
        return {"erasure": identity, "entry": done.index}

    return answered(edge.platform, once, do, lambda known: _accepted(edge, identity, known))


def _sight(platform: Platform, caller: Caller) -> Callable[[Row], bool]:
    if caller.role is Role.HOLDER:
        return lambda row: row["subject"] == caller.own_subject
    if caller.role is Role.AUDITOR:
        return lambda row: True
    return lambda row: seen_by_agency(platform, caller.own_agency, row)


def _whole(platform: Platform, caller: Caller) -> bool:
    """Whether the caller sees everything that holds a paper, also in the matters of others."""
    if caller.role in (Role.HOLDER, Role.AUDITOR):
        return True
    voice = voice_of(platform, caller.own_agency)
    return voice.archive or voice.second


def _accepted(edge: Edge, identity: str, known: Mapping[str, Json]) -> Accepted:
    return accepted_known(edge, identity, known, f"/v1/erasures/{identity}")


def _shown(platform: Platform, caller: Caller, row: Mapping[str, Any]) -> ErasureOut:
    waits = row["state"] in OPEN and _whole(platform, caller)
    paper = paper_of(platform, str(row["object"]))
    holding = obstacles_told if caller.role is Role.HOLDER else obstacles_of
    return ErasureOut(
        id=row["id"],
        object=row["object"],
        subject=row["subject"],
        state=row["state"],
        requested_at=row["requested_at"],
        first_agency=row["first_agency"],
        second_agency=row["second_agency"],
        entry=whole(row["entry_index"]),
        closed_entry=row["closed_index"],
        done=row["state"] == "erased"
        and not platform.store.rows("destructions", {"erasure": row["id"]}),
        obstacles=[_obstacle(one) for one in holding(platform, paper)] if waits else [],
        going=_going(prospect_of(platform, paper)) if waits else None,
    )


def _obstacle(one: Obstacle) -> ObstacleOut:
    return ObstacleOut(code=one.code, zh=one.zh, en=one.en, until=one.until, by=list(one.by))


def _going(prospect: Prospect) -> GoingOut:
    return GoingOut(
        entries=[{"entry": index, "kind": kind} for index, kind in prospect.entries],
        files=list(prospect.files),
        beside=prospect.beside,
    )
