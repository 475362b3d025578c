"""Both status lists read by the letter of their documents; shares no code with what it checks.

What is not asked of a decoder there (signatures, times) is not looked at here.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def parts(token: str) -> tuple[Any, Any]:
    """(JOSE header, payload) of a compact JWS (RFC 7515 §7.1)."""
    header, payload, _ = token.split(".")
    return json.loads(octets(header)), json.loads(octets(payload))


def octets(text: str) -> bytes:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def token_statuses(bits: int, lst: str) -> list[int]:
    """Token Status List §4.1, §4.2: every status of a list.

    "The byte array is compressed using DEFLATE with the ZLIB data format"; "each index identifies a
    contiguous block of bits, packed into bytes from the least significant bit (0) to the most
    significant bit (7)".
    """
    statuses = []
    for byte in zlib.decompress(octets(lst)):
        from_bit_0 = f"{byte:08b}"[::-1]
        for start in range(0, 8, bits):
            statuses.append(int(from_bit_0[start : start + bits][::-1], 2))
    return statuses


def bitstring(encoded_list: str) -> str:
    """Bitstring Status List §3.4: the uncompressed bitstring as text, index 0 left-most.

    "Multibase-decode" (``u``: base64url without padding), "then expand using the GZIP
    decompression algorithm".
    """
    assert encoded_list[0] == "u"
    return "".join(f"{byte:08b}" for byte in zlib.decompress(octets(encoded_list[1:]), 16 + 15))


def status_of_token(token: str, index: int) -> int:
    """§8.3, steps 5 and 6: the status at an index of a Status List Token."""
    header, payload = parts(token)
    assert header["typ"] == "statuslist+jwt"
    listed = payload["status_list"]
    return token_statuses(listed["bits"], listed["lst"])[index]


def status_of_credential(token: str, purpose: str, index: int) -> bool:
    """§3.2, steps 5 to 10: whether the bit at an index is set, in the list of a purpose."""
    _, credential = parts(token)
    assert "BitstringStatusListCredential" in credential["type"]
    subject = credential["credentialSubject"]
    assert subject["type"] == "BitstringStatusList" and subject["statusPurpose"] == purpose
    bits = bitstring(subject["encodedList"])
    assert len(bits) >= 131072
    return bits[index] == "1"
