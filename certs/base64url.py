"""Base64url without padding (RFC 4648 §5), one text per byte string and no other."""

from __future__ import annotations

import binascii

from certs.errors import Base64Invalid

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")  # "!" is of no alphabet
# Last characters whose spare bits are zero, by the length of the text modulo 4.
_ENDS = {0: frozenset(range(256)), 2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}


def encode(data: bytes) -> str:
    """Unpadded base64url text of `data`."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Bytes of unpadded base64url `text`.

    Raises Base64Invalid for padding, white space, another alphabet, an impossible length, or
    trailing bits that are not zero (RFC 4648 §3.5).
    """
    try:
        standard = text.encode("ascii").translate(_FROM_URL)
        data = binascii.a2b_base64(standard + b"=" * (-len(standard) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Base64Invalid("not base64url") from error
    if standard and standard[-1] not in _ENDS[len(standard) % 4]:
        raise Base64Invalid("not canonical unpadded base64url")
    return data
