import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import envelope
from certs.errors import CertsError, SignatureMalformed
from certs.jwk import public_from_jwk
from certs.webauthn import WebauthnPolicy
from tests.vectors.build_envelopes import (
    AGENCY,
    FOLDER,
    HOLDER,
    OFFICE,
    PAYLOAD,
    POLICY,
    TYPE,
    consent,
)

FILES = sorted(FOLDER.glob("*.json"))
TRUSTED = WebauthnPolicy(POLICY["rp_id"], tuple(POLICY["origins"]))


def check(case: dict) -> envelope.Envelope:
    """Parse a vector's envelope and verify each of its signatures."""
    made = envelope.parse_envelope(case["envelope"].encode())
    policy = None
    if "webauthn" in case:
        policy = WebauthnPolicy(case["webauthn"]["rp_id"], tuple(case["webauthn"]["origins"]))
    for signature, jwk in zip(made.signatures, case["public"], strict=True):
        public = public_from_jwk(jwk)
        envelope.verify_signature(made, signature, public, webauthn=policy)
    return made


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_vector(path):
    case = json.loads(path.read_text("utf-8"))
    assert path.stem.endswith("_fail") == (case["code"] is not None)
    if case["code"] is None:
        made = check(case)
        assert (made.payload, made.payload_type) == (PAYLOAD, TYPE)
        assert made.encode() == case["envelope"].encode()
    else:
        with pytest.raises(CertsError) as caught:
            check(case)
        assert caught.value.code == case["code"]


def test_every_own_code_has_a_vector():
    codes = {json.loads(path.read_text("utf-8"))["code"] for path in FILES}
    errors = [*envelope.EnvelopeError.__subclasses__()]
    assert {error.code for error in errors} <= codes


def test_vectors_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "tests.vectors.build_envelopes", "--check"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pae_is_dsse():
    """The example of the DSSE protocol text."""
    made = envelope.pae("http://example.com/HelloWorld", b"hello world")
    assert made == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert envelope.pae("类型", b"") == "DSSEv1 6 类型 0 ".encode()


@given(
    st.binary(max_size=300),
    st.from_regex(r"[\x21-\x7e]{1,40}", fullmatch=True),
    st.permutations([AGENCY, OFFICE, HOLDER]),
    st.integers(1, 3),
)
@settings(max_examples=40)
def test_round_trip(payload, payload_type, privates, count):
    made = envelope.sealed(payload, payload_type, *privates[:count])
    again = envelope.parse_envelope(made.encode())
    assert again == made
    for signature, private in zip(again.signatures, privates, strict=False):
        envelope.verify_signature(again, signature, private.public_key())


@pytest.mark.parametrize(
    ("made", "private"),
    [
        (envelope.sealed(PAYLOAD, TYPE, AGENCY), AGENCY),
        (envelope.sealed(PAYLOAD, TYPE, OFFICE), OFFICE),
        (consent(), HOLDER),
    ],
    ids=["es256", "ed25519", "webauthn-es256"],
)
@given(st.data())
@settings(max_examples=100)
def test_no_changed_byte_verifies(made, private, data):
    good = made.encode()
    position = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != good[position]))
    spoilt = good[:position] + bytes([byte]) + good[position + 1 :]
    with pytest.raises(CertsError):
        again = envelope.parse_envelope(spoilt)
        envelope.verify_signature(
            again, again.signatures[0], private.public_key(), webauthn=TRUSTED
        )


@given(st.binary(max_size=200))
def test_bytes_that_are_no_envelope(data):
    with pytest.raises(CertsError):
        envelope.parse_envelope(data)


def test_an_unparsed_assertion_without_its_parts_is_malformed():
    made = consent()
    bare = dataclasses.replace(made.signatures[0], client_data=None)
    with pytest.raises(envelope.EnvelopeMalformed):
        envelope.verify_signature(made, bare, HOLDER.public_key(), webauthn=TRUSTED)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_the_length_of_a_signature_is_checked_before_any_key(size):
    made = envelope.sealed(PAYLOAD, TYPE, AGENCY)
    cut = dataclasses.replace(made.signatures[0], sig=bytes(size))
    with pytest.raises(SignatureMalformed):
        envelope.parse_envelope(dataclasses.replace(made, signatures=(cut,)).encode())


def test_more_than_a_mebibyte_is_refused():
    with pytest.raises(envelope.EnvelopeMalformed) as caught:
        envelope.parse_envelope(envelope.sealed(bytes(1 << 20), TYPE, AGENCY).encode())
    assert caught.value.reason == "json.size"


def test_sealed_wants_a_media_type_and_signers():
    with pytest.raises(ValueError, match="media type"):
        envelope.sealed(b"", "with space", AGENCY)
    with pytest.raises(ValueError, match="1 to 8"):
        envelope.sealed(b"", TYPE)
