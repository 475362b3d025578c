"""Stored files, version 1: AES-256-GCM in segments of 1 MiB, streamed. Frozen by vectors.

    header    "MIANTI" ‖ 0x00 ‖ 0x01 ‖ prefix[7] ‖ commitment[32]
    segment i AES-256-GCM(key, nonce = prefix ‖ u32be(i) ‖ last, AD = format ‖ 0x00 ‖ file id)
    plaintext u32be(n) ‖ n bytes of the file ‖ zeros; 1,048,576 bytes, fewer in the last segment

``last`` is 0x01 in the last segment, else 0x00, so that segments can be neither dropped, added nor
reordered. The key is fresh for each file; commitment = HMAC-SHA-256(key,
"mianti/file/v1/commitment" ‖ 0x00 ‖ prefix) binds the file to this one key, which GCM alone does
not. The file's bytes are padded with zeros to a size class (at most 12 % more, at least 4 KiB), so
that a stored file says little of what it holds; the true length is inside, segment by segment.

    SealedInvalid         sealed
    ├── SealedMalformed   sealed.malformed   not a stored file, or padded in another way
    ├── SealedKey         sealed.key         sealed with another key
    └── SealedSegment     sealed.segment     altered, cut, reordered, or of another file id
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import Tampered

FORMAT = b"mianti/file/v1"
KEY_BYTES = 32
SEGMENT_BYTES = 1 << 20
DATA_BYTES = SEGMENT_BYTES - 4  # of the file, in a full segment
SMALLEST_CLASS = 4096

_MAGIC = b"MIANTI\x00\x01"
_PREFIX_BYTES = 7
_HEADER_BYTES = len(_MAGIC) + _PREFIX_BYTES + 32
_TAG_BYTES = 16
_SEALED_SEGMENT = SEGMENT_BYTES + _TAG_BYTES
_MAX_SEGMENTS = 1 << 32


class SealedInvalid(Tampered):
    """A stored file that does not open."""

    code = "sealed"


class SealedMalformed(SealedInvalid):
    """Bytes that are no stored file of version 1."""

    code = "sealed.malformed"


class SealedKey(SealedInvalid):
    """The file is committed to another key."""

    code = "sealed.key"


class SealedSegment(SealedInvalid):
    """Segment ``index`` is not the one sealed here, or the file ends too early or too late."""

    code = "sealed.segment"


def size_class(size: int, smallest: int = SMALLEST_CLASS) -> int:
    """Smallest class that holds ``size`` bytes (Padmé: Nikitin et al., PURBs, §4)."""
    if size <= smallest:
        return smallest
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def sealed_size(size: int) -> int:
    """Length of the stored file for a file of ``size`` bytes."""
    padded = size_class(size)
    segments = -(-padded // DATA_BYTES)
    return _HEADER_BYTES + padded + segments * (4 + _TAG_BYTES)


def seal_stream(
    chunks: Iterable[bytes], key: bytes, file_id: str, randomness: Callable[[int], bytes]
) -> Iterator[bytes]:
    """The stored file of a stream, piece by piece, in memory of a few segments.

    ``key`` is 32 fresh random bytes, used for this file alone; ``randomness`` gives the prefix.
    Raises ValueError for another key, a file id that is empty, or a file over 4 PiB.
    """
    sealer = _sealer(key)
    prefix = randomness(_PREFIX_BYTES)
    if len(prefix) != _PREFIX_BYTES:
        raise ValueError("randomness of another length than asked")
    context = _context(file_id)
    yield _MAGIC + prefix + _commitment(key, prefix)
    index = size = filled = 0
    segment = memoryview(bytearray(SEGMENT_BYTES))  # one for all: large ones are dear to get
    for data in chunks:
        size += len(data)
        view = memoryview(data)
        while len(view):
            # A full segment is closed only when more follows: it may be the last.
            if filled == DATA_BYTES:
                yield sealer.encrypt(_nonce(prefix, index, False), _plain(segment, filled), context)
                filled = 0
                index += 1
            taken = view[: DATA_BYTES - filled]
            segment[4 + filled : 4 + filled + len(taken)] = taken
            filled += len(taken)
            view = view[len(taken) :]
    padded = size_class(size)
    while True:
        room = min(DATA_BYTES, padded - index * DATA_BYTES)
        last = padded == index * DATA_BYTES + room
        segment[4 + filled : 4 + room] = bytes(room - filled)
        yield sealer.encrypt(_nonce(prefix, index, last), _plain(segment, filled, room), context)
        if last:
            return
        filled = 0
        index += 1


def open_stream(chunks: Iterable[bytes], key: bytes, file_id: str) -> Iterator[bytes]:
    """The file, piece by piece, in memory of a few segments.

    Nothing of a segment is given out before its tag holds; the caller takes the file for whole
    only when the iterator has ended without an error. Raises SealedMalformed, SealedKey,
    SealedSegment, and ValueError for a key that has not 32 bytes.
    """
    opener = _sealer(key)
    context = _context(file_id)
    pending = bytearray()
    prefix: bytes | None = None
    index = size = 0
    ended = False
    for data in chunks:
        view = memoryview(data)
        while len(view):
            # A full segment is opened as inner one only when more follows.
            if prefix is not None and len(pending) == _SEALED_SEGMENT:
                plain = _opened(opener, _nonce(prefix, index, False), pending, context, index)
                data_bytes, ended = _data(plain, ended)
                size += len(data_bytes)
                if data_bytes:
                    yield data_bytes
                pending.clear()
                index += 1
            wanted = _HEADER_BYTES if prefix is None else _SEALED_SEGMENT
            taken = view[: wanted - len(pending)]
            pending += taken
            view = view[len(taken) :]
            if prefix is None and len(pending) == _HEADER_BYTES:
                prefix = _read_header(bytes(pending), key)
                pending.clear()
    if prefix is None:
        raise SealedMalformed("the stored file ends inside its header")
    plain = _opened(opener, _nonce(prefix, index, True), pending, context, index)
    data_bytes, _ = _data(plain, ended)
    size += len(data_bytes)
    if index * DATA_BYTES + len(plain) - 4 != size_class(size):
        raise SealedMalformed("padded to another size class", size=size)
    if data_bytes:
        yield data_bytes


def hand_over_info(log: str, file_id: str, consent: str, release: str, recipient: str) -> bytes:
    """HPKE ``info`` under which a file key is wrapped: format and the five names, 0x00 between.

    Raises ValueError for a name that is empty or holds 0x00.
    """
    names = (log, file_id, consent, release, recipient)
    if not all(names) or any("\x00" in name for name in names):
        raise ValueError("a name is empty or holds a zero byte")
    return b"\x00".join((FORMAT, *(name.encode("utf-8") for name in names)))


def _sealer(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError("a file key has 32 bytes")
    return AESGCM(key)


def _commitment(key: bytes, prefix: bytes) -> bytes:
    return hmac.digest(key, FORMAT + b"/commitment\x00" + prefix, "sha256")


def _context(file_id: str) -> bytes:
    if not file_id:
        raise ValueError("a stored file has an id")
    return FORMAT + b"\x00" + file_id.encode("utf-8")


def _nonce(prefix: bytes, index: int, last: bool) -> bytes:
    if index >= _MAX_SEGMENTS:
        raise ValueError("a file of more segments than version 1 has nonces for")
    return prefix + index.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _read_header(header: bytes, key: bytes) -> bytes:
    """The nonce prefix."""
    prefix = header[len(_MAGIC) : len(_MAGIC) + _PREFIX_BYTES]
    if not header.startswith(_MAGIC):
        raise SealedMalformed("not a stored file of version 1")
    if not hmac.compare_digest(header[-32:], _commitment(key, prefix)):
        raise SealedKey("sealed with another key")
    return prefix


def _plain(segment: memoryview, length: int, room: int = DATA_BYTES) -> memoryview:
    """The plaintext of a segment whose bytes, and zeros up to ``room``, stand in their place."""
    segment[:4] = length.to_bytes(4, "big")
    return segment[: 4 + room]


def _opened(opener: AESGCM, nonce: bytes, sealed: bytearray, context: bytes, index: int) -> bytes:
    try:
        return opener.decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError) as error:
        raise SealedSegment("a segment does not open", index=index) from error


def _data(plain: bytes, ended: bool) -> tuple[bytes, bool]:
    """The file's bytes in a segment, and whether the file has ended here or before."""
    length = int.from_bytes(plain[:4], "big")
    data, padding = plain[4 : 4 + length], plain[4 + length :]
    if len(data) != length or (ended and data) or padding.count(0) != len(padding):
        raise SealedMalformed("a segment's length or padding is wrong")
    return data, length < DATA_BYTES
