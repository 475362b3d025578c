"""Base64url without padding (RFC 4648 §5), one text per byte string and no other."""

from __future__ import annotations

import binascii

from certs.errors import Base64Invalid

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


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
        data = binascii.a2b_base64(standard + b"=" * (-len(standard) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Base64Invalid("not base64url") from error
    # The decoder skips foreign characters and ignores spare bits; only the one text that
    # encodes these bytes comes back equal.
    if encode(data) != text:
        raise Base64Invalid("not canonical unpadded base64url")
    return data
