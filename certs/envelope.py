"""Signed envelopes: RFC 8785 JSON around DSSE's pre-authentication encoding. Frozen, version 1.

    {"payload": b64u, "payloadType": text,
     "signatures": [{"alg", "kid", "sig": b64u, "x5c"?: [b64u DER, leaf first],
                     "authenticatorData"?: b64u, "clientDataJSON"?: b64u}, …]}

Every algorithm signs PAE(payloadType, payload): `es256` (64-byte r‖s, low s), `ed25519`, and
`webauthn-es256` through its challenge (certs/webauthn.py). There is exactly one byte string for
an envelope: canonical JSON, canonical base64url, no unknown member, signatures in given order.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs import base64url, keys
from certs.canonical import Json, canonical, parse_canonical
from certs.errors import Base64Invalid, CertsError, JsonInvalid, SignatureMalformed
from certs.webauthn import WebauthnPolicy, WebauthnPolicyMissing, challenge, verify_assertion

MAX_SIGNATURES = 8
MAX_CERTIFICATES = 8
MAX_CERTIFICATE_BYTES = 1 << 14
_CERTIFICATE_TEXT = -(-MAX_CERTIFICATE_BYTES * 4 // 3)
ALGORITHMS = ("es256", "ed25519", "webauthn-es256")

_TYPE = re.compile(r"[\x21-\x7e]{1,255}")
_MEMBERS = frozenset(("payload", "payloadType", "signatures"))
_REQUIRED = frozenset(("alg", "kid", "sig"))
_WEBAUTHN = frozenset(("authenticatorData", "clientDataJSON"))


class EnvelopeError(CertsError):
    """An envelope that is refused before or besides its mathematics."""

    code = "envelope"


class EnvelopeMalformed(EnvelopeError):
    """Not the canonical bytes of an envelope; `reason` holds an inner code where there is one."""

    code = "envelope.malformed"


class EnvelopeUnknownMember(EnvelopeError):
    """A member that version 1 does not have; `member` says which."""

    code = "envelope.unknown_member"


class EnvelopeKidMismatch(EnvelopeError):
    """The kid is not that of the certificate beside it, or of the key it is checked with."""

    code = "envelope.kid_mismatch"


class EnvelopeAlg(EnvelopeError):
    """An algorithm that is not offered, or that does not fit the key or the members."""

    code = "envelope.alg"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signer's part: `alg` of ALGORITHMS, `kid`, 64 bytes `sig`, optional DER chain `x5c`.

    `authenticator_data` and `client_data` stand with `webauthn-es256`, and only there.
    """

    alg: str
    kid: str
    sig: bytes
    x5c: tuple[bytes, ...] = ()
    authenticator_data: bytes | None = None
    client_data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """`payload` bytes, their media type and one to eight signatures of different keys."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The canonical bytes; `parse_envelope` is the inverse."""
        return canonical(
            {
                "payload": base64url.encode(self.payload),
                "payloadType": self.payload_type,
                "signatures": [_signature_members(signature) for signature in self.signatures],
            }
        )


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE v1 pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def parse_envelope(data: bytes) -> Envelope:
    """Envelope of its canonical bytes (at most 1 MiB); no signature is checked.

    Raises EnvelopeMalformed, EnvelopeUnknownMember, EnvelopeAlg, SignatureMalformed (not 64 bytes),
    or EnvelopeKidMismatch when the leaf of an `x5c` holds another key than `kid` names.
    """
    try:
        members = parse_canonical(data)
    except JsonInvalid as error:
        raise EnvelopeMalformed(f"envelope: {error}", reason=error.code) from error
    if not isinstance(members, dict):
        raise EnvelopeMalformed("an envelope is a JSON object")
    _check_members(members, _MEMBERS, _MEMBERS)
    payload_type, listed = members["payloadType"], members["signatures"]
    if not isinstance(payload_type, str) or not _TYPE.fullmatch(payload_type):
        raise EnvelopeMalformed("payloadType is no media type")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_SIGNATURES:
        raise EnvelopeMalformed(f"an envelope has 1 to {MAX_SIGNATURES} signatures")
    payload = _bytes(members["payload"], "payload")
    signatures = tuple(_parse_signature(item) for item in listed)
    if len({signature.kid for signature in signatures}) != len(signatures):
        raise EnvelopeMalformed("one key signs once")
    return Envelope(payload, payload_type, signatures)


def sign_es256(
    payload: bytes, payload_type: str, private: keys.P256Private, x5c: Sequence[bytes] = ()
) -> Signature:
    """Signature by a P-256 key; `x5c` is its DER chain, leaf first."""
    sig = keys.sign_es256(private, pae(payload_type, payload))
    return Signature("es256", keys.key_id(private.public_key()), sig, tuple(x5c))


def sign_ed25519(
    payload: bytes, payload_type: str, private: keys.Ed25519Private, x5c: Sequence[bytes] = ()
) -> Signature:
    """Signature by an Ed25519 key; `x5c` is its DER chain, leaf first."""
    sig = keys.sign_ed25519(private, pae(payload_type, payload))
    return Signature("ed25519", keys.key_id(private.public_key()), sig, tuple(x5c))


def sealed(
    payload: bytes, payload_type: str, *signers: keys.SigningPrivate | Signature
) -> Envelope:
    """Envelope signed by each private key given; finished signatures are taken as they are."""
    if not _TYPE.fullmatch(payload_type):
        raise ValueError("payloadType is no media type")
    signatures = []
    for signer in signers:
        if isinstance(signer, Signature):
            signatures.append(signer)
        elif isinstance(signer, keys.Ed25519Private):
            signatures.append(sign_ed25519(payload, payload_type, signer))
        else:
            signatures.append(sign_es256(payload, payload_type, signer))
    if not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise ValueError(f"an envelope has 1 to {MAX_SIGNATURES} signatures")
    return Envelope(payload, payload_type, tuple(signatures))


def verify_signature(
    envelope: Envelope,
    signature: Signature,
    public: keys.SigningPublic,
    *,
    webauthn: WebauthnPolicy | None = None,
    kid: str | None = None,
) -> None:
    """Check that `public` made `signature` over `envelope`; `kid`: that of `public`, where the
    caller has it already.

    Raises EnvelopeKidMismatch (another key), EnvelopeAlg (algorithm does not fit the key),
    SignatureInvalid and its kinds, WebauthnPolicyMissing without a policy, WebauthnError.
    """
    if (kid or keys.key_id(public)) != signature.kid:
        raise EnvelopeKidMismatch("the kid names another key", kid=signature.kid)
    message = pae(envelope.payload_type, envelope.payload)
    if signature.alg == "ed25519" and isinstance(public, keys.Ed25519Public):
        keys.verify_ed25519(public, message, signature.sig)
    elif signature.alg == "es256" and isinstance(public, keys.P256Public):
        keys.verify_es256(public, message, signature.sig)
    elif signature.alg == "webauthn-es256" and isinstance(public, keys.P256Public):
        if webauthn is None:
            raise WebauthnPolicyMissing("no relying party is trusted for consents")
        if signature.authenticator_data is None or signature.client_data is None:
            raise EnvelopeMalformed("webauthn-es256 carries authenticatorData and clientDataJSON")
        verify_assertion(
            public,
            expected_challenge=challenge(message),
            authenticator_data=signature.authenticator_data,
            client_data=signature.client_data,
            signature=signature.sig,
            policy=webauthn,
        )
    else:
        raise EnvelopeAlg("the algorithm does not fit the key", alg=signature.alg)


@functools.lru_cache(maxsize=256)
def certificate_key_id(der: bytes) -> str:
    """Key id of the public key in an X.509 certificate; raises EnvelopeMalformed.

    Remembered, because one agency's certificate comes with each of its statements; the bound on
    a certificate bounds the memory too.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        info = certificate.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise EnvelopeMalformed("x5c holds no certificate") from error
    return base64url.encode(hashlib.sha256(info).digest())


def _signature_members(signature: Signature) -> dict[str, Json]:
    members: dict[str, Json] = {
        "alg": signature.alg,
        "kid": signature.kid,
        "sig": base64url.encode(signature.sig),
    }
    if signature.x5c:
        members["x5c"] = [base64url.encode(der) for der in signature.x5c]
    if signature.authenticator_data is not None:
        members["authenticatorData"] = base64url.encode(signature.authenticator_data)
    if signature.client_data is not None:
        members["clientDataJSON"] = base64url.encode(signature.client_data)
    return members


def _parse_signature(members: Json) -> Signature:
    if not isinstance(members, dict):
        raise EnvelopeMalformed("a signature is a JSON object")
    _check_members(members, _REQUIRED, _REQUIRED | _WEBAUTHN | {"x5c"})
    alg, kid = members["alg"], members["kid"]
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        raise EnvelopeAlg("an algorithm that is not offered", alg=alg)
    if _WEBAUTHN & members.keys() != (_WEBAUTHN if alg == "webauthn-es256" else frozenset()):
        raise EnvelopeAlg("members do not fit the algorithm", alg=alg)
    if len(_bytes(kid, "kid")) != 32 or not isinstance(kid, str):
        raise EnvelopeMalformed("a kid is 32 bytes")
    sig = _bytes(members["sig"], "sig")
    if len(sig) != 64:
        raise SignatureMalformed("a signature has 64 bytes", size=len(sig))
    chain: tuple[bytes, ...] = ()
    if "x5c" in members:
        listed = members["x5c"]
        if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_CERTIFICATES:
            raise EnvelopeMalformed(f"x5c lists 1 to {MAX_CERTIFICATES} certificates")
        chain = tuple(_certificate(item) for item in listed)
        if certificate_key_id(chain[0]) != kid:
            raise EnvelopeKidMismatch("the certificate holds another key", kid=kid)
    if alg != "webauthn-es256":
        return Signature(alg, kid, sig, chain)
    authenticator_data = _bytes(members["authenticatorData"], "authenticatorData")
    return Signature(
        alg,
        kid,
        sig,
        chain,
        authenticator_data,
        _bytes(members["clientDataJSON"], "clientDataJSON"),
    )


def _certificate(item: Json) -> bytes:
    if isinstance(item, str) and len(item) <= _CERTIFICATE_TEXT:
        return _certificate_bytes(item)
    _bytes(item, "x5c")  # what is no text, or no base64url, is said first
    raise EnvelopeMalformed("a certificate is too long", limit=MAX_CERTIFICATE_BYTES)


@functools.lru_cache(maxsize=256)
def _certificate_bytes(text: str) -> bytes:
    """Remembered for the same reason as the key id of a certificate."""
    return _bytes(text, "x5c")


def _check_members(
    members: dict[str, Json], required: frozenset[str], known: frozenset[str]
) -> None:
    if unknown := members.keys() - known:
        raise EnvelopeUnknownMember("a member that version 1 does not have", member=min(unknown))
    if missing := required - members.keys():
        raise EnvelopeMalformed(f"{min(missing)} is missing", member=min(missing))


def _bytes(value: Json, name: str) -> bytes:
    if not isinstance(value, str):
        raise EnvelopeMalformed(f"{name} is not text")
    try:
        return base64url.decode(value)
    except Base64Invalid as error:
        raise EnvelopeMalformed(f"{name}: {error}", reason=error.code) from error
