"""Subscriptions: events sent to an agency's own address, signed, in order, at least once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.answers import IdempotencyKey, answered, once_of
from api.auth import AGENCIES
from api.door import Posted, posted
from api.edge import AgencyCaller, EdgeOf, PlatformOf, only
from api.schemas_after import (
    PingIn,
    PingOut,
    ReplayIn,
    SubscriptionIn,
    SubscriptionOut,
)
from api.schemas_out import Page
from certs.canonical import Json
from ledger.after.endpoints import EndpointRefused
from ledger.errors import WebhookAway
from ledger.flows.feed.courier import send
from ledger.flows.feed.subscriptions import (
    Subscription,
    own_subscription,
    replay,
    subscribe,
    subscriptions_of,
    unsubscribe,
)

router = APIRouter(tags=["events"])


@router.post("/v1/subscriptions", status_code=201)
def make(
    request: Request,
    caller: AgencyCaller,
    key: IdempotencyKey,
    edge: EdgeOf,
    body: Annotated[Posted[SubscriptionIn], Depends(posted(SubscriptionIn, only(*AGENCIES)))],
) -> SubscriptionOut:
    """Have what concerns the agency from now on sent to an https address. Each message carries a
    detached JWS by the operator's key in ``Mianti-Signature``; answer 2xx within five seconds."""
    asked, once = body.model, once_of(request, caller, key, body.data)

    def do() -> dict[str, Json]:
        made = subscribe(edge.platform, caller.own_agency, asked.url, asked.kinds, once)
        return {"subscription": made.id}

    return answered(
        edge.platform,
        once,
        do,
        lambda known: _out(
            own_subscription(edge.platform, caller.own_agency, str(known["subscription"]))
        ),
    )


@router.get("/v1/subscriptions")
def mine(caller: AgencyCaller, platform: PlatformOf) -> Page:
    """The agency's own subscriptions."""
    return Page(
        items=[_out(one) for one in subscriptions_of(platform, caller.own_agency)], next=None
    )


@router.get("/v1/subscriptions/{identity}")
def read(identity: str, caller: AgencyCaller, platform: PlatformOf) -> SubscriptionOut:
    """How far it is, and what failed."""
    return _out(own_subscription(platform, caller.own_agency, identity))


@router.delete("/v1/subscriptions/{identity}", status_code=204, response_class=Response)
def end(identity: str, caller: AgencyCaller, platform: PlatformOf) -> Response:
    """Send nothing more."""
    unsubscribe(platform, caller.own_agency, identity)
    return Response(status_code=204)


@router.post("/v1/subscriptions/{identity}/replay")
def again(
    identity: str,
    caller: AgencyCaller,
    platform: PlatformOf,
    body: Annotated[Posted[ReplayIn], Depends(posted(ReplayIn, only(*AGENCIES)))],
) -> SubscriptionOut:
    """Send again from an entry on, or go on where it stopped; a paused one is active again. Asked
    twice it is the same, so it takes no Idempotency-Key."""
    return _out(replay(platform, caller.own_agency, identity, body.model.since))


@router.post("/v1/subscriptions/{identity}/test")
def test(
    identity: str,
    caller: AgencyCaller,
    platform: PlatformOf,
    _: Annotated[Posted[PingIn], Depends(posted(PingIn, only(*AGENCIES)))],
) -> PingOut:
    """Send a signed message without events now, and say whether it was taken."""
    known = own_subscription(platform, caller.own_agency, identity)
    try:
        send(platform, known, (), known.cursor, test=True)
    except (WebhookAway, EndpointRefused) as error:
        return PingOut(taken=False, code=error.code)
    return PingOut(taken=True, code=None)


def _out(known: Subscription) -> SubscriptionOut:
    return SubscriptionOut.model_validate(
        {
            "id": known.id,
            "url": known.url,
            "kinds": list(known.kinds),
            "cursor": known.cursor,
            "state": known.state,
            "failures": known.failures,
            "retry_at": known.retry_at,
            "created_at": known.created_at,
        }
    )
