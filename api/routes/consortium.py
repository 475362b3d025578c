"""The consortium: its agencies over time, what is proposed, and ballots that others have signed."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from api.agencies_shown import facts_shown, listed, proposal_shown, told_shown
from api.answers import After, IdempotencyKey, Limit, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, WatchingCaller, only
from api.moments import At, aware
from api.problems import BodyRefused, QueryRefused
from api.schemas_agencies import AgencyFactsOut, BallotIn, BallotsIn, ProposalOut
from api.schemas_out import Page
from certs.moments import MomentOutOfRange, moment_of
from ledger.flows.consortium import proposals as voting
from ledger.flows.consortium.agencies import (
    agency_facts,
    agency_rows,
    all_ids,
    record_of,
    registry,
)
from ledger.flows.consortium.history import agency_history
from ledger.platform import Platform
from ledger.ports import AgencyRecord
from ledger.ports.governance import Ballot, Choice, Seat

router = APIRouter(tags=["consortium"])
Number = Annotated[int, Path(ge=0, lt=1 << 53)]
_NUMBER = re.compile(r"[1-9]\d{0,15}")
_CURSOR = re.compile(r"(\d{1,15})\.(\d{1,9})")


@router.get("/v1/agencies")
def agencies(edge: EdgeOf, limit: Limit = 100, after: After = None) -> Page:
    """The consortium's agencies in order of admission, then those that only the catalogue has."""
    platform = edge.platform
    records, seats = edge.by_block(platform.chain_events, "agencies", lambda: _records(platform))
    ids = all_ids(platform, records)
    if after is not None:
        if after not in ids:
            raise _cursor()
        ids = ids[ids.index(after) + 1 :]
    return Page(
        items=[listed(platform, one, records.get(one), seats) for one in ids[:limit]],
        next=ids[limit - 1] if len(ids) > limit else None,
    )


@router.get("/v1/agencies/{agency}")
def agency(agency: str, edge: EdgeOf, at: At = None) -> AgencyFactsOut:
    """An agency's names, keys, scopes, bases, suspensions, duties and seat, and how it stood at a
    time."""
    platform, when = edge.platform, aware(at)
    rows = edge.by_block(
        platform.chain_events, ("agency", agency), lambda: agency_rows(platform, agency)
    )
    return facts_shown(agency_facts(platform, rows, when))


@router.get("/v1/agencies/{agency}/history")
def history(agency: str, platform: PlatformOf, limit: Limit = 50, after: After = None) -> Page:
    """What the contracts said about the agency, from the first event on, each with its block and
    the vote that it carried out."""
    record_of(platform, agency)
    told = list(islice(agency_history(platform, agency, _place(after)), limit + 1))
    return Page(
        items=[told_shown(one) for one in told[:limit]],
        next=told[limit - 1].cursor if len(told) > limit else None,
    )


@router.get("/v1/proposals")
def proposals(
    caller: WatchingCaller,
    platform: PlatformOf,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    after: After = None,
) -> Page:
    """Proposals, the newest first."""
    newest = platform.governance.proposals()
    if after is not None:
        if not _NUMBER.fullmatch(after) or int(after) > newest:
            raise _cursor()
        newest = int(after) - 1
    numbers = range(newest, max(0, newest - limit), -1)
    made = [voting.proposal(platform, number) for number in numbers]
    return Page(
        items=[proposal_shown(platform, one) for one in made],
        next=str(numbers[-1]) if numbers and numbers[-1] > 1 else None,
    )


@router.get("/v1/proposals/{number}")
def proposal(number: Number, caller: WatchingCaller, platform: PlatformOf) -> ProposalOut:
    """One proposal: what it would do, why, how the vote stands, what a ballot is signed over."""
    return proposal_shown(platform, voting.proposal(platform, number))


@router.post("/v1/proposals/{number}/ballots")
def ballots(
    number: Number,
    request: Request,
    caller: AgencyCaller,
    platform: PlatformOf,
    key: IdempotencyKey,
    body: Annotated[Posted[BallotsIn], Depends(posted(BallotsIn, only(*AGENCIES)))],
) -> ProposalOut:
    """Send votes that members signed (EIP-712), also those of others: all count or none. What
    counts already is left out."""
    once = once_of(request, caller, key, body.data)
    given = [_ballot(number, one, at) for at, one in enumerate(body.model.ballots)]

    def do() -> dict[str, int]:
        voting.cast(platform, None, given)
        return {"proposal": number}

    def show(known: object) -> ProposalOut:
        return proposal_shown(platform, voting.proposal(platform, number))

    return answered(platform, once, do, show)


def _records(platform: Platform) -> tuple[dict[str, AgencyRecord], dict[str, Seat]]:
    return (
        registry(platform),
        {one.member: one for one in platform.governance.seats()},
    )


def _ballot(number: int, given: BallotIn, at: int) -> Ballot:
    if given.number not in (None, number):
        place = f"ballots.{at}.number"
        raise BodyRefused(
            "The ballot is for another proposal.", errors=[{"at": place, "rule": "number"}]
        )
    try:
        deadline = moment_of(datetime.fromisoformat(given.deadline))
    except (MomentOutOfRange, ValueError) as error:
        place = f"ballots.{at}.deadline"
        raise BodyRefused(
            "A deadline is a real time.", errors=[{"at": place, "rule": "moment"}]
        ) from error
    signature = bytes.fromhex(given.signature[2:])
    return Ballot(number, given.member, Choice(given.choice), deadline, signature)


def _place(after: str | None) -> tuple[int, int]:
    if after is None:
        return -1, -1
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise _cursor()
    return int(found[1]), int(found[2])


def _cursor() -> QueryRefused:
    return QueryRefused(
        "This is no cursor of this list.", errors=[{"at": "after", "rule": "cursor"}]
    )
