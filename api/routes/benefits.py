"""Proactive service (免申即享): candidates pushed, offers made, confirmed by the holder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
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
    whole,
)
from api.auth import AGENCIES, Caller, Role
from api.door import Posted, PostedEnvelope, posted, posted_envelope
from api.edge import AgencyCaller, EdgeOf, HolderCaller, PartyCaller, PlatformOf, only
from api.schemas_filling import (
    CandidatesIn,
    CandidatesOut,
    LookedOut,
    LookIn,
    OfferOut,
)
from api.schemas_out import Accepted, Page
from certs.canonical import Json
from ledger.errors import NotFound
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import parse_signed
from ledger.flows.offered.benefits import confirm_offer, offer_benefits
from ledger.flows.offered.candidates import (
    Candidate,
    counts_for,
    push_candidates,
    reference_of,
)
from ledger.platform import Platform
from ledger.ports import Scalar

router = APIRouter(tags=["benefits"])
Item = Annotated[str, Query(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


@router.post("/v1/benefits/candidates")
def push(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[CandidatesIn], Depends(posted(CandidatesIn, only(*AGENCIES)))],
) -> CandidatesOut:
    """Name those to whom an item may be due, such as a bank's borrowers. Whether one is known here,
    or eligible, is not told; counts are, in fives."""
    asked = body.model
    named = [Candidate(one.scheme, one.value, one.reference) for one in asked.candidates]

    def do() -> dict[str, Json]:
        return {
            "named": push_candidates(edge.platform, caller.own_agency, asked.item, named),
            "item": asked.item,
        }

    once = once_of(request, caller, key, body.data)
    return answered(
        edge.platform, once, do, lambda known: _counts(edge.platform, caller, asked.item, known)
    )


@router.get("/v1/benefits/candidates")
def counts(caller: AgencyCaller, platform: PlatformOf, item: Item) -> CandidatesOut:
    """What became of the candidates that the caller named, in counts."""
    return _counts(platform, caller, item, {"named": 0})


def _counts(
    platform: Platform, caller: Caller, item: str, known: Mapping[str, Json]
) -> CandidatesOut:
    found = counts_for(platform, caller.own_agency, item)
    return CandidatesOut(named=cast(int, known["named"]), **asdict(found))


@router.post("/v1/benefits/offers")
def look(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[LookIn], Depends(posted(LookIn, only(*AGENCIES)))],
) -> LookedOut:
    """Look at the candidates that wait, a thousand at most, by yes/no facts on a granted statutory
    basis, and offer the item to the eligible. Only an agency of the item; each look is logged."""
    asked = body.model

    def do() -> dict[str, Json]:
        done = offer_benefits(edge.platform, caller.own_agency, asked.item, asked.officer)
        return cast(dict[str, Json], asdict(done))

    once = once_of(request, caller, key, body.data)
    return answered(
        edge.platform,
        once,
        do,
        lambda known: LookedOut(
            **{name: cast(int, known[name]) for name in ("assessed", "offered", "waiting")}
        ),
    )


@router.get("/v1/benefits")
def offers(
    caller: PartyCaller, platform: PlatformOf, limit: Limit = 50, after: After = None
) -> Page:
    """The offers made to the holder, or by the agency."""
    rows = platform.store.rows("offers", _own(caller), after=after, limit=limit + 1)
    found, cursor = page_of(rows, limit, lambda row: str(row["id"]))
    return Page(items=[_shown(platform, caller, row) for row in found], next=cursor)


@router.get("/v1/benefits/{identity}")
def read(identity: str, caller: PartyCaller, platform: PlatformOf) -> OfferOut:
    """One offer, to the holder and to the agency that made it."""
    return _shown(platform, caller, row_of(platform, "offers", identity, "thing", **_own(caller)))


@router.post(
    "/v1/benefits/{identity}/confirmation", status_code=202, openapi_extra={"x-envelope": True}
)
def confirm(
    request: Request,
    identity: str,
    caller: HolderCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[PostedEnvelope, Depends(posted_envelope(only(Role.HOLDER)))],
) -> Accepted:
    """Take the item: a ``benefit.confirmed`` statement by the holder's own key opens the case that
    it names."""
    row_of(edge.platform, "offers", identity, subject=caller.own_subject)
    _, said = parse_signed(edge.platform, body.envelope, "benefit.confirmed")
    if (said.body["offer"], said.body["subject"]) != (identity, caller.own_subject):
        raise NotFound("There is no such offer.")

    def do() -> dict[str, Json]:
        done = confirm_offer(edge.platform, body.envelope)
        return {"offer": done.offer, "case": done.case, "entry": done.entry.index}

    return answered(
        edge.platform,
        once_of(request, caller, key, body.data),
        do,
        lambda known: accepted_known(
            edge,
            identity,
            known,
            f"/v1/benefits/{identity}",
            case=known["case"],
        ),
    )


def _own(caller: Caller) -> dict[str, Scalar]:
    if caller.role is Role.HOLDER:
        return {"subject": caller.own_subject}
    return {"agency": caller.own_agency}


def _shown(platform: Platform, caller: Caller, row: Mapping[str, Scalar]) -> OfferOut:
    item, subject = str(row["item"]), str(row["subject"])
    holder = caller.role is Role.HOLDER
    return OfferOut(
        id=str(row["id"]),
        item=item,
        agency=str(row["agency"]),
        subject=subject,
        state=str(row["state"]),
        until=str(row["until"]),
        entry=whole(row["entry_index"]),
        case=cast("str | None", row["case_id"]),
        reference=None if holder else reference_of(platform, item, subject),
    )
