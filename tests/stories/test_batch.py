"""Many licences at once: a result for each row, none twice, none lost, and no row sinks another."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli import pages
from api.demo.story import MARKET
from ledger.errors import StoreAway
from ledger.flows.door.once import Once
from ledger.flows.library import issue_many as many
from ledger.flows.library.issue_many import Order, RowDone, issue_many
from tests.doubles.faulty import Faulty
from tests.stories.house import FOOD_FIELDS, House, Told, food_draft, issue_food, opened_copy


@pytest.fixture(scope="module")
def market(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("batch") / "data") as opened:
        yield opened


def order(house: House, key: str, **changes: Any) -> Order:
    number = changes.pop("number", key)
    draft = food_draft(house, number=number, **changes)
    return Order(draft, Once(MARKET, "batch", key, number.encode()))


def run(house: House, orders: list[Order], agency: str = MARKET) -> list[RowDone]:
    return list(issue_many(house.platform, agency, orders))


def results(done: list[RowDone]) -> list[str]:
    return [one.error.code if one.error else one.result for one in done]


def licences(house: House) -> int:
    return len(house.platform.store.rows("licences"))


def test_each_row_has_its_own_result_and_the_same_again(market: House) -> None:
    before = licences(market)
    old = issue_food(market, number="B-old")
    orders = [
        order(market, "B-1"),
        order(market, "B-field", fields={}),
        order(market, "B-new", supersedes=old.licence),
        order(market, "B-late", supersedes=old.licence),
        order(market, "B-2"),
        order(market, "B-1"),
        order(market, "B-nobody", subject="sub_" + "a" * 26),
        order(market, "B-1", number="another"),
    ]
    first = run(market, orders)
    assert results(first) == [
        "issued", "licence.fields", "issued", "licence.not_active", "issued", "standing",
        "not_found", "idempotency.reused",
    ]  # fmt: skip
    assert first[5].licence == first[0].licence and first[0].licence is not None
    again = run(market, orders)
    assert [one.licence for one in again] == [one.licence for one in first]
    assert results(again)[0] == results(again)[2] == "standing"
    assert licences(market) == before + 4
    (row,) = market.platform.store.rows("licences", {"id": old.licence})
    assert row["state"] == "superseded"
    assert results(run(market, [order(market, "B-foreign")], "wjw")) == ["issuer.not_entitled"]
    assert market.findings() == ()


def test_groups_are_one_commit_and_larger_than_one(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "GROUP", 4)
    watched = Faulty(market.platform.store)
    house = market.with_ports(store=watched)
    assert results(run(house, [order(market, f"G-{n}") for n in range(10)])) == ["issued"] * 10
    assert watched.calls["append"] == 3
    assert market.findings() == ()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [("store", "append"), ("blobs", "put"), ("keys", "deposit")])
def test_a_failure_anywhere_loses_nothing_and_doubles_nothing(
    market: House, monkeypatch: pytest.MonkeyPatch, call: tuple[str, str], moment: str
) -> None:
    monkeypatch.setattr(many, "GROUP", 3)
    port, method = call
    name = f"F-{method}-{moment}"
    orders = [order(market, f"{name}-{n}") for n in range(6)]
    facts: dict[str, Any] = {f"fail_{moment}": {method: 2}}
    broken = market.with_ports(**{port: Faulty(getattr(market.platform, port), **facts)})
    before = licences(market)
    said = results(run(broken, orders))
    assert said.count("issued") in (3, 5) and len(said) == 6
    assert set(said) == {"issued", "pushback"}
    again = run(market, orders)
    assert {one.result for one in again} <= {"issued", "standing"}
    assert licences(market) == before + 6
    assert market.findings() == ()


def test_where_the_store_is_away_every_row_waits(market: House) -> None:
    class Away(Faulty):
        def __getattr__(self, name: str) -> Any:
            raise StoreAway("gone")

    house = market.with_ports(blobs=Away(market.platform.blobs))
    done = run(house, [order(market, f"A-{n}") for n in range(3)])
    assert [one.result for one in done] == ["waiting"] * 3
    assert results(done) == ["store.away"] * 3


def test_a_page_is_drawn_the_same_in_another_process(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "WORTH_IT", 1)
    monkeypatch.setattr(pages.os, "cpu_count", lambda: 2)
    wrong = order(market, "P-long", number="长" * 3000)
    with pages.drawing(3) as render:
        orders = [order(market, "P-1"), wrong, order(market, "P-2")]
        done = list(issue_many(market.platform, MARKET, orders, render))
    assert [one.result for one in done] == ["issued", "refused", "issued"]
    assert market.findings() == ()


ROWS = 150


def command(root: Path, rows: Path) -> list[str]:
    start = [sys.executable, "-m", "api.cli", "--data", str(root), "--json", "issue"]
    return [*start, "food-operation-permit", "--batch", str(rows)]


@pytest.mark.parametrize("after", [0.05, 0.5, 1.2])
def test_a_batch_killed_at_any_moment_goes_on_where_it_was(
    told: Told, tmp_path: Path, after: float
) -> None:
    root, rows = tmp_path / "data", tmp_path / "rows.csv"
    with opened_copy(told, root) as house:
        before = licences(house)
        with rows.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["subject", "number", "valid_from", *FOOD_FIELDS])
            for number in range(ROWS):
                values = (house.firm.subject, f"K-{number}", "2026-03-02")
                table.writerow([*values, *FOOD_FIELDS.values()])
    project = Path(__file__).parents[2]
    child = subprocess.Popen(command(root, rows), cwd=project, stdout=subprocess.DEVNULL)
    with opened_copy(told, root) as house:
        deadline = time.monotonic() + 60
        while licences(house) == before and time.monotonic() < deadline:
            time.sleep(0.02)
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    done = subprocess.run(command(root, rows), cwd=project, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len({one["licence"] for one in said["rows"]}) == ROWS
    assert said["counts"]["standing"] >= 1 and said["anchored"] is True
    assert Counter(one["result"] for one in said["rows"]).total() == ROWS
    with opened_copy(told, root) as house:
        assert licences(house) == before + ROWS
        assert house.findings() == ()
