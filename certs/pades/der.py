"""DER (ITU-T X.690, 10) for the container of a seal: what `x509.der` reads, written; and sizes."""

from itertools import pairwise

from certs.pades.errors import ContainerMalformed
from certs.x509 import der

INTEGER, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31


def wrap(tag: int, *parts: bytes) -> bytes:
    """Return one element of a one-byte tag around the parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def wrap_set(tag: int, parts: list[bytes]) -> bytes:
    """Return a SET OF: elements in ascending order of their encodings (11.6)."""
    return wrap(tag, *sorted(parts))


def size_of(data: bytes) -> int:
    """Return how many bytes the first element of ``data`` takes. Raises ``ContainerMalformed``."""
    if len(data) >= 2 and data[1] < 0x80:
        return 2 + data[1]
    count = data[1] & 0x7F if len(data) >= 2 else 0
    if not 1 <= count <= 4 or len(data) < 2 + count:
        raise ContainerMalformed("the container has no length")
    return 2 + count + int.from_bytes(data[2 : 2 + count], "big")


def parts_of(element: bytes, tag: int, least: int, most: int) -> list[bytes]:
    """Return the elements inside one element, of which there must be ``least`` to ``most``."""
    try:
        parts = der.children(element, tag)
    except (ValueError, IndexError) as error:
        raise ContainerMalformed("an element is missing, cut off or of another kind") from error
    if not least <= len(parts) <= most:
        raise ContainerMalformed("an element has too few or too many parts")
    return parts


def set_of(element: bytes, tag: int, least: int, most: int) -> list[bytes]:
    """Return the elements of a SET OF, which DER wants in ascending order, none twice."""
    parts = parts_of(element, tag, least, most)
    if any(a >= b for a, b in pairwise(parts)):
        raise ContainerMalformed("a set is not in order")
    return parts


def content_of(element: bytes, tag: int) -> bytes:
    """Return the content of a primitive element that ``parts_of`` or ``set_of`` gave."""
    if element[0] != tag:
        raise ContainerMalformed("an element is of another kind")
    return element[2 if element[1] < 0x80 else 2 + (element[1] & 0x7F) :]
