"""A passkey in software: makes WebAuthn assertions, honest or with one part spoilt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from certs import base64url, keys


@dataclass(frozen=True)
class Assertion:
    """What a browser hands over, the signature already as 64 bytes r‖s, low s."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


def assertion(
    private: keys.P256Private,
    challenge: bytes,
    *,
    rp_id: str,
    origin: str,
    flags: int = 0x05,
    sign_count: int = 0,
    kind: str = "webauthn.get",
    more_members: Mapping[str, object] | None = None,
    tail: bytes = b"",
    cut: int = 0,
) -> Assertion:
    """Assertion by `private`; flags 0x05 = user present and verified.

    `more_members` are added to clientDataJSON (and may replace `crossOrigin`); `tail` follows
    the fixed 37 bytes of authenticatorData, `cut` bytes are missing at its end.
    """
    members = {
        "type": kind,
        "challenge": base64url.encode(challenge),
        "origin": origin,
        "crossOrigin": False,
        **(more_members or {}),
    }
    client_data = json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
    authenticator_data = (
        hashlib.sha256(rp_id.encode()).digest()
        + bytes([flags])
        + sign_count.to_bytes(4, "big")
        + tail
    )
    authenticator_data = authenticator_data[: len(authenticator_data) - cut]
    signed = authenticator_data + hashlib.sha256(client_data).digest()
    return Assertion(authenticator_data, client_data, keys.sign_es256(private, signed))
