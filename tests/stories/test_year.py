"""The chapter of reuse: a firm's year, as it is reported, and as the folder shows it afterwards."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.cli.entry import main
from api.demo import year_run
from api.demo.report import NotShown
from api.demo.run import Choices
from api.demo.telling import Teller
from api.demo.year_run import run_year
from api.wiring import open_platform
from ledger.flows.fsck import fsck
from ledger.flows.worker import work


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, str]:
    root, said = tmp_path_factory.mktemp("year"), StringIO()
    tell = Teller("en", Console(file=said, width=120, highlight=False))
    choices = Choices(root / "data", "en", "directory", (), root / "year.json")
    report = run_year(choices, tell)
    assert json.loads((root / "year.json").read_text("utf-8")) == report
    return dict(report), root / "data", said.getvalue()


def test_no_paper_was_handed_in_twice(told: tuple[dict[str, Any], Path, str]) -> None:
    report, _, _ = told
    papers = report["papers"]
    assert papers["sent_twice"] == 0
    assert papers["handed_in"] == sum(len(case["handed_in"]) for case in report["cases"])
    others = ("licence", "data_check", "material", "mixed", "assistance", "commitment")
    reused = sum(papers[way] for way in others)
    assert papers["required"] == reused + papers["handed_in"] and reused > papers["handed_in"]
    assert all(papers[way] for way in others if way != "mixed")


def test_each_decision_is_fresh_and_everything_else_is_reused(
    told: tuple[dict[str, Any], Path, str],
) -> None:
    report, _, said = told
    by_item = {(case["item"], case["agency"]): case for case in report["cases"]}
    changes = ("business-scope-change", "equity-change", "legal-representative-change")
    for item in changes:
        case = by_item[item, "scjg"]
        ways = {need["id"]: need for need in case["requirements"]}
        (decision,) = [name for name in ways if "resolution" in name or "decision" in name]
        assert ways[decision]["way"] == "handed_in"
        assert [
            need["way"] for name, need in ways.items() if name.startswith("business-licence")
        ] == ["licence"]
    rejected = by_item["equity-change", "scjg"]["requirements"]
    reasons = [no["en"] for need in rejected for no in need["rejected"]]
    assert any("records another decision" in reason for reason in reasons)
    for agency in ("water", "power", "gas"):
        case = by_item["house-transfer-utilities", agency]
        assert (case["ways"], case["handed_in"]) == ({"licence": 1}, [])
    assert by_item["pharmacy-insurance", "ybj"]["handed_in"] == []
    days = [case["on"] for case in report["cases"]]
    assert days == sorted(days) and len(set(days)) == 6
    assert all(
        need["because_en"] and need["because_zh"]
        for case in report["cases"]
        for need in case["requirements"]
    )
    assert "none of them twice" in said


def test_what_else_is_shown(told: tuple[dict[str, Any], Path, str]) -> None:
    report, _, _ = told
    assert report["asked_again"]["code"] == "reask.covered" and report["asked_again"]["can_have"]
    assert len(report["cascade"]["flags"]) == 1
    assert report["facts"] == {"fact_business_licence_in_force": "yes"}
    assert report["copy_bytes"] > 10_000 and report["clean"] is True


def test_the_folder_goes_on_under_the_wall_clock(told: tuple[dict[str, Any], Path, str]) -> None:
    report, data, _ = told
    with open_platform(data) as platform:
        assert work(platform).waiting is None
        assert fsck(platform).findings == ()
        flags = platform.store.rows("flags")
        assert [(row["agency"], row["state"]) for row in flags] == [("ybj", "reopened")]
        kinds = {str(row["channel"]) for row in platform.store.rows("cases")}
        assert {"counter", "online"} == kinds
    assert report["entries"] <= 300


def test_a_claim_that_does_not_hold_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {
        "papers": {"sent_twice": 1, **{way.value: 1 for way in year_run.WAYS}},
        "asked_again": {"code": ""},
        "cascade": {"flags": []},
        "facts": {},
        "copy_bytes": 0,
    }
    with pytest.raises(NotShown) as missed:
        year_run._insist(report, clean=False)
    assert missed.value.values["missed"] == (
        "papers", "asked_again", "cascade", "facts", "copy", "fsck",
    )  # fmt: skip


def test_a_chapter_takes_no_files_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.pdf"
    own.write_bytes(b"%PDF-1.7\n")
    arguments = [
        "--data",
        str(tmp_path / "d"),
        "demo",
        "--chapter",
        "reuse",
        "--material",
        str(own),
    ]
    assert main(arguments) == 64
    assert not (tmp_path / "d").exists()
