"""The demo is the main job: what it reports is measured, and holds."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.datafolder import DataFolder
from api.demo.run import Choices, MaterialUnfit, run_demo
from api.demo.telling import Teller
from api.founding import FolderTaken
from api.wiring import kubo_there, open_platform
from ledger.flows.fsck import fsck
from ledger.flows.library.files import plaintext

# like the Kubo contract suite: where Go built no node, the report at its end says so
STORES = ["directory", *(["kubo"] if kubo_there() else [])]
NAMES = {"directory": "blobdir", "kubo": "ipfs"}


def quiet(language: str) -> tuple[Teller, StringIO]:
    said = StringIO()
    return Teller(language, Console(file=said, width=120, highlight=False)), said


@pytest.mark.parametrize("store", STORES)
def test_the_report_is_what_happened(tmp_path: Path, store: str) -> None:
    own = tmp_path / "食品安全制度.txt"
    own.write_bytes("我自己的文件\n".encode() * 1000)
    told = tmp_path / "out.json"
    tell, said = quiet("zh" if store == "kubo" else "en")
    choices = Choices(tmp_path / "data", tell.language, store, (own,), told)
    report: dict[str, Any] = run_demo(choices, tell)
    assert json.loads(told.read_text("utf-8")) == report
    assert report["papers"]["sent_twice"] == 0
    assert report["papers"]["reused"] >= 5
    assert report["papers"]["handed_in"] == 7
    assert report["refused"] == ["consent.absent", "consent.absent", "consent.withdrawn"]
    assert [found.partition(":")[0] for found in report["tampering_found"]] == [
        "store",
        "database",
    ]
    assert report["rewrite_refused"] is True
    assert report["entries"] == report["anchored_size"]
    assert report["gas_per_document"] > 0
    assert report["store"] == NAMES[store]
    assert report["verdict"] == "passed"
    for name in ("licence", "receipt", "bundle", "trust_list"):
        assert Path(report[name]).stat().st_size > 100
    text = said.getvalue()
    assert str(report["bundle"]).split("/")[-1] in text
    assert own.name in text
    _goes_on(tmp_path / "data", own)


def _goes_on(root: Path, own: Path) -> None:
    """The folder stays a platform: clean, with the user's own file in it."""
    assert DataFolder(root).settings().profile == "embedded"
    with open_platform(root) as platform:
        assert fsck(platform).findings == ()
        (row,) = platform.store.rows("materials", {"kind": "food-safety-rules"})
        assert b"".join(plaintext(platform, str(row["file"]))) == own.read_bytes()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderTaken):
        run_demo(Choices(tmp_path, "en", "directory"), quiet("en")[0])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_that_is_not_there_is_said_before_anything_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with pytest.raises(MaterialUnfit):
        run_demo(Choices(folder, "en", "directory", (tmp_path / "no.pdf",)), quiet("en")[0])
    assert not folder.exists()
