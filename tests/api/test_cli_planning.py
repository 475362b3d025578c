"""Planning on the command line: along a chain, of a past time, signed and made again; the form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from ledger.ids import new_id
from tests.stories.house import HYGIENE, Told, tell

SCOPE = "business-scope-change"
Run = Callable[..., Any]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nplanning\n%%EOF\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("planning") / "data")


@pytest.fixture
def run(told: Told, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object, code: int = 0, as_json: bool = True) -> Any:
        capsys.readouterr()
        words = [*map(str, arguments), "--data", str(told.root)]
        assert main([*words, "--json"] if as_json else words) == code
        shown = capsys.readouterr()
        return json.loads(shown.out) if as_json and code == 0 else shown.out + shown.err

    return run


def test_a_chain_a_plan_and_its_replay(told: Told, run: Run, tmp_path: Path) -> None:
    subject, place = told.people.firm.subject, told.people.premises
    facts = ("--subject", subject, "--officer", "w-07", "--premises", place)
    first = run("case", "open", HYGIENE, *facts, "--matter", "hygiene/1")["case"]
    second = run("case", "open", HYGIENE, *facts, "--matter", "hygiene/2", "--follows", first)
    absent = new_id("case", lambda size: bytes(size))
    run("case", "open", HYGIENE, *facts, "--matter", "x", "--follows", absent, code=1)

    layout = tmp_path / "layout.pdf"
    layout.write_bytes(PDF)
    hand = ("deposit", layout, "--case", second["case"], "--kind", "layout-plan")
    hand = (*hand, "--grade", "declared", "--states", "address=梧桐路88号")
    (once,) = run(*hand)
    (again,) = run(*hand)
    assert once["same"] == [] and again["same"] == [once["material"]]
    run(*hand, "--states", "address=other", code=64)

    signed = run("plan", second["case"], "--sign")
    replayed = run("replay", signed["entry"])
    assert replayed["case"] == second["case"] and replayed["seen"] == signed["seen"]
    assert "equal to the byte" in run("replay", signed["entry"], "--lang", "en", as_json=False)
    run("replay", second["entry"], code=1)
    past = run("plan", second["case"], "--at", "2026-01-01T00:00:00Z", code=1)
    assert "not_found" in past
    for wrong in ("yesterday", "2026-01-01T00:00:00"):
        run("plan", second["case"], "--at", wrong, code=64)
    run("plan", second["case"], "--sign", "--at", "2026-01-01T00:00:00Z", code=64)


def test_the_explained_plan_in_both_languages(told: Told, run: Run) -> None:
    facts = ("--subject", told.people.firm.subject, "--officer", "w-07", "--matter", "hygiene/3")
    place = ("--premises", told.people.premises)
    case = run("case", "open", HYGIENE, *facts, *place)["case"]
    zh = run("plan", case, "--explain", "--lang", "zh", as_json=False)
    en = run("plan", case, "--explain", "--lang", "en", as_json=False)
    assert "区市场监管局" in zh and "还请提交：" in zh
    assert "[layout-plan]" in zh and "[layout-plan]" in en
    assert "kept by District Market Regulation Bureau" in en and "Still to be handed in" in en


def test_the_form_says_where_its_fields_come_from(told: Told, run: Run) -> None:
    facts = ("--subject", told.people.firm.subject, "--officer", "w-07", "--matter", "opening/1")
    case = run("case", "open", "restaurant-opening", *facts)["case"]
    form = run("form", case)
    filled = [one for one in form["fields"] if one["object"] is not None]
    assert form["counts"]["prefilled"] == len(filled) > 0
    assert {one["issuer"] for one in filled} == {"scjg"}
    assert "营业执照" in run("form", case, "--lang", "zh", as_json=False)


def test_one_yes_for_a_matter_leaves_out_what_a_case_needs_no_longer(
    told: Told, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIANTI_PIN", "pin")
    firm = told.people.firm
    wallet = tmp_path / "firm.json"
    firm.write(wallet, b"pin")
    facts = ("--subject", firm.subject, "--officer", "w-07", "--premises", told.people.premises)
    said = (*facts, "--matter", "two in one")
    cases = [run("case", "open", item, *said)["case"] for item in (HYGIENE, SCOPE)]
    asking = ("--officer", "w-07", "--reason", "r")
    hygiene, _ = [run("request", case, *asking)["request"] for case in cases]
    layout = tmp_path / "layout.pdf"
    layout.write_bytes(PDF)
    hand = ("deposit", layout, "--case", cases[0], "--kind", "layout-plan")
    run(*hand, "--grade", "original_checked", "--officer", "w-07")
    yes = ("matter", "consent", "two in one", "--wallet", wallet, "--yes")
    done = run(*yes)
    assert len(done["consents"]) == 1 and done["superseded"] == [hygiene]
    assert "consent.superseded" in run(*yes, code=1, as_json=False)
