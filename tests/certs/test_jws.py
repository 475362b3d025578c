import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, jws, keys
from certs.errors import CertsError, SignatureInvalid, SignatureTwin
from certs.jwk import public_jwk
from tests.vectors.build_envelopes import AGENCY, HOLDER, OFFICE, der, twin

ALGS = ("ES256", "EdDSA")
TOKEN = jws.sign({"typ": "test"}, b"payload", AGENCY)
RFC_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def spoilt(*, header: object = None, text: bytes | None = None, sig: bytes | None = None) -> str:
    """TOKEN's payload under another header, genuinely signed, or with another signature."""
    protected = text if text is not None else json.dumps(header or {"alg": "ES256"}).encode()
    signing_input = f"{base64url.encode(protected)}.{base64url.encode(b'payload')}"
    made = keys.sign_es256(AGENCY, signing_input.encode()) if sig is None else sig
    return f"{signing_input}.{base64url.encode(made)}"


def with_signature(sig: bytes) -> str:
    return f"{TOKEN.rpartition('.')[0]}.{base64url.encode(sig)}"


SIG = base64url.decode(TOKEN.rpartition(".")[2])


@pytest.mark.parametrize("private", [AGENCY, OFFICE], ids=["ES256", "EdDSA"])
def test_round_trip_by_key_and_by_jwk(private):
    token = jws.sign({"typ": "test", "x5c": ["AA=="]}, b"\x00payload", private)
    for key in (private.public_key(), public_jwk(private.public_key())):
        read = jws.verify(token, key, ALGS)
        assert read.payload == b"\x00payload"
        assert read.header["typ"] == "test"
        assert read == jws.peek(token)


def test_signing_is_deterministic():
    assert jws.sign({"typ": "test"}, b"payload", AGENCY) == TOKEN


def test_example_of_rfc_7515_is_a_twin():
    """A.3 happens to print the high s; its low twin is the token we accept."""
    head, _, sig = RFC_TOKEN.rpartition(".")
    low = f"{head}.{base64url.encode(twin(base64url.decode(sig)))}"
    assert jws.verify(low, RFC_JWK, ["ES256"]).payload.startswith(b'{"iss":"joe"')
    with pytest.raises(SignatureTwin):
        jws.verify(RFC_TOKEN, RFC_JWK, ["ES256"])


def test_example_of_rfc_8037():
    """A.4."""
    token = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert jws.verify(token, jwk, ["EdDSA"]).payload == b"Example of Ed25519 signing"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param("", "jws.malformed", id="empty"),
        pytest.param("..", "jws.malformed", id="empty parts"),
        pytest.param(TOKEN.rpartition(".")[0], "jws.malformed", id="two parts"),
        pytest.param(TOKEN + ".AA", "jws.malformed", id="four parts"),
        pytest.param(TOKEN + "==", "jws.malformed", id="padded"),
        pytest.param(" " + TOKEN, "jws.malformed", id="leading space"),
        pytest.param(TOKEN + "\n", "jws.malformed", id="newline"),
        pytest.param(TOKEN + "é", "jws.malformed", id="beyond ASCII"),
        pytest.param(TOKEN[:-1] + chr(ord(TOKEN[-1]) + 1), "jws.malformed", id="spare bits"),
        pytest.param(spoilt(text=b"[]"), "jws.malformed", id="header is a list"),
        pytest.param(spoilt(text=b"{"), "jws.malformed", id="header is no JSON"),
        pytest.param(spoilt(text=b'{"alg":"none","alg":"ES256"}'), "jws.malformed", id="alg twice"),
        pytest.param(spoilt(header={"typ": "x"}), "jws.alg", id="no alg"),
        pytest.param(spoilt(header={"alg": ["ES256"]}), "jws.alg", id="alg is a list"),
        pytest.param(spoilt(header={"alg": "none"}, sig=b""), "jws.alg", id="none"),
        pytest.param(spoilt(header={"alg": "nOnE"}, sig=b""), "jws.alg", id="nOnE"),
        pytest.param(spoilt(header={"alg": "HS256"}), "jws.alg", id="HS256"),
        pytest.param(spoilt(header={"alg": "ES384"}), "jws.alg", id="ES384"),
        pytest.param(spoilt(header={"alg": "es256"}), "jws.alg", id="lower case"),
        pytest.param(spoilt(header={"alg": "EdDSA"}), "jws.key", id="alg of another key"),
        pytest.param(
            spoilt(header={"alg": "ES256", "crit": ["exp"], "exp": 1}), "jws.crit", id="crit"
        ),
        pytest.param(spoilt(header={"alg": "ES256", "crit": []}), "jws.crit", id="empty crit"),
        pytest.param(spoilt(header={"alg": "ES256", "b64": False}), "jws.crit", id="b64"),
        pytest.param(
            spoilt(header={"alg": "ES256", "jwk": public_jwk(AGENCY.public_key())}),
            "jws.embedded_key",
            id="jwk",
        ),
        pytest.param(
            spoilt(header={"alg": "ES256", "jku": "https://evil.test"}),
            "jws.embedded_key",
            id="jku",
        ),
        pytest.param(
            spoilt(header={"alg": "ES256", "x5u": "https://evil.test"}),
            "jws.embedded_key",
            id="x5u",
        ),
        pytest.param(with_signature(twin(SIG)), "signature.high_s", id="high-s twin"),
        pytest.param(with_signature(der(SIG)), "signature.malformed", id="DER"),
        pytest.param(with_signature(b""), "signature.malformed", id="no signature"),
        pytest.param(with_signature(bytes(64)), "signature.invalid", id="zeros"),
        pytest.param(jws.sign({}, b"payload", HOLDER), "signature.invalid", id="another signer"),
        pytest.param(TOKEN.replace(".", ".AAAA", 1), "signature.invalid", id="other payload"),
    ],
)
def test_refused(token, code):
    with pytest.raises(CertsError) as caught:
        jws.verify(token, AGENCY.public_key(), ALGS)
    assert caught.value.code == code


def test_none_is_refused_even_when_allowed():
    with pytest.raises(jws.JwsAlgorithm):
        jws.verify(spoilt(header={"alg": "none"}, sig=b""), AGENCY.public_key(), ["none"])


@pytest.mark.parametrize(
    ("key", "algs", "code"),
    [
        pytest.param(AGENCY.public_key(), ["EdDSA"], "jws.alg", id="not allowed"),
        pytest.param(AGENCY.public_key(), [], "jws.alg", id="nothing allowed"),
        pytest.param(OFFICE.public_key(), ALGS, "jws.key", id="Ed25519 key"),
        pytest.param(HOLDER.public_key(), ALGS, "signature.invalid", id="another key"),
        pytest.param({"kty": "oct", "k": "AAAA"}, ALGS, "key.invalid", id="symmetric JWK"),
        pytest.param(
            {**public_jwk(AGENCY.public_key()), "alg": "EdDSA"},
            ALGS,
            "key.invalid",
            id="JWK for another alg",
        ),
    ],
)
def test_refused_key(key, algs, code):
    with pytest.raises(CertsError) as caught:
        jws.verify(TOKEN, key, algs)
    assert caught.value.code == code


def test_an_allowed_algorithm_that_is_not_offered():
    with pytest.raises(CertsError) as caught:
        jws.verify(spoilt(header={"alg": "RS256"}), AGENCY.public_key(), ["RS256"])
    assert caught.value.code == "UNSUPPORTED"


def test_size_is_bounded():
    assert jws.verify(TOKEN, AGENCY.public_key(), ALGS, max_bytes=len(TOKEN))
    with pytest.raises(jws.JwsMalformed):
        jws.verify(TOKEN, AGENCY.public_key(), ALGS, max_bytes=len(TOKEN) - 1)


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "EdDSA"}, {"jwk": {}}, {"crit": []}], ids=str
)
def test_signing_a_header_nobody_would_accept_is_wrong_use(header):
    with pytest.raises(ValueError, match="header"):
        jws.sign(header, b"", AGENCY)


@given(st.data())
@settings(max_examples=100)
def test_no_changed_character_verifies(data):
    position = data.draw(st.integers(0, len(TOKEN) - 1))
    character = data.draw(st.sampled_from("AZaz09-_.=+/ é").filter(lambda c: c != TOKEN[position]))
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    with pytest.raises(CertsError):
        jws.verify(changed, AGENCY.public_key(), ALGS)


def test_a_detached_signature_counts_for_the_payload_beside_it_alone() -> None:
    private = keys.generate_p256()
    text = jws.sign_detached({"typ": "x"}, b"payload", private)
    assert text.split(".")[1] == ""
    public = private.public_key()
    assert jws.verify_detached(text, b"payload", public, ("ES256",)).payload == b"payload"
    with pytest.raises(SignatureInvalid):
        jws.verify_detached(text, b"another", public, ("ES256",))
    with pytest.raises(SignatureInvalid):
        jws.verify_detached(text, b"payload", keys.generate_p256().public_key(), ("ES256",))
    attached = jws.sign({"typ": "x"}, b"payload", private)
    for wrong in (attached, "", "a.b", "a..b.c", text.replace("..", ".")):
        with pytest.raises(jws.JwsError):
            jws.verify_detached(wrong, b"payload", public, ("ES256",))
