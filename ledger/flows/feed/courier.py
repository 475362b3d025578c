"""The courier: brings subscribers what concerns them, signed, in order, at least once.

It runs beside the worker and shares nothing with it but the store: a subscriber that is away, slow
or hostile holds up nobody else's work, and its own later events wait for the earlier ones. The time
of a round is shared out by agency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certs import jws
from certs.canonical import canonical
from certs.keys import key_id
from certs.x509.x5c import written_x5c
from ledger.after.delivery import PAUSED_AFTER, wait_after
from ledger.after.endpoints import EndpointRefused
from ledger.errors import LedgerError, Pushback, Stale
from ledger.flows.door.edge_rows import check_row
from ledger.flows.feed.events import Event, events_of
from ledger.flows.feed.subscriptions import Subscription, carrier, changed, subscription_of
from ledger.log.statement import format_time
from ledger.platform import Platform

SIGNATURE = "Mianti-Signature"
SIGNATURE_TYPE = "mianti-events+jws"
AT_ONCE = 100
"""Events of one message."""
IN_TURN = 10
"""Messages to one subscriber before it is the next one's turn."""
TURN = timedelta(seconds=20)
"""How long one agency's subscribers may take in a round, however many and slow they are."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round of the courier did: events taken, subscribers that did not take theirs."""

    events: int
    failed: int


def deliver(platform: Platform) -> Delivered:
    """One round over all subscriptions that are due. Safe to repeat and to run in several
    processes: a subscriber may then see an event twice, and knows it by its index."""
    if platform.webhooks is None:
        return Delivered(0, 0)
    taken = failed = 0
    after: str | None = None
    now = format_time(platform.now())
    left: dict[str, timedelta] = defaultdict(lambda: TURN)
    while rows := platform.store.rows("subscriptions", {"state": "active"}, after=after):
        for row in rows:
            known = subscription_of(row)
            if (known.retry_at or "") > now or not check_row(platform, "subscriptions", row):
                continue  # a row that was changed by other hands is for fsck to show
            if left[known.agency] <= timedelta():
                continue  # in the next round
            began = platform.now()
            count, well = _serve(platform, known, began + left[known.agency])
            left[known.agency] -= platform.now() - began
            taken, failed = taken + count, failed + (not well)
        after = str(rows[-1]["id"])
    return Delivered(taken, failed)


def _serve(platform: Platform, known: Subscription, until: datetime) -> tuple[int, bool]:
    """(events taken, whether all went well) of one subscriber's turn; no message begins after
    ``until``."""
    taken = 0
    try:
        for _ in range(IN_TURN):
            found = events_of(platform, f"agency:{known.agency}", known.cursor, AT_ONCE)
            wanted = [one for one in found.events if not known.kinds or one.kind in known.kinds]
            if wanted:
                send(platform, known, wanted, found.cursor)
            if found.cursor != known.cursor or known.failures:
                known = changed(platform, known, cursor=found.cursor, failures=0, retry_at=None)
            taken += len(wanted)
            if not found.more or platform.now() >= until:
                break
    except Stale:  # another courier served it, or its agency changed it
        return taken, True
    except (Pushback, EndpointRefused):
        _put_off(platform, known)
        return taken, False
    return taken, True


def _put_off(platform: Platform, known: Subscription) -> None:
    failures = known.failures + 1
    retry = platform.now() + wait_after(failures)
    state = "paused" if failures >= PAUSED_AFTER else "active"
    try:
        changed(platform, known, state=state, failures=failures, retry_at=format_time(retry))
    except Stale:  # changed meanwhile: that counts
        return


def send(
    platform: Platform,
    known: Subscription,
    events: Sequence[Event],
    cursor: int,
    *,
    test: bool = False,
) -> None:
    """Send one signed message. Raises WebhookAway, EndpointRefused, WebhooksOff."""
    body = canonical(
        {
            "v": 1,
            "log": platform.log.origin,
            "subscription": known.id,
            "test": test,
            "cursor": cursor,
            "events": [event_json(one) for one in events],
        }
    )
    carrier(platform).deliver(known.url, body, {SIGNATURE: signature(platform, body)})


def event_json(event: Event) -> dict[str, object]:
    """An event as it is shown and sent; ``index`` is its name for whoever sees it twice."""
    return {
        "index": event.index,
        "kind": event.kind,
        "at": format_time(event.at),
        "names": list(event.names),
    }


def signature(platform: Platform, body: bytes) -> str:
    """Detached JWS (RFC 7515 appendix F) over the message, by the operator's registered key; its
    certificates come along, for the receiver to validate."""
    private = platform.signing.key(platform.operator)
    chain = platform.signing.chain(platform.operator)
    header = {
        "typ": SIGNATURE_TYPE,
        "kid": key_id(private.public_key()),
        "x5c": written_x5c(chain),
    }
    return jws.sign_detached(header, body, private)


def run(
    platform: Platform,
    wait: Callable[[float], bool],
    report: Callable[[Delivered | LedgerError], None],
    *,
    interval: float = 1.0,
) -> None:
    """Rounds until ``wait(seconds)`` answers True."""
    while True:
        try:
            report(deliver(platform))
        except LedgerError as error:
            report(error)
        if wait(interval):
            return
