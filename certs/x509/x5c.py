"""The `x5c` header of a token (RFC 7515 §4.1.6): its signer's certificates, leaf first."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from certs.canonical import Json
from certs.errors import CertsError

MAX_CERTIFICATES = 8


class X5cMalformed(CertsError):
    """`x5c` is missing, too long, or not canonical standard base64."""

    code = "x5c.malformed"


def written_x5c(chain: Sequence[bytes]) -> list[str]:
    """Standard base64 with padding, as RFC 7515 §4.1.6 wants it."""
    return [base64.b64encode(der).decode("ascii") for der in chain]


def read_x5c(header: Mapping[str, Json]) -> tuple[bytes, ...]:
    """DER certificates of a token's header, leaf first. Raises X5cMalformed."""
    listed = header.get("x5c")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_CERTIFICATES:
        raise X5cMalformed("x5c lists one to eight certificates")
    chain = []
    for item in listed:
        try:
            der = base64.b64decode(item if isinstance(item, str) else "", validate=True)
        except ValueError as error:
            raise X5cMalformed("x5c holds no base64") from error
        if not der or base64.b64encode(der).decode("ascii") != item:
            raise X5cMalformed("x5c is not canonical base64")
        chain.append(der)
    return tuple(chain)
