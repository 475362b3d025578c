"""Status lists as W3C Bitstring Status List v1.0 (Recommendation, 15 May 2025): one credential a
purpose, secured as `vc+jwt` (VC-JOSE-COSE).

    header   {alg: "ES256", cty: "vc", mianti_version, typ: "vc+jwt", x5c}
    payload  {@context, credentialSubject: {encodedList, id, statusPurpose, ttl, type}, id, issuer,
              type, validFrom, validUntil}

Bit order is the Recommendation's (§2.2): entry 0 is the left-most bit, the *most* significant of
byte 0 (the IETF list counts from the other end). `encodedList` is multibase base64url ("u") of one
GZIP member, `ttl` is in milliseconds. Which version is current is the chain's word: the IETF token
of the same version names the digests of these.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certs import base64url, jws, keys
from certs.canonical import Json, canonical
from certs.errors import Base64Invalid
from certs.shapes import Misshapen, Shape, written_time
from certs.status_errors import StatusListIndex, StatusListMalformed, StatusListTooSmall
from certs.status_token import GZIP, MAX_BYTES, inflated, require_within, signed_payload
from certs.statuslist import StatusList, token_digest
from certs.x509.authority import AGENCY_URI
from certs.x509.x5c import written_x5c

TYPE = "vc+jwt"
ALGORITHMS = ("ES256",)
CONTEXT = "https://www.w3.org/ns/credentials/v2"
TYPES = ("VerifiableCredential", "BitstringStatusListCredential")
LEAST = 131_072  # entries, 16 KiB (§3.2): fewer do not hide one licence among others
PURPOSES = ("revocation", "suspension", "refresh")  # §2.2; refresh: a newer version is there
_MULTIBASE = "u"  # base64url without padding
_UNSET = bytes(LEAST // 8)


def _nibbles(value: int, shift: int) -> bytes:
    """For each byte of a list of two bits: which of its four entries, the first one left-most,
    have this value."""
    return bytes(
        sum((byte >> 2 * entry & 3 == value) << 3 - entry for entry in range(4)) << shift
        for byte in range(256)
    )


_HALVES = {value: (_nibbles(value, 4), _nibbles(value, 0)) for value in range(4)}


class Bitstring:
    """One bit for each entry, all unset at first; `data` must fill whole bytes."""

    def __init__(self, data: bytes = _UNSET) -> None:
        self._data = bytearray(data)

    @classmethod
    def where(cls, states: StatusList, value: int) -> Bitstring:
        """The bits of the entries that have this value in a list of two bits an entry, whose
        entries fill whole bytes here too."""
        packed = states.packed()
        if states.bits != 2 or len(packed) % 2:
            raise ValueError("entries of two bits, eight by eight")
        left, right = _HALVES[value]
        halves = packed[0::2].translate(left), packed[1::2].translate(right)
        joined = int.from_bytes(halves[0], "big") | int.from_bytes(halves[1], "big")
        return cls(joined.to_bytes(len(halves[0]), "big"))

    @property
    def size(self) -> int:
        return len(self._data) * 8

    def get(self, index: int) -> bool:
        """Raises StatusListIndex."""
        byte, mask = self._place(index)
        return bool(self._data[byte] & mask)

    def set(self, index: int) -> None:
        """Raises StatusListIndex."""
        byte, mask = self._place(index)
        self._data[byte] |= mask

    def packed(self) -> bytes:
        """The bits as bytes, uncompressed."""
        return bytes(self._data)

    def encoded(self) -> str:
        """`encodedList`: the same bits give the same text, as no time stands in the header."""
        stream = zlib.compressobj(9, zlib.DEFLATED, GZIP)
        return _MULTIBASE + base64url.encode(stream.compress(self._data) + stream.flush())

    @classmethod
    def decoded(cls, text: str, max_bytes: int = MAX_BYTES) -> Bitstring:
        """The bits in an `encodedList`. Raises StatusListMalformed, or which of its kinds it is:
        also for fewer than `LEAST` entries."""
        if not text.startswith(_MULTIBASE):
            raise StatusListMalformed("not multibase base64url")
        try:
            compressed = base64url.decode(text.removeprefix(_MULTIBASE))
        except Base64Invalid as error:
            raise StatusListMalformed("not multibase base64url", reason=error.code) from error
        made = cls(inflated(compressed, GZIP, max_bytes))
        if made.size < LEAST:
            raise StatusListTooSmall("too few entries", size=made.size, least=LEAST)
        return made

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.size:
            raise StatusListIndex("no such entry", index=index, size=self.size)
        return index // 8, 0x80 >> index % 8


@dataclass(frozen=True, slots=True)
class ReadBitstringList:
    """A credential whose signature held. `ttl_ms`: milliseconds after which to ask for a newer."""

    uri: str
    agency: str
    purpose: str
    version: int
    valid_from: datetime
    valid_until: datetime
    ttl_ms: int
    digest: bytes
    bits: Bitstring

    def get(self, index: int) -> bool:
        """Raises StatusListIndex."""
        return self.bits.get(index)

    def require_in_time(self, at: datetime) -> None:
        """Raises StatusListNotYetValid, StatusListExpired."""
        require_within(self.valid_from, self.valid_until, at)


def issue_bitstring_list(
    bits: Bitstring,
    uri: str,
    purpose: str,
    agency: str,
    version: int,
    valid_from: datetime,
    valid_until: datetime,
    ttl_ms: int,
    private: keys.SigningPrivate,
    chain: Sequence[bytes],
) -> str:
    """Compact token of the credential that is served at `uri`; times of whole seconds, `chain` DER
    with the leaf first. Raises ValueError for too few entries or an unknown purpose."""
    if bits.size < LEAST or purpose not in PURPOSES:
        raise ValueError("a list has a known purpose and at least 131,072 entries")
    subject: dict[str, Json] = {
        "encodedList": bits.encoded(),
        "id": f"{uri}#list",
        "statusPurpose": purpose,
        "ttl": ttl_ms,
        "type": "BitstringStatusList",
    }
    payload: dict[str, Json] = {
        "@context": [CONTEXT],
        "credentialSubject": subject,
        "id": uri,
        "issuer": AGENCY_URI + agency,
        "type": list[Json](TYPES),
        "validFrom": written_time(valid_from),
        "validUntil": written_time(valid_until),
    }
    header = {"cty": "vc", "mianti_version": version, "typ": TYPE, "x5c": written_x5c(chain)}
    return jws.sign(header, canonical(payload), private)


def read_bitstring_list(
    token: str, issuer_public: keys.SigningPublic, at: datetime
) -> ReadBitstringList:
    """The list, signed by this key and in time at `at`.

    Raises StatusListMalformed or one of its kinds, StatusListSignature, StatusListNotYetValid,
    StatusListExpired.
    """
    found = signed_bitstring_list(token, issuer_public)
    found.require_in_time(at)
    return found


def signed_bitstring_list(token: str, issuer_public: keys.SigningPublic) -> ReadBitstringList:
    """The list, signed by this key, of whatever time. Raises StatusListMalformed or one of its
    kinds, StatusListSignature."""
    header, payload = signed_payload(token, issuer_public, ALGORITHMS, TYPE)
    try:
        version = Shape(header.get("mianti_version"), "header.mianti_version").integer(1)
        return _read(payload, version, token_digest(token))
    except Misshapen as error:
        raise StatusListMalformed("not a status list credential", reason=error.code) from error


def _read(payload: Shape, version: int, digest: bytes) -> ReadBitstringList:
    payload.members(
        "@context", "credentialSubject", "id", "issuer", "type", "validFrom", "validUntil"
    )
    subject = payload["credentialSubject"]
    subject.members("encodedList", "id", "statusPurpose", "ttl", "type")
    uri = payload["id"].text()
    told = (
        [one.text() for one in payload["@context"].items()],
        [one.text() for one in payload["type"].items()],
        subject["type"].text(),
        subject["id"].text(),
    )
    if told != ([CONTEXT], [*TYPES], "BitstringStatusList", f"{uri}#list"):
        raise StatusListMalformed("another kind of credential")
    purpose, issuer = subject["statusPurpose"].text(), payload["issuer"].text()
    if purpose not in PURPOSES or not issuer.startswith(AGENCY_URI) or issuer == AGENCY_URI:
        raise StatusListMalformed("another purpose, or no agency's list", purpose=purpose[:32])
    return ReadBitstringList(
        uri=uri,
        agency=issuer.removeprefix(AGENCY_URI),
        purpose=purpose,
        version=version,
        valid_from=payload["validFrom"].time(),
        valid_until=payload["validUntil"].time(),
        ttl_ms=subject["ttl"].integer(1),
        digest=digest,
        bits=Bitstring.decoded(subject["encodedList"].text(most=MAX_BYTES)),
    )
