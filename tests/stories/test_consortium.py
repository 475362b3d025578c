"""The chapter of governance: what a consortium decides, and what each licence is then worth."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.demo import consortium_run
from api.demo.consortium_run import MUST_BE_JUDGED, MUST_BE_REFUSED, run_consortium
from api.demo.report import NotShown
from api.demo.run import Choices
from api.demo.telling import Teller
from api.founding.consortium import FOUNDERS
from api.wiring import open_platform
from ledger.flows.fsck import fsck


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, str]:
    root, said = tmp_path_factory.mktemp("consortium"), StringIO()
    tell = Teller("en", Console(file=said, width=120, highlight=False))
    choices = Choices(root / "data", "en", "directory", (), root / "consortium.json")
    report = run_consortium(choices, tell)
    assert json.loads((root / "consortium.json").read_text("utf-8")) == report
    return dict(report), root / "data", said.getvalue()


def test_what_must_be_refused_and_judged_is(told: tuple[dict[str, Any], Path, str]) -> None:
    report, _, said = told
    assert report["refused"] == MUST_BE_REFUSED
    judged = {name: (one["outcome"], one["code"]) for name, one in report["verdicts"].items()}
    assert judged == MUST_BE_JUDGED
    for chapter in "0123456":
        assert f"\n{chapter}. " in f"\n{said}"


def test_an_old_licence_names_its_issuer_and_the_body_that_answers_now(
    told: tuple[dict[str, Any], Path, str],
) -> None:
    report, _, _ = told
    entitlement = report["verdicts"]["succeeded"]["entitlement"]
    assert (entitlement["agency"], entitlement["responsible"]) == ("wjw", "scjg")
    assert report["verdicts"]["issued"]["entitlement"].get("responsible") is None


def test_the_folder_shows_it_afterwards(told: tuple[dict[str, Any], Path, str]) -> None:
    report, root, _ = told
    assert report["clean"] and [one.code for one in _findings(root)] == []
    with open_platform(root) as platform:
        assert [one.member for one in platform.governance.seats()] == list(FOUNDERS)
        assert platform.governance.proposals() == max(one["number"] for one in report["proposals"])
        gone = platform.chain.agency("wjw")
        assert gone is not None and (gone.ending, gone.successor) == ("dissolved", "scjg")
        (old, new) = platform.chain.key_rows("scjg")
        assert old.compromised_at is not None and new.compromised_at is None


def _findings(root: Path) -> list[Any]:
    with open_platform(root) as platform:
        return list(fsck(platform).findings)


def test_what_did_not_come_out_is_not_called_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(consortium_run.MUST_BE_REFUSED, "stuck", "chain.other")
    out = consortium_run.Found(
        refused=dict(MUST_BE_REFUSED) | {"stuck": "chain.ahead"},
        verdicts={n: {"outcome": o, "code": c} for n, (o, c) in MUST_BE_JUDGED.items()},
    )
    with pytest.raises(NotShown) as missed:
        consortium_run._insist(out, clean=False)
    assert missed.value.missed == ("stuck", "fsck")
