import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, keys
from certs.errors import (
    HpkeOpenFailed,
    KeyInvalid,
    SignatureInvalid,
    SignatureMalformed,
    SignatureTwin,
)
from certs.jwk import public_from_jwk, public_jwk
from tests.vectors.build_envelopes import AGENCY, HOLDER, OFFICE, der, twin

JWK = public_jwk(AGENCY.public_key())
POINT = base64url.encode(base64url.decode(JWK["x"]) + base64url.decode(JWK["y"]))
OKP = public_jwk(OFFICE.public_key())


def test_es256_is_rfc_6979_with_low_s():
    """RFC 6979 A.2.5, SHA-256, message "sample"; the s printed there is the high one."""
    x = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    private = ec.derive_private_key(x, ec.SECP256R1())
    low = r.to_bytes(32, "big") + (keys.P256_ORDER - s).to_bytes(32, "big")
    assert keys.sign_es256(private, b"sample") == low
    keys.verify_es256(private.public_key(), b"sample", low)
    with pytest.raises(SignatureTwin):
        keys.verify_es256(private.public_key(), b"sample", twin(low))


def test_ed25519_is_rfc_8032():
    """RFC 8032 §7.1, test 2."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert keys.sign_ed25519(private, b"\x72") == signature
    keys.verify_ed25519(private.public_key(), b"\x72", signature)


@given(st.binary())
@settings(max_examples=50)
def test_es256_round_trip_and_its_twin(message):
    signature = keys.sign_es256(AGENCY, message)
    keys.verify_es256(AGENCY.public_key(), message, signature)
    with pytest.raises(SignatureTwin):
        keys.verify_es256(AGENCY.public_key(), message, twin(signature))
    assert keys.es256_from_der(der(twin(signature))) == signature
    # The twin is refused by rule alone: the mathematics would have let it pass.
    AGENCY.public_key().verify(der(twin(signature)), message, ec.ECDSA(SHA256()))


@given(st.integers(0, 511))
@settings(max_examples=60)
def test_no_flipped_bit_verifies(bit):
    flip = (1 << bit).to_bytes(64, "little")
    for sign, verify, private in (
        (keys.sign_es256, keys.verify_es256, AGENCY),
        (keys.sign_ed25519, keys.verify_ed25519, OFFICE),
    ):
        signature = sign(private, b"m")
        spoilt = bytes(a ^ b for a, b in zip(signature, flip, strict=True))
        with pytest.raises(SignatureInvalid):
            verify(private.public_key(), b"m", spoilt)


def test_half_the_order_is_the_last_low_s():
    half = (keys.P256_ORDER // 2).to_bytes(32, "big")
    above = (keys.P256_ORDER // 2 + 1).to_bytes(32, "big")
    with pytest.raises(SignatureInvalid) as caught:
        keys.verify_es256(AGENCY.public_key(), b"m", half + half)
    assert caught.value.code == "signature.invalid"
    with pytest.raises(SignatureTwin):
        keys.verify_es256(AGENCY.public_key(), b"m", half + above)


@pytest.mark.parametrize("size", [0, 63, 65, 72])
def test_signatures_of_another_length(size):
    with pytest.raises(SignatureMalformed):
        keys.verify_es256(AGENCY.public_key(), b"m", bytes(size))
    with pytest.raises(SignatureMalformed):
        keys.verify_ed25519(OFFICE.public_key(), b"m", bytes(size))


def test_es256_under_another_curve():
    with pytest.raises(KeyInvalid):
        keys.verify_es256(ec.generate_private_key(ec.SECP384R1()).public_key(), b"m", b"\1" * 64)


GOOD = der(keys.sign_es256(AGENCY, b"m"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(GOOD + b"\0", id="trailing byte"),
        pytest.param(GOOD[:-1], id="cut"),
        pytest.param(b"\x30\x81" + GOOD[1:], id="long form of a short length"),
        pytest.param(b"\x30\x80" + GOOD[2:] + b"\0\0", id="indefinite length"),
        pytest.param(b"\x30\x07\x02\x02\x00\x01\x02\x01\x01", id="integer with a leading zero"),
        pytest.param(b"\x30\x06\x02\x01\x81\x02\x01\x01", id="negative r"),
        pytest.param(b"\x30\x03\x02\x01\x01", id="one number"),
        pytest.param(b"\x31" + GOOD[1:], id="a set"),
        pytest.param(encode_dss_signature(0, 1), id="r is zero"),
        pytest.param(encode_dss_signature(1, 0), id="s is zero"),
        pytest.param(encode_dss_signature(keys.P256_ORDER, 1), id="r is the order"),
        pytest.param(encode_dss_signature(1, keys.P256_ORDER), id="s is the order"),
        pytest.param(encode_dss_signature(1, 1 << 300), id="s is huge"),
    ],
)
def test_der_refused(data):
    with pytest.raises(SignatureMalformed):
        keys.es256_from_der(data)


def test_key_id_is_the_digest_of_the_spki():
    public = AGENCY.public_key()
    assert base64url.decode(keys.key_id(public)) == hashlib.sha256(keys.spki(public)).digest()
    assert len(keys.key_id(public)) == 43
    assert keys.key_id(public) != keys.key_id(HOLDER.public_key())


@pytest.mark.parametrize("private", [AGENCY, OFFICE], ids=["P-256", "Ed25519"])
def test_public_keys_read_back(private):
    public = private.public_key()
    assert keys.public_from_spki(keys.spki(public)) == public
    jwk = public_jwk(public)
    assert public_from_jwk(jwk) == public
    alg = {"EC": "ES256", "OKP": "EdDSA"}[jwk["kty"]]
    more = {"kid": "k", "use": "sig", "alg": alg, "key_ops": ["verify"], "ext": True}
    assert public_from_jwk({**jwk, **more}) == public


def test_jwk_is_rfc_8037():
    """RFC 8037 A.2."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    public = public_from_jwk(jwk)
    assert public_jwk(public) == jwk


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
        pytest.param({}, id="empty"),
        pytest.param({**JWK, "kty": ["EC"]}, id="kty is a list"),
        pytest.param({**JWK, "crv": "P-384"}, id="another curve"),
        pytest.param({**JWK, "kty": "OKP"}, id="kty and crv apart"),
        pytest.param({**OKP, "crv": "X25519"}, id="key agreement"),
        pytest.param({"kty": "oct", "k": "AAAA"}, id="symmetric"),
        pytest.param({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, id="RSA"),
        pytest.param({**JWK, "d": "AA"}, id="private"),
        pytest.param({**OKP, "y": JWK["y"]}, id="y with Ed25519"),
        pytest.param({**JWK, "x5u": "https://evil.test"}, id="unknown member"),
        pytest.param({k: v for k, v in JWK.items() if k != "y"}, id="no y"),
        pytest.param({**JWK, "y": 5}, id="y is a number"),
        pytest.param({**JWK, "y": JWK["x"]}, id="not on the curve"),
        pytest.param({**JWK, "x": JWK["x"] + "="}, id="padded"),
        pytest.param({**JWK, "x": "AAAA" + JWK["x"]}, id="leading zeros"),
        pytest.param({**JWK, "x": JWK["x"][:-2]}, id="short"),
        pytest.param({**JWK, "x": "A" * 43, "y": "A" * 43}, id="infinity"),
        pytest.param({**JWK, "x": POINT[:44], "y": POINT[44:]}, id="33 and 31 bytes"),
        pytest.param({**JWK, "alg": "EdDSA"}, id="alg of another kind"),
        pytest.param({**JWK, "alg": "HS256"}, id="alg confused"),
        pytest.param({**JWK, "use": "enc"}, id="for encryption"),
        pytest.param({**JWK, "key_ops": ["deriveKey"]}, id="for derivation"),
        pytest.param({**JWK, "key_ops": "verify"}, id="key_ops is text"),
    ],
)
def test_jwk_refused(jwk):
    with pytest.raises(KeyInvalid) as caught:
        public_from_jwk(jwk)
    assert caught.value.code == "key.invalid"


def spki_of(public) -> bytes:
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


COMPRESSED = AGENCY.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x30\x00", id="empty sequence"),
        pytest.param(keys.spki(AGENCY.public_key()) + b"\0", id="trailing byte"),
        pytest.param(keys.spki(AGENCY.public_key())[:-1], id="cut"),
        pytest.param(
            bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + COMPRESSED,
            id="compressed point",
        ),
        pytest.param(spki_of(ec.generate_private_key(ec.SECP384R1()).public_key()), id="P-384"),
        pytest.param(spki_of(rsa.generate_private_key(65537, 2048).public_key()), id="RSA"),
        pytest.param(spki_of(x25519.X25519PrivateKey.generate().public_key()), id="X25519"),
    ],
)
def test_spki_refused(data):
    with pytest.raises(KeyInvalid):
        keys.public_from_spki(data)


SMALL_ORDER = [
    bytes.fromhex(low + "00" * 30 + high) for low in ("00", "01") for high in ("00", "80")
] + [
    bytes.fromhex(text)
    for text in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ec" + "ff" * 30 + "7f",
    )
]


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=bytes.hex)
def test_points_of_small_order_are_no_keys(raw):
    """One signature (identity, 0) fits an eighth or more of all messages under such a point."""
    public = ed25519.Ed25519PublicKey.from_public_bytes(raw)
    signature = b"\x01" + bytes(63)
    fitting = 0
    for number in range(200):
        try:
            public.verify(signature, number.to_bytes(2, "big"))
            fitting += 1
        except InvalidSignature:
            pass
    identity_with_sign = raw == b"\x01" + bytes(30) + b"\x80"  # not decoded by every library
    assert fitting or identity_with_sign
    for refuse in (
        lambda: keys.public_from_spki(spki_of(public)),
        lambda: public_from_jwk({**OKP, "x": base64url.encode(raw)}),
    ):
        with pytest.raises(KeyInvalid):
            refuse()


@pytest.mark.parametrize(
    "private",
    [keys.generate_p256(), keys.generate_ed25519(), keys.generate_x25519()],
    ids=["P-256", "Ed25519", "X25519"],
)
def test_encrypted_pem_reads_back(private):
    pem = keys.to_encrypted_pem(private, b"passphrase")
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    again = keys.from_encrypted_pem(pem, b"passphrase")
    assert type(again) is type(private)
    assert keys.key_id(again.public_key()) == keys.key_id(private.public_key())
    with pytest.raises(KeyInvalid):
        keys.from_encrypted_pem(pem, b"passphrasf")


def pem_of(private, passphrase: bytes | None) -> bytes:
    locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n", id="cut"),
        pytest.param(pem_of(AGENCY, None), id="not encrypted"),
        pytest.param(pem_of(ec.generate_private_key(ec.SECP384R1()), b"p"), id="P-384"),
        pytest.param(pem_of(rsa.generate_private_key(65537, 2048), b"p"), id="RSA"),
    ],
)
def test_pem_refused(pem):
    with pytest.raises(KeyInvalid):
        keys.from_encrypted_pem(pem, b"p")


def test_an_empty_passphrase_is_wrong_use():
    with pytest.raises(ValueError, match=r".+"):
        keys.to_encrypted_pem(AGENCY, b"")


@given(st.binary(max_size=200), st.binary(max_size=50))
@settings(max_examples=30)
def test_hpke_opens_for_its_key_and_context_only(plaintext, info):
    private = keys.generate_x25519()
    sealed = keys.hpke_seal(private.public_key(), plaintext, info)
    assert len(sealed) == 32 + len(plaintext) + 16
    assert keys.hpke_open(private, sealed, info) == plaintext
    spoilt = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, ciphertext, context in (
        (keys.generate_x25519(), sealed, info),
        (private, sealed, info + b"\0"),
        (private, spoilt, info),
        (private, sealed[:40], info),
        (private, b"", info),
        (private, bytes(32) + sealed[32:], info),
    ):
        with pytest.raises(HpkeOpenFailed) as caught:
            keys.hpke_open(key, ciphertext, context)
        assert caught.value.code == "hpke.open"


def test_x25519_public_key_has_32_bytes():
    raw = keys.generate_x25519().public_key().public_bytes_raw()
    assert keys.x25519_public(raw).public_bytes_raw() == raw
    with pytest.raises(KeyInvalid):
        keys.x25519_public(raw[:-1])
