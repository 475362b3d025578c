"""Compact JSON Web Signatures (RFC 7515), read strictly: ES256 and EdDSA (Ed25519) only.

The key always comes from the caller. A header can neither choose the key (`jwk`, `jku`, `x5u`
are refused) nor the algorithm (the caller lists those allowed, and the key must fit), nor bring
extensions (`crit`, `b64`). `x5c` may stand there for the caller to validate. One signature has
one text: canonical base64url without padding, low s, no member named twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from certs import base64url, keys
from certs.canonical import MAX_BYTES, Json, canonical, parse
from certs.errors import AlgorithmUnsupported, Base64Invalid, CertsError, JsonInvalid
from certs.jwk import public_from_jwk

_KEY_BRINGING = ("jku", "jwk", "x5u")
_EXTENDING = ("b64", "crit")
_USUAL_HEADER = 1 << 14  # characters; longer ones are not remembered


class JwsError(CertsError):
    """A token that is refused before its mathematics."""

    code = "jws"


class JwsMalformed(JwsError):
    """Not three canonical base64url parts with a JSON object in front; `reason`: inner code."""

    code = "jws.malformed"


class JwsAlgorithm(JwsError):
    """`alg` is missing, `none`, or not among those the caller allows."""

    code = "jws.alg"


class JwsKey(JwsError):
    """The key is of another kind than `alg` needs."""

    code = "jws.key"


class JwsEmbeddedKey(JwsError):
    """The header brings or names a key of its own; `member` says which."""

    code = "jws.embedded_key"


class JwsCritical(JwsError):
    """The header asks for an extension; none is offered."""

    code = "jws.crit"


@dataclass(frozen=True, slots=True)
class Jws:
    """Protected header (JSON object) and payload bytes of a token."""

    header: Mapping[str, Json]
    payload: bytes


def sign(header: Mapping[str, object], payload: bytes, private: keys.SigningPrivate) -> str:
    """Compact token over `payload`; `alg` follows from the key and is added to `header`.

    Raises ValueError for a header that `verify` would refuse.
    """
    alg = "EdDSA" if isinstance(private, keys.Ed25519Private) else "ES256"
    if header.get("alg", alg) != alg or header.keys() & {*_KEY_BRINGING, *_EXTENDING}:
        raise ValueError("the header names another algorithm, a key or an extension")
    protected = base64url.encode(canonical({**header, "alg": alg}))
    signing_input = f"{protected}.{base64url.encode(payload)}"
    message = signing_input.encode("ascii")
    if isinstance(private, keys.Ed25519Private):
        signature = keys.sign_ed25519(private, message)
    else:
        signature = keys.sign_es256(private, message)
    return f"{signing_input}.{base64url.encode(signature)}"


def verify(
    token: str,
    key: keys.SigningPublic | Mapping[str, Json],
    algs: Collection[str],
    *,
    max_bytes: int = MAX_BYTES,
) -> Jws:
    """Header and payload of `token`, signed by `key` (a public key or a JWK) with one of `algs`.

    Raises JwsMalformed, JwsAlgorithm, JwsEmbeddedKey, JwsCritical, JwsKey, KeyInvalid (the
    JWK), AlgorithmUnsupported (allowed by the caller, not offered here), SignatureInvalid,
    SignatureTwin or SignatureMalformed.
    """
    jws, message, signature = _split(token, max_bytes)
    alg = jws.header.get("alg")
    if not isinstance(alg, str) or alg.lower() == "none" or alg not in algs:
        raise JwsAlgorithm("the algorithm is not among those allowed", alg=alg)
    for member in _KEY_BRINGING:
        if member in jws.header:
            raise JwsEmbeddedKey("a header brings no key of its own", member=member)
    for member in _EXTENDING:
        if member in jws.header:
            raise JwsCritical("no header extension is offered", member=member)
    if alg not in ("ES256", "EdDSA"):
        raise AlgorithmUnsupported(f"{alg} is not offered", alg=alg)
    public = public_from_jwk(key) if isinstance(key, Mapping) else key
    if alg == "EdDSA" and isinstance(public, keys.Ed25519Public):
        keys.verify_ed25519(public, message, signature)
    elif alg == "ES256" and isinstance(public, keys.P256Public):
        keys.verify_es256(public, message, signature)
    else:
        raise JwsKey(f"the key is not one for {alg}", alg=alg)
    return jws


def sign_detached(
    header: Mapping[str, object], payload: bytes, private: keys.SigningPrivate
) -> str:
    """As `sign`, with the payload left out of the text (RFC 7515 appendix F): it travels beside."""
    protected, _, signature = sign(header, payload, private).split(".")
    return f"{protected}..{signature}"


def verify_detached(
    text: str,
    payload: bytes,
    key: keys.SigningPublic | Mapping[str, Json],
    algs: Collection[str],
) -> Jws:
    """As `verify`, over a payload that came beside the text. Raises what that raises, JwsMalformed
    also for a text that brings a payload of its own."""
    protected, mark, rest = text.partition(".")
    empty, _, signature = rest.partition(".")
    if not mark or empty or "." in signature:
        raise JwsMalformed("a detached token has an empty part between two")
    whole = f"{protected}.{base64url.encode(payload)}.{signature}"
    return verify(whole, key, algs, max_bytes=max(MAX_BYTES, 2 * len(payload) + len(text)))


def peek(token: str, *, max_bytes: int = MAX_BYTES) -> Jws:
    """Header and payload of `token` without checking its signature; raises JwsMalformed.

    For finding the key (`kid`, `x5c`) to verify with; believe nothing else of it.
    """
    return _split(token, max_bytes)[0]


def _split(token: str, max_bytes: int) -> tuple[Jws, bytes, bytes]:
    """(parsed token, signing input, signature)."""
    if len(token) > max_bytes:
        raise JwsMalformed("the token is too long", size=len(token), limit=max_bytes)
    parts = token.split(".", 3)
    if len(parts) != 3:
        raise JwsMalformed("a compact token has three parts")
    try:
        header = (_header if len(parts[0]) <= _USUAL_HEADER else _read_header)(parts[0])
        payload, signature = base64url.decode(parts[1]), base64url.decode(parts[2])
    except (Base64Invalid, JsonInvalid) as error:
        raise JwsMalformed(f"token: {error}", reason=error.code) from error
    return Jws(header, payload), f"{parts[0]}.{parts[1]}".encode("ascii"), signature


def _read_header(text: str) -> Mapping[str, Json]:
    header = parse(base64url.decode(text))
    if not isinstance(header, dict):
        raise JwsMalformed("the header is no JSON object")
    return MappingProxyType(header)


# One key's tokens have one header; with the certificates inside it is most of a short token.
_header = lru_cache(maxsize=64)(_read_header)
