"""Write the RFC 6962 vectors that the Python and the Solidity tests both read.

    python tests/vectors/build_merkle.py            write tests/vectors/merkle/*.json
    python tests/vectors/build_merkle.py --check    write nothing; exit 1 if a file would change

The reference below is recursive, as the definitions of RFC 9162, sections 2.1.1 to 2.1.4, are, and
shares no code with the product. Bytes are lower-case hex. Files:

- ``tree.json``: ``leaves_hex`` (64 entries' data), ``roots_hex`` (roots at sizes 0 to 64), and
  two rolling digests over all proofs, d = SHA-256(d ‖ proof) from 32 zero bytes:
  ``inclusion_digest_hex`` for each size from 1 to 64 and each index,
  ``consistency_digest_hex`` for each newer size from 1 to 64 and each older size from 1.
- ``inclusion.json``, ``consistency.json``: ``cases``, each with ``name``, ``ok`` and the fields of
  the conformance operations ``merkle_incl`` and ``merkle_cons``.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Hashes = tuple[bytes, ...]
TARGET = Path(__file__).parent / "merkle"
LIMIT = 64

# The first eight are the leaves of Certificate Transparency's own tests, with published roots.
PUBLISHED = "|00|10|2021|3031|40414243|5051525354555657|606162636465666768696a6b6c6d6e6f"
PUBLISHED_ROOT_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
LEAVES = tuple(bytes.fromhex(leaf) for leaf in PUBLISHED.split("|")) + tuple(
    b"entry %d" % i for i in range(8, LIMIT)
)


# --- reference ----------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1


def root(hashes: Hashes) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    k = split(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def inclusion(index: int, hashes: Hashes) -> Hashes:
    if len(hashes) == 1:
        return ()
    k = split(len(hashes))
    if index < k:
        return (*inclusion(index, hashes[:k]), root(hashes[k:]))
    return (*inclusion(index - k, hashes[k:]), root(hashes[:k]))


def consistency(old: int, hashes: Hashes, whole: bool = True) -> Hashes:
    if old == len(hashes):
        return () if whole else (root(hashes),)
    k = split(len(hashes))
    if old <= k:
        return (*consistency(old, hashes[:k], whole), root(hashes[k:]))
    return (*consistency(old - k, hashes[k:], False), root(hashes[:k]))


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Hashes) -> bytes | None:
    if not 0 <= index < size or (size == 1) != (not proof):
        return None
    if size == 1:
        return leaf
    k = split(size)
    at_left = index < k
    index, size = (index, k) if at_left else (index - k, size - k)
    inner = root_from_inclusion(index, size, leaf, proof[:-1])
    if inner is None:
        return None
    return node_hash(inner, proof[-1]) if at_left else node_hash(proof[-1], inner)


def roots_from_consistency(
    old: int, size: int, old_root: bytes, proof: Hashes, whole: bool = True
) -> tuple[bytes, bytes] | None:
    if not 0 < old <= size:
        return None
    if old == size:
        known = proof if not whole else (old_root, *proof)
        return (known[0], known[0]) if len(known) == 1 else None
    k = split(size)
    if not proof:
        return None
    if old <= k:
        pair = roots_from_consistency(old, k, old_root, proof[:-1], whole)
        return pair and (pair[0], node_hash(pair[1], proof[-1]))
    pair = roots_from_consistency(old - k, size - k, old_root, proof[:-1], False)
    return pair and (node_hash(proof[-1], pair[0]), node_hash(proof[-1], pair[1]))


# --- what can be wrong with a proof -------------------------------------------------------------

HASHES = tuple(leaf_hash(leaf) for leaf in LEAVES)
FOREIGN = hashlib.sha256(b"of no log").digest()


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def spoilt(proof: Hashes) -> Iterator[tuple[str, Hashes]]:
    """The same proof with one defect each."""
    yield "proof extended by a foreign hash", (*proof, FOREIGN)
    yield "proof preceded by a foreign hash", (FOREIGN, *proof)
    yield "proof extended by zeros", (*proof, bytes(32))
    if proof:
        yield "empty proof", ()
        yield "proof without its last hash", proof[:-1]
        yield "proof without its first hash", proof[1:]
        yield "first hash given twice", (proof[0], *proof)
        yield "last hash given twice", (*proof, proof[-1])
        yield "bit changed in the first hash", (flipped(proof[0]), *proof[1:])
        yield "bit changed in the last hash", (*proof[:-1], flipped(proof[-1]))
    if len(proof) > 1:
        yield "siblings swapped", (proof[1], proof[0], *proof[2:])
        yield "proof reversed", proof[::-1]


def inclusion_case(
    name: str, index: int, size: int, leaf: bytes, top: bytes, proof: Hashes
) -> dict[str, Any]:
    return {
        "name": name,
        "ok": root_from_inclusion(index, size, leaf, proof) == top,
        "index": index,
        "size": size,
        "leaf_hash_hex": leaf.hex(),
        "root_hex": top.hex(),
        "proof_hex": [h.hex() for h in proof],
    }


def inclusion_cases() -> Iterator[dict[str, Any]]:
    for size in (*range(1, 10), 33, 63, 64):
        for index in range(size) if size < 10 else (0, 1, size // 2, size - 2, size - 1):
            proof, top = inclusion(index, HASHES[:size]), root(HASHES[:size])
            name = f"holds: entry {index} of {size}"
            yield inclusion_case(name, index, size, HASHES[index], top, proof)
    for index, size in ((0, 1), (0, 2), (4, 5), (2, 7), (6, 7), (0, 8), (5, 8), (32, 33)):
        yield from refused_inclusions(index, size)
    left, right = HASHES[:2]
    joined = leaf_hash(left + right)
    yield inclusion_case("64-byte leaf that joins two", 0, 1, joined, root(HASHES[:2]), ())
    unmarked = hashlib.sha256(left + right).digest()
    yield inclusion_case("node without its prefix byte", 0, 2, left, unmarked, (right,))
    paired = node_hash(*sorted((left, right), reverse=left < right))
    yield inclusion_case("node over a sorted pair", 0, 2, left, paired, (right,))
    twice = node_hash(node_hash(left, right), node_hash(HASHES[2], HASHES[2]))
    proof = (HASHES[2], node_hash(left, right))
    yield inclusion_case("odd node duplicated", 2, 3, HASHES[2], twice, proof)


def refused_inclusions(index: int, size: int) -> Iterator[dict[str, Any]]:
    """One good proof with one defect each."""
    good, top, leaf = inclusion(index, HASHES[:size]), root(HASHES[:size]), HASHES[index]

    def case(
        defect: str,
        *,
        index: int = index,
        size: int = size,
        leaf: bytes = leaf,
        top: bytes = top,
        proof: Hashes = good,
        about: str = f"entry {index} of {size}",
    ) -> dict[str, Any]:
        return inclusion_case(f"{defect}: {about}", index, size, leaf, top, proof)

    for defect, proof in spoilt(good):
        yield case(defect, proof=proof)
    yield case("bit changed in the leaf", leaf=flipped(leaf))
    yield case("bit changed in the root", top=flipped(top))
    yield case("index one more", index=index + 1)
    yield case("index beyond the size", index=index + size)
    yield case("index with a high bit", index=index + (1 << 52))
    yield case("size of nothing", size=0)
    yield case("size doubled", size=2 * size)
    yield case("size halved", size=size // 2)
    if size > 1:
        yield case("root of a smaller log", top=root(HASHES[:1]), proof=())
    for depth, node in enumerate(path_nodes(index, size), start=1):
        name = f"inner node {depth} above the leaf as leaf"
        yield case(name, leaf=node)
        yield case(f"{name}, rest of its path", leaf=node, proof=good[depth:])


def path_nodes(index: int, size: int) -> list[bytes]:
    """Inner nodes between leaf and root, both left out, from below."""
    found: list[bytes] = []
    hashes = HASHES[:size]
    while len(hashes) > 1:
        found.append(root(hashes))
        k = split(len(hashes))
        hashes, index = (hashes[:k], index) if index < k else (hashes[k:], index - k)
    return found[:0:-1]


def consistency_case(
    name: str, old: int, size: int, old_root: bytes, top: bytes, proof: Hashes
) -> dict[str, Any]:
    pair = roots_from_consistency(old, size, old_root, proof)
    return {
        "name": name,
        "ok": pair == (old_root, top),
        "size1": old,
        "size2": size,
        "root1_hex": old_root.hex(),
        "root2_hex": top.hex(),
        "proof_hex": [h.hex() for h in proof],
    }


def consistency_cases() -> Iterator[dict[str, Any]]:
    pairs = [(old, size) for size in range(1, 10) for old in range(1, size + 1)]
    for old, size in (*pairs, *pairwise((15, 16, 17, 31, 32, 33, 63, 64)), (1, 64), (32, 64)):
        proof = consistency(old, HASHES[:size])
        below, top = root(HASHES[:old]), root(HASHES[:size])
        yield consistency_case(f"holds: {old} to {size}", old, size, below, top, proof)
    for old, size in ((1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (7, 8), (4, 8), (33, 64)):
        yield from refused_consistencies(old, size)


def refused_consistencies(old: int, size: int) -> Iterator[dict[str, Any]]:
    """One good proof with one defect each."""
    good = consistency(old, HASHES[:size])
    below, top = root(HASHES[:old]), root(HASHES[:size])

    def case(
        defect: str,
        *,
        old: int = old,
        size: int = size,
        below: bytes = below,
        top: bytes = top,
        proof: Hashes = good,
        about: str = f"{old} to {size}",
    ) -> dict[str, Any]:
        return consistency_case(f"{defect}: {about}", old, size, below, top, proof)

    for defect, proof in spoilt(good):
        yield case(defect, proof=proof)
    yield case("bit changed in the old root", below=flipped(below))
    yield case("bit changed in the new root", top=flipped(top))
    yield case("roots exchanged", below=top, top=below)
    yield case("sizes exchanged", old=size, size=old)
    yield case("old size one more", old=old + 1)
    yield case("new size doubled", size=2 * size)
    yield case("equal sizes, other root", size=old, proof=())
    yield case("equal sizes, proof given", size=old, top=below)
    changed = (FOREIGN, *HASHES[1:size])
    yield case("first entry rewritten", top=root(changed), proof=consistency(old, changed))
    dropped = HASHES[: old - 1] + HASHES[old:size] + (FOREIGN,)
    yield case("last old entry dropped", top=root(dropped), proof=consistency(old, dropped))


# --- files --------------------------------------------------------------------------------------


def tree() -> dict[str, Any]:
    proofs = growths = bytes(32)
    for size in range(1, LIMIT + 1):
        for index in range(size):
            proof = inclusion(index, HASHES[:size])
            proofs = hashlib.sha256(proofs + b"".join(proof)).digest()
        for old in range(1, size + 1):
            proof = consistency(old, HASHES[:size])
            growths = hashlib.sha256(growths + b"".join(proof)).digest()
    roots = [root(HASHES[:size]).hex() for size in range(LIMIT + 1)]
    assert roots[8] == PUBLISHED_ROOT_8, "the reference disagrees with the published root"
    return {
        "leaves_hex": [leaf.hex() for leaf in LEAVES],
        "roots_hex": roots,
        "inclusion_digest_hex": proofs.hex(),
        "consistency_digest_hex": growths.hex(),
    }


def named(cases: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """The cases, once the reference agrees with what each name says."""
    kept: dict[str, dict[str, Any]] = {}
    for case in cases:
        assert case["name"] not in kept, f"two cases named {case['name']}"
        assert case["ok"] == case["name"].startswith("holds"), case["name"]
        kept[case["name"]] = case
    return {"cases": list(kept.values())}


def main() -> int:
    parser = argparse.ArgumentParser(description="write the Merkle vectors")
    parser.add_argument("--check", action="store_true", help="write nothing, report drift")
    check = parser.parse_args().check
    stale = False
    files = {
        "tree.json": tree(),
        "inclusion.json": named(inclusion_cases()),
        "consistency.json": named(consistency_cases()),
    }
    for name, content in files.items():
        text = json.dumps(content, indent=1) + "\n"
        path = TARGET / name
        if not check:
            TARGET.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            print(f"{path} is out of date: run {Path(__file__).name}", file=sys.stderr)
            stale = True
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
