"""Key binding: one holder, one verifier, one request, one choice of disclosures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import jws
from certs.canonical import canonical
from certs.sdjwt.binding import BINDING_TYPE, bind, verify_binding, verify_presentation
from certs.sdjwt.credential import parse_credential, present
from certs.sdjwt.errors import (
    BindingAudience,
    BindingError,
    BindingMalformed,
    BindingMissing,
    BindingNonce,
    BindingOther,
    BindingSignature,
    BindingTime,
    CredentialError,
    CredentialSignature,
)
from tests.certs.sdjwt.test_credential import HOLDER, PUBLIC, TEXT
from tests.pki.build import private_key

AT = datetime(2026, 5, 1, tzinfo=UTC)
KEY = private_key("holder")
SHOWN = present(TEXT, {"name"})
AUDIENCE, NONCE = "urn:mianti:agency:wjw", "request 1"
BOUND = bind(SHOWN, KEY, AUDIENCE, NONCE, AT)


def verify(text=BOUND, jwk=HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT) -> None:
    verify_binding(text, jwk, audience, nonce, at)


def test_holds_and_leaves_the_credential_as_it_was() -> None:
    verify()
    found = verify_presentation(BOUND, PUBLIC, AUDIENCE, NONCE, AT)
    assert dict(found.claims) == {"name": "食品经营许可证"}
    assert parse_credential(BOUND).binding == BOUND.rpartition("~")[2]
    assert present(BOUND, {"name"}) == SHOWN


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"audience": "urn:mianti:agency:bank"}, BindingAudience),
        ({"nonce": "request 2"}, BindingNonce),
        ({"at": AT + timedelta(minutes=5, seconds=1)}, BindingTime),
        ({"at": AT - timedelta(minutes=1, seconds=1)}, BindingTime),
        ({"jwk": None}, BindingMissing),
        ({"text": SHOWN}, BindingMissing),
        ({"text": ""}, BindingMissing),
        ({"text": SHOWN + "junk"}, BindingMalformed),
        ({"text": TEXT + BOUND.rpartition("~")[2]}, BindingOther),  # more shown than was meant
        ({"text": SHOWN.partition("~")[0] + "~" + BOUND.rpartition("~")[2]}, BindingOther),
    ],
)
def test_refusals(change: dict, error: type[BindingError]) -> None:
    with pytest.raises(error):
        verify(**change)


@given(st.integers(0, len(BOUND) - 1), st.integers(33, 126))
def test_no_changed_character_is_accepted(position: int, replacement: int) -> None:
    changed = BOUND[:position] + chr(replacement) + BOUND[position + 1 :]
    if changed != BOUND:
        with pytest.raises(CredentialError):
            verify_presentation(changed, PUBLIC, AUDIENCE, NONCE, AT)


def test_a_presentation_needs_its_holder() -> None:
    with pytest.raises(BindingMissing):
        verify_presentation(SHOWN, PUBLIC, AUDIENCE, NONCE, AT)
    with pytest.raises(CredentialSignature):
        verify_presentation(BOUND, private_key("x").public_key(), AUDIENCE, NONCE, AT)


def test_in_time_to_the_second() -> None:
    verify(at=AT + timedelta(minutes=5))
    verify(at=AT - timedelta(minutes=1))


def test_another_key() -> None:
    with pytest.raises(BindingSignature):
        verify(bind(SHOWN, private_key("thief"), AUDIENCE, NONCE, AT))
    with pytest.raises(BindingSignature):
        verify(bind(SHOWN, private_key("ed25519:thief"), AUDIENCE, NONCE, AT))


PAYLOAD = {"aud": AUDIENCE, "iat": int(AT.timestamp()), "nonce": NONCE, "sd_hash": "x"}


@pytest.mark.parametrize(
    ("typ", "payload"),
    [
        ("dc+sd-jwt", PAYLOAD),
        (BINDING_TYPE, {**PAYLOAD, "extra": 1}),
        (BINDING_TYPE, {**PAYLOAD, "iat": "now"}),
        (BINDING_TYPE, {name: v for name, v in PAYLOAD.items() if name != "nonce"}),
        (BINDING_TYPE, []),
    ],
)
def test_tokens_that_are_no_key_binding(typ: str, payload: object) -> None:
    with pytest.raises(BindingMalformed):
        verify(SHOWN + jws.sign({"typ": typ}, canonical(payload), KEY))


def test_binding_twice_is_wrong_use() -> None:
    with pytest.raises(ValueError, match="tilde"):
        bind(BOUND, KEY, AUDIENCE, NONCE, AT)
