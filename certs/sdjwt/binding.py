"""Key binding (RFC 9901 §4.3): the holder proves, for one verifier and one request, that the
credential is theirs and that exactly these disclosures were meant to be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from certs import base64url, jws, keys
from certs.canonical import Json, canonical, parse
from certs.errors import AlgorithmUnsupported, JsonInvalid, KeyInvalid, SignatureInvalid
from certs.sdjwt.credential import ALGORITHMS, VerifiedCredential, verify_credential
from certs.sdjwt.errors import (
    BindingAudience,
    BindingMalformed,
    BindingMissing,
    BindingNonce,
    BindingOther,
    BindingSignature,
    BindingTime,
)
from certs.shapes import Misshapen, Shape, numeric_date

BINDING_TYPE = "kb+jwt"
MAX_AGE = timedelta(minutes=5)
MAX_AHEAD = timedelta(minutes=1)  # the holder's clock may run ahead that much


def bind(
    presentation: str,
    holder_private: keys.SigningPrivate,
    audience: str,
    nonce: str,
    at: datetime,
) -> str:
    """`presentation` (ending in a tilde) with the holder's proof appended."""
    if not presentation.endswith("~"):
        raise ValueError("a presentation without key binding ends in a tilde")
    payload = {
        "aud": audience,
        "iat": numeric_date(at),
        "nonce": nonce,
        "sd_hash": _hash_of(presentation),
    }
    return presentation + jws.sign({"typ": BINDING_TYPE}, canonical(payload), holder_private)


def verify_presentation(
    presentation: str,
    issuer_public: keys.SigningPublic,
    audience: str,
    nonce: str,
    at: datetime,
    *,
    max_age: timedelta = MAX_AGE,
) -> VerifiedCredential:
    """Check credential and holder's proof together. Raises a CredentialError."""
    shown, tilde, _ = presentation.rpartition("~")
    found = verify_credential(shown + tilde, issuer_public)
    verify_binding(presentation, found.cnf, audience, nonce, at, max_age=max_age)
    return found


def verify_binding(
    presentation: str,
    holder_jwk: Mapping[str, Json] | None,
    audience: str,
    nonce: str,
    at: datetime,
    *,
    max_age: timedelta = MAX_AGE,
) -> None:
    """Check the proof at the end; `holder_jwk` is `cnf` of the *verified* credential.

    Raises a BindingError.
    """
    shown, tilde, token = presentation.rpartition("~")
    if not tilde or not token or holder_jwk is None:
        raise BindingMissing("nobody proves to be the holder")
    try:
        verified = jws.verify(token, holder_jwk, ALGORITHMS)
        payload = Shape(parse(verified.payload), "binding")
        payload.members("aud", "iat", "nonce", "sd_hash")
        made = payload["iat"].integer()
        values = [payload[name].text() for name in ("sd_hash", "aud", "nonce")]
    except (SignatureInvalid, jws.JwsKey, KeyInvalid) as error:
        raise BindingSignature("not signed by the holder's key", reason=error.code) from error
    except (jws.JwsError, JsonInvalid, AlgorithmUnsupported, Misshapen) as error:
        raise BindingMalformed("not a key binding token", reason=error.code) from error
    if verified.header.get("typ") != BINDING_TYPE:
        raise BindingMalformed("not a key binding token", typ=verified.header.get("typ"))
    if values[0] != _hash_of(shown + tilde):
        raise BindingOther("made for another presentation")
    if values[1] != audience:
        raise BindingAudience("made for another verifier")
    if values[2] != nonce:
        raise BindingNonce("made for another request")
    age = at.timestamp() - made
    if not -MAX_AHEAD.total_seconds() <= age <= max_age.total_seconds():
        raise BindingTime("made too long ago, or in the future", age_s=int(age))


def _hash_of(presentation: str) -> str:
    return base64url.encode(hashlib.sha256(presentation.encode("utf-8")).digest())
