"""Reuse: an earlier paper serves another agency, by its holder's own consent and no other way."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.demo.reuse import agree, signer
from api.demo.story import HEALTH, MARKET
from api.wallets import Wallet, new_wallet
from certs import base64url, keys
from certs.errors import Coded
from certs.sdjwt.credential import parse_credential
from ledger.consent.parties import (
    Asking,
    Signer,
    consent_grant,
    consent_request,
    consent_withdrawal,
    read_statement,
    release_order,
    signed_statement,
)
from ledger.errors import Conflict, NotFound, Refused
from ledger.flows.consent import (
    ThreadMismatch,
    grant_consent,
    request_consent,
    withdraw_consent,
)
from ledger.flows.holder import NotIdentityAgency, bind_holder_key
from ledger.flows.release import release
from ledger.flows.statements import SignerUnknown, StatementRefused
from ledger.flows.status import Change, change_status
from ledger.flows.subjects import register_subject
from ledger.log.entry import thread_commitment
from ledger.reuse.documents import LegalEffect
from ledger.reuse.exemption import Way
from tests.stories.house import House, Told, item_fields, opened_copy


@pytest.fixture(scope="module")
def health(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("health") / "data") as opened:
        yield opened


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Coded) as refused:
        act()
    return refused.value.code


# the whole way


def test_two_holders_consent_and_each_gives_only_its_own(house: House) -> None:
    plan = house.hygiene_plan()
    assert {need.way for need in plan.requirements} >= {Way.LICENCE, Way.MATERIAL}
    people = {wallet.subject: wallet for wallet in (house.people.firm, house.people.person)}
    assert set(plan.holders()) == set(people)
    got: dict[str, Any] = {}
    for holder in plan.holders():
        agreed = agree(house.platform, plan, people[holder])
        received = house.receive(agreed.consent)
        assert set(received) == set(item_fields(plan, holder))
        got |= received
    assert len(got) == sum(len(item_fields(plan, holder)) for holder in plan.holders())
    assert len(house.platform.store.rows("releases")) == 2
    assert house.findings() == ()


def test_what_is_released_is_what_was_handed_in(health: House) -> None:
    plan = health.hygiene_plan()
    received = health.receive(health.agree(plan).consent)
    files = {name: data for name, data in received.items() if isinstance(data, bytes)}
    assert len(files) == 2
    for name, data in files.items():
        row = health.platform.store.rows("materials", {"id": name.partition(":")[2]})[0]
        kept = health.platform.store.rows("files", {"id": row["file"]})[0]
        assert data.startswith(b"%PDF-")
        assert hashlib.sha256(data).digest() == kept["sha256"]


def test_field_by_field_only_these_fields_are_disclosed(health: House) -> None:
    """The others cannot even be opened: no key for them was handed over."""
    plan = health.hygiene_plan()
    wanted = item_fields(plan, health.firm.subject)
    (name,) = (one for one in wanted if one.startswith("licence:"))
    agreed = health.agree(plan)
    private = keys.generate_x25519()
    data = ordered(health, agreed.consent, private=private)
    done = release(health.platform, HEALTH, data, private.public_key().public_bytes_raw())
    handed = {one.field for one in done.handed.keys if one.field is not None}
    assert handed == {"", *wanted[name]}
    text = health.receive(health.agree(plan).consent)[name]
    assert isinstance(text, str)
    shown = parse_credential(text)
    assert set(shown.disclosures) == set(wanted[name])
    assert "business_scope" not in shown.disclosures
    clear = text + "".join(_decoded(part) for part in text.split("~")[1:-1])
    assert "餐饮管理" not in clear  # the scope of business, which was not asked for
    assert "50万元" not in clear


def _decoded(part: str) -> str:
    return base64url.decode(part).decode("utf-8")


def test_a_part_of_what_was_granted_may_be_taken(health: House) -> None:
    plan = health.hygiene_plan()
    agreed = health.agree(plan, uses=2)
    wanted = item_fields(plan, health.firm.subject)
    (name,) = (one for one in wanted if one.startswith("licence:"))
    part = [{"object": name, "fields": [wanted[name][0]]}]
    private = keys.generate_x25519()
    data = ordered(health, agreed.consent, private=private, items=part)
    done = release(health.platform, HEALTH, data, private.public_key().public_bytes_raw())
    assert {one.field for one in done.handed.keys} == {"", wanted[name][0]}


def ordered(
    house: House,
    consent: bytes,
    use: int = 1,
    *,
    agency: str = HEALTH,
    private: keys.X25519Private | None = None,
    items: list[Mapping[str, Any]] | None = None,
    by: Signer | None = None,
) -> bytes:
    recipient = (private or keys.generate_x25519()).public_key().public_bytes_raw()
    return release_order(
        by or signer(house.platform, agency),
        consent,
        use,
        recipient,
        "officer-7",
        "办件需要",
        "counter",
        house.platform.now(),
        house.platform.randomness,
        items=items,
    )


def refused_release(
    house: House, consent: bytes, use: int = 1, agency: str = HEALTH, **more: Any
) -> str:
    """The code with which an order is refused; nothing is released by it."""
    before = house.platform.store.rows("releases")
    private = keys.generate_x25519()
    data = ordered(house, consent, use, agency=agency, private=private, **more)
    code = code_of(
        lambda: release(house.platform, agency, data, private.public_key().public_bytes_raw())
    )
    assert house.platform.store.rows("releases") == before
    return code


# what may be asked


def asked(house: House, **changes: Any) -> bytes:
    """A request by the plan, with changes to its body, signed anew by the agency."""
    plan = house.hygiene_plan()
    honest = _request_body(house, plan.case.id, plan.consent_items(house.firm.subject))
    return signed_statement(
        signer(house.platform, HEALTH),
        house.platform.log.origin,
        "consent.requested",
        honest | changes,
        house.platform.now(),
        house.platform.randomness,
    )


def _request_body(house: House, case: str, items: Any) -> dict[str, Any]:
    asking = Asking(
        case,
        "public-place-hygiene-permit",
        "办理公共场所卫生许可",
        house.firm.subject,
        items,
        house.platform.now() + timedelta(days=30),
        1,
        "officer-7",
        "窗口受理",
        "counter",
    )
    data = consent_request(
        signer(house.platform, HEALTH),
        house.platform.log.origin,
        asking,
        house.platform.now(),
        house.platform.randomness,
    )
    return dict(read_statement(data)[1].body)


def test_a_request_beyond_the_registered_need_names_what_is_too_much(health: House) -> None:
    plan = health.hygiene_plan()
    items = [dict(item) for item in plan.consent_items(health.firm.subject)]
    licence = next(item for item in items if item["object"].startswith("licence:"))
    wide = [{**licence, "fields": [*licence["fields"], "registered_capital"]}]
    body = _request_body(health, plan.case.id, wide)
    data = signed_statement(
        signer(health.platform, HEALTH),
        health.platform.log.origin,
        "consent.requested",
        body,
        health.platform.now(),
        health.platform.randomness,
    )
    with pytest.raises(Refused) as refused:
        request_consent(health.platform, HEALTH, data)
    assert refused.value.code == "consent.too_wide"
    assert refused.value.values["object"] == licence["object"]
    assert refused.value.values["field"] == "registered_capital"


REQUESTS = {
    "an item that the case does not need": (
        {"items": [{"object": "material:mat_" + "a" * 26, "fields": ["file"]}]},
        "consent.too_wide",
    ),
    "too many uses": ({"uses": 1000}, "consent.too_wide"),
    "for ever": ({"until": "2099-01-01T00:00:00Z"}, "consent.too_wide"),
    "until yesterday": ({"until": "2020-01-01T00:00:00Z"}, "consent.expired"),
    "of a stranger": ({"subject": "sub_" + "a" * 26}, "consent.other_subject"),
    "for another item": ({"service_item": "equity-change"}, "consent.other_service_item"),
    "in another agency's name": ({"agency": MARKET}, "consent.other_agency"),
    "of no case": ({"case": "case_" + "a" * 26}, "not_found"),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=list(REQUESTS))
def test_a_request_that_its_plan_does_not_bear_is_refused(
    health: House, request_: tuple[dict[str, Any], str]
) -> None:
    changes, code = request_
    data = asked(health, **changes)
    size = health.platform.store.size()
    assert code_of(lambda: request_consent(health.platform, HEALTH, data)) == code
    assert health.platform.store.size() == size


def test_an_agency_asks_only_in_its_own_case_with_its_own_key(health: House) -> None:
    data = asked(health)
    assert code_of(lambda: request_consent(health.platform, MARKET, data)) == "signer.unknown"
    envelope, _ = read_statement(data)
    other = signer(health.platform, MARKET)
    forged = signed_statement(
        Signer(HEALTH, other.private, other.chain),
        health.platform.log.origin,
        "consent.requested",
        _request_body(health, "case_" + "a" * 26, [{"object": "material:mat_" + "a" * 26,
                                                     "fields": ["file"]}]),
        health.platform.now(),
        health.platform.randomness,
    )  # fmt: skip
    for bad in (forged, envelope.encode()[:-9] + b'"}]}'):
        with pytest.raises((SignerUnknown, StatementRefused)):
            request_consent(health.platform, HEALTH, bad)


# what counts as a consent


def granted(
    house: House, request: bytes, /, by: Wallet | None = None, **changes: Any
) -> tuple[bytes, bytes]:
    """A consent in which something differs from its request, honestly signed."""
    wallet = by or house.firm
    honest, thread = consent_grant(
        wallet.signer, request, house.platform.now(), house.platform.randomness
    )
    body = dict(read_statement(honest)[1].body)
    data = signed_statement(
        wallet.signer,
        house.platform.log.origin,
        "consent.granted",
        body | changes,
        house.platform.now(),
        house.platform.randomness,
    )
    return data, thread


CONSENTS: dict[str, tuple[Any, str]] = {
    "request_sha256": (base64url.encode(bytes(32)), "consent.other_request"),
    "nonce": (base64url.encode(bytes(16)), "consent.other_request"),
    "agency": (MARKET, "consent.other_agency"),
    "service_item": ("equity-change", "consent.other_service_item"),
    "purpose": ("别的事", "consent.other_purpose"),
    "case": ("case_" + "a" * 26, "consent.other_case"),
    "items": ([{"object": "material:mat_" + "a" * 26, "fields": ["file"]}], "consent.other_items"),
    "until": ("2099-01-01T00:00:00Z", "consent.other_until"),
    "uses": (1000, "consent.uses"),
    "subject": ("sub_" + "a" * 26, "consent.other_subject"),
    "request": ("req_" + "a" * 26, "not_found"),
    "thread": (base64url.encode(bytes(32)), "consent.thread"),
}


@pytest.mark.parametrize("field", CONSENTS)
def test_a_consent_with_one_field_changed_is_refused(health: House, field: str) -> None:
    value, code = CONSENTS[field]
    _, request = health.ask()
    data, thread = granted(health, request, **{field: value})
    size = health.platform.store.size()
    assert code_of(lambda: grant_consent(health.platform, data, thread)) == code
    assert health.platform.store.size() == size
    grant_consent(health.platform, *granted(health, request))


def test_a_key_that_nobody_bound_consents_to_nothing(health: House) -> None:
    _, request = health.ask()
    stranger = new_wallet(health.firm.subject, "somebody with a key")
    data = granted(health, request, by=stranger)
    assert code_of(lambda: grant_consent(health.platform, *data)) == "consent.unbound_key"
    person = health.people.person  # a bound key, of another subject
    for by in (person, replace(person, subject=health.firm.subject)):
        data = granted(health, request, by=by)
        assert code_of(lambda: grant_consent(health.platform, *data)) == "consent.unbound_key"  # noqa: B023


def test_only_the_identity_agency_binds_a_key(health: House) -> None:
    wallet = new_wallet(health.people.partner, "partner")
    for agency in (HEALTH, MARKET, health.platform.operator):
        with pytest.raises(NotIdentityAgency):
            bind_holder_key(health.platform, agency, wallet.subject, wallet.jwk, "es256", "counter")
    with pytest.raises(NotFound):
        bind_holder_key(health.platform, "gafj", "sub_" + "a" * 26, wallet.jwk, "es256", "counter")
    with pytest.raises(Conflict):  # a key that is bound already
        bind_holder_key(
            health.platform, "gafj", wallet.subject, health.firm.jwk, "es256", "counter"
        )


def test_a_consent_is_given_once(health: House) -> None:
    _, request = health.ask()
    first = granted(health, request)
    done = grant_consent(health.platform, *first)
    assert grant_consent(health.platform, *first).entry.index == done.entry.index
    with pytest.raises(Conflict):
        grant_consent(health.platform, *granted(health, request))
    with pytest.raises(ThreadMismatch):
        _, request = health.ask()
        grant_consent(health.platform, granted(health, request)[0], bytes(32))


def test_a_consent_after_its_time_is_refused(health: House) -> None:
    _, request = health.ask()
    data = granted(health, request)
    late = health.platform.now() + timedelta(days=31)
    house = health.with_ports(now=lambda: late)
    assert code_of(lambda: grant_consent(house.platform, *data)) == "consent.expired"


# what is released


def test_without_a_consent_nothing_is_released_and_the_refusal_is_logged(health: House) -> None:
    _, request = health.ask()
    unsent, _ = granted(health, request)
    size = health.platform.store.size()
    assert refused_release(health, unsent) == "consent.absent"
    assert health.platform.store.size() == size + 1
    assert health.platform.store.entry(size).kind == "refused"  # type: ignore[union-attr]


def test_another_agency_learns_nothing_of_a_consent(health: House) -> None:
    agreed = health.agree()
    said = refused_release(health, agreed.consent, agency="sw")
    _, request = health.ask()
    assert said == refused_release(health, granted(health, request)[0], agency="sw")
    assert said == "consent.absent"


def test_the_same_order_again_is_the_same_use_and_a_second_one_is_not(health: House) -> None:
    agreed = health.agree(uses=2)
    private = keys.generate_x25519()
    recipient = private.public_key().public_bytes_raw()
    data = ordered(health, agreed.consent, private=private)
    first = release(health.platform, HEALTH, data, recipient)
    again = release(health.platform, HEALTH, data, recipient)
    assert (first.entry.index, first.handed.attestation) == (
        again.entry.index,
        again.handed.attestation,
    )
    assert refused_release(health, agreed.consent, 1) == "consent.changed"  # replayed as another
    health.receive(agreed.consent, 2)
    assert refused_release(health, agreed.consent, 2) == "consent.used_up"
    assert refused_release(health, agreed.consent, 3) == "consent.used_up"


def test_uses_are_taken_in_their_order(health: House) -> None:
    agreed = health.agree(uses=2)
    assert refused_release(health, agreed.consent, 2) == "consent.changed"
    health.receive(agreed.consent, 1)


def test_more_than_was_granted_is_refused(health: House) -> None:
    plan = health.hygiene_plan()
    agreed = health.agree(plan)
    items = [dict(item) for item in plan.consent_items(health.firm.subject)]
    items[0] = {**items[0], "fields": [*items[0]["fields"], "registered_capital"]}
    assert refused_release(health, agreed.consent, items=items) == "consent.not_covered"
    other = [{"object": "licence:" + health.permit.licence, "fields": ["address"]}]
    assert refused_release(health, agreed.consent, items=other) == "consent.not_covered"


def test_what_is_taken_to_another_key_than_the_order_names_stays_shut(health: House) -> None:
    agreed = health.agree()
    data = ordered(health, agreed.consent)
    before = health.platform.store.rows("releases")
    for thief in (keys.generate_x25519().public_key().public_bytes_raw(), b"short"):
        said = code_of(lambda: release(health.platform, HEALTH, data, thief))  # noqa: B023
        assert said == "release.recipient"
    assert health.platform.store.rows("releases") == before


def test_a_thread_key_stands_for_one_consent(health: House) -> None:
    """Two consents in one thread would share their withdrawal and their uses."""
    _, first = health.ask()
    _, thread = done = granted(health, first)
    grant_consent(health.platform, *done)
    _, second = health.ask()
    data, _ = granted(health, second, thread=base64url.encode(thread_commitment(thread)))
    with pytest.raises(Conflict):
        grant_consent(health.platform, data, thread)


def test_a_statement_from_the_future_is_not_taken(health: House) -> None:
    early = health.with_ports(now=lambda: health.platform.now() + timedelta(hours=1))
    _, request = health.ask()
    data = granted(early, request)
    assert code_of(lambda: grant_consent(health.platform, *data)) == "statement.refused"


def test_a_consent_that_ran_out_releases_nothing(health: House) -> None:
    agreed = health.agree()
    anchored = health.platform.store.anchors()[-1]
    late = health.platform.now() + timedelta(days=31)

    class Fresh:
        """The store, with evidence as fresh as can be."""

        def __getattr__(self, name: str) -> Any:
            return getattr(health.platform.store, name)

        def anchors(self) -> list[Any]:
            return [replace(anchored, block_time=late)]

    house = health.with_ports(now=lambda: late, store=Fresh())
    assert refused_release(house, agreed.consent) == "consent.expired"


def test_a_withdrawal_ends_it_also_for_what_was_had_before(health: House) -> None:
    agreed = health.agree(uses=2)
    private = keys.generate_x25519()
    recipient = private.public_key().public_bytes_raw()
    data = ordered(health, agreed.consent, private=private)
    release(health.platform, HEALTH, data, recipient)
    ended = withdrawal(health, agreed.consent)
    done = withdraw_consent(health.platform, ended)
    assert withdraw_consent(health.platform, ended).acknowledgement == done.acknowledgement
    assert refused_release(health, agreed.consent, 2) == "consent.withdrawn"
    with pytest.raises(Refused) as refused:
        release(health.platform, HEALTH, data, recipient)
    assert refused.value.code == "consent.withdrawn"
    assert health.findings() == ()


def withdrawal(house: House, consent: bytes, by: Wallet | None = None) -> bytes:
    wallet = by or house.firm
    return consent_withdrawal(
        wallet.signer, consent, house.platform.now(), house.platform.randomness
    )


def test_only_its_giver_withdraws_a_consent(health: House) -> None:
    agreed = health.agree()
    thief = new_wallet(health.firm.subject, "thief")
    for by in (thief, health.people.person):
        data = withdrawal(health, agreed.consent, by)
        assert code_of(lambda: withdraw_consent(health.platform, data)) == "consent.unbound_key"  # noqa: B023
    _, request = health.ask()
    data = withdrawal(health, granted(health, request)[0])
    assert code_of(lambda: withdraw_consent(health.platform, data)) == "not_found"
    health.receive(agreed.consent)


def test_an_item_that_is_not_in_force_is_not_released(house: House) -> None:
    plan = house.hygiene_plan()
    agreed = house.agree(plan)
    (licence,) = (n for n in item_fields(plan, house.firm.subject) if n.startswith("licence:"))
    effect, day = LegalEffect.WITHHELD, date(2026, 11, 1)
    identity = licence.partition(":")[2]
    change_status(
        house.platform, MARKET, Change(identity, "suspended", "检查", "文号", effect, day)
    )
    assert refused_release(house, agreed.consent) == "item.not_active"


# at the same moment


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act answered, or the error that it raised."""
    said: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(at: int) -> None:
        start.wait()
        try:
            said[at] = acts[at]()
        except Coded as error:
            said[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def release_of(house: House, consent: bytes, use: int = 1) -> Callable[[], object]:
    private = keys.generate_x25519()
    data = ordered(house, consent, use, private=private)
    recipient = private.public_key().public_bytes_raw()
    return lambda: release(house.platform, HEALTH, data, recipient)


def test_the_last_use_asked_for_twice_at_once_is_had_once(health: House) -> None:
    plan = health.hygiene_plan()
    for _ in range(4):
        consent = health.agree(plan).consent
        said = together(*(release_of(health, consent) for _ in range(3)))
        refused = [one for one in said if isinstance(one, Refused)]
        assert len(refused) == 2
        assert {one.code for one in refused} <= {"consent.changed", "consent.used_up"}
        name = read_statement(consent)[1].body["consent"]
        assert len(health.platform.store.rows("releases", {"consent": str(name)})) == 1
    assert health.findings() == ()


def test_a_withdrawal_at_the_same_moment_wins_or_comes_after(health: House) -> None:
    plan = health.hygiene_plan()
    for _ in range(5):
        consent = health.agree(plan).consent
        ended = withdrawal(health, consent)
        released, withdrawn = together(
            release_of(health, consent),
            lambda: withdraw_consent(health.platform, ended),  # noqa: B023
        )
        assert not isinstance(withdrawn, Coded)
        if isinstance(released, Coded):
            assert released.code in {"consent.withdrawn", "consent.changed"}
        assert refused_release(health, consent, 1).startswith("consent.")
    assert health.findings() == ()


def test_a_subject_is_one_whoever_registers_it(health: House) -> None:
    people = health.people
    same = register_subject(
        health.platform, "organisation", "another name", (("credit-code", people.firm_code),)
    )
    assert same == people.firm.subject
