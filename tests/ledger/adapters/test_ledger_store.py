"""One contract for every :class:`ledger.ports.LedgerStore`: sequencing, names, erasing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Conflict, NotFound, Stale
from ledger.ports import INDEX, Appended, Expect, LedgerStore, Quiet, Row
from tests.ledger.adapters.entries import account, consent, entry
from tests.ledger.adapters.stores import ENGINES, Clock


def test_an_empty_log_has_no_size_no_head_and_no_anchor(store: LedgerStore) -> None:
    assert store.size() == 0
    assert store.entry(0) is None
    assert store.entries(0, 10) == []
    assert store.head() is None
    assert store.heads() == []
    assert store.anchors() == []
    assert store.anchor_covering(0) is None


def test_entries_come_back_as_they_were_given(store: LedgerStore, clock: Clock) -> None:
    given_ = entry("a", keys=("case:1",))
    assert store.append([given_, entry("b")]) == [Appended(0, True), Appended(1, True)]
    found = store.entry(0)
    assert found is not None
    assert (found.index, found.leaf, found.payload_sha256) == (
        0,
        given_.leaf,
        given_.payload_sha256,
    )
    assert (found.kind, found.tag) == (given_.kind, given_.tag)
    assert (found.record, found.record_key) == (given_.record, given_.record_key)
    assert found.sequenced_at == clock.at
    assert store.entry_by_payload(given_.payload_sha256) == found
    assert store.entry_by_payload(b"\0" * 32) is None
    assert [e.index for e in store.entries(0, 10)] == [0, 1]
    assert [e.index for e in store.entries(1, 2)] == [1]


def test_a_clock_set_back_does_not_make_a_later_entry_look_earlier(
    store: LedgerStore, clock: Clock
) -> None:
    store.append([entry("a")])
    before = clock.at
    clock.at -= timedelta(hours=1)
    store.append([entry("b")])
    assert [e.sequenced_at for e in store.entries(0, 2)] == [before, before]


def test_a_guard_that_wants_quiet_is_stale_once_its_name_was_used_again(
    store: LedgerStore,
) -> None:
    store.append([entry("a", keys=("material:1",)), entry("b", keys=("material:2",))])
    quiet = replace(entry("c", keys=("material:1",)), quiet=(Quiet("material:1", 0),))
    assert store.append([quiet, entry("d", keys=("material:1",))])[0].index == 2
    late = replace(entry("e"), quiet=(Quiet("material:1", 2),))
    with pytest.raises(Stale):
        store.append([late])
    assert store.size() == 4
    assert store.append([quiet]) == [Appended(2, False)]  # a twin asks for nothing


def test_a_twin_answers_the_first_index_and_writes_nothing(store: LedgerStore) -> None:
    store.append([entry("first"), entry("a", keys=("case:1",), rows=(account("x"),))])
    never = Expect("accounts", {"id": "nobody"}, {"role": "officer"})
    again = entry("a", keys=("case:2",), rows=(account("y"),), expects=(never,))
    assert store.append([again]) == [Appended(1, False)]
    assert store.append([entry("b"), again, entry("c")]) == [
        Appended(2, True),
        Appended(1, False),
        Appended(3, True),
    ]
    assert store.size() == 4
    assert store.find("case:2") == []
    assert [row["id"] for row in store.rows("accounts")] == ["x"]


def test_twins_in_one_call_take_one_place(store: LedgerStore) -> None:
    twice = entry("a", keys=("k",))
    assert store.append([twice, entry("b"), twice]) == [
        Appended(0, True),
        Appended(1, True),
        Appended(0, False),
    ]
    assert store.find("k") == [0]


def test_nothing_of_a_call_stands_when_one_row_of_it_is_taken(store: LedgerStore) -> None:
    store.write([account("taken")])
    good = entry("a", keys=("k",), rows=(account("new"),))
    with pytest.raises(Conflict):
        store.append([good, entry("b", rows=(account("taken"),))])
    assert store.size() == 0
    assert store.find("k") == []
    assert store.rows("accounts", {"id": "new"}) == []
    assert store.append([good]) == [Appended(0, True)]


def test_index_in_a_row_is_the_index_of_its_entry(store: LedgerStore) -> None:
    rows = [Row("consents", consent(f"con_{n}") | {"entry_index": INDEX}) for n in range(3)]
    store.append([entry("zero")])
    store.append([entry(str(n), rows=(row,)) for n, row in enumerate(rows)])
    assert [row["entry_index"] for row in store.rows("consents")] == [1, 2, 3]
    with pytest.raises(ValueError, match="INDEX"):
        store.write([rows[0]])


@pytest.mark.parametrize(
    "bad",
    [
        {"payload_sha256": b"short"},
        {"tag": b"short"},
        {"leaf": None},
        {"kind": 1.5j},
    ],
    ids=["digest length", "tag length", "no leaf", "not a value"],
)
def test_an_entry_of_wrong_form_is_a_value_error(store: LedgerStore, bad: dict[str, Any]) -> None:
    good = entry("a")
    fields = {name: getattr(good, name) for name in good.__slots__} | bad
    with pytest.raises(ValueError):
        store.append([type(good)(**fields)])
    assert store.size() == 0


def test_many_callers_get_dense_indexes_and_keep_their_own_refusals(store: LedgerStore) -> None:
    store.write([account("taken")])
    callers = 24
    start = threading.Barrier(callers)

    def call(n: int) -> Appended | None:
        rows = (account("taken" if n % 3 == 0 else f"own {n}"),)
        start.wait()
        try:
            return store.append([entry(f"entry {n}", rows=rows)])[0]
        except Conflict:
            return None

    with ThreadPoolExecutor(callers) as pool:
        answers = list(pool.map(call, range(callers)))
    kept = [answer for answer in answers if answer is not None]
    assert [answer is None for answer in answers] == [n % 3 == 0 for n in range(callers)]
    assert sorted(answer.index for answer in kept) == list(range(16))
    assert len(store.rows("accounts")) == 1 + 16


@settings(max_examples=25, deadline=None)
@given(calls=st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=6))
def test_sequencing_agrees_with_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, calls: list[list[int]]
) -> None:
    for opened in ENGINES.values():
        store = opened(tmp_path_factory.mktemp("store"), Clock())
        model: dict[int, int] = {}
        try:
            for call in calls:
                expected = [Appended(model.setdefault(n, len(model)), False) for n in call]
                answers = store.append([entry(str(n), keys=(f"n:{n % 2}",)) for n in call])
                assert [a.index for a in answers] == [e.index for e in expected]
            assert store.size() == len(model)
            for parity in (0, 1):
                wanted = sorted(i for n, i in model.items() if n % 2 == parity)
                assert store.find(f"n:{parity}") == wanted
        finally:
            store.close()


def test_find_pages_in_order(store: LedgerStore) -> None:
    store.append([entry(str(n), keys=("agency:scjg", "agency:scjg")) for n in range(7)])
    assert store.find("agency:scjg", limit=3) == [0, 1, 2]
    assert store.find("agency:scjg", after=2, limit=3) == [3, 4, 5]
    assert store.find("agency:kw") == []


def test_erasing_leaves_place_and_leaf(store: LedgerStore) -> None:
    store.append([entry("a", keys=("k",)), entry("b")])
    store.erase(0)
    store.erase(0)
    gone, stays = store.entries(0, 2)
    assert (gone.record, gone.record_key) == (None, None)
    assert (gone.leaf, gone.payload_sha256) == (entry("a").leaf, entry("a").payload_sha256)
    assert stays.record == entry("b").record
    assert store.find("k") == [0]
    assert store.append([entry("a")]) == [Appended(0, False)]
    with pytest.raises(NotFound):
        store.erase(2)


def test_what_was_written_is_there_after_reopening(tmp_path: Path, clock: Clock) -> None:
    for name, opened in ENGINES.items():
        folder = tmp_path / name
        folder.mkdir()
        store = opened(folder, clock)
        store.append([entry("a", keys=("k",), rows=(account("x"),))])
        store.close()
        with pytest.raises(ValueError, match="closed"):
            store.append([entry("b")])
        with pytest.raises(ValueError, match="closed"):
            store.size()
        again = opened(folder, clock)
        assert again.append([entry("a"), entry("b")]) == [Appended(0, False), Appended(1, True)]
        assert (again.find("k"), len(again.rows("accounts"))) == ([0], 1)
        again.close()
