import pytest

from certs import keys
from certs.errors import AlgorithmUnsupported, CertsError
from certs.signature import verify_signature
from tests.vectors.build_envelopes import AGENCY, OFFICE, der, twin

MESSAGE = b"message"
P256 = keys.spki(AGENCY.public_key())
ED25519 = keys.spki(OFFICE.public_key())
RS = keys.sign_es256(AGENCY, MESSAGE)
ED = keys.sign_ed25519(OFFICE, MESSAGE)


@pytest.mark.parametrize(
    ("alg", "sigfmt", "spki", "signature"),
    [
        ("ES256", "p1363", P256, RS),
        ("ES256", "der", P256, der(RS)),
        ("EdDSA", None, ED25519, ED),
    ],
)
def test_accepts_each_row_and_only_its_message(alg, sigfmt, spki, signature):
    verify_signature(alg, sigfmt, spki, MESSAGE, signature)
    with pytest.raises(CertsError) as caught:
        verify_signature(alg, sigfmt, spki, b"massage", signature)
    assert caught.value.code == "signature.invalid"


@pytest.mark.parametrize(
    ("alg", "sigfmt", "spki", "signature", "code"),
    [
        pytest.param("ES256", "p1363", P256, twin(RS), "signature.high_s", id="twin"),
        pytest.param("ES256", "p1363", P256, der(RS), "signature.malformed", id="DER as p1363"),
        pytest.param("ES256", "der", P256, RS, "signature.malformed", id="p1363 as DER"),
        pytest.param("ES256", "der", P256, der(RS) + b"\0", "signature.malformed", id="tail"),
        pytest.param(
            "ES256", "der", P256, b"\x30\x81" + der(RS)[1:], "signature.malformed", id="BER length"
        ),
        pytest.param("EdDSA", None, ED25519, ED[:-1], "signature.malformed", id="short"),
        pytest.param("EdDSA", None, ED25519, b"", "signature.malformed", id="empty"),
        pytest.param("ES256", "p1363", ED25519, ED, "key.invalid", id="ES256, Ed25519 key"),
        pytest.param("EdDSA", None, P256, RS, "key.invalid", id="EdDSA, P-256 key"),
        pytest.param("EdDSA", None, b"", ED, "key.invalid", id="no key"),
        pytest.param("ES256", "p1363", P256 + b"\0", RS, "key.invalid", id="key with a tail"),
    ],
)
def test_refused(alg, sigfmt, spki, signature, code):
    with pytest.raises(CertsError) as caught:
        verify_signature(alg, sigfmt, spki, MESSAGE, signature)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("alg", "sigfmt"),
    [("ES256", None), ("ES256", "raw"), ("EdDSA", "der"), ("ES384", "der"), ("SM2", "der")],
)
def test_other_rows_are_not_offered(alg, sigfmt):
    with pytest.raises(AlgorithmUnsupported) as caught:
        verify_signature(alg, sigfmt, P256, MESSAGE, RS)
    assert (caught.value.code, caught.value.alg) == ("UNSUPPORTED", alg)


def test_the_door_takes_a_foreign_high_s_and_keeps_low_s_only():
    verify_signature("ES256", "der", P256, MESSAGE, der(twin(RS)))
    assert keys.es256_from_der(der(twin(RS))) == RS
