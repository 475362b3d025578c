"""Demo accounts of the embedded profile: secrets are made here once, kept as scrypt digests."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from certs import base64url
from ledger.ports import Row

ROLES = ("agency", "identity", "holder", "auditor", "operator")
_COST = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 32}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with its secret, which is shown once."""

    id: str
    role: str
    secret: str
    row: Row


def new_account(
    name: str,
    role: str,
    randomness: Callable[[int], bytes],
    *,
    agency: str | None = None,
    subject: str | None = None,
) -> NewAccount:
    """An account with a fresh secret of 24 random bytes."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    secret = base64url.encode(randomness(24))
    salt = randomness(16)
    values = {
        "id": name,
        "role": role,
        "agency": agency,
        "subject": subject,
        "secret": digest(secret, salt),
        "salt": salt,
    }
    return NewAccount(name, role, secret, Row("accounts", values))


def digest(secret: str, salt: bytes) -> bytes:
    """scrypt digest (RFC 7914) of a secret."""
    return hashlib.scrypt(secret.encode(), salt=salt, **_COST)


def matches(secret: str, salt: bytes, kept: bytes) -> bool:
    """Whether the secret is the kept one, in constant time."""
    return hmac.compare_digest(digest(secret, salt), kept)
