"""What counts as a consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from api.wallets import new_wallet
from certs import base64url
from ledger.errors import Conflict, NotFound
from ledger.flows.door.holder import NotIdentityAgency, bind_holder_key
from ledger.flows.door.subjects import register_subject
from ledger.flows.reading.consent import (
    ThreadMismatch,
    grant_consent,
)
from ledger.log.entry import thread_commitment
from tests.stories.house import House
from tests.stories.reusing import (
    code_of,
    granted,
)

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


def test_a_subject_is_one_whoever_registers_it(health: House) -> None:
    people = health.people
    same = register_subject(
        health.platform, "organisation", "another name", (("credit-code", people.firm_code),)
    )
    assert same == people.firm.subject
