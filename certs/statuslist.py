"""Signed status lists (IETF Token Status List): one small number for each licence of an issuer.

Bit order is the draft's (§4.1): entry 0 is in the *least* significant bits of byte 0 (the W3C
bitstring list counts from the other end). The compressed list is one zlib stream (RFC 1950) and
nothing behind it. What counts as current is not the token's word: its version and digest must be
the newest in `StatusRegistry`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from certs import base64url, jws, keys
from certs.canonical import Json, canonical
from certs.errors import CertsError
from certs.sdjwt.credential import ALGORITHMS
from certs.shapes import Misshapen, Shape, numeric_date
from certs.status_errors import StatusListIndex, StatusListMalformed
from certs.status_token import MAX_BYTES, ZLIB, inflated, require_within, signed_payload
from certs.x509.x5c import read_x5c, written_x5c

TYPE = "statuslist+jwt"
DEFAULT_SIZE = 131_072  # entries: large enough that an index singles nobody out
BITS = (1, 2, 4, 8)
DIGEST_BYTES = 32


class Status(IntEnum):
    """Values of the draft's registry (§7.1) that are used here; 3 is left to applications."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    SUPERSEDED = 3


class StatusList:
    """`size` entries of `bits` bits each, all VALID at first. Index and value are checked."""

    def __init__(self, size: int = DEFAULT_SIZE, bits: int = 2) -> None:
        if bits not in BITS or size <= 0 or size * bits % 8:
            raise ValueError("bits are 1, 2, 4 or 8, and the entries fill whole bytes")
        self.bits, self.size = bits, size
        self._data = bytearray(size * bits // 8)

    @classmethod
    def of(cls, values: Iterable[int], bits: int = 2) -> StatusList:
        """A list of exactly these values."""
        given = list(values)
        made = cls(len(given), bits)
        for index, value in enumerate(given):
            made.set(index, value)
        return made

    def get(self, index: int) -> int:
        """Raises StatusListIndex."""
        byte, shift = self._place(index)
        return self._data[byte] >> shift & self._mask

    def set(self, index: int, value: int) -> None:
        """Raises StatusListIndex; ValueError for a value that does not fit."""
        if not 0 <= value <= self._mask:
            raise ValueError(f"a status of {self.bits} bits is 0 to {self._mask}")
        byte, shift = self._place(index)
        self._data[byte] = self._data[byte] & ~(self._mask << shift) & 0xFF | value << shift

    def packed(self) -> bytes:
        """The entries as bytes, uncompressed."""
        return bytes(self._data)

    def compress(self) -> bytes:
        """One zlib stream at the highest level, as the draft recommends (§4.1)."""
        return zlib.compress(bytes(self._data), 9)

    @classmethod
    def unpack(cls, compressed: bytes, bits: int, max_bytes: int = MAX_BYTES) -> StatusList:
        """The list in a zlib stream. Raises StatusListMalformed, or which of its kinds it is."""
        if bits not in BITS:
            raise StatusListMalformed("bits are 1, 2, 4 or 8")
        data = inflated(compressed, ZLIB, max_bytes)
        if not data:
            raise StatusListMalformed("a list without entries")
        made = cls(len(data) * 8 // bits, bits)
        made._data[:] = data
        return made

    @property
    def _mask(self) -> int:
        return (1 << self.bits) - 1

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.size:
            raise StatusListIndex("no such entry", index=index, size=self.size)
        return index * self.bits // 8, index * self.bits % 8


@dataclass(frozen=True, slots=True)
class ReadStatusList:
    """A status list whose signature held. `ttl_s`: seconds after which to ask for a newer one.

    `previous`: digest of the version before it, None for the first; `forms`: digests of the
    tokens that publish the same states in another form, by their purpose.
    """

    uri: str
    version: int
    issued: datetime
    expires: datetime
    ttl_s: int
    digest: bytes
    states: StatusList
    previous: bytes | None = None
    forms: Mapping[str, bytes] = field(default_factory=dict)

    def get(self, index: int) -> int:
        """Raises StatusListIndex."""
        return self.states.get(index)

    def require_in_time(self, at: datetime) -> None:
        """Raises StatusListNotYetValid, StatusListExpired."""
        require_within(self.issued, self.expires, at)


def issue_status_list(
    states: StatusList,
    uri: str,
    version: int,
    issued: datetime,
    ttl: int,
    exp: datetime,
    private: keys.SigningPrivate,
    chain: Sequence[bytes],
    *,
    previous: bytes | None = None,
    forms: Mapping[str, bytes] | None = None,
) -> str:
    """Compact token; `ttl` in seconds, `chain` DER with the leaf first. Whoever knows its digest
    can prove with `previous` and `forms` (SHA-256) what came before it and stands beside it."""
    payload: dict[str, Json] = {
        "exp": numeric_date(exp),
        "iat": numeric_date(issued),
        "mianti_version": version,
        "status_list": {"bits": states.bits, "lst": base64url.encode(states.compress())},
        "sub": uri,
        "ttl": ttl,
    }
    if previous is not None:
        payload["mianti_previous"] = base64url.encode(previous)
    if forms:
        payload["mianti_forms"] = {name: base64url.encode(forms[name]) for name in forms}
    return jws.sign({"typ": TYPE, "x5c": written_x5c(chain)}, canonical(payload), private)


def read_status_list(token: str, issuer_public: keys.SigningPublic, at: datetime) -> ReadStatusList:
    """The list, signed by this key and in time at `at`.

    Raises StatusListMalformed or one of its kinds, StatusListSignature, StatusListNotYetValid,
    StatusListExpired.
    """
    found = signed_status_list(token, issuer_public)
    found.require_in_time(at)
    return found


def signed_status_list(token: str, issuer_public: keys.SigningPublic) -> ReadStatusList:
    """The list, signed by this key, of whatever time. Raises StatusListMalformed or one of its
    kinds, StatusListSignature."""
    _, payload = signed_payload(token, issuer_public, ALGORITHMS, TYPE)
    try:
        return _read(payload, token_digest(token))
    except Misshapen as error:
        raise StatusListMalformed("not a status list token", reason=error.code) from error


def chain_of(token: str) -> tuple[bytes, ...]:
    """DER certificates of the token's `x5c`, unverified. Raises StatusListMalformed."""
    try:
        return read_x5c(jws.peek(token).header)
    except CertsError as error:
        raise StatusListMalformed("the token names no signer", reason=error.code) from error


def token_digest(token: str) -> bytes:
    """SHA-256 of the token's characters: what StatusRegistry keeps."""
    return hashlib.sha256(token.encode("utf-8")).digest()


def _read(payload: Shape, digest: bytes) -> ReadStatusList:
    linked = [name for name in ("mianti_forms", "mianti_previous") if name in payload]
    payload.members("exp", "iat", "mianti_version", "status_list", "sub", "ttl", *linked)
    listed = payload["status_list"]
    listed.members("bits", "lst")
    forms = payload["mianti_forms"].entries(r"[a-z]{1,32}") if "mianti_forms" in linked else ()
    return ReadStatusList(
        uri=payload["sub"].text(),
        version=payload["mianti_version"].integer(1),
        issued=payload["iat"].moment(),
        expires=payload["exp"].moment(),
        ttl_s=payload["ttl"].integer(1),
        digest=digest,
        states=StatusList.unpack(listed["lst"].data(), listed["bits"].integer()),
        previous=_digest(payload["mianti_previous"]) if "mianti_previous" in linked else None,
        forms={name: _digest(shape) for name, shape in forms},
    )


def _digest(shape: Shape) -> bytes:
    data = shape.data()
    if len(data) != DIGEST_BYTES:
        raise Misshapen("a digest has 32 bytes")
    return data
