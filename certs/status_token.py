"""What both forms of a status list have in common: a signed token of one kind, strict JSON, one
compressed stream of bounded size, a time in which it counts."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from datetime import datetime

from certs import jws, keys
from certs.canonical import Json, parse
from certs.errors import (
    AlgorithmUnsupported,
    JsonDuplicateKey,
    JsonInvalid,
    KeyInvalid,
    SignatureInvalid,
)
from certs.shapes import Shape
from certs.status_errors import (
    StatusListDuplicate,
    StatusListExpired,
    StatusListMalformed,
    StatusListNotYetValid,
    StatusListSignature,
    StatusListTooLarge,
    StatusListTrailing,
    StatusListTruncated,
    StatusListType,
)

ZLIB, GZIP = 15, 31  # window bits that admit one format only: RFC 1950, RFC 1952
MAX_BYTES = 1 << 22  # of an unpacked list


def signed_payload(
    token: str, issuer_public: keys.SigningPublic, algs: Collection[str], typ: str
) -> tuple[Mapping[str, Json], Shape]:
    """Header and payload of a token of this kind, signed by this key.

    Raises StatusListSignature, StatusListType, StatusListDuplicate, StatusListMalformed.
    """
    try:
        verified = jws.verify(token, issuer_public, algs)
        payload = parse(verified.payload)
    except (SignatureInvalid, jws.JwsKey) as error:
        raise StatusListSignature("not signed by this key", reason=error.code) from error
    except (jws.JwsError, JsonInvalid, KeyInvalid, AlgorithmUnsupported) as error:
        if JsonDuplicateKey.code in (error.code, error.values.get("reason")):
            raise StatusListDuplicate("a member is named twice", reason=error.code) from error
        raise StatusListMalformed("not a status list token", reason=error.code) from error
    if verified.header.get("typ") != typ:
        raise StatusListType("another kind of token", typ=verified.header.get("typ"))
    return verified.header, Shape(payload, "status list")


def inflated(compressed: bytes, window: int, limit: int = MAX_BYTES) -> bytes:
    """The bytes of one whole stream (`ZLIB` or `GZIP`) and nothing behind it.

    At most `limit` + 1 bytes are ever unpacked. Raises StatusListTooLarge, StatusListTruncated,
    StatusListTrailing, StatusListMalformed.
    """
    stream = zlib.decompressobj(window)
    try:
        data = stream.decompress(compressed, limit + 1)
    except zlib.error as error:
        raise StatusListMalformed("not a compressed list of this format") from error
    if len(data) > limit:
        raise StatusListTooLarge("the list is larger than allowed", limit=limit)
    if not stream.eof:
        raise StatusListTruncated("the compressed list ends too early")
    if stream.unused_data:
        raise StatusListTrailing("something stands behind the compressed list")
    return data


def require_within(begins: datetime, ends: datetime, at: datetime) -> None:
    """Raises StatusListNotYetValid before ``begins``, StatusListExpired from ``ends`` on."""
    if at < begins:
        raise StatusListNotYetValid("issued later", issued=begins.isoformat())
    if at >= ends:
        raise StatusListExpired("the status list has expired", expires=ends.isoformat())
