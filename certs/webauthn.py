"""Consent signed by a passkey: a WebAuthn assertion over our own challenge (W3C WebAuthn 3, §7.2).

A passkey never signs our bytes; it signs authenticatorData ‖ SHA-256(clientDataJSON). The
statement is bound through the challenge, whose prefix keeps a sign-in from passing as consent;
the relying party of consents must be another than the one people sign in to. A signCount of 0 is
accepted: synchronised passkeys do not count, and order comes from the log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from certs import base64url, keys
from certs.canonical import parse
from certs.errors import Base64Invalid, CertsError, JsonInvalid

CONSENT_PREFIX = b"mianti/consent/v1"

_MAX_CLIENT_DATA = 4096
_HEADER_SIZE = 37  # rpIdHash 32 ‖ flags 1 ‖ signCount 4 (§6.1)
_USER_PRESENT = 0x01
_USER_VERIFIED = 0x04
_BACKUP_ELIGIBLE = 0x08
_BACKED_UP = 0x10
_ATTESTED_DATA = 0x40
_EXTENSIONS = 0x80


class WebauthnError(CertsError):
    """An assertion that is no consent."""

    code = "webauthn"


class WebauthnMalformed(WebauthnError):
    """authenticatorData or clientDataJSON do not have the shape of an assertion."""

    code = "webauthn.malformed"


class WebauthnPolicyMissing(WebauthnError):
    """Nobody said which relying party and origins are trusted."""

    code = "webauthn.policy"


class WebauthnType(WebauthnError):
    """Not an assertion (`webauthn.get`)."""

    code = "webauthn.type"


class WebauthnChallenge(WebauthnError):
    """Signed for another statement, or for a sign-in."""

    code = "webauthn.challenge"


class WebauthnCrossOrigin(WebauthnError):
    """Signed inside a frame of another site."""

    code = "webauthn.cross_origin"


class WebauthnOrigin(WebauthnError):
    """Signed on a page that is not trusted; `origin` says which."""

    code = "webauthn.origin"


class WebauthnRpId(WebauthnError):
    """Signed for another relying party."""

    code = "webauthn.rp_id"


class WebauthnUserPresence(WebauthnError):
    """The authenticator did not see a person."""

    code = "webauthn.user_presence"


class WebauthnUserVerification(WebauthnError):
    """The authenticator did not verify its owner (PIN, fingerprint or face)."""

    code = "webauthn.user_verification"


@dataclass(frozen=True, slots=True)
class WebauthnPolicy:
    """The relying party of consents and the exact origins of its pages, from the trust list."""

    rp_id: str
    origins: tuple[str, ...]


def challenge(pae: bytes, prefix: bytes = CONSENT_PREFIX) -> bytes:
    """The challenge that binds an assertion to a statement: SHA-256(prefix ‖ 0x00 ‖ PAE)."""
    return hashlib.sha256(prefix + b"\x00" + pae).digest()


def verify_assertion(
    public: keys.P256Public,
    *,
    expected_challenge: bytes,
    authenticator_data: bytes,
    client_data: bytes,
    signature: bytes,
    policy: WebauthnPolicy,
) -> None:
    """Check one assertion; `signature` is 64 bytes r‖s, low s.

    Raises, in this order: WebauthnMalformed, WebauthnType, WebauthnChallenge,
    WebauthnCrossOrigin, WebauthnOrigin, WebauthnRpId, WebauthnUserPresence,
    WebauthnUserVerification, and what `keys.verify_es256` raises.
    """
    flags = _flags(authenticator_data)
    _check_client_data(client_data, expected_challenge, policy.origins)
    if authenticator_data[:32] != hashlib.sha256(policy.rp_id.encode("utf-8")).digest():
        raise WebauthnRpId("signed for another relying party")
    if not flags & _USER_PRESENT:
        raise WebauthnUserPresence("the authenticator saw no person")
    if not flags & _USER_VERIFIED:
        raise WebauthnUserVerification("the authenticator did not verify its owner")
    keys.verify_es256(public, authenticator_data + hashlib.sha256(client_data).digest(), signature)


def _flags(authenticator_data: bytes) -> int:
    """Flags byte of well-formed assertion data (§6.1)."""
    if len(authenticator_data) < _HEADER_SIZE:
        raise WebauthnMalformed("authenticatorData is too short")
    flags = authenticator_data[32]
    if flags & _ATTESTED_DATA:
        raise WebauthnMalformed("an assertion carries no attested credential data")
    if bool(flags & _EXTENSIONS) != (len(authenticator_data) > _HEADER_SIZE):
        raise WebauthnMalformed("authenticatorData does not end where its flags say")
    if flags & _BACKED_UP and not flags & _BACKUP_ELIGIBLE:
        raise WebauthnMalformed("backed up, but not eligible for it")
    return flags


def _check_client_data(
    client_data: bytes, expected_challenge: bytes, origins: tuple[str, ...]
) -> None:
    """clientDataJSON (§5.8.1); members we do not know are allowed there."""
    try:
        members = parse(client_data, max_bytes=_MAX_CLIENT_DATA)
    except JsonInvalid as error:
        raise WebauthnMalformed(f"clientDataJSON: {error}", reason=error.code) from error
    if not isinstance(members, dict):
        raise WebauthnMalformed("clientDataJSON is no object")
    kind, answered, origin = (members.get(name) for name in ("type", "challenge", "origin"))
    crossing = members.get("crossOrigin", False)
    if not (isinstance(kind, str) and isinstance(answered, str) and isinstance(origin, str)):
        raise WebauthnMalformed("clientDataJSON lacks type, challenge or origin")
    if not isinstance(crossing, bool):
        raise WebauthnMalformed("crossOrigin is neither true nor false")
    try:
        given_challenge = base64url.decode(answered)
    except Base64Invalid as error:
        raise WebauthnMalformed("the challenge is not base64url") from error
    if kind != "webauthn.get":
        raise WebauthnType("not an assertion", type=kind)
    if given_challenge != expected_challenge:
        raise WebauthnChallenge("signed for another statement")
    if crossing or "topOrigin" in members:
        raise WebauthnCrossOrigin("signed inside a frame of another site")
    if origin not in origins:
        raise WebauthnOrigin("signed on a page that is not trusted", origin=origin)
