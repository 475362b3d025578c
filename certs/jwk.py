"""Public keys as JSON Web Keys (RFC 7517): EC P-256 and OKP Ed25519, nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs import base64url
from certs.errors import Base64Invalid, KeyInvalid
from certs.keys import Ed25519Public, SigningPublic, check_public


def public_jwk(public: SigningPublic) -> dict[str, str]:
    """JSON Web Key of a public key: EC P-256 (RFC 7518 §6.2) or OKP Ed25519 (RFC 8037 §2)."""
    if isinstance(public, Ed25519Public):
        return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(public.public_bytes_raw())}
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "crv": "P-256",
        "kty": "EC",
        "x": base64url.encode(point[1:33]),
        "y": base64url.encode(point[33:]),
    }


_JWK_SHAPES = {("EC", "P-256"): ("x", "y"), ("OKP", "Ed25519"): ("x",)}
_JWK_ALGORITHM = {"EC": "ES256", "OKP": "EdDSA"}
_JWK_OPTIONAL = frozenset(("alg", "ext", "key_ops", "kid", "use"))


def public_from_jwk(jwk: object) -> SigningPublic:
    """Public key of a JWK: EC P-256 or OKP Ed25519, 32-byte coordinates; raises KeyInvalid.

    `alg`, `use` and `key_ops` must allow verifying with this kind of key; `kid` and `ext` are
    ignored; any other member, a private one above all, is refused.
    """
    if not isinstance(jwk, Mapping):
        raise KeyInvalid("a JWK is a JSON object")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str):
        raise KeyInvalid("a JWK names kty and crv")
    coordinates = _JWK_SHAPES.get((kind, curve))
    if coordinates is None:
        raise KeyInvalid("only EC P-256 and OKP Ed25519 keys are offered")
    foreign = jwk.keys() - {"kty", "crv", *coordinates} - _JWK_OPTIONAL
    if foreign:
        raise KeyInvalid("a public JWK carries no such member", members=sorted(map(str, foreign)))
    if jwk.get("alg", _JWK_ALGORITHM[kind]) != _JWK_ALGORITHM[kind]:
        raise KeyInvalid("alg does not fit the kind of key")
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not (
        isinstance(operations, list) and "verify" in operations
    ):
        raise KeyInvalid("the key is not meant for signatures")
    values = []
    for name in coordinates:
        text = jwk.get(name)
        try:
            value = base64url.decode(text) if isinstance(text, str) else b""
        except Base64Invalid as error:
            raise KeyInvalid(f"{name} is not base64url") from error
        if len(value) != 32:
            raise KeyInvalid(f"{name} must be 32 bytes")
        values.append(value)
    public: SigningPublic
    try:
        if kind == "EC":
            point = b"\x04" + b"".join(values)
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        else:
            public = ed25519.Ed25519PublicKey.from_public_bytes(values[0])
    except ValueError as error:
        raise KeyInvalid("the coordinates name no point of the curve") from error
    check_public(public)
    return public
