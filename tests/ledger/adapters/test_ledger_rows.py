"""One contract for every :class:`ledger.ports.LedgerStore`: rows beside the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ledger.errors import Conflict, Stale
from ledger.ports import Expect, LedgerStore, Row, Scalar
from tests.ledger.adapters.entries import account, consent, entry


def test_insert_put_and_update_do_what_they_say(store: LedgerStore) -> None:
    store.append([entry("a", rows=(Row("consents", consent("con_1", withdrawn_index=5)),))])
    with pytest.raises(Conflict):
        store.write([Row("consents", consent("con_1"))])
    store.write([Row("consents", {"id": "con_1", "uses": 2, "state": "used"}, "update")])
    [row] = store.rows("consents")
    assert (row["uses"], row["state"], row["withdrawn_index"]) == (2, "used", 5)
    store.write([Row("consents", consent("con_1", uses=1), "put")])
    [row] = store.rows("consents")
    assert (row["uses"], row["state"], row["withdrawn_index"]) == (1, "granted", None)
    store.write([Row("consents", consent("con_2"), "put")])
    assert len(store.rows("consents")) == 2


def test_an_update_of_a_missing_row_is_stale_and_undoes_the_call(store: LedgerStore) -> None:
    missing = Row("consents", {"id": "con_1", "uses": 2}, "update")
    with pytest.raises(Stale):
        store.write([account("a"), missing])
    assert store.rows("accounts") == []


def test_rows_deleted_and_written_in_one_call_stand_or_fall_together(store: LedgerStore) -> None:
    store.write([account("a"), account("b")])
    gone = Row("accounts", {"id": "a"}, "delete")
    with pytest.raises(Conflict):
        store.write([gone, account("b")])
    assert [row["id"] for row in store.rows("accounts")] == ["a", "b"]
    store.write([gone, Row("accounts", {"id": "nobody"}, "delete"), account("c")])
    assert [row["id"] for row in store.rows("accounts")] == ["b", "c"]
    store.write([Row("accounts", {"id": "c"}, "delete"), account("c", "auditor")])
    assert store.rows("accounts", {"role": "auditor"})[0]["id"] == "c"


def test_rows_of_one_table_are_written_in_order(store: LedgerStore) -> None:
    store.write(
        [
            Row("consents", consent("con_1")),
            Row("consents", {"id": "con_1", "uses": 1}, "update"),
            account("a"),
            Row("consents", {"id": "con_1", "uses": 2}, "update"),
        ]
    )
    assert store.rows("consents")[0]["uses"] == 2


def test_a_put_does_not_push_out_another_row_with_the_same_unique_value(
    store: LedgerStore,
) -> None:
    release: dict[str, Scalar] = {
        "id": "rel_1",
        "case_id": "case_1",
        "agency": "scjg",
        "entry_index": 1,
    }
    store.write([Row("releases", release | {"consent": "con_1", "n": 1})])
    with pytest.raises(Conflict):
        store.write([Row("releases", release | {"consent": "con_1", "n": 2}, "put")])
    assert [row["n"] for row in store.rows("releases")] == [1]


def test_a_guard_holds_a_write_to_what_was_read(store: LedgerStore) -> None:
    store.write([Row("consents", consent("con_1"))])
    seen = Expect("consents", {"id": "con_1"}, {"uses": 0, "withdrawn_index": None})
    used = Row("consents", {"id": "con_1", "uses": 1}, "update")
    store.append([entry("use 1", rows=(used,), expects=(seen,))])
    with pytest.raises(Stale):
        store.append([entry("use 2", rows=(used,), expects=(seen,))])
    with pytest.raises(Stale):
        store.write([used], [Expect("consents", {"id": "con_none"}, {"uses": 0})])
    assert store.size() == 1


def test_of_many_writers_that_read_the_same_one_wins(store: LedgerStore) -> None:
    store.write([Row("consents", consent("con_1"))])
    seen = Expect("consents", {"id": "con_1"}, {"uses": 0})
    used = Row("consents", {"id": "con_1", "uses": 1}, "update")

    def use(n: int) -> bool:
        try:
            store.append([entry(f"use {n}", rows=(used,), expects=(seen,))])
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1
    assert store.size() == 1


def test_a_guard_sees_what_earlier_entries_of_the_call_wrote(store: LedgerStore) -> None:
    def use(n: int) -> Any:
        seen = Expect("consents", {"id": "con_1"}, {"uses": n})
        used = Row("consents", {"id": "con_1", "uses": n + 1}, "update")
        return entry(f"use {n}", rows=(used,), expects=(seen,))

    grant = entry("grant", rows=(Row("consents", consent("con_1")),))
    assert len(store.append([grant, use(0), use(1)])) == 3
    with pytest.raises(Stale):
        store.append([use(2), use(2 + 2)])
    assert store.size() == 3


@pytest.mark.parametrize(
    "row",
    [
        Row("nowhere", {"id": "a"}),
        Row("accounts", {"id": "a", "colour": "red"}),
        Row("accounts", {"id": "a"}),
        Row("accounts", {"id": "a", "role": b"bytes", "secret": b"s", "salt": b"n", "seal": b"l"}),
        Row("consents", consent("con_1", uses=1 << 70)),
        Row("consents", {"uses": 1}, "update"),
        Row("consents", {"id": "con_1"}, "update"),
        Row("consents", {"id": "con_1", "uses": 1}, "delete"),
        Row("case_items", {"case_id": "case_1"}, "delete"),
        Row("entries", {"idx": 0}, "delete"),
        Row("entries", {"idx": 0, "leaf": b""}),
        Row("heads", {"size": 1, "root": b"r" * 32, "note": b""}),
        Row("schema_versions", {"version": 9}),
    ],
    ids=[
        "unknown table",
        "unknown column",
        "missing value",
        "wrong type",
        "integer beyond 64 bits",
        "update without its key",
        "update of nothing",
        "delete by more than the key",
        "delete by less than the key",
        "an entry deleted",
        "an entry by name",
        "a head by name",
        "the schema itself",
    ],
)
def test_a_row_that_its_table_does_not_admit_is_a_value_error(store: LedgerStore, row: Row) -> None:
    with pytest.raises(ValueError):
        store.write([account("beside"), row])
    assert store.rows("accounts") == []


def test_rows_are_chosen_by_columns_and_paged_by_key(store: LedgerStore) -> None:
    store.write([account(f"a{n}", "officer" if n % 2 else "auditor") for n in range(6)])
    assert [r["id"] for r in store.rows("accounts", {"role": "officer"})] == ["a1", "a3", "a5"]
    assert [r["id"] for r in store.rows("accounts", limit=2)] == ["a0", "a1"]
    assert [r["id"] for r in store.rows("accounts", after="a1", limit=2)] == ["a2", "a3"]
    assert len(store.rows("accounts", {"agency": None})) == 6
    assert store.rows("accounts", {"agency": "scjg"}) == []
    for table, where in (("nowhere", {}), ("accounts", {"colour": "red"}), ("x; DROP", {})):
        with pytest.raises(ValueError):
            store.rows(table, where)
    with pytest.raises(ValueError):
        store.rows("accounts", limit=0)


def test_paging_a_table_with_a_compound_key_loses_no_row(store: LedgerStore) -> None:
    items = [(case, item) for case in range(4) for item in range(3)]
    store.write(
        [
            Row("case_items", {"case_id": f"case_{c}", "object": f"mat_{i}", "way": "earlier"})
            for c, i in items
        ]
    )
    seen: list[Any] = []
    after = None
    while page := store.rows("case_items", after=after, limit=4):
        seen += page
        after = page[-1]["case_id"]
    assert [(r["case_id"], r["object"]) for r in seen] == [
        (f"case_{c}", f"mat_{i}") for c, i in items
    ]
    # Where the first column is fixed, the page goes on by the next.
    inside = store.rows("case_items", {"case_id": "case_2"}, after="mat_0", limit=1)
    assert [row["object"] for row in inside] == ["mat_1"]


def test_delete_takes_the_rows_named_and_no_others(store: LedgerStore) -> None:
    store.write([account("a"), account("b"), account("c", "auditor")])
    assert store.delete("accounts", {"role": "officer"}) == 2
    assert store.delete("accounts", {"role": "officer"}) == 0
    assert [row["id"] for row in store.rows("accounts")] == ["c"]
    for table, key in (("accounts", {}), ("entries", {"idx": 0}), ("nowhere", {"id": "a"})):
        with pytest.raises(ValueError):
            store.delete(table, key)


def test_rows_are_counted_by_values_within_a_span(store: LedgerStore) -> None:
    case: dict[str, Scalar] = {
        "agency": "wjw",
        "subject": "sub_1",
        "parties": "{}",
        "matter": "m",
        "state": "open",
        "opened_index": 0,
        "channel": "kiosk",
        "opened_at": "2030-01-01T00:00:00Z",
    }
    store.write(
        [
            Row("cases", {**case, "id": "case_1", "item": "a"}),
            Row("cases", {**case, "id": "case_2", "item": "b"}),
            *(
                Row("case_ways", {"case_id": at, "requirement": name, "way": way})
                for at, name, way in (
                    ("case_1", "r1", "licence"),
                    ("case_1", "r2", "asked"),
                    ("case_2", "r1", "licence"),
                    ("case_9", "r1", "licence"),
                )
            ),
        ]
    )
    assert store.tally("case_ways", ["way"]) == [(("asked",), 1), (("licence",), 3)]
    assert store.tally("case_ways", ["cases.item", "way"]) == [
        ((None, "licence"), 1),
        (("a", "asked"), 1),
        (("a", "licence"), 1),
        (("b", "licence"), 1),
    ]
    assert store.tally("case_ways", ["way"], {"cases.item": "a"}) == [
        (("asked",), 1),
        (("licence",), 1),
    ]
    assert store.tally("case_ways", ["way"], {"cases.item": None}) == [(("licence",), 1)]
    store.append([entry("a", rows=(Row("consents", consent("con_1", entry_index=0)),))])
    (((name, at), one),) = store.tally("consents", ["id", "entries.sequenced_at"])
    assert (name, one) == ("con_1", 1) and isinstance(at, int)
    stored = store.entry(0)
    assert stored is not None and stored.sequenced_at.timestamp() * 1000 == at
    assert store.tally("cases", ["item"], span=("id", "case_2", None)) == [(("b",), 1)]
    assert store.tally("cases", ["item"], span=("id", None, "case_2")) == [(("a",), 1)]
    assert store.tally("cases", ["channel"], {"item": "c"}) == []


@pytest.mark.parametrize(
    ("table", "by", "where"),
    [
        ("nothing", ["id"], {}),
        ("cases", ["nothing"], {}),
        ("cases", [], {}),
        ("cases", ["accounts.id"], {}),
        ("case_ways", ["bases.sort"], {}),
        ("case_ways", ["way"], {"cases.nothing": 1}),
    ],
)
def test_what_cannot_be_counted_is_a_value_error(
    store: LedgerStore, table: str, by: list[str], where: dict[str, Scalar]
) -> None:
    with pytest.raises(ValueError):
        store.tally(table, by, where)
