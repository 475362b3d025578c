"""Documents → leaf hashes → root with every proof, and the check of one inclusion."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from certs.canonical import canonical
from ledger.log import merkle
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, blocks_of, hash_blocks, race, say

SMALL = 1_000
DEPTH = 10
CHECKS = 400
ROUNDS = 4  # for each asked: a turn is short
REPEATS = 3  # of the small batch in a turn
EVEN = 3  # times the bare hashing, so that its turn is about as long as ours
LIMIT = "SHA-256 of the same blocks as one message"

_FACE = {
    "licenceNumber": "JY13101010000000",
    "licenceType": "food-operation-permit",
    "issuer": {"name": "区市场监管局", "code": "11319999MT0000188A", "region": "310101"},
    "holder": {
        "name": "云上小馆餐饮有限公司",
        "idType": "credit-code",
        "id": "91319999MA1DEMQ100",
        "legalRepresentative": "林晓舟",
        "address": "虚拟市示范区梧桐路88号1层",
    },
    "scope": "热食类食品制售；冷食类食品制售；自制饮品制售",
    "premises": {"area": 128, "floor": 1, "geo": "POINT(121.4737 31.2304)"},
    "issuedAt": "2026-03-02T02:00:00Z",
    "validFrom": "2026-03-02",
    "validUntil": "2031-03-01",
    "status": "active",
    "version": 1,
    "attachmentSha256": "x" * 43,
    "remarks": "测试机构制发，无效力",
}


def documents(count: int) -> list[bytes]:
    """Licence-like canonical JSON of 21 fields, each with its own number."""
    face = canonical(_FACE)
    return [face.replace(b'0000000"', b'%07d"' % number, 1) for number in range(count)]


def batch(given: Sequence[bytes]) -> bytes:
    """Root of the documents' tree, with the proof of every one of them made on the way."""
    root, proofs = merkle.tree_with_proofs(merkle.leaf_hashes(given))
    deque(proofs, maxlen=0)
    return root


def batch_blocks(count: int, size: int) -> int:
    """Blocks hashed for a tree over ``count`` documents of ``size`` bytes."""
    return count * blocks_of(1 + size) + (count - 1) * blocks_of(1 + 2 * merkle.HASH_BYTES)


def measure(effort: Effort) -> list[Row]:
    say("trees: documents to root with every proof")
    few, many = documents(SMALL), documents(effort.batch)
    size = len(few[0])
    few_limit, many_limit = (batch_blocks(len(given), size) for given in (few, many))
    few_s, few_limit_s = race(
        ROUNDS * effort.rounds,
        lambda: [batch(few) for _ in range(REPEATS)],
        lambda: hash_blocks(EVEN * REPEATS * few_limit),
    )
    many_s, many_limit_s = race(
        effort.rounds, lambda: batch(many), lambda: hash_blocks(EVEN * many_limit)
    )
    few_each, many_each = few_s / REPEATS / len(few), many_s / len(many)
    rows = [
        Row(
            "trees",
            f"batch of {len(given):,} to root with every proof",
            1 / each,
            1 / limit,
            "/s",
            LIMIT,
            Bound(0.25),
            Bound(0.15),
            f"documents of {size} bytes",
        )
        for given, each, limit in (
            (few, few_each, few_limit_s / EVEN / REPEATS / len(few)),
            (many, many_each, many_limit_s / EVEN / len(many)),
        )
    ]
    rows.append(
        Row(
            "trees",
            f"cost of a document, at {len(many):,} / {len(few):,}",
            many_each * 1e6,
            few_each * 1e6,
            "µs",
            f"the same work at {len(few):,}",
            Bound(1.3, most=True),
        )
    )
    return [*rows, _inclusion(effort)]


def _inclusion(effort: Effort) -> Row:
    given = documents(1 << DEPTH)
    root, proofs = merkle.tree_with_proofs(merkle.leaf_hashes(given))
    asked = [(index % len(given), proofs[index % len(given)]) for index in range(CHECKS)]

    def ours() -> None:
        for index, proof in asked:
            leaf = merkle.leaf_hash(given[index])
            merkle.verify_inclusion(index, len(given), leaf, proof, root)

    each = blocks_of(1 + len(given[0])) + DEPTH * blocks_of(1 + 2 * merkle.HASH_BYTES)
    ours_s, limit_s = race(ROUNDS * effort.rounds, ours, lambda: hash_blocks(EVEN * CHECKS * each))
    work = f"inclusion of one document, depth {DEPTH}"
    return Row("trees", work, CHECKS / ours_s, EVEN * CHECKS / limit_s, "/s", LIMIT, Bound(0.25))
