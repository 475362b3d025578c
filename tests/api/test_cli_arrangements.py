"""Demands, assistance, commitments, figures and alerts on the command line: one story."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from certs.identifiers import mint_credit_code

CODE = mint_credit_code("91319999MA1TEXQ7").value
BY = ("--officer", "w-1", "--reason", "受理需要")


@pytest.fixture
def told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Runs a command with --json: what it prints; with another ``code`` the error's code."""
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("MIANTI_PIN", "pin")

    def run(*arguments: object, code: int = 0) -> Any:
        capsys.readouterr()
        ended = main(["--data", str(tmp_path / "data"), *map(str, arguments), "--json"])
        shown = capsys.readouterr()
        assert ended == code, shown
        if shown.err:
            return json.loads(shown.err)["error"]
        return json.loads(shown.out)

    return run


def test_a_case_with_fewer_papers(
    told: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told("init", "--store", "directory")
    firm = told("subject", "add", "organisation", "合成小馆", "--id", f"credit-code={CODE}")
    wallet = tmp_path / "firm.json"
    told("keys", "new-holder", "firm", "--subject", firm["subject"], "--wallet", wallet)
    told("keys", "bind", "--wallet", wallet, "--method", "counter")
    opening = ("case", "open", "restaurant-opening", "--matter", "开店", "--officer", "w-1")
    case = told(*opening, "--subject", firm["subject"])["case"]
    told("plan", case, "--sign")

    # what is missing may be demanded; what another agency can say may not
    asked = told("demand", case, "material:health-certificates", *BY)
    assert (asked["outcome"], asked["can_have"], asked["anchored"]) == ("recorded", [], True)
    assert told("demand", case, "material:premises-proof", *BY, code=1) == "reask.covered"
    assert told("demand", case, "material:audit-report", *BY, code=1) == "demand.beyond_need"
    assert told("demand", case, "material:lease", *BY, "--channel", "pigeon", code=64) == "usage"

    asking = ("assist", "request", case, "premises-by-registry", *BY)
    request = told(*asking)
    assert (request["asked"], request["anchored"]) == ("bdc", True)
    assert told(*asking, code=1) == "assistance.made"
    (open_one,) = told("assist", "list", "--agency", "bdc")
    assert (open_one["id"], open_one["state"]) == (request["assistance"], "open")
    answer = ("assist", "answer", request["assistance"], "confirmed", *BY)
    assert told(*answer)["outcome"] == "confirmed"
    assert told(*answer, code=1) == "assistance.closed"
    (done,) = told("assist", "list", "--agency", "scjg", "--box", "outbox")
    assert (done["state"], done["late"]) == ("confirmed", False)

    commit = ("commit", case, "food-safety-rules", "--wallet", wallet)
    assert told(*commit, code=64) == "usage"  # nobody said yes
    made = told(*commit, "--yes", "--out", tmp_path / "commitment.json")
    assert told(*commit, "--yes", code=1) == "commitment.made"
    assert told("commit", case, "layout-plan", "--wallet", wallet, "--yes", code=1) == (
        "commitment.not_foreseen"
    )
    assert told("commitment", "list", "--agency", "scjg", "--state", "overdue") == []
    (listed,) = told("commitment", "list", "--agency", "scjg")
    assert (listed["id"], listed["state"]) == (made["commitment"], "made")
    check = ("commitment", "check", made["commitment"], "broken", *BY)
    assert told(*check)["barred_until"] > made["check_by"]
    assert told(*check, code=1) == "commitment.closed"

    told("plan", case, "--sign")
    report = told("figures", "--by", "agency")
    (group,) = [one for one in report["groups"] if one["key"] == "scjg"]
    assert group["demands"] == {"recorded": 1, "covered": 0, "refused": 1}
    assert group["required"] == sum(group["ways"].values()) > 0
    assert told("figures", "--from", "2026-02-01", "--to", "2026-01-01", code=1) == (
        "figures.period"
    )
    assert told("alerts", "--hours", "1")["level"] == "green"

    data = ("--data", str(tmp_path / "data"))
    for language in ("zh", "en"):
        capsys.readouterr()
        for command in (
            ("figures",),
            ("figures", "--csv"),
            ("alerts",),
            ("assist", "list", "--agency", "bdc"),
            ("commitment", "list", "--agency", "scjg"),
        ):
            assert main([*data, "--lang", language, *command]) == 0
        assert main([*data, "--lang", language, "demand", case, "material:lease", *BY]) == 1
        shown = capsys.readouterr()
        assert shown.out and ("不得再向" in shown.err) == (language == "zh")
    assert main([*data, "figures", "--csv"]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["item"] for line in lines] == ["restaurant-opening", "total"]
    assert told("fsck") is not None
