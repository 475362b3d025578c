"""Who calls: bearer tokens of fifteen minutes, given out for an account's id and secret.

A token is a compact JWS (EdDSA) of type ``mianti-access+jwt``; it says who calls and in which role,
never what may be seen: that is asked of each object on each route. Requests, consents and releases
rest on the signatures inside them; a token alone grants none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from api.accounts import matches
from api.problems import ClientRefused, TokenRefused
from certs import base64url, jws
from certs.canonical import Json, canonical, parse
from certs.errors import CertsError
from ledger.platform import Platform

LIFETIME = timedelta(minutes=15)
LEEWAY = timedelta(seconds=5)
LONGEST_TOKEN = 2048
REMEMBERED = 1024
TYPE = "mianti-access+jwt"
_ALGORITHMS = ("EdDSA",)
_NOBODY = (bytes(16), bytes(32))


class Role(StrEnum):
    """What an account is. ``identity`` is an agency that may bind holder keys besides."""

    AGENCY = "agency"
    IDENTITY = "identity"
    HOLDER = "holder"
    AUDITOR = "auditor"
    OPERATOR = "operator"


AGENCIES = frozenset((Role.AGENCY, Role.IDENTITY))
ANYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """``agency`` is an agency id, ``subject`` a surrogate id; None where the role has none."""

    id: str
    role: Role
    agency: str | None = None
    subject: str | None = None

    @property
    def party(self) -> str:
        """On whose behalf: the scope of idempotency keys and of rates."""
        if self.role is Role.HOLDER:
            return f"subject:{self.subject}"
        return f"agency:{self.agency}" if self.agency else f"account:{self.id}"

    @property
    def own_agency(self) -> str:
        """The agency, for routes that only agencies reach."""
        if self.agency is None:
            raise TokenRefused("This account belongs to no agency.")
        return self.agency

    @property
    def own_subject(self) -> str:
        """The subject, for routes that only holders reach."""
        if self.subject is None:
            raise TokenRefused("This account belongs to no holder.")
        return self.subject


class Tokens:
    """Signs and reads bearer tokens under one key pair; ``issuer`` is the log's origin.

    Without a private key tokens are only read: another body gives them out.
    """

    def __init__(
        self,
        issuer: str,
        public: Ed25519PublicKey,
        now: Callable[[], datetime],
        private: Ed25519PrivateKey | None = None,
    ) -> None:
        self._issuer = issuer
        self._public = public
        self._private = private
        self._now = now
        self._opened = lru_cache(maxsize=REMEMBERED)(self._signed_claims)

    @classmethod
    def signing(cls, issuer: str, seed: bytes, now: Callable[[], datetime]) -> Tokens:
        """With an Ed25519 key of 32 secret bytes."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(issuer, private.public_key(), now, private)

    @classmethod
    def reading(cls, issuer: str, public: str, now: Callable[[], datetime]) -> Tokens:
        """With the base64url of another body's Ed25519 public key."""
        key = Ed25519PublicKey.from_public_bytes(base64url.decode(public))
        return cls(issuer, key, now)

    def issue(self, caller: Caller) -> str:
        """A token for ``LIFETIME`` from now."""
        if self._private is None:
            raise ValueError("this process reads tokens and gives out none")
        at = int(self._now().timestamp())
        claims = {
            "iss": self._issuer,
            "sub": caller.id,
            "role": caller.role.value,
            "agency": caller.agency,
            "subject": caller.subject,
            "iat": at,
            "exp": at + int(LIFETIME.total_seconds()),
        }
        return jws.sign({"typ": TYPE}, canonical(claims), self._private)

    def read(self, token: str) -> Caller:
        """The caller that a token names. Raises TokenRefused, always with the same sentence."""
        try:
            claims = self._opened(token)
        except (CertsError, ValueError) as error:
            raise TokenRefused("The token is not valid.") from error
        now = self._now().timestamp()
        begins, ends = claims.get("iat"), claims.get("exp")
        role, name = claims.get("role"), claims.get("sub")
        if (
            claims.get("iss") != self._issuer
            or not isinstance(begins, int)
            or not isinstance(ends, int)
            or begins > now + LEEWAY.total_seconds()
            or now >= ends
            or ends - begins > LIFETIME.total_seconds()
            or role not in [one.value for one in Role]
            or not isinstance(name, str)
        ):
            raise TokenRefused("The token is not valid.")
        agency, subject = claims.get("agency"), claims.get("subject")
        return Caller(
            id=name,
            role=Role(role),
            agency=agency if isinstance(agency, str) else None,
            subject=subject if isinstance(subject, str) else None,
        )

    def _signed_claims(self, token: str) -> Mapping[str, Json]:
        """What a token of ours says, whenever; remembered, since a caller shows one many times."""
        read = jws.verify(token, self._public, _ALGORITHMS, max_bytes=LONGEST_TOKEN)
        claims = parse(read.payload)
        if read.header.get("typ") != TYPE or not isinstance(claims, dict):
            raise TokenRefused("The token is not valid.")
        return MappingProxyType(claims)


def authenticate(platform: Platform, client: str, secret: str) -> Caller:
    """The account behind an id and its secret. Raises ClientRefused, after the same work for an
    unknown client as for a wrong secret."""
    rows = platform.store.rows("accounts", {"id": client}) if len(client) <= 128 else []
    salt, kept = (cast(bytes, rows[0]["salt"]), cast(bytes, rows[0]["secret"])) if rows else _NOBODY
    known = matches(secret[:256], salt, kept)
    if not rows or not known:
        raise ClientRefused(
            "The client is not known, or its secret is another one.", error="invalid_client"
        )
    (row,) = rows
    return Caller(
        id=str(row["id"]),
        role=Role(str(row["role"])),
        agency=str(row["agency"]) if row["agency"] is not None else None,
        subject=str(row["subject"]) if row["subject"] is not None else None,
    )


def bearer(header: str | None) -> str | None:
    """The token of an ``Authorization`` header, None where it carries no bearer token."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
