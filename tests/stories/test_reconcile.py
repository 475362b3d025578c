"""An issuer's list of the day against the library: what is found, logged, kept and shown."""

from __future__ import annotations

import csv
import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.story import HEALTH, MARKET
from certs.canonical import canonical
from ledger.errors import NotFound
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.library.reconcile import gap_board, read_report, reconcile_increment
from ledger.flows.library.status import Change, change_status
from ledger.reuse.documents import CHINA, LegalEffect
from tests.stories.house import House, Told, issue_food, opened_copy
from tests.stories.test_collect import FIELDS

SOURCE = "市不动产登记系统"
FOOD = "food-operation-permit"


@pytest.fixture(scope="module")
def library(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("reconcile") / "data") as opened:
        yield opened


def today(house: House) -> date:
    return house.platform.now().astimezone(CHINA).date()


def title(house: House, number: str, data: bytes, day: date) -> str:
    found = CollectedLicence(
        "real-estate-title", house.firm.subject, number, SOURCE, "登记中心", FIELDS, valid_from=day
    )
    return collect_licence(house.platform, MARKET, found, (data,))[0]


def table(*rows: dict[str, str]) -> bytes:
    names = ["number", "type", "status", "identifier", "sha256", "paper_number"]
    lines = [",".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join([",".join(names), *lines]).encode()


def found(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(gap["sort"], gap["number"]) for gap in report["gaps"]]


def test_what_was_issued_here_against_the_issuers_list(library: House) -> None:
    house, platform, day = library, library.platform, today(library)
    one, two = (issue_food(house, number=f"R-{n}") for n in (1, 2))
    issue_food(house, number="R-3")
    said = Change(two.licence, "suspended", "x", "y", LegalEffect.SUSPENDED, day)
    change_status(platform, MARKET, said)
    sealed = hashlib.sha256(one.layout).hexdigest()
    rows = (
        {"number": "R-1", "type": FOOD, "status": "active", "identifier": one.identifier,
         "sha256": sealed, "paper_number": "P-1"},
        {"number": "R-2", "type": FOOD, "status": "active", "sha256": sealed},
        {"number": "R-none", "type": FOOD, "paper_number": "P"},
    )  # fmt: skip
    done = reconcile_increment(platform, MARKET, table(*rows), day)
    missing = [pair for pair in found(done.report) if pair[0] == "missing_there"]
    assert ("missing_there", "R-3") in missing and ("missing_there", "R-1") not in missing
    assert [pair for pair in found(done.report) if pair not in missing] == [
        ("status_differs", "R-2"), ("bytes_differ", "R-2"), ("paper_absent", "R-2"),
        ("missing_here", "R-none"),
    ]  # fmt: skip
    kept = read_report(platform, MARKET, done.id)
    assert [(one["sort"], one["row"], one["licence"]) for one in kept["gaps"]] == [
        (one["sort"], one["row"], one["licence"]) for one in done.report["gaps"]
    ]
    assert kept["counts"] == done.report["counts"]
    numbers = {one["number"] for one in done.report["gaps"]}
    assert numbers and not [one for one in numbers if one in canonical(kept).decode()]
    with pytest.raises(NotFound):
        read_report(platform, HEALTH, done.id)
    (shown,) = gap_board(platform, MARKET)
    assert (shown["id"], shown["entry"]) == (done.id, done.entry.index)
    assert shown["counts"] == done.report["counts"]
    body = done.entry.envelope.decode()
    assert "R-none" not in body
    yesterday = day - timedelta(days=1)
    only = table({"number": "R-1", "type": FOOD, "paper_number": "P"})
    late = reconcile_increment(platform, MARKET, only, yesterday)
    assert found(late.report) == [("late", "R-1")]
    assert gap_board(platform, MARKET)[0]["id"] == done.id  # of the newer day
    by_identifier = table({"identifier": one.identifier, "type": FOOD, "paper_number": "P"})
    again = reconcile_increment(platform, MARKET, by_identifier, yesterday)
    assert found(again.report) == [("late", "")]
    assert house.findings() == ()


def test_what_was_collected_from_one_source(library: House) -> None:
    house, platform, day = library, library.platform, today(library)
    title(house, "T-1", b"one", day)
    title(house, "T-2", b"two", day)
    title(house, "T-2", b"two, corrected", day)
    title(house, "T-old", b"old", day - timedelta(days=400))
    listed = table(
        {"number": "T-1", "type": "real-estate-title", "paper_number": "P",
         "sha256": hashlib.sha256(b"one").hexdigest()},
        {"number": "T-2", "type": "real-estate-title", "paper_number": "P",
         "sha256": hashlib.sha256(b"two").hexdigest()},
    )  # fmt: skip
    done = reconcile_increment(platform, MARKET, listed, day, source=SOURCE)
    assert found(done.report) == [("bytes_differ", "T-2")]
    nothing = reconcile_increment(
        platform, MARKET, table(), day - timedelta(days=400), source=SOURCE
    )
    assert found(nothing.report) == [("missing_there", "T-old")]
    board = {one["source"]: one for one in gap_board(platform)}
    assert board[SOURCE]["id"] == done.id and set(board) <= {SOURCE, None}
    assert house.findings() == ()


def test_reconciling_while_licences_come_in(library: House) -> None:
    """What comes in meanwhile is held or is not; nothing else shows."""
    day = today(library)
    numbers = [f"W-{n}" for n in range(12)]

    def issue() -> None:
        for number in numbers:
            issue_food(library, number=number)

    thread = threading.Thread(target=issue)
    thread.start()
    listed = table(*({"number": number, "type": FOOD, "paper_number": "P"} for number in numbers))
    while thread.is_alive():
        done = reconcile_increment(library.platform, MARKET, listed, day)
        assert {sort for sort, number in found(done.report) if number in numbers} <= {
            "missing_here"
        }
    thread.join()
    last = reconcile_increment(library.platform, MARKET, listed, day)
    assert not [number for _, number in found(last.report) if number in numbers]


def test_on_the_command_line(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, rows = tmp_path / "data", tmp_path / "list.csv"
    with opened_copy(told, root) as house:
        issue_food(house, number="C-1")
        day = today(house).isoformat()
    rows.write_bytes(table({"number": "C-1", "type": FOOD, "paper_number": "P"}))
    asked = ["--data", str(root), "reconcile", str(rows), "--issuer", MARKET]
    out = tmp_path / "gaps.csv"
    code = main([*asked, "--day", day, "--json", "--out", str(out)])
    report = json.loads(capsys.readouterr().out)
    mine = [gap for gap in report["gaps"] if gap["number"] == "C-1"]
    assert mine == [] and code == (1 if report["gaps"] else 0)
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(report["gaps"])
    assert main([*asked, "--day", "2020-01-01", "--lang", "zh"]) == 1
    assert "归集迟于当天：第 2 行" in capsys.readouterr().out
    rows.write_bytes(table())
    assert main([*asked, "--day", "2020-01-01"]) == 0
    assert main(["--data", str(root), "gaps", "--issuer", MARKET, "--json"]) == code
    assert main([*asked, "--day", "yesterday"]) == 64
    rows.write_bytes(b"\xff")
    assert main(asked) == 1
    assert "increment.malformed" in capsys.readouterr().err
