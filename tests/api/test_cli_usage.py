"""Wrong use, missing things and our own faults: one sentence, a code, the exit code of its kind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import hoisted, main
from api.cli.outcome import UsageWrong, exit_code_of
from api.cli.session import Session
from certs.trust.trustlist import TrustUnpinned
from ledger.adapters.ethereum.errors import EngineMissing
from ledger.errors import ChainAway, Conflict, StoreAway

SUBJECT = "sub_" + "a" * 26


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    for name in ("LC_ALL", "LC_MESSAGES", "MIANTI_DATA", "MIANTI_PIN", "MIANTI_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MIANTI_PINS", str(tmp_path / "pins.json"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["plan"],
        ["plan", "a", "b"],
        ["plan", "--nonsense", "a"],
        ["log"],
        ["log", "nonsense"],
        ["issue"],
        ["issue", "food-operation-permit"],
        ["issue", "food-operation-permit", "x.json", "--batch", "y.csv"],
        ["status", "lic_x", "gone", "--reason", "r"],
        ["status", "lic_x", "revoked"],
        ["collect", "business-licence", "missing.pdf"],
        ["deposit", "missing.pdf", "--kind", "k", "--grade", "scan"],
        ["deposit", __file__, "--kind", "k", "--grade", "best"],
        ["deposit", __file__, "--kind", "k", "--grade", "scan", "--issued-on", "soon"],
        ["subject", "add", "firm", "name"],
        ["subject", "add", "person", "name", "--id", "12"],
        ["trace"],
        ["trace", "--case", "a", "--subject", "b"],
        ["verify"],
        ["verify", __file__, "--at", "yesterday"],
        ["verify", __file__, "--at", "2026-01-01T00:00:00"],
        ["verify", __file__, __file__, "--receipt", __file__],
        ["keys", "new-holder", "../x", "--subject", SUBJECT],
        ["keys", "new-holder", "x", "--subject", SUBJECT],
        ["sign", "refused", __file__],
        ["sign", "refused", __file__, "--agency", "a", "--wallet", "b"],
        ["serve", "--port", "70000"],
        ["worker", "--interval", "0"],
        ["init", "--store", "tape"],
        ["--lang", "fr", "fsck"],
        ["fsck", "--data"],
        ["conform", "more"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_64(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("mianti: usage: ") and shown.err.count("\n") == 1


def test_no_command_shows_help_and_is_64(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 64
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["fsck"], ["plan", "case_x"], ["log", "head"], ["serve"]])
def test_no_data_folder_is_1(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", "nowhere", *arguments]) == 1
    assert capsys.readouterr().err.startswith("mianti: data.missing: ")
    assert not Path("nowhere").exists()


def test_errors_for_machines_and_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fsck", "--json", "--lang=zh"]) == 1
    told = json.loads(capsys.readouterr().err)
    assert told["error"] == "data.missing"
    assert told["message"].startswith("这里没有数据文件夹；用 mianti init 建立。（")


def test_files_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "missing.pdf"]) == 1
    assert main(["verify", "."]) == 1
    assert main(["issue", "food-operation-permit", "missing.json"]) == 1
    assert main(["trust", "show", "missing"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("mianti: file: ") for line in lines) and len(lines) == 4


def test_init_does_not_take_a_folder_that_is_not_empty(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").mkdir()
    Path("taken/x").touch()
    assert main(["--data", "taken", "init"]) == 1
    assert capsys.readouterr().err.startswith("mianti: data.taken: ")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ChainAway("away"), 69),
        (StoreAway("away"), 69),
        (EngineMissing("not installed"), 69),
        (Conflict("taken"), 1),
        (UsageWrong("wrong"), 64),
        (TrustUnpinned("nobody"), 2),
    ],
    ids=lambda value: getattr(value, "code", str(value)),
)
def test_exit_code_by_kind(error: Any, code: int) -> None:
    assert exit_code_of(error) == code


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def command_for(arguments: object, language: object) -> Any:
        raise error

    monkeypatch.setattr("api.cli.program.command_for", command_for)


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (ZeroDivisionError("oops\nsecret"), 70, "mianti: internal: ZeroDivisionError: oops secret"),
        (ChainAway("The chain does not answer."), 69, "mianti: chain.away: "),
        (OSError(28, "No space left on device", "f"), 1, "mianti: file: f: No space left"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_how_errors_end(
    error: BaseException,
    code: int,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(monkeypatch, error)
    assert main(["fsck"]) == code
    told = capsys.readouterr().err
    assert told.startswith(shown) and told.count("\n") == (1 if shown else 0)


def test_debugging_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("oops"))
    monkeypatch.setenv("MIANTI_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["fsck"])


def test_options_for_all_stand_anywhere() -> None:
    start = Session(Path("start"), False, "en")
    session, rest = hoisted(["plan", "--data", "d", "c", "--json", "--lang=zh"], start)
    assert session == Session(Path("d"), True, "zh") and rest == ["plan", "c"]
    session, rest = hoisted(["--json", "plan", "--", "--json", "--data"], start)
    assert session.as_json and rest == ["plan", "--", "--json", "--data"]
    session, rest = hoisted(["--data=d", "demo", "--json", "out.json"], start)
    assert not session.as_json and rest == ["demo", "--json", "out.json"]


def test_the_data_folder_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIANTI_DATA", "from-environment")
    assert main(["fsck"]) == 1
    assert "from-environment" in capsys.readouterr().err


def test_starting_is_quick_and_conform_stays_light() -> None:
    probe = (
        "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b''));"
        "from api.cli import main; code = main({arguments});"
        "heavy = ['web3', 'fastapi', 'pydantic', 'uvicorn', 'rich', 'fpdf', 'typer'];"
        "print(code, [name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    for arguments, loaded in ((["conform"], "[]"), (["--help"], "['typer']")):
        done = subprocess.run(
            [sys.executable, "-c", probe.format(arguments=arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stderr.strip() == f"0 {loaded}"


def test_nobody_reading_is_no_bug() -> None:
    done = subprocess.run(
        f"{sys.executable} -c 'from api.cli import main; raise SystemExit(main([\"--help\"]))' "
        "| head -c 0; exit ${PIPESTATUS[0]}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        timeout=60,
    )
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr
