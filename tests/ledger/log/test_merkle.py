"""RFC 6962 trees: against a recursive reference, exhaustively when small; shared vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import merkle
from ledger.log.merkle import (
    CompactRange,
    HashInvalid,
    IndexInvalid,
    ProofInvalid,
    ProofLength,
    RootMismatch,
    SizeInvalid,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "merkle"
LIMIT = 40
LEAVES = [b"leaf %d" % i for i in range(LIMIT)]
HASHES = merkle.leaf_hashes(LEAVES)


# --- reference: the recursive definitions of RFC 6962 §2.1, kept as oracle only ------------------


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return hashlib.sha256(b"\0" + d[0]).digest()
    k = split(len(d))
    return hashlib.sha256(b"\1" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


ROOTS = [mth(LEAVES[:n]) for n in range(LIMIT + 1)]


class Stored:
    """Complete nodes as a store would keep them, counting how often it is asked."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.calls = 0

    def __call__(self, wanted: Sequence[tuple[int, int]]) -> list[bytes]:
        self.calls += 1
        return [self.nodes[coordinate] for coordinate in wanted]

    def append(self, size: int, hashes: Sequence[bytes]) -> None:
        for level, index, hashed in merkle.grown(self, size, hashes):
            assert (level, index) not in self.nodes
            self.nodes[level, index] = hashed


@pytest.fixture(scope="module")
def stored() -> Stored:
    store = Stored()
    store.append(0, HASHES)
    return store


# --- equal to the reference ----------------------------------------------------------------------


def test_every_root_equals_the_reference(stored: Stored) -> None:
    compact = CompactRange()
    for n in range(LIMIT + 1):
        assert merkle.root(HASHES[:n]) == ROOTS[n]
        assert merkle.root_at(stored, n) == ROOTS[n]
        assert compact.root() == ROOTS[n]
        if n < LIMIT:
            compact = compact.append(HASHES[n])


def test_every_inclusion_proof_equals_the_reference_and_verifies(stored: Stored) -> None:
    for n in range(1, LIMIT + 1):
        root, proofs = merkle.tree_with_proofs(HASHES[:n])
        assert root == ROOTS[n]
        assert len(proofs) == n
        for index, proof in enumerate(proofs):
            expected = path(index, LEAVES[:n])
            assert list(proof) == expected == list(proofs[index])
            assert merkle.inclusion_at(stored, index, n) == expected
            merkle.verify_inclusion(index, n, HASHES[index], proof, root)
        assert merkle.inclusion_proof(n - 1, HASHES[:n]) == path(n - 1, LEAVES[:n])


def test_every_consistency_proof_equals_the_reference_and_verifies(stored: Stored) -> None:
    for n in range(1, LIMIT + 1):
        for m in range(1, n + 1):
            expected = subproof(m, LEAVES[:n], True)
            assert merkle.consistency_at(stored, m, n) == expected
            merkle.verify_consistency(m, n, ROOTS[m], ROOTS[n], expected)
        assert merkle.consistency_proof(1, HASHES[:n]) == subproof(1, LEAVES[:n], True)


def test_every_way_of_growing_stores_the_same_nodes(stored: Stored) -> None:
    for first in range(LIMIT):
        for second in (first, (first + LIMIT) // 2, LIMIT):
            store = Stored()
            for low, high in ((0, first), (first, second), (second, LIMIT)):
                store.append(low, HASHES[low:high])
            assert store.nodes == stored.nodes
    complete = {(lv, i) for lv in range(6) for i in range(LIMIT) if (i + 1) << lv <= LIMIT}
    assert stored.nodes.keys() == complete


def test_stored_forms_ask_once(stored: Stored) -> None:
    for call in (
        lambda: merkle.root_at(stored, 39),
        lambda: merkle.inclusion_at(stored, 35, 39),
        lambda: merkle.consistency_at(stored, 21, 39),
        lambda: merkle.grown(stored, 39, [b"x" * 32]),
    ):
        before = stored.calls
        call()
        assert stored.calls == before + 1


def test_growing_asks_only_for_nodes_that_get_a_sibling(stored: Stored) -> None:
    asked: list[tuple[int, int]] = []

    def nodes(wanted: Sequence[tuple[int, int]]) -> list[bytes]:
        asked.extend(wanted)
        return stored(wanted)

    merkle.grown(nodes, 38, [HASHES[38]])
    assert asked == []
    merkle.grown(nodes, 39, [HASHES[39]])
    assert asked == [(0, 38), (1, 18), (2, 8)]


@given(st.integers(1, 3000), st.data())
def test_bulk_proofs_verify_at_any_size(n: int, data: st.DataObject) -> None:
    hashes = [i.to_bytes(32, "big") for i in range(n)]
    root, proofs = merkle.tree_with_proofs(hashes)
    iterated = list(proofs)
    for index in {0, n - 1, data.draw(st.integers(0, n - 1))}:
        assert iterated[index] == proofs[index] == tuple(merkle.inclusion_proof(index, hashes))
        merkle.verify_inclusion(index, n, hashes[index], proofs[index], root)
    assert proofs[-1] == proofs[n - 1]
    with pytest.raises(IndexError):
        proofs[n]


def test_empty_tree() -> None:
    root, proofs = merkle.tree_with_proofs([])
    assert root == merkle.EMPTY_ROOT == hashlib.sha256().digest()
    assert list(proofs) == []
    assert CompactRange().root() == root


# --- refused -------------------------------------------------------------------------------------


def test_single_change_of_an_inclusion_proof_is_refused() -> None:
    for n in (1, 2, 3, 7, 8, 21, 40):
        for index in range(n):
            proof = path(index, LEAVES[:n])
            for wrong in (proof[:-1], [*proof, ROOTS[1]], [ROOTS[1], *proof]):
                if wrong != proof:
                    with pytest.raises(ProofLength):
                        merkle.verify_inclusion(index, n, HASHES[index], wrong, ROOTS[n])
            for i in range(len(proof)):
                flipped = list(proof)
                flipped[i] = bytes([proof[i][0] ^ 8]) + proof[i][1:]
                with pytest.raises(RootMismatch) as error:
                    merkle.verify_inclusion(index, n, HASHES[index], flipped, ROOTS[n])
                assert error.value.expected == ROOTS[n]
                assert error.value.calculated not in (ROOTS[n], None)
                flipped[i] = proof[i] + b"\0"
                with pytest.raises(HashInvalid):
                    merkle.verify_inclusion(index, n, HASHES[index], flipped, ROOTS[n])
            for other in set(range(n)) - {index}:
                with pytest.raises(ProofInvalid):
                    merkle.verify_inclusion(other, n, HASHES[index], proof, ROOTS[n])


def test_inclusion_refuses_what_is_no_position() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 1), (5, 4), (0, -3)):
        with pytest.raises(IndexInvalid):
            merkle.verify_inclusion(index, size, HASHES[0], [], HASHES[0])
        with pytest.raises(IndexInvalid):
            merkle.inclusion_at(Stored(), index, size)


def test_inner_node_is_no_leaf() -> None:
    node = merkle.node_hash(HASHES[0], HASHES[1])
    root = merkle.root(HASHES[:4])
    with pytest.raises(ProofLength):
        merkle.verify_inclusion(0, 4, node, [merkle.node_hash(HASHES[2], HASHES[3])], root)
    data = HASHES[0] + HASHES[1]  # 64 bytes of leaf data hash to another value than the node
    assert merkle.leaf_hash(data) != node


def test_odd_node_is_not_duplicated() -> None:
    assert merkle.root(HASHES[:3]) != merkle.root([*HASHES[:3], HASHES[2]])


def test_single_change_of_a_consistency_proof_is_refused() -> None:
    for n in (2, 3, 7, 8, 21, 40):
        for m in range(1, n + 1):
            proof = subproof(m, LEAVES[:n], True)
            for wrong in (proof[:-1], [*proof, ROOTS[m]], [ROOTS[n], *proof]):
                if wrong != proof:
                    with pytest.raises(ProofLength):
                        merkle.verify_consistency(m, n, ROOTS[m], ROOTS[n], wrong)
            for i in range(len(proof)):
                flipped = list(proof)
                flipped[i] = bytes([proof[i][0] ^ 16]) + proof[i][1:]
                with pytest.raises(RootMismatch):
                    merkle.verify_consistency(m, n, ROOTS[m], ROOTS[n], flipped)
                flipped[i] = proof[i][:31]
                with pytest.raises(HashInvalid):
                    merkle.verify_consistency(m, n, ROOTS[m], ROOTS[n], flipped)
            for root1, root2 in ((ROOTS[0], ROOTS[n]), (ROOTS[m], ROOTS[0])):
                with pytest.raises(RootMismatch):
                    merkle.verify_consistency(m, n, root1, root2, proof)
            if m < n:
                with pytest.raises(ProofInvalid):
                    merkle.verify_consistency(m, n, ROOTS[n], ROOTS[m], proof)


def test_a_rewritten_history_has_no_proof() -> None:
    """The old root of other leaves is not reached by any honest proof of the new tree."""
    other = merkle.root([HASHES[1], HASHES[0], *HASHES[2:9]])
    with pytest.raises(RootMismatch):
        merkle.verify_consistency(9, 20, other, ROOTS[20], subproof(9, LEAVES[:20], True))


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 5), (5, 4), (-1, 3), (1, 0)])
def test_consistency_refuses_what_is_no_growth(size1: int, size2: int) -> None:
    with pytest.raises(SizeInvalid):
        merkle.verify_consistency(size1, size2, ROOTS[0], ROOTS[5], [])
    with pytest.raises(SizeInvalid):
        merkle.consistency_at(Stored(), size1, size2)


# --- compact range -------------------------------------------------------------------------------


def test_compact_range_survives_encoding() -> None:
    compact = CompactRange()
    for n, hashed in enumerate(HASHES):
        assert compact.size == n
        assert CompactRange.decode(compact.encode()) == compact
        compact = compact.append(hashed)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 7, b"\0" * 9, (1).to_bytes(8, "big"), (2).to_bytes(8, "big") + b"x" * 33],
    ids=["nothing", "short size", "tail", "hash absent", "hash too long"],
)
def test_compact_range_refuses_other_lengths(data: bytes) -> None:
    with pytest.raises(SizeInvalid):
        CompactRange.decode(data)


def test_compact_range_refuses_other_hashes() -> None:
    with pytest.raises(HashInvalid):
        CompactRange(1, (b"short",))
    with pytest.raises(SizeInvalid):
        CompactRange(2, (HASHES[0], HASHES[1]))


# --- shared vectors ------------------------------------------------------------------------------


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((VECTORS / name).read_bytes())["cases"]
    return loaded


def hexes(values: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


@pytest.mark.parametrize("case", cases("inclusion.json"), ids=lambda case: case["name"])
def test_inclusion_vector(case: dict[str, Any]) -> None:
    leaf, root = hexes([case["leaf_hash_hex"], case["root_hex"]])
    arguments = case["index"], case["size"], leaf, hexes(case["proof_hex"]), root
    if case["ok"]:
        merkle.verify_inclusion(*arguments)
    else:
        with pytest.raises(ProofInvalid):
            merkle.verify_inclusion(*arguments)


@pytest.mark.parametrize("case", cases("consistency.json"), ids=lambda case: case["name"])
def test_consistency_vector(case: dict[str, Any]) -> None:
    root1, root2 = hexes([case["root1_hex"], case["root2_hex"]])
    arguments = case["size1"], case["size2"], root1, root2, hexes(case["proof_hex"])
    if case["ok"]:
        merkle.verify_consistency(*arguments)
    else:
        with pytest.raises(ProofInvalid):
            merkle.verify_consistency(*arguments)


def test_tree_vector() -> None:
    tree = json.loads((VECTORS / "tree.json").read_bytes())
    hashes = merkle.leaf_hashes(hexes(tree["leaves_hex"]))
    sizes = range(1, len(hashes) + 1)
    assert [merkle.root(hashes[:n]) for n in range(len(hashes) + 1)] == hexes(tree["roots_hex"])
    inclusion = consistency = bytes(32)  # rolling: SHA-256(digest ‖ proof)
    for n in sizes:
        for proof in merkle.tree_with_proofs(hashes[:n])[1]:
            inclusion = hashlib.sha256(inclusion + b"".join(proof)).digest()
        for m in range(1, n + 1):
            grown = merkle.consistency_proof(m, hashes[:n])
            consistency = hashlib.sha256(consistency + b"".join(grown)).digest()
    assert inclusion.hex() == tree["inclusion_digest_hex"]
    assert consistency.hex() == tree["consistency_digest_hex"]
