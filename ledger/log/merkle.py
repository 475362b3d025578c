"""RFC 6962 Merkle trees with SHA-256: roots, proofs, checks. Bytes and integers only.

A proof lists 32-byte hashes from the leaf's side upwards; its exact length follows from index and
size and is checked first. The hashes and errors are those of ``ledger.log.rfc6962``, the forms that
work from stored nodes those of ``ledger.log.subtrees``; both are offered here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice

from ledger.log.rfc6962 import (
    EMPTY_ROOT,
    HASH_BYTES,
    HashInvalid,
    IndexInvalid,
    ProofInvalid,
    ProofLength,
    RootMismatch,
    SizeInvalid,
    leaf_hash,
    node_hash,
)
from ledger.log.subtrees import (
    CompactRange,
    Coordinate,
    Nodes,
    consistency_at,
    grown,
    inclusion_at,
    root_at,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "CompactRange",
    "Coordinate",
    "HashInvalid",
    "IndexInvalid",
    "Nodes",
    "ProofInvalid",
    "ProofLength",
    "Proofs",
    "RootMismatch",
    "SizeInvalid",
    "consistency_at",
    "consistency_proof",
    "grown",
    "inclusion_at",
    "inclusion_proof",
    "leaf_hash",
    "leaf_hashes",
    "levels",
    "node_hash",
    "root",
    "root_at",
    "tree_with_proofs",
    "verify_consistency",
    "verify_inclusion",
]


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Leaf hashes of many leaves, in order."""
    digest = sha256  # a local name: looked up once per leaf otherwise
    return [digest(b"\x00" + data).digest() for data in leaves]


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes."""
    return levels(leaf_hashes)[-1][0] if leaf_hashes else EMPTY_ROOT


def levels(leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """All levels from the leaves to the root; an unpaired last node stands in the next level too.

    Bottom-up pairing with promotion gives exactly the tree of RFC 6962, whose split is at the
    largest power of two.
    """
    level = list(leaf_hashes)
    built = [level]
    digest = sha256
    while len(level) > 1:
        pairs = iter(level)
        above = [digest(b"\x01" + a + b).digest() for a, b in zip(pairs, pairs, strict=False)]
        if len(level) & 1:
            above.append(level[-1])
        level = above
        built.append(level)
    return built


class Proofs(Sequence[tuple[bytes, ...]]):
    """Inclusion proof of every leaf of one tree; ``proofs[i]`` is that of leaf ``i``.

    Holds the levels of the tree (64 bytes per leaf) and cuts proofs from them. Iterating cuts them
    in blocks that stay in the processor's cache, so all of them cost the same each in a large tree
    as in a small one.
    """

    _BLOCK = 10  # levels: blocks of 1,024 leaves

    def __init__(self, levels: list[list[bytes]]) -> None:
        self._levels = levels

    def __len__(self) -> int:
        return len(self._levels[0])

    def __getitem__(self, index: int) -> tuple[bytes, ...]:  # type: ignore[override]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._above(0, index)

    def __iter__(self) -> Iterator[tuple[bytes, ...]]:
        top = min(self._BLOCK, len(self._levels) - 1)
        for index in range(len(self._levels[top])):
            proofs = [self._above(top, index)]
            for level in range(top - 1, -1, -1):
                first = index << (top - level)
                hashes = self._levels[level][first : first + (1 << (top - level))]
                paired = len(hashes) & ~1
                below: list[tuple[bytes, ...]] = [()] * len(hashes)
                below[0:paired:2] = map(tuple.__add__, zip(hashes[1::2], strict=True), proofs)
                below[1:paired:2] = map(tuple.__add__, zip(hashes[0:paired:2], strict=True), proofs)
                if len(hashes) & 1:
                    below[-1] = proofs[-1]
                proofs = below
            yield from proofs

    def _above(self, level: int, index: int) -> tuple[bytes, ...]:
        """Siblings on the way from node ``index`` of ``level`` to the root."""
        path = []
        for hashes in islice(self._levels, level, len(self._levels) - 1):
            sibling = index ^ 1
            if sibling < len(hashes):
                path.append(hashes[sibling])
            index >>= 1
        return tuple(path)


def tree_with_proofs(leaf_hashes: Sequence[bytes]) -> tuple[bytes, Proofs]:
    """Root of the tree and the inclusion proof of every leaf, in bulk."""
    built = levels(leaf_hashes)
    return (built[-1][0] if leaf_hashes else EMPTY_ROOT), Proofs(built)


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Proof that leaf ``index`` is in the tree (§2.1.1). Raises IndexInvalid."""
    return inclusion_at(_from_levels(leaf_hashes), index, len(leaf_hashes))


def consistency_proof(size1: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Proof that the tree extends that of its first ``size1`` leaves (§2.1.2).

    Raises SizeInvalid unless 1 ≤ size1 ≤ len(leaf_hashes).
    """
    return consistency_at(_from_levels(leaf_hashes), size1, len(leaf_hashes))


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that ``leaf_hash`` is leaf ``index`` of the tree with this size and root.

    RFC 9162 §2.1.3.2, with the proof's exact length checked first. Raises IndexInvalid,
    HashInvalid, ProofLength or RootMismatch.
    """
    if not 0 <= index < size:
        raise IndexInvalid("no such leaf in a tree of this size", index=index, size=size)
    if len(leaf_hash) != HASH_BYTES:
        raise HashInvalid("a leaf hash has 32 bytes")
    # Below `inner` the path runs inside the tree; above it along the right border, where every
    # sibling stands to the left.
    inner = (index ^ (size - 1)).bit_length()
    expected = inner + (index >> inner).bit_count()
    if len(proof) != expected:
        raise ProofLength("proof of the wrong length", expected=expected, given=len(proof))
    digest = sha256
    node = leaf_hash
    position = index
    for number, sibling in enumerate(proof):
        if len(sibling) != 32:
            raise HashInvalid("a proof element has 32 bytes", position=number)
        if number >= inner or position & 1:
            node = digest(b"\x01" + sibling + node).digest()
        else:
            node = digest(b"\x01" + node + sibling).digest()
        position >>= 1
    if node != root:
        raise RootMismatch("the proof leads to another root", calculated=node, expected=root)


def verify_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree (size2, root2) extends the tree (size1, root1), RFC 9162 §2.1.4.2.

    A proof from the empty tree says nothing and is refused, as in the RFC (0 < size1); a caller
    whose old tree is empty compares its root with ``EMPTY_ROOT`` instead.
    Raises SizeInvalid, HashInvalid, ProofLength or RootMismatch (of either root).
    """
    if not 1 <= size1 <= size2:
        raise SizeInvalid("no consistency between these sizes", size1=size1, size2=size2)
    shift = (size1 & -size1).bit_length() - 1
    last = size1 - 1
    inner = (last ^ (size2 - 1)).bit_length() - shift
    if size1 == size2:
        expected = 0
    else:
        # The complete subtree that ends at size1 comes first unless it is the whole old tree.
        seeded = size1 != 1 << shift
        expected = seeded + inner + (last >> (inner + shift)).bit_count()
    if len(proof) != expected:
        raise ProofLength("proof of the wrong length", expected=expected, given=len(proof))
    for number, element in enumerate(proof):
        if len(element) != HASH_BYTES:
            raise HashInvalid("a proof element has 32 bytes", position=number)
    if size1 == size2:
        if root1 != root2:
            raise RootMismatch("one size, two roots", calculated=root1, expected=root2)
        return
    rest = list(proof)
    old = new = rest.pop(0) if seeded else root1
    position = last >> shift
    for number, sibling in enumerate(rest):
        if number >= inner or position & 1:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
        position >>= 1
    if old != root1:
        raise RootMismatch("the proof leads to another old root", calculated=old, expected=root1)
    if new != root2:
        raise RootMismatch("the proof leads to another new root", calculated=new, expected=root2)


def _from_levels(leaf_hashes: Sequence[bytes]) -> Nodes:
    built = levels(leaf_hashes)
    return lambda wanted: [built[level][index] for level, index in wanted]
