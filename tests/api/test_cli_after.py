"""The command line after a use: flags, cascades, disputes, over one told story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.story import HEALTH
from ledger.flows.worker import work
from tests.stories.house import House, opened_copy, tell
from tests.stories.relying import business_licence, rely


@dataclass(frozen=True)
class Desk:
    """A data folder in which a case of the health commission relies on a licence."""

    root: Path
    licence: str
    material: str
    case: str
    wallet: Path

    def run(self, *arguments: object) -> int:
        return main(["--data", str(self.root), *map(str, arguments)])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "C")
        patch.setenv("MIANTI_PIN", "pin")
        told = tell(root / "data")
        with opened_copy(told, root / "data") as house:
            made = _desk(house, root)
        yield made


def _desk(house: House, root: Path) -> Desk:
    case = rely(house, HEALTH)
    work(house.platform)
    wallet = root / "firm.json"
    house.firm.write(wallet, b"pin")
    (plan,) = house.platform.store.rows("materials", {"kind": "layout-plan"})
    return Desk(root / "data", business_licence(house), str(plan["id"]), case, wallet)


def told(desk: Desk, capsys: Any, *arguments: object, code: int = 0) -> Any:
    """What a command prints with --json; its error's code where it fails."""
    capsys.readouterr()
    ended = desk.run(*arguments, "--json")
    shown = capsys.readouterr()
    assert ended == code, shown
    return json.loads(shown.out) if code == 0 else json.loads(shown.err)["error"]


def test_a_change_of_status_says_whom_it_reaches_before_and_after(desk: Desk, capsys: Any) -> None:
    change = ("status", desk.licence, "suspended", "--reason", "r")
    would = told(desk, capsys, *change, "--dry-run")
    assert (would["touched"], would["agencies"][HEALTH]["open"]) == (1, 1)
    assert told(desk, capsys, "flags", "--agency", HEALTH) == []
    assert desk.run(*change, "--dry-run", "--lang", "zh") == 0
    shown = capsys.readouterr().out
    assert "被暂停：" in shown and "区卫生健康委：1 个办件" in shown
    done = told(desk, capsys, *change)
    assert (done["flagged"], done["cascade_done"]) == (1, True)
    (flag,) = told(desk, capsys, "flags", "--agency", HEALTH)
    assert (flag["case"], flag["code"], flag["overdue"]) == (desk.case, "suspended", False)
    assert told(desk, capsys, "flags", "--agency", "scjg") == []
    assert desk.run("flags", "--agency", HEALTH, "--lang", "zh") == 0
    shown = capsys.readouterr().out
    assert f"营业执照 {desk.licence}：被暂停" in shown and "T15:59:59Z" not in shown

    said = ("--outcome", "unaffected", "--officer", "w-07", "--reason", "r", "--agency")
    assert told(desk, capsys, "flag", "answer", flag["flag"], *said, "scjg", code=1) == "not_found"
    told(desk, capsys, "flag", "answer", flag["flag"], *said, HEALTH)
    again = told(desk, capsys, "flag", "answer", flag["flag"], *said, HEALTH, code=1)
    assert again == "flag.answered"
    (seen,) = told(desk, capsys, "cascade", desk.licence)
    assert seen == told(desk, capsys, "cascade", done["entry"])[0]
    assert (seen["done"], seen["answers"], seen["open"]) == (True, {"unaffected": 1}, 0)
    assert desk.run("cascade", desk.licence, "--lang", "zh") == 0
    shown = capsys.readouterr().out
    assert "已查遍" in shown and "区卫生健康委：1 个" in shown
    for listing in ("flags", "disputes", "alerts", "figures"):
        unknown = told(desk, capsys, listing, "--agency", "nobody", code=1)
        assert unknown == "catalogue.unknown", listing
    assert told(desk, capsys, "cascade", "0", code=1) == "not_found"
    assert told(desk, capsys, "cascade", "x", code=64) == "usage"
    restored = told(desk, capsys, "status", desk.licence, "active", "--reason", "r", "--dry-run")
    assert restored["touched"] == 0
    told(desk, capsys, "status", desk.licence, "active", "--reason", "r")


def test_a_paper_is_disputed_and_settled(desk: Desk, capsys: Any, tmp_path: Path) -> None:
    wallet = ("--wallet", desk.wallet, "--reason", "not mine")
    done = told(desk, capsys, "dispute", desk.material, *wallet, "--out", tmp_path / "dispute.json")
    assert done["agency"] == "scjg" and (tmp_path / "dispute.json").exists()
    (row,) = told(desk, capsys, "disputes", "--agency", "scjg")
    assert (row["dispute"], row["state"], row["reason"]) == (done["dispute"], "open", "not mine")
    assert desk.run("disputes", "--agency", "scjg") == 0
    assert f"Layout plan of the premises {desk.material}: not mine" in capsys.readouterr().out
    assert told(desk, capsys, "dispute", desk.material, *wallet, code=1) == "dispute.open"
    assert told(desk, capsys, "dispute", "mat_x", *wallet, code=1) == "not_found"
    assert told(desk, capsys, "dispute", "case_x", *wallet, code=64) == "usage"
    field = ("dispute", desk.licence, *wallet, "--field", "shoe_size")
    assert told(desk, capsys, *field, code=1) == "dispute.field"
    said = ("--officer", "m-02", "--reason", "r")
    wrong = ("settle", done["dispute"], "--outcome", "corrected", *said)
    assert told(desk, capsys, *wrong, code=1) == "dispute.successor"
    settled = told(desk, capsys, "settle", done["dispute"], "--outcome", "upheld", *said)
    assert settled["flagged"] >= 1
    assert told(desk, capsys, "disputes", "--agency", "scjg") == []
    assert len(told(desk, capsys, "disputes", "--agency", "scjg", "--settled")) == 1
    again = ("settle", done["dispute"], "--outcome", "rejected", *said)
    assert told(desk, capsys, *again, code=1) == "dispute.settled"


def test_an_officer_takes_a_receipt_away(desk: Desk, capsys: Any, tmp_path: Path) -> None:
    paper, out = tmp_path / "paper.pdf", tmp_path / "seen.mianti"
    paper.write_bytes(b"%PDF-1.7 nobody handed this in")
    look = ("verify", paper, "--receipt-for", "w-07", "--agency", HEALTH)
    seen = ("--case", desk.case, "--out", out)
    assert desk.run(*look, *seen, "--json") == 2  # indeterminate: the log knows nothing of it
    said = json.loads(capsys.readouterr().out)
    assert said["verification"].startswith("ver_") and said["items"][0]["outcome"] != "passed"
    trust = ("--trust", desk.root / "trust" / "trust-list.json", "--offline")
    (bundle,) = told(desk, capsys, "verify", out, *trust)
    assert bundle["about"] == f"verification:{said['verification']}"
    assert bundle["outcome"] == "passed"
    spoilt = tmp_path / "spoilt.mianti"
    spoilt.write_bytes(out.read_bytes().replace(b'"officer":"w-07"', b'"officer":"w-08"'))
    assert desk.run("verify", spoilt, *trust) == 1
    capsys.readouterr()
    foreign = ("--case", desk.case, "--agency", "scjg", "--out", out)
    wrong = ("verify", paper, "--receipt-for", "w-07", *foreign)
    assert told(desk, capsys, *wrong, code=1) == "not_found"
    assert told(desk, capsys, *look, code=64) == "usage"
    assert told(desk, capsys, *look, *seen, "--offline", code=64) == "usage"
    again = ("verify", out, "--receipt-for", "w-07", "--agency", HEALTH, "--out", out)
    assert told(desk, capsys, *again, code=64) == "usage"
