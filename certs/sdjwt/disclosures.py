"""Disclosures of a licence credential (RFC 9901 §4.2): base64url of JSON [salt, name, value]."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from certs import base64url
from certs.canonical import canonical, parse, parse_canonical
from certs.errors import Base64Invalid, JsonInvalid, JsonNotCanonical
from certs.sdjwt.errors import (
    ClaimCollision,
    ClaimReserved,
    CredentialMalformed,
    DisclosureDuplicate,
)

SALT_BYTES = 32
MIN_SALT_CHARACTERS = 22  # 128 bits in base64url (RFC 9901 §9.3)
MAX_NAME = 128  # characters
NEVER_DISCLOSED = frozenset(  # SD-JWT VC §3.2.2.2, and the two names RFC 9901 §4.2.1 reserves
    ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "_sd", "...")
)
PLAIN_NAMES = frozenset(("_sd_alg", "iat"))  # carried by every payload of this profile

Value = str | int


def digest(disclosure: str) -> str:
    """base64url(SHA-256(ASCII of the disclosure)), as it stands in `_sd` (RFC 9901 §4.2.3)."""
    return base64url.encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def written_disclosure(name: str, value: Value, salt: bytes) -> str:
    """Text of one disclosure. Raises what `check_claim` raises."""
    check_claim(name, value)
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return base64url.encode(canonical([base64url.encode(salt), name, value]))


def check_claim(name: object, value: object) -> None:
    """Raises CredentialMalformed, ClaimReserved or ClaimCollision."""
    if not isinstance(name, str) or not 0 < len(name) <= 128:
        raise CredentialMalformed("a claim has a name of 1 to 128 characters")
    if name in NEVER_DISCLOSED:
        raise ClaimReserved("this claim may not be a disclosure", claim=name)
    if name in PLAIN_NAMES:
        raise ClaimCollision("the payload carries this claim", claim=name)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise CredentialMalformed("a claim's value is a text or an integer", claim=name)


def read_disclosures(texts: Sequence[str]) -> tuple[dict[str, str], dict[str, Value]]:
    """(text by claim name, value by claim name).

    Raises DisclosureDuplicate and what `check_claim` raises.
    """
    disclosures: dict[str, str] = {}
    claims: dict[str, Value] = {}
    for text in texts:
        name, value = _contents(text)
        if name in claims:
            raise DisclosureDuplicate("one claim is disclosed twice", claim=name)
        disclosures[name], claims[name] = text, value
    return disclosures, claims


def _contents(disclosure: str) -> tuple[str, Value]:
    try:
        data = base64url.decode(disclosure)
        try:
            contents = parse_canonical(data)
        except JsonNotCanonical:  # allowed: the digest is over the text as it is (§4.2.1)
            contents = parse(data)
    except (Base64Invalid, JsonInvalid) as error:
        raise CredentialMalformed("a disclosure is unreadable", reason=error.code) from error
    if not isinstance(contents, list) or len(contents) != 3:
        raise CredentialMalformed("a disclosure is [salt, name, value]")
    salt, name, value = contents
    if not isinstance(salt, str) or len(salt) < MIN_SALT_CHARACTERS:
        raise CredentialMalformed("a salt has at least 128 bits")
    check_claim(name, value)
    return name, value  # type: ignore[return-value]  # check_claim has narrowed both
