"""The command line for those who act for others, read on other bases, or stand at a counter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.story import HEALTH
from tests.stories.house import HYGIENE, House, opened_copy, tell
from tests.stories.speaking import person


@dataclass(frozen=True)
class Desk:
    """A data folder with an open case of the health commission, a firm's and a clerk's wallet."""

    root: Path
    firm: str
    clerk: str

    def case(self, told: Any) -> str:
        opened = told(
            "case", "open", HYGIENE, "--subject", self.firm, "--matter", "hygiene/cli",
            "--officer", "o-7", "--agency", HEALTH,
        )  # fmt: skip
        return str(opened["case"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "C")
        patch.setenv("MIANTI_PIN", "pin")
        with opened_copy(tell(root / "data"), root / "data") as house:
            made = _desk(house, root)
        yield made


def _desk(house: House, root: Path) -> Desk:
    clerk = person(house, "办事员")
    house.firm.write(root / "firm.json", b"pin")
    clerk.write(root / "clerk.json", b"pin")
    return Desk(root, house.firm.subject, clerk.subject)


@pytest.fixture
def told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command with --json: its answer, or its error's code."""

    def run(*arguments: object, code: int = 0) -> Any:
        capsys.readouterr()
        folder = str(desk.root / "data")
        ended = main(["--data", folder, *map(str, arguments), "--json"])
        shown = capsys.readouterr()
        assert ended == code, shown
        return json.loads(shown.out) if code == 0 else json.loads(shown.err)["error"]

    return run


def asked(told: Any, case: str) -> str:
    made = told("request", case, "--officer", "o-7", "--reason", "r", "--agency", HEALTH)
    return str(made["request"])


def test_a_clerk_consents_until_undelegated(desk: Desk, told: Any) -> None:
    firm, clerk = desk.root / "firm.json", desk.root / "clerk.json"
    case = desk.case(told)
    request = asked(told, case)
    consent = ("consent", request, "--wallet", clerk, "--yes")
    assert told(*consent, code=1) == "consent.unbound_key"
    given = told("delegate", desk.clerk, "--wallet", firm, "--item", HYGIENE, "--days", "5")
    made = told(*consent)["consent"]
    release = (
        "release", made, "--officer", "o-7", "--reason", "r", "--out", desk.root / "got",
    )  # fmt: skip
    assert told(*release)["files"]
    told("undelegate", given["delegation"], "--wallet", clerk, "--reason", "r", code=1)
    told("undelegate", given["delegation"], "--wallet", firm, "--reason", "r")
    assert told(*release, code=1) in ("delegation.ended", "consent.used_up")
    child = told("subject", "add", "person", "新生儿")["subject"]
    named = ("delegate", desk.clerk, "--guardian-of", child, "--agency")
    assert told(*named, HEALTH, code=1) == "identity.not_agency"
    assert told(*named, "gafj")["delegation"]
    told("delegate", desk.clerk, code=64)
    assert told("delegate", desk.clerk, "--wallet", firm, "--item", "none", code=1)


def test_an_agency_states_a_basis_reads_on_it_and_ends_it(desk: Desk, told: Any) -> None:
    case = desk.case(told)
    state = ("basis", "state", case, "statutory", "--officer", "o-7", "--reason", "r")
    made = told(*state)
    assert made["grant"] == "duty-hygiene-licence"
    basis = made["basis"]
    release = (
        "release", basis, "--officer", "o-7", "--reason", "r", "--out", desk.root / "duty",
    )  # fmt: skip
    (file,) = told(*release)["files"]
    assert Path(file["file"]).exists()
    end = ("basis", "end", basis, "--officer", "o-7", "--reason", "r")
    assert told(*end)["basis"] == basis
    assert told(*release, code=1) == "basis.ended"
    told(*end, code=1)
    scan = desk.root / "signed.pdf"
    scan.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nsigned\n%%EOF\n")
    attended = ("basis", "state", case, "attended", "--officer", "o-7", "--reason", "r",
                "--reader", "gafj", "--second-officer", "o-8", "--paper", scan)  # fmt: skip
    assert told(*attended, code=1) == "basis.unproven"
    told(
        "deposit", scan, "--case", case, "--kind", "signed-authorisation", "--grade", "scan",
        "--officer", "o-7", "--agency", HEALTH, "--subject", desk.firm,
    )  # fmt: skip
    assert told(*attended)["basis"]
    told("basis", "state", case, "emergency", "--officer", "o", "--reason", "r", code=64)


def test_eight_digits_redeem_a_consent_once(desk: Desk, told: Any) -> None:
    case = desk.case(told)
    request = asked(told, case)
    firm = desk.root / "firm.json"
    shown = told("consent", request, "--wallet", firm, "--yes", "--code")
    assert shown["case"] == case and len(shown["code"]) == 8
    other = desk.case(told)
    assert told("redeem", other, shown["code"], code=1) == "code.refused"
    assert told("redeem", case, shown["code"])["consent"] == shown["consent"]
    assert told("redeem", case, shown["code"], code=1) == "code.refused"
