"""One contract for every :class:`ledger.ports.LedgerStore`: tree nodes, heads, anchors."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ledger.errors import Conflict, Stale, Tampered
from ledger.ports import Anchor, Head, LedgerStore
from tests.ledger.adapters.entries import entry


def root(n: int) -> bytes:
    return hashlib.sha256(b"root %d" % n).digest()


def anchor(size: int, root_: bytes) -> Anchor:
    at = datetime(2030, 5, 1, 9, 0, size, tzinfo=UTC)
    return Anchor(size, root_, 31337, "0xC0", f"0x{size:064x}", 7 + size, "0xb10c", at)


def test_nodes_come_back_in_the_order_asked_for(store: LedgerStore) -> None:
    store.append([entry(str(n)) for n in range(4)])
    nodes = [(0, n, root(n)) for n in range(4)] + [(1, 0, root(10)), (1, 1, root(11))]
    store.integrate(0, nodes, Head(4, root(4), b"note"))
    asked = [(1, 0), (0, 1), (0, 2), (0, 3), (0, 0), (1, 1), (1, 1)]
    assert store.nodes(asked) == [root(n) for n in (10, 1, 2, 3, 0, 11, 11)]
    assert store.nodes([]) == []
    for missing in ([(2, 0)], [(0, 3), (0, 4)]):
        with pytest.raises(Tampered):
            store.nodes(missing)


def test_heads_follow_each_other_by_compare_and_set(store: LedgerStore) -> None:
    store.append([entry(str(n)) for n in range(5)])
    first, second = Head(2, root(2), b"two"), Head(5, root(5), b"five")
    store.integrate(0, [(0, 0, root(0))], first)
    for previous in (0, 3, 5):
        with pytest.raises(Stale):
            store.integrate(previous, [(0, 1, root(1))], second)
    with pytest.raises(Tampered):
        store.nodes([(0, 1)])
    store.integrate(2, [(0, 1, root(1))], second)
    assert store.head() == second
    assert store.heads() == [first, second]
    assert store.head_at(2) == first
    assert store.head_at(3) is None
    for size in (5, 6):
        with pytest.raises(ValueError, match="head of size"):
            store.integrate(5, [], Head(size, root(size), b"not newer, or beyond the log"))


def test_of_two_sequencers_one_wins(store: LedgerStore) -> None:
    store.append([entry("a")])

    def integrate(n: int) -> bool:
        try:
            store.integrate(0, [(0, 0, root(0))], Head(1, root(0), b"by %d" % n))
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(integrate, range(6))) == 1
    assert len(store.heads()) == 1


def test_an_anchor_is_kept_once_per_size(store: LedgerStore) -> None:
    for size in (3, 9):
        store.put_anchor(anchor(size, root(size)))
    store.put_anchor(anchor(3, root(3)))
    with pytest.raises(Conflict):
        store.put_anchor(anchor(3, root(4)))
    assert store.anchors() == [anchor(3, root(3)), anchor(9, root(9))]
    assert [store.anchor_covering(i) for i in (0, 2, 3, 8)] == [
        anchor(3, root(3)),
        anchor(3, root(3)),
        anchor(9, root(9)),
        anchor(9, root(9)),
    ]
    assert store.anchor_covering(9) is None


def test_anchors_beyond_a_last_good_head_are_void_and_give_way(store: LedgerStore) -> None:
    for size in (3, 9, 12):
        store.put_anchor(anchor(size, root(size)))
    store.void_anchors(3)
    store.void_anchors(9)  # less than before takes nothing back
    assert store.anchors() == [anchor(3, root(3))]
    assert store.anchors(void=True) == [anchor(9, root(9)), anchor(12, root(12))]
    assert store.anchor_covering(3) is None
    store.put_anchor(anchor(9, root(8)))  # another log's head of the same size
    assert store.anchors() == [anchor(3, root(3)), anchor(9, root(8))]
    assert store.anchors(void=True) == [anchor(12, root(12))]
    assert store.anchor_covering(3) == anchor(9, root(8))
