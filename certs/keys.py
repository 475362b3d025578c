"""Keys and the two signature algorithms everything here rests on: ES256 (low-s) and Ed25519.

A key is named by `key_id`, base64url(SHA-256(SubjectPublicKeyInfo DER)), used as `kid`
everywhere. An ECDSA signature is 64 bytes r‖s with s in the lower half of the group order, so
that nobody can turn one valid signature into another. Signing is deterministic (RFC 6979, RFC
8032). X25519 keys serve HPKE (RFC 9180) only.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from certs import base64url
from certs.errors import (
    HpkeOpenFailed,
    KeyInvalid,
    SignatureInvalid,
    SignatureMalformed,
    SignatureTwin,
)

P256Private: TypeAlias = ec.EllipticCurvePrivateKey
P256Public: TypeAlias = ec.EllipticCurvePublicKey
Ed25519Private: TypeAlias = ed25519.Ed25519PrivateKey
Ed25519Public: TypeAlias = ed25519.Ed25519PublicKey
X25519Private: TypeAlias = x25519.X25519PrivateKey
X25519Public: TypeAlias = x25519.X25519PublicKey
SigningPrivate: TypeAlias = P256Private | Ed25519Private
SigningPublic: TypeAlias = P256Public | Ed25519Public
AnyPrivate: TypeAlias = P256Private | Ed25519Private | X25519Private
AnyPublic: TypeAlias = P256Public | Ed25519Public | X25519Public

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SP 800-186 §3.2
_HALF_ORDER = (P256_ORDER // 2).to_bytes(32, "big")
_ES256 = ec.ECDSA(SHA256(), deterministic_signing=True)

# Points of small order on Curve25519 with the sign bit cleared, canonical or not: under such a
# "key" one signature fits many messages.
_SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)

_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def generate_p256() -> P256Private:
    """A new P-256 private key."""
    return ec.generate_private_key(ec.SECP256R1())


def generate_ed25519() -> Ed25519Private:
    """A new Ed25519 private key."""
    return ed25519.Ed25519PrivateKey.generate()


def generate_x25519() -> X25519Private:
    """A new X25519 private key, for HPKE."""
    return x25519.X25519PrivateKey.generate()


def spki(public: AnyPublic) -> bytes:
    """SubjectPublicKeyInfo DER of `public` (RFC 5280 §4.1.2.7)."""
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_id(public: AnyPublic) -> str:
    """Name of a key: base64url(SHA-256(SPKI DER)), 43 characters."""
    return base64url.encode(hashlib.sha256(spki(public)).digest())


def public_from_spki(der: bytes) -> SigningPublic:
    """P-256 or Ed25519 public key of SPKI DER; raises KeyInvalid.

    Only the one encoding that `spki` writes is accepted.
    """
    try:
        public = load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyInvalid("not a public key") from error
    if not isinstance(public, P256Public | Ed25519Public):
        raise KeyInvalid("neither a P-256 nor an Ed25519 key")
    check_public(public)
    if spki(public) != der:
        raise KeyInvalid("public key in an unusual encoding")
    return public


def x25519_public(raw: bytes) -> X25519Public:
    """X25519 public key of its 32 raw bytes; raises KeyInvalid."""
    try:
        return x25519.X25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise KeyInvalid("an X25519 key has 32 bytes") from error


def sign_es256(private: P256Private, message: bytes) -> bytes:
    """ES256 signature over `message`: 64 bytes r‖s, low s."""
    return es256_from_der(private.sign(message, _ES256))


def verify_es256(public: P256Public, message: bytes, signature: bytes) -> None:
    """Check a 64-byte low-s r‖s `signature` over `message`.

    Raises SignatureMalformed (length), SignatureTwin (high s), SignatureInvalid, and KeyInvalid
    for a key on another curve.
    """
    if len(signature) != 64:
        raise SignatureMalformed("an ES256 signature has 64 bytes", size=len(signature))
    if signature[32:] > _HALF_ORDER:
        raise SignatureTwin("s lies in the upper half of the order")
    if public.key_size != 256:
        raise KeyInvalid("not a P-256 key")
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    try:
        public.verify(encode_dss_signature(r, s), message, _ES256)
    except InvalidSignature as error:
        raise SignatureInvalid("the ES256 signature does not verify") from error


def es256_from_der(der: bytes) -> bytes:
    """64-byte low-s r‖s of a strict DER Ecdsa-Sig-Value (RFC 3279 §2.2.3), s in either half.

    Raises SignatureMalformed for BER, trailing bytes or numbers outside 1 … n-1.
    """
    r, s = integers_from_der(der)
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def integers_from_der(der: bytes) -> tuple[int, int]:
    """(r, s) of a strict DER ECDSA signature over P-256; raises SignatureMalformed."""
    try:
        r, s = decode_dss_signature(der)
    except ValueError as error:
        raise SignatureMalformed("not a DER signature") from error
    if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise SignatureMalformed("r or s is out of range")
    return r, s


def sign_ed25519(private: Ed25519Private, message: bytes) -> bytes:
    """Ed25519 signature over `message`, 64 bytes (RFC 8032 §5.1.6)."""
    return private.sign(message)


def verify_ed25519(public: Ed25519Public, message: bytes, signature: bytes) -> None:
    """Check a 64-byte Ed25519 `signature`; raises SignatureMalformed or SignatureInvalid."""
    if len(signature) != 64:
        raise SignatureMalformed("an Ed25519 signature has 64 bytes", size=len(signature))
    try:
        public.verify(signature, message)
    except InvalidSignature as error:
        raise SignatureInvalid("the Ed25519 signature does not verify") from error


def check_public(public: SigningPublic) -> None:
    """Raises KeyInvalid for a point of small order, or another curve than P-256."""
    if isinstance(public, Ed25519Public):
        raw = public.public_bytes_raw()
        if raw[:31] + bytes([raw[31] & 0x7F]) in _SMALL_ORDER:
            raise KeyInvalid("an Ed25519 point of small order is no key")
    elif public.curve.name != "secp256r1":
        raise KeyInvalid("only the curve P-256 is offered")


def to_encrypted_pem(private: AnyPrivate, passphrase: bytes) -> bytes:
    """PKCS #8 PEM of `private`, encrypted (PBES2, AES-256); `passphrase` must not be empty."""
    return private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase)
    )


def from_encrypted_pem(pem: bytes, passphrase: bytes) -> AnyPrivate:
    """Private key of an encrypted PEM; raises KeyInvalid.

    Refused are a wrong passphrase, a file that is not encrypted, and kinds of key not offered.
    """
    try:
        private = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyInvalid("the key file does not open with this passphrase") from error
    if isinstance(private, P256Private) and private.curve.name == "secp256r1":
        return private
    if isinstance(private, Ed25519Private | X25519Private):
        return private
    raise KeyInvalid("only P-256, Ed25519 and X25519 keys are offered")


def hpke_seal(public: X25519Public, plaintext: bytes, info: bytes) -> bytes:
    """HPKE base mode, X25519 / HKDF-SHA256 / AES-256-GCM: encapsulated key (32 bytes) ‖ ciphertext.

    `info` is the context both sides must agree on (RFC 9180 §5.1).
    """
    return _HPKE.encrypt(plaintext, public, info=info)


def hpke_open(private: X25519Private, ciphertext: bytes, info: bytes) -> bytes:
    """Plaintext of `hpke_seal`'s output; raises HpkeOpenFailed."""
    try:
        return _HPKE.decrypt(ciphertext, private, info=info)
    except (InvalidTag, ValueError) as error:
        raise HpkeOpenFailed("the ciphertext does not open with this key and context") from error
