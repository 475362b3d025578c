"""Events: what concerns the caller, from any entry on, again and again the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import Limit
from api.auth import Role
from api.edge import PlatformOf, TracingCaller
from api.schemas_after import EventOut, EventsOut
from ledger.flows.feed.courier import event_json
from ledger.flows.feed.events import events_of

router = APIRouter(tags=["events"])


@router.get("/v1/events")
def events(
    caller: TracingCaller,
    platform: PlatformOf,
    after: Annotated[int, Query(ge=-1, le=2**53 - 1, description="index of the last seen")] = -1,
    limit: Limit = 50,
) -> EventsOut:
    """What concerns the caller, in the log's order, after an entry: an agency's cases, papers,
    consents, assistance and flags; what is about a holder; all, for an auditor. Kinds and ids, no
    values. Ask again with ``cursor``; the same question has the same answer, but that what the law
    keeps from a holder for a time appears when it has passed."""
    party = None if caller.role is Role.AUDITOR else caller.party
    found = events_of(platform, party, after, limit)
    return EventsOut(
        items=[EventOut.model_validate(event_json(one)) for one in found.events],
        cursor=found.cursor,
        more=found.more,
    )
