"""The few steps of DER (ITU-T X.690) that `cryptography` does not offer: children, identifiers.

Every function raises ValueError for what is not DER: no length may point outside, be longer than
needed or indefinite.
"""

from __future__ import annotations

SEQUENCE, OBJECT_IDENTIFIER = 0x30, 0x06


def children(element: bytes, tag: int = SEQUENCE) -> list[bytes]:
    """The elements inside one constructed element, each with its own tag and length."""
    position, end = _content(element, 0)
    if element[0] != tag or end != len(element):
        raise ValueError("not the expected DER element")
    found = []
    while position < end:
        following = _content(element, position)[1]
        if following > end:
            raise ValueError("a DER element reaches beyond the one around it")
        found.append(element[position:following])
        position = following
    return found


def object_identifier(element: bytes) -> str:
    """Dotted text of an OBJECT IDENTIFIER (§8.19)."""
    begin, end = _content(element, 0)
    content = element[begin:end]
    if element[0] != OBJECT_IDENTIFIER or end != len(element) or not content:
        raise ValueError("not a DER object identifier")
    arcs, value, fresh = [], 0, True
    for byte in content:
        if fresh and byte == 0x80:
            raise ValueError("an arc with leading zeros")
        value, fresh = value << 7 | byte & 0x7F, byte < 0x80
        if fresh:
            arcs.append(value)
            value = 0
    if not fresh:
        raise ValueError("a truncated arc")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _content(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of the element at `start` begins and ends."""
    if start + 2 > len(data):
        raise ValueError("a truncated DER element")
    first = data[start + 1]
    if first < 0x80:
        begin, length = start + 2, first
    else:
        begin = start + 2 + (first & 0x7F)
        length = int.from_bytes(data[start + 2 : begin], "big")
        if not 0x80 < first < 0x85 or begin > len(data) or data[start + 2] == 0 or length < 0x80:
            raise ValueError("a DER length in other than its shortest form")
    if begin + length > len(data):
        raise ValueError("a DER length points outside")
    return begin, begin + length
