"""CIDs as Kubo makes them with ``add --cid-version=1 --raw-leaves``.

CIDv1 in lower-case base32, SHA-256. Chunks of 262,144 bytes are raw blocks; one chunk alone is the
file. More are joined, 174 by 174, level over level, by dag-pb nodes that hold a UnixFS file entry
(balanced layout); a last node may have few links, down to one.

    CidInvalid      cid.malformed
    CidMismatch     cid.mismatch       bytes that are not those of the CID
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import Malformed, Tampered

CHUNK_BYTES = 262_144
MAX_LINKS = 174
RAW = 0x55
DAG_PB = 0x70

_HASH = b"\x12\x20"  # multihash: sha2-256, 32 bytes
_CID_BYTES = 36
_CID_TEXT = 59
_FILE = b"\x08\x02"  # UnixFS Type: File

Block = tuple[bytes, bytes]  # binary CID, content


class CidInvalid(Malformed):
    """Text or bytes that are no CIDv1 of a raw or dag-pb block with SHA-256, or no such node."""

    code = "cid.malformed"


class CidMismatch(Tampered):
    """The bytes are not those that the CID names."""

    code = "cid.mismatch"


@dataclass(frozen=True, slots=True)
class Cid:
    """``codec`` RAW or DAG_PB, 32 bytes ``digest``."""

    codec: int
    digest: bytes

    def __bytes__(self) -> bytes:
        return bytes((1, self.codec)) + _HASH + self.digest

    def __str__(self) -> str:
        return cid_text(bytes(self))


@dataclass(frozen=True, slots=True)
class _Link:
    cid: bytes
    file_bytes: int  # of the file's content below
    stored_bytes: int  # of all blocks below, nodes included


class CidHasher:
    """Computes the CID of a stream in bounded memory and hands out its blocks as they complete.

    Every block returned by `update` and `finish` together, each once, is what a store of blocks
    needs; the last one that `finish` returns is the root.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self._levels: list[list[_Link]] = [[]]
        self._root = b""

    def update(self, data: bytes) -> list[Block]:
        """Take the next bytes; the blocks that they complete."""
        if self._root:
            raise ValueError("the stream has ended")
        done: list[Block] = []
        view = memoryview(data)
        while len(view):
            # A full chunk is closed only when more follows: the first may be the whole file.
            if len(self._pending) == CHUNK_BYTES:
                done += self._close_chunk()
            taken = view[: CHUNK_BYTES - len(self._pending)]
            self._pending += taken
            view = view[len(taken) :]
        return done

    def finish(self) -> list[Block]:
        """End of the stream: the remaining blocks, the root last; nothing when called again."""
        if self._root:
            return []
        done = self._close_chunk()
        level = 0
        while level + 1 < len(self._levels) or len(self._levels[level]) > 1:
            done += self._close_node(level)
            level += 1
        self._root = self._levels[level][0].cid
        return done

    def cid(self) -> str:
        """The CID; ends the stream if `finish` was not called for its blocks."""
        self.finish()
        return cid_text(self._root)

    def _close_chunk(self) -> list[Block]:
        block = bytes(self._pending)
        self._pending.clear()
        cid = bytes(Cid(RAW, sha256(block).digest()))
        return [(cid, block), *self._add(0, _Link(cid, len(block), len(block)))]

    def _add(self, level: int, link: _Link) -> list[Block]:
        """Put a link in its level; a full level before it becomes a node of the next."""
        done = self._close_node(level) if len(self._levels[level]) == MAX_LINKS else []
        self._levels[level].append(link)
        return done

    def _close_node(self, level: int) -> list[Block]:
        links = self._levels[level]
        block = _node(links)
        cid = bytes(Cid(DAG_PB, sha256(block).digest()))
        if len(self._levels) == level + 1:
            self._levels.append([])
        links_bytes = sum(link.stored_bytes for link in links)
        joined = _Link(cid, sum(link.file_bytes for link in links), len(block) + links_bytes)
        self._levels[level] = []
        return [(cid, block), *self._add(level + 1, joined)]


def blocks(chunks: Iterable[bytes]) -> Iterator[Block]:
    """Every block of a stream, the root last. Holds one chunk of the caller's and its blocks."""
    hasher = CidHasher()
    for data in chunks:
        yield from hasher.update(data)
    yield from hasher.finish()


def cid_of(chunks: Iterable[bytes]) -> str:
    """CID of a stream, in bounded memory."""
    hasher = CidHasher()
    for data in chunks:
        hasher.update(data)
    return hasher.cid()


def cid_text(cid: bytes) -> str:
    """Text of a binary CID."""
    return "b" + base64.b32encode(cid).decode("ascii").rstrip("=").lower()


def parse_cid(cid: str | bytes) -> Cid:
    """CID of its text (multibase ``b``) or its 36 bytes; raises CidInvalid for any other kind."""
    if isinstance(cid, str):
        try:
            raw = base64.b32decode(cid[1:].upper().encode("ascii") + b"======")
        except (UnicodeEncodeError, binascii.Error) as error:
            raise CidInvalid("not base32") from error
        if len(cid) != _CID_TEXT or cid_text(raw) != cid:
            raise CidInvalid("not the text of a CID")
    else:
        raw = cid
    if len(raw) != _CID_BYTES or raw[0] != 1 or raw[1] not in (RAW, DAG_PB) or raw[2:4] != _HASH:
        raise CidInvalid("not a CIDv1 of a raw or dag-pb block with SHA-256")
    return Cid(raw[1], raw[4:])


def check_block(cid: bytes, block: bytes) -> None:
    """Refuse a block that is not the one its binary CID names: CidMismatch, or CidInvalid."""
    if parse_cid(cid).digest != sha256(block).digest():
        raise CidMismatch("the block is not the one asked for", cid=cid_text(cid))


def children(cid: bytes, block: bytes) -> tuple[bytes, ...]:
    """Binary CIDs that a checked block links to, in order; none for a raw block.

    Raises CidMismatch, and CidInvalid for a node that this layout does not make.
    """
    check_block(cid, block)
    if parse_cid(cid).codec == RAW:
        return ()
    links = _read_node(block)
    if _node(links) != block:
        raise CidInvalid("a node of another layout", cid=cid_text(cid))
    return tuple(link.cid for link in links)


def _node(links: Sequence[_Link]) -> bytes:
    """dag-pb node: links first, then data, as the codec's canonical order demands."""
    encoded = bytearray()
    for link in links:
        entry = b"\x0a\x24" + link.cid + b"\x12\x00\x18" + _varint(link.stored_bytes)
        encoded += b"\x12" + _varint(len(entry)) + entry
    data = _FILE + b"\x18" + _varint(sum(link.file_bytes for link in links))
    data += b"".join(b"\x20" + _varint(link.file_bytes) for link in links)
    return bytes(encoded) + b"\x0a" + _varint(len(data)) + data


def _read_node(block: bytes) -> list[_Link]:
    """Links of a node; lenient, because the caller writes it again and compares."""
    cids: list[tuple[bytes, int]] = []
    position = 0
    while block[position : position + 1] == b"\x12":
        length, start = _read_varint(block, position + 1)
        entry, position = block[start : start + length], start + length
        stored, _ = _read_varint(entry, 41)  # after 0a 24 cid[36] 12 00 18
        cids.append((bytes(parse_cid(entry[2:38])), stored))
    length, start = _read_varint(block, position + 1)
    data = block[start : start + length]
    _, position = _read_varint(data, 3)
    sizes = []
    while position < len(data):
        size, position = _read_varint(data, position + 1)
        sizes.append(size)
    if not cids or len(cids) != len(sizes) or len(cids) > MAX_LINKS:
        raise CidInvalid("a node with another number of sizes than links")
    return [_Link(cid, size, stored) for (cid, stored), size in zip(cids, sizes, strict=True)]


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    """Number at ``position`` and where it ends."""
    number = 0
    for shift in range(0, 63, 7):
        if position >= len(data):
            break
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
    raise CidInvalid("a node that ends too early")
