"""Subscriptions: an agency has the events that concern it sent to an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from certs.canonical import canonical, parse
from ledger.errors import Malformed, Refused
from ledger.flows.door.edge_rows import with_seal
from ledger.flows.door.once import Once
from ledger.flows.door.rows import row_of
from ledger.ids import new_id
from ledger.log.statement import SIGNERS, format_time
from ledger.platform import Platform
from ledger.ports import Expect, Row, Scalar, Webhooks

MOST = 16
"""Subscriptions of one agency."""
Values = Mapping[str, Scalar]


class WebhooksOff(Refused):
    """This platform sends nothing to anybody."""

    code = "webhook.off"


class TooManySubscriptions(Refused):
    """The agency has as many as it may have; ``limit`` says how many."""

    code = "webhook.many"


class EventKind(Malformed):
    """No entry is of this kind; ``kind`` says which."""

    code = "webhook.kind"


@dataclass(frozen=True, slots=True)
class Subscription:
    """``kinds`` empty: all; ``cursor``: the last entry that was delivered or passed over; ``state``
    active or paused; ``failures`` in a row; ``retry_at``: not before then, RFC 3339 UTC."""

    id: str
    agency: str
    url: str
    kinds: tuple[str, ...]
    cursor: int
    state: str
    failures: int
    retry_at: str | None
    created_at: str


def carrier(platform: Platform) -> Webhooks:
    """Who carries messages outside. Raises WebhooksOff."""
    if platform.webhooks is None:
        raise WebhooksOff("No events are sent from here; read them instead.")
    return platform.webhooks


def subscribe(
    platform: Platform, agency: str, url: str, kinds: Sequence[str], once: Once | None = None
) -> Subscription:
    """Have what happens from now on sent to ``url``.

    Raises EndpointRefused, WebhookAway (its host is not found), EventKind, TooManySubscriptions,
    WebhooksOff.
    """
    for kind in kinds:
        if kind not in SIGNERS:
            raise EventKind("There are no entries of this kind.", kind=kind)
    carrier(platform).check(url)
    if len(platform.store.rows("subscriptions", {"agency": agency})) >= MOST:
        raise TooManySubscriptions("The agency has too many subscriptions.", limit=MOST)
    made = Subscription(
        id=new_id("sbs", platform.randomness),
        agency=agency,
        url=url,
        kinds=tuple(sorted(set(kinds))),
        cursor=platform.store.size() - 1,
        state="active",
        failures=0,
        retry_at=None,
        created_at=format_time(platform.now()),
    )
    rows = [_row(platform, made, "insert")]
    if once is not None:
        rows.append(once.row(platform, {"subscription": made.id}))
    platform.store.write(rows)
    return made


def subscriptions_of(platform: Platform, agency: str) -> list[Subscription]:
    """The agency's own."""
    rows = platform.store.rows("subscriptions", {"agency": agency})
    return [subscription_of(row) for row in rows]


def own_subscription(platform: Platform, agency: str, identity: str) -> Subscription:
    """One of the agency's own. Raises NotFound."""
    row = row_of(platform, "subscriptions", identity, "subscription", agency=agency)
    return subscription_of(row)


def unsubscribe(platform: Platform, agency: str, identity: str) -> None:
    """Send nothing more. Raises NotFound."""
    own_subscription(platform, agency, identity)
    platform.store.delete("subscriptions", {"id": identity, "agency": agency})


def replay(platform: Platform, agency: str, identity: str, since: int | None) -> Subscription:
    """Send again from the entry ``since`` on, or go on from where it stopped; a paused one is
    active again. Raises NotFound, Stale where a delivery was just made."""
    known = own_subscription(platform, agency, identity)
    cursor = known.cursor if since is None else min(since, platform.store.size()) - 1
    return changed(platform, known, cursor=cursor, state="active", failures=0, retry_at=None)


def changed(platform: Platform, known: Subscription, **changes: Any) -> Subscription:
    """The subscription with these changes, written if it still is as ``known``. Raises Stale."""
    now = Subscription(**{**_values(known), "kinds": known.kinds, **changes})
    shown = {name: value for name, value in _values(known).items() if name != "id"}
    expects = (Expect("subscriptions", {"id": known.id}, shown),)
    platform.store.write([_row(platform, now, "put")], expects)
    return now


def subscription_of(row: Values) -> Subscription:
    """A row of the index as a value."""
    kinds = cast(list[str], parse(str(row["kinds"]).encode()))
    names = ("id", "agency", "url", "cursor", "state", "failures", "retry_at", "created_at")
    return Subscription(**{name: cast(Any, row[name]) for name in names}, kinds=tuple(kinds))


def _values(known: Subscription) -> dict[str, Scalar]:
    return {
        "id": known.id,
        "agency": known.agency,
        "url": known.url,
        "kinds": canonical(list(known.kinds)).decode(),
        "cursor": known.cursor,
        "state": known.state,
        "failures": known.failures,
        "retry_at": known.retry_at,
        "created_at": known.created_at,
    }


def _row(platform: Platform, known: Subscription, mode: str) -> Row:
    return with_seal(platform, Row("subscriptions", _values(known), mode=cast(Any, mode)))
