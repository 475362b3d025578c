"""Events reach an agency's own server: signed, in order, at least once, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from api.demo.story import HEALTH, MARKET
from certs import base64url, jws, keys
from certs.canonical import parse
from certs.errors import CertsError
from certs.x509.path import validate_path
from certs.x509.x5c import read_x5c
from ledger import tlog
from ledger.after.delivery import PAUSED_AFTER
from ledger.after.endpoints import EndpointRefused
from ledger.catalogue.terms import BasisSort, Grant
from ledger.consent.parties import consent_withdrawal
from ledger.errors import NotFound, Pushback
from ledger.flows.door.once import Once
from ledger.flows.feed.courier import SIGNATURE, Delivered, deliver, send, signature
from ledger.flows.feed.events import events_of
from ledger.flows.feed.subscriptions import (
    MOST,
    EventKind,
    TooManySubscriptions,
    WebhooksOff,
    own_subscription,
    replay,
    subscribe,
    subscriptions_of,
    unsubscribe,
)
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.worker import work
from ledger.ports import Row
from ledger.reuse.documents import LegalEffect
from tests.doubles.faulty import Faulty
from tests.ledger.adapters.listening import Subscriber, listening
from tests.stories.arranging import with_clock
from tests.stories.house import HYGIENE, House, Told, opened_copy
from tests.stories.relying import business_licence, end, rely
from tests.stories.speaking import stated
from tests.stories.test_bases import based_reading, granting


@dataclass
class Receiver:
    """What a subscriber does: believes nothing that the operator's registered key did not sign, and
    takes each event once, by its index."""

    house: House
    events: dict[int, dict[str, Any]] = field(default_factory=dict)

    def take(self, headers: dict[str, str], body: bytes) -> list[int]:
        """Indexes of the events that are new. Raises CertsError for a message of another's."""
        text = headers[SIGNATURE]
        header = jws.peek(text.replace("..", ".e30.")).header
        chain = [x509.load_der_x509_certificate(der) for der in read_x5c(header)]
        trust = self.house.platform.trust
        roots = [x509.load_der_x509_certificate(der) for der in trust.x509_roots]
        validate_path(chain[0], chain[1:], roots, self.house.platform.now())
        public: Any = chain[0].public_key()
        jws.verify_detached(text, body, public, ("ES256",))
        registered = {row.key_id for row in self.house.platform.chain.key_rows("cyzx")}
        if keys.key_id(public) not in {keys_id(raw) for raw in registered}:
            raise CertsError("not the operator's key")
        message: Any = parse(body)
        fresh = [one for one in message["events"] if one["index"] not in self.events]
        self.events |= {one["index"]: one for one in fresh}
        return [one["index"] for one in fresh]


def keys_id(raw: bytes) -> str:
    return base64url.encode(raw)


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with listening() as one:
        yield one


@pytest.fixture
def steady(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("steady") / "data") as house:
        yield house


def later(house: House, **time: float) -> House:
    at = house.platform.now() + timedelta(**time)
    return house.with_ports(now=lambda: at)


def test_what_concerns_an_agency_arrives_signed_once_and_in_order(
    steady: House, subscriber: Subscriber
) -> None:
    platform = steady.platform
    known = subscribe(platform, HEALTH, subscriber.url, ())
    assert deliver(platform) == Delivered(0, 0) and subscriber.took == []
    case = rely(steady, HEALTH)
    cause = end(steady, business_licence(steady), LegalEffect.VOID)
    work(platform)
    done = deliver(platform)
    receiver = Receiver(steady)
    order = [index for message in subscriber.took for index in receiver.take(*message)]
    assert order == sorted(order) and len(order) == done.events > 4
    kinds = [receiver.events[index]["kind"] for index in order]
    assert {"case.opened", "consent.requested", "consent.granted", "released", "case.flagged"} <= (
        set(kinds)
    )
    assert cause not in receiver.events  # the issuer's own affair; the flag says what follows
    (flag,) = [one for one in receiver.events.values() if one["kind"] == "case.flagged"]
    assert f"case:{case}" in flag["names"]
    assert not any(name.startswith(("officer:", "actor:")) for name in flag["names"])
    assert deliver(platform) == Delivered(0, 0)
    assert own_subscription(platform, HEALTH, known.id).cursor == platform.store.size() - 1
    assert steady.findings() == ()


def test_a_message_that_somebody_else_signed_or_changed_is_not_believed(
    steady: House, subscriber: Subscriber
) -> None:
    platform = steady.platform
    known = subscribe(platform, HEALTH, subscriber.url, ())
    send(platform, known, (), 0, test=True)
    ((headers, body),) = subscriber.took
    receiver = Receiver(steady)
    assert receiver.take(headers, body) == [] and b'"test":true' in body
    with pytest.raises(CertsError):
        receiver.take(headers, body.replace(b'"test":true', b'"test":null'))
    other = replace(platform, operator=MARKET)  # a real agency, not the operator
    with pytest.raises(CertsError):
        receiver.take({SIGNATURE: signature(other, body)}, body)
    private = keys.generate_p256()
    header = dict(jws.peek(headers[SIGNATURE].replace("..", ".e30.")).header)
    del header["alg"]
    with pytest.raises(CertsError):
        receiver.take({SIGNATURE: jws.sign_detached(header, body, private)}, body)


def test_only_the_kinds_that_were_asked_for(steady: House, subscriber: Subscriber) -> None:
    platform = steady.platform
    known = subscribe(platform, HEALTH, subscriber.url, ["consent.withdrawn", "case.opened"])
    plan = steady.hygiene_plan()
    agreed = steady.agree(plan)
    data = consent_withdrawal(
        steady.firm.signer, agreed.consent, platform.now(), platform.randomness
    )
    withdraw_consent(platform, data)
    work(platform)
    assert deliver(platform).events == 2
    receiver = Receiver(steady)
    for message in subscriber.took:
        receiver.take(*message)
    assert [one["kind"] for one in receiver.events.values()] == ["case.opened", "consent.withdrawn"]
    assert own_subscription(platform, HEALTH, known.id).cursor == platform.store.size() - 1


def test_what_was_not_taken_comes_again_later_and_in_order(
    steady: House, subscriber: Subscriber
) -> None:
    platform = steady.platform
    known = subscribe(platform, HEALTH, subscriber.url, ["case.opened"])
    steady.hygiene_plan()
    work(platform)
    subscriber.answers = [500, 503]
    assert deliver(platform) == Delivered(0, 1)
    assert deliver(platform) == Delivered(0, 0)  # not before its time
    assert own_subscription(platform, HEALTH, known.id).failures == 1
    assert deliver(later(steady, minutes=1.5).platform) == Delivered(0, 1)
    steady.hygiene_plan()
    work(platform)
    assert deliver(later(steady, minutes=4).platform) == Delivered(2, 0)
    receiver = Receiver(steady)
    indexes = [index for message in subscriber.took for index in receiver.take(*message)]
    assert indexes == sorted(indexes) and len(indexes) == 2
    assert own_subscription(platform, HEALTH, known.id).failures == 0
    again = replay(platform, HEALTH, known.id, indexes[1])
    assert again.cursor == indexes[1] - 1
    assert deliver(platform).events == 1
    assert receiver.take(*subscriber.took[-1]) == []  # seen before: known by its index
    assert steady.findings() == ()


def test_a_dead_subscriber_is_paused_goes_on_when_asked_and_stops_nobody(
    steady: House, subscriber: Subscriber
) -> None:
    platform = steady.platform
    with listening() as gone:
        dead = subscribe(platform, HEALTH, gone.url, ["case.opened"])
    well = subscribe(platform, HEALTH, subscriber.url, ["case.opened"])
    steady.hygiene_plan()
    work(platform)
    assert deliver(platform) == Delivered(1, 1)
    for hours in range(1, PAUSED_AFTER):
        deliver(later(steady, hours=7 * hours).platform)
    known = own_subscription(platform, HEALTH, dead.id)
    assert (known.state, known.failures) == ("paused", PAUSED_AFTER)
    assert deliver(later(steady, days=40).platform) == Delivered(0, 0)
    assert len(subscriber.took) == 1
    assert work(platform).waiting is None
    resumed = replay(platform, HEALTH, dead.id, None)
    assert (resumed.state, resumed.cursor, resumed.failures) == ("active", dead.cursor, 0)
    unsubscribe(platform, HEALTH, dead.id)
    assert [one.id for one in subscriptions_of(platform, HEALTH)] == [well.id]
    assert steady.findings() == ()


class Dripping:
    """Subscribers of which some answer as late as they may, and then say thanks."""

    def __init__(self, pass_: Callable[..., None]) -> None:
        self._pass, self.served = pass_, list[str]()

    def check(self, url: str) -> None:
        return

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.served.append(url)
        if "slow" in url:
            self._pass(seconds=15)


def test_slow_subscribers_take_the_time_of_nobody_else(steady: House) -> None:
    """Sixteen of one agency, each with much to be told, before the one of another."""
    house, clock = with_clock(steady)
    carried = Dripping(clock.pass_)
    house = house.with_ports(webhooks=carried)
    platform = house.platform
    for number in range(MOST):
        known = subscribe(platform, MARKET, f"https://slow.example/{number}", ())
        replay(platform, MARKET, known.id, 0)
    prompt = subscribe(platform, HEALTH, "https://prompt.example/", ())
    hygiene = house.hygiene_plan()
    assert hygiene.case.agency == HEALTH
    tlog.integrate(platform)
    began = platform.now()
    deliver(platform)
    assert carried.served.count(prompt.url) == 1
    assert platform.now() - began <= timedelta(seconds=45)
    while deliver(platform).events:  # and all of them are served in time
        pass
    assert len({url for url in carried.served if "slow" in url}) == MOST


def test_a_crash_after_a_delivery_repeats_it_and_two_couriers_lose_nothing(
    steady: House, subscriber: Subscriber
) -> None:
    platform = steady.platform
    subscribe(platform, HEALTH, subscriber.url, ["case.opened"])
    steady.hygiene_plan()
    work(platform)
    first = Faulty(platform.store, fail_before={"write": 1})
    second = Faulty(first, fail_before={"write": 2})
    with pytest.raises(Pushback):  # delivered; then neither that nor the failure can be kept
        deliver(steady.with_ports(store=second).platform)
    assert len(subscriber.took) == 1
    deliver(platform)
    receiver = Receiver(steady)
    assert [len(receiver.take(*message)) for message in subscriber.took] == [1, 0]


def test_who_may_subscribe_to_what(steady: House) -> None:
    platform = steady.platform
    here = "http://127.0.0.1:9/x"
    for url in (
        "http://example.org/x",
        "https://10.0.0.1/x",
        "ftp://x.example",
        "https://u:p@x.example",
    ):
        with pytest.raises(EndpointRefused):
            subscribe(platform, HEALTH, url, ())
    with pytest.raises(EventKind):
        subscribe(platform, HEALTH, here, ["weather.changed"])
    with pytest.raises(WebhooksOff):
        subscribe(replace(platform, webhooks=None), HEALTH, here, ())
    assert deliver(replace(platform, webhooks=None)) == Delivered(0, 0)
    once = Once(HEALTH, "subscriptions", "k", b"x")
    made = subscribe(platform, HEALTH, here, (), once)
    assert once.earlier(platform) == {"subscription": made.id}
    for call in (own_subscription, unsubscribe):
        with pytest.raises(NotFound):
            call(platform, MARKET, made.id)
    for _ in range(MOST - 1):
        subscribe(platform, HEALTH, here, ())
    with pytest.raises(TooManySubscriptions):
        subscribe(platform, HEALTH, here, ())
    subscribe(platform, MARKET, here, ())
    row = platform.store.rows("subscriptions", {"id": made.id})[0]
    platform.store.write([Row("subscriptions", {**row, "url": "http://127.0.0.1:1/"}, mode="put")])
    assert [one.code for one in steady.findings()] == ["fsck.row"]


def test_a_holder_s_events_say_who_asked_read_and_flagged(steady: House) -> None:
    platform = steady.platform
    subject = f"subject:{steady.firm.subject}"
    since = platform.store.size() - 1
    case = rely(steady, HEALTH)
    cause = end(steady, business_licence(steady), LegalEffect.SUSPENDED)
    assert events_of(platform, subject, since, 100).cursor < platform.store.size()
    work(platform)
    found = events_of(platform, subject, since, 100)
    kinds = [one.kind for one in found.events]
    assert {"case.opened", "consent.requested", "consent.granted", "released", "case.flagged",
            "licence.suspended"} <= set(kinds)  # fmt: skip
    assert [one.index for one in found.events] == sorted({one.index for one in found.events})
    assert cause in {one.index for one in found.events} and not found.more
    pages, cursor = [], since
    while (page := events_of(platform, subject, cursor, 2)).events:
        pages += page.events
        cursor = page.cursor
    assert tuple(pages) == found.events  # read in pieces it is the same
    stranger = f"subject:{steady.people.person.subject}"
    assert case not in str(events_of(platform, stranger, since, 100))
    everything = events_of(platform, None, since, 1000)
    assert [one.index for one in everything.events] == list(range(since + 1, platform.store.size()))


def test_what_the_law_keeps_from_a_holder_shows_when_its_day_has_come(steady: House) -> None:
    kinds = ("licence:business-licence",)
    grant = Grant("eme", HEALTH, HYGIENE, BasisSort.EMERGENCY, kinds, "x", 3, 5, 30, 3)
    house = granting(steady, grant)
    platform, plan = house.platform, house.hygiene_plan()
    since, later_ = platform.store.size() - 1, platform.now() + timedelta(days=30)
    until = platform.now() + timedelta(days=2)
    basis = stated(house, plan, "emergency", grant="eme", uses=1, until=until, visible_from=later_)
    based_reading(house, basis)
    end(house, business_licence(house), LegalEffect.SUSPENDED)
    work(platform)
    subject = f"subject:{house.firm.subject}"
    hidden = {"basis.stated", "basis.used"}
    told = {one.kind for one in events_of(platform, subject, since, 100).events}
    assert "licence.suspended" in told and not told & hidden
    day_come = house.with_ports(now=lambda: later_ + timedelta(seconds=1))
    told = {one.kind for one in events_of(day_come.platform, subject, since, 100).events}
    assert told >= hidden
    agency = {one.kind for one in events_of(platform, f"agency:{HEALTH}", since, 100).events}
    assert agency >= hidden
