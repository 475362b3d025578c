"""What the parties sign: whole statements, word for word, with their own keys."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from typing import Any

import pytest

from certs import base64url, keys
from certs.envelope import verify_signature
from ledger.consent.basis import check_consent, check_release
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
from ledger.log.body_forms import BodyInvalid
from ledger.log.entry import thread_commitment
from tests.ledger.bodies import ITEMS, an_id
from tests.ledger.world import World
from tests.ledger.world_names import AS_OF, ident, p256

WORLD = World()
AGENCY = Signer("wjw", WORLD.key("wjw"), WORLD.chain("wjw"))
HOLDER = Signer(ident("sub", "li"), p256("li"))
RECIPIENT = keys.generate_x25519()


def asking(**changes: Any) -> Asking:
    facts: dict[str, Any] = {
        "case": an_id("case"),
        "service_item": "public-place-hygiene-permit",
        "purpose": "办理公共场所卫生许可",
        "subject": HOLDER.actor,
        "items": ITEMS,
        "until": AS_OF + timedelta(days=30),
        "uses": 2,
        "officer": "o-17",
        "reason": "办件需要",
        "channel": "counter",
        **changes,
    }
    return Asking(**facts)


def requested(**changes: Any) -> bytes:
    return consent_request(AGENCY, WORLD.origin, asking(**changes), AS_OF, os.urandom)


def ordered(consent: bytes, **more: Any) -> bytes:
    recipient = RECIPIENT.public_key().public_bytes_raw()
    facts = (1, recipient, "o-17", "办件需要", "counter", AS_OF, os.urandom)
    return release_order(AGENCY, consent, *facts, **more)


def test_a_request_is_signed_by_its_agency_with_its_certificate() -> None:
    envelope, statement = read_statement(requested())
    (signature,) = envelope.signatures
    assert signature.x5c == AGENCY.chain
    verify_signature(envelope, signature, AGENCY.private.public_key())
    assert (statement.kind, statement.actor, statement.log) == (
        "consent.requested", "wjw", WORLD.origin,
    )  # fmt: skip
    assert statement.body["agency"] == "wjw"


def test_a_consent_repeats_its_request_and_commits_to_a_thread_that_it_does_not_show() -> None:
    request = requested()
    data, thread = consent_grant(HOLDER, request, AS_OF, os.urandom)
    envelope, granted = read_statement(data)
    asked_envelope, asked = read_statement(request)
    digest = hashlib.sha256(asked_envelope.payload).digest()
    check_consent(granted.body, asked.body, digest, AS_OF)
    (signature,) = envelope.signatures
    verify_signature(envelope, signature, HOLDER.private.public_key())
    assert (signature.x5c, granted.actor) == ((), HOLDER.actor)
    assert granted.body["thread"] == base64url.encode(thread_commitment(thread))
    assert base64url.encode(thread).encode() not in data
    assert consent_grant(HOLDER, request, AS_OF, os.urandom)[1] != thread


def test_a_withdrawal_names_this_very_consent() -> None:
    consent, _ = consent_grant(HOLDER, requested(), AS_OF, os.urandom)
    envelope, granted = read_statement(consent)
    _, ended = read_statement(consent_withdrawal(HOLDER, consent, AS_OF, os.urandom))
    digest = base64url.encode(hashlib.sha256(envelope.payload).digest())
    assert ended.body == {"consent": granted.body["consent"], "consent_sha256": digest}


def test_an_order_stays_within_its_consent_and_names_its_recipient() -> None:
    consent, _ = consent_grant(HOLDER, requested(), AS_OF, os.urandom)
    granted = read_statement(consent)[1]
    whole = read_statement(ordered(consent))[1]
    check_release(whole.body, granted.body, False, 0, AS_OF)
    assert whole.body["recipient"] == keys.key_id(RECIPIENT.public_key())
    part = read_statement(ordered(consent, items=ITEMS[1:]))[1]
    assert part.body["items"] == ITEMS[1:]
    assert whole.body["release"] != part.body["release"]


def test_times_are_whole_seconds_and_ids_never_repeat() -> None:
    late = AS_OF.replace(microsecond=999_999)
    data = [consent_request(AGENCY, WORLD.origin, asking(), late, os.urandom) for _ in range(2)]
    one, other = (read_statement(part)[1] for part in data)
    assert one.at == AS_OF
    assert len({one.id, other.id, one.body["request"], other.body["request"]}) == 4
    assert one.body["nonce"] != other.body["nonce"]


@pytest.mark.parametrize(
    "changes",
    [{"uses": 0}, {"items": []}, {"purpose": ""}, {"case": "case_1"}, {"channel": "pigeon"},
     {"officer": "a\nb"}],
)  # fmt: skip
def test_what_has_not_its_form_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(BodyInvalid):
        requested(**changes)


def test_a_kind_that_cannot_be_stated_is_not_signed() -> None:
    with pytest.raises(BodyInvalid):
        signed_statement(AGENCY, WORLD.origin, "nothing.known", {}, AS_OF, os.urandom)
