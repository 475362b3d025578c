import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import webauthn
from certs.errors import CertsError, SignatureInvalid
from tests.authenticator import Assertion, assertion
from tests.vectors.build_envelopes import AGENCY, HOLDER

CHALLENGE = webauthn.challenge(b"pre-authentication encoding")
RP_ID, ORIGIN = "consent.example.test", "https://consent.example.test"
POLICY = webauthn.WebauthnPolicy(RP_ID, (ORIGIN, "https://counter.example.test"))


def made(**changes) -> Assertion:
    return assertion(
        HOLDER,
        changes.pop("challenge", CHALLENGE),
        **{"rp_id": RP_ID, "origin": ORIGIN, **changes},
    )


def verify(given: Assertion, policy: webauthn.WebauthnPolicy = POLICY) -> None:
    webauthn.verify_assertion(
        HOLDER.public_key(),
        expected_challenge=CHALLENGE,
        authenticator_data=given.authenticator_data,
        client_data=given.client_data,
        signature=given.signature,
        policy=policy,
    )


def test_challenge_binds_prefix_and_statement():
    assert hashlib.sha256(b"mianti/consent/v1\x00pre-authentication encoding").digest() == CHALLENGE
    assert webauthn.challenge(b"x") != webauthn.challenge(b"y")
    assert webauthn.challenge(b"x") != webauthn.challenge(b"x", b"mianti/sign-in/v1")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param({"origin": "https://counter.example.test"}, id="second origin"),
        pytest.param({"sign_count": 7}, id="authenticator that counts"),
        pytest.param({"flags": 0x1D}, id="synchronised passkey"),
        pytest.param({"flags": 0x0D}, id="passkey that could be synchronised"),
        pytest.param({"flags": 0x85, "tail": b"\xa0"}, id="extensions"),
        pytest.param({"more_members": {"androidPackageName": "x"}}, id="more client members"),
    ],
)
def test_accepted(changes):
    verify(made(**changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "payment.get"}, "webauthn.type"),
        ({"challenge": webauthn.challenge(b"another")}, "webauthn.challenge"),
        ({"challenge": b""}, "webauthn.challenge"),
        ({"more_members": {"crossOrigin": True}}, "webauthn.cross_origin"),
        ({"origin": ORIGIN + "/"}, "webauthn.origin"),
        ({"origin": ORIGIN + ":443"}, "webauthn.origin"),
        ({"origin": ORIGIN.upper()}, "webauthn.origin"),
        ({"rp_id": "example.test"}, "webauthn.rp_id"),
        ({"flags": 0x00}, "webauthn.user_presence"),
        ({"flags": 0x01}, "webauthn.user_verification"),
        ({"flags": 0x85}, "webauthn.malformed"),
        ({"more_members": {"challenge": "AA=="}}, "webauthn.malformed"),
        ({"more_members": {"challenge": None}}, "webauthn.malformed"),
        ({"more_members": {"type": ["webauthn.get"]}}, "webauthn.malformed"),
        ({"more_members": {"padding": "x" * 4096}}, "webauthn.malformed"),
    ],
    ids=str,
)
def test_refused(changes, code):
    with pytest.raises(CertsError) as caught:
        verify(made(**changes))
    assert caught.value.code == code


def test_another_persons_passkey():
    given = assertion(AGENCY, CHALLENGE, rp_id=RP_ID, origin=ORIGIN)
    with pytest.raises(SignatureInvalid):
        verify(given)


def test_no_origin_is_trusted_by_an_empty_policy():
    with pytest.raises(webauthn.WebauthnOrigin) as caught:
        verify(made(), webauthn.WebauthnPolicy(RP_ID, ()))
    assert caught.value.origin == ORIGIN


@given(st.data())
@settings(max_examples=150)
def test_no_flipped_bit_verifies(data):
    good = made()
    name = data.draw(st.sampled_from(["authenticator_data", "client_data", "signature"]))
    part = bytearray(getattr(good, name))
    position = data.draw(st.integers(0, len(part) - 1))
    part[position] ^= 1 << data.draw(st.integers(0, 7))
    parts = {**vars(good), name: bytes(part)}
    with pytest.raises(CertsError):
        verify(Assertion(**parts))


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_nonsense_is_refused_with_a_code(authenticator_data, client_data):
    with pytest.raises(CertsError):
        verify(Assertion(authenticator_data, client_data, bytes(64)))
