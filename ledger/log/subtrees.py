"""Roots and proofs from stored complete subtrees.

A complete subtree of 2^level leaves has the coordinate ``(level, index)`` and covers leaves
``index·2^level`` up to ``(index+1)·2^level``. Such nodes never change while a log grows, so they
are what is stored; everything else is folded from O(log size) of them, which each function here
asks for in one call. ``Nodes`` answers the hashes in the order asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from ledger.log.rfc6962 import (
    EMPTY_ROOT,
    HASH_BYTES,
    HashInvalid,
    IndexInvalid,
    SizeInvalid,
    node_hash,
)

Coordinate = tuple[int, int]
Nodes = Callable[[Sequence[Coordinate]], Sequence[bytes]]


def root_at(nodes: Nodes, size: int) -> bytes:
    """Root at ``size`` from stored complete nodes; asks for O(log size) of them at once."""
    if size < 0:
        raise SizeInvalid("a size is not negative", size=size)
    return _folded(nodes(_cover(0, size))) if size else EMPTY_ROOT


def inclusion_at(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Inclusion proof at ``size`` from stored complete nodes. Raises IndexInvalid."""
    if not 0 <= index < size:
        raise IndexInvalid("no such leaf in a tree of this size", index=index, size=size)
    ranges: list[tuple[int, int]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return _hashed(nodes, ranges[::-1])


def consistency_at(nodes: Nodes, size1: int, size2: int) -> list[bytes]:
    """Consistency proof from stored complete nodes. Raises SizeInvalid unless 1 ≤ size1 ≤ size2."""
    if not 1 <= size1 <= size2:
        raise SizeInvalid("no consistency between these sizes", size1=size1, size2=size2)
    ranges: list[tuple[int, int]] = []
    low, high = 0, size2
    while high != size1:
        middle = low + _split(high - low)
        if size1 <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:  # the old tree is not itself one of the new tree's subtrees: say where it ends
        ranges.append((low, high))
    return _hashed(nodes, ranges[::-1])


def grown(nodes: Nodes, size: int, leaf_hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """All complete nodes ``(level, index, hash)`` that appear when leaves are appended at ``size``.

    Level 0 included; ordered by level, then index. Asks once for the old nodes on the right border
    that get a sibling.
    """
    new_size = size + len(leaf_hashes)
    border = [
        (level, (size >> level) - 1)
        for level in range(size.bit_length())
        if size >> level & 1 and new_size >> (level + 1) > size >> (level + 1)
    ]
    left_of = dict(zip(border, nodes(border), strict=True)) if border else {}
    appeared: list[tuple[int, int, bytes]] = []
    level, first, fresh = 0, size, list(leaf_hashes)
    while fresh:
        appeared.extend((level, first + i, hashed) for i, hashed in enumerate(fresh))
        if first & 1:
            fresh.insert(0, left_of[level, first - 1])
        pairs = iter(fresh)
        fresh = [node_hash(a, b) for a, b in zip(pairs, pairs, strict=False)]
        level, first = level + 1, first >> 1
    return appeared


def _split(size: int) -> int:
    """Largest power of two below ``size`` (≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _cover(low: int, high: int) -> list[Coordinate]:
    """Complete subtrees, largest first, that make up the subtree over leaves low to high."""
    cover = []
    while low < high:
        level = (high - low).bit_length() - 1
        cover.append((level, low >> level))
        low += 1 << level
    return cover


def _folded(peaks: Sequence[bytes]) -> bytes:
    """Hash of the subtree whose complete parts, largest first, are ``peaks``."""
    node = peaks[-1]
    for left in reversed(peaks[:-1]):
        node = node_hash(left, node)
    return node


def _hashed(nodes: Nodes, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    covers = [_cover(low, high) for low, high in ranges]
    wanted = [coordinate for cover in covers for coordinate in cover]
    found = iter(nodes(wanted) if wanted else ())
    return [_folded(list(islice(found, len(cover)))) for cover in covers]


@dataclass(frozen=True)
class CompactRange:
    """The complete subtrees of a tree of ``size`` leaves, largest first: enough to go on from.

    ``hashes`` has one 32-byte hash per set bit of ``size``. Raises SizeInvalid or HashInvalid
    for anything else.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < 1 << 64 or len(self.hashes) != self.size.bit_count():
            raise SizeInvalid("one hash per set bit of the size", size=self.size)
        if any(len(hashed) != HASH_BYTES for hashed in self.hashes):
            raise HashInvalid("a node hash has 32 bytes")

    def append(self, leaf_hash: bytes) -> CompactRange:
        """The range after one more leaf; this one stays as it is."""
        node, kept, size = leaf_hash, list(self.hashes), self.size
        while size & 1:
            node = node_hash(kept.pop(), node)
            size >>= 1
        return CompactRange(self.size + 1, (*kept, node))

    def root(self) -> bytes:
        """Root of the tree."""
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT

    def encode(self) -> bytes:
        """``u64be(size) ‖ hashes``."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def decode(cls, data: bytes) -> CompactRange:
        """The range that `encode` wrote. Raises SizeInvalid for bytes of another length."""
        size, rest = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(rest) != HASH_BYTES * size.bit_count():
            raise SizeInvalid("not an encoded range", size=size)
        return cls(
            size,
            tuple(rest[i : i + HASH_BYTES] for i in range(0, len(rest), HASH_BYTES)),
        )
