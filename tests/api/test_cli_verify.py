"""``mianti verify`` offline: exit 0 for what holds, 1 or 2 for everything else, never a crash."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from api.cli.entry import main
from api.cli.verdicts import sort_of
from certs import base64url
from ledger.verify.receipt_evidence import receipt_file
from tests.ledger.world import small_world
from tests.ledger.world_case import case_bundle, case_world
from tests.ledger.world_names import AS_OF

AT = AS_OF.strftime("%Y-%m-%dT%H:%M:%SZ")
WORLD, CASE = case_world()
BUNDLE = case_bundle(WORLD, CASE)
TRUST = WORLD.trust_bytes


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("MIANTI_DATA", raising=False)
    monkeypatch.setenv("MIANTI_PINS", str(tmp_path / "pins.json"))
    (tmp_path / "trust.json").write_bytes(TRUST)


def verified(data: bytes, name: str, *more: str) -> int:
    Path(name).write_bytes(data)
    return main(["verify", name, "--offline", "--at", AT, *more])


def test_a_bundle_needs_its_trust(capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(BUNDLE, "b.mianti", "--trust", "trust.json") == 0
    shown = capsys.readouterr().out
    numbers = [line.split()[0] for line in shown.splitlines() if line[2:4].strip().isdigit()]
    assert numbers == [str(number) for number in range(9)]
    assert "One operator, no independent witness." in shown
    assert verified(BUNDLE, "b.mianti") == 2
    assert "[trust.unpinned]" in capsys.readouterr().out
    assert verified(BUNDLE, "b.mianti", "--trust", "trust.json", "--lang", "zh") == 0
    assert "结论：通过" in capsys.readouterr().out


def test_no_spoilt_byte_passes(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = random.Random(3)
    for number in range(36):
        at = chosen.randrange(len(BUNDLE))
        spoilt = (
            BUNDLE[:at] + bytes([BUNDLE[at] ^ 1 << chosen.randrange(8)]) + BUNDLE[at + 1 :],
            BUNDLE[:at] + BUNDLE[at + 1 :],
            BUNDLE[:at] + b"\x00" + BUNDLE[at:],
        )[number % 3]
        name = "b.mianti" if number % 2 else "renamed"
        assert verified(spoilt, name, "--trust", "trust.json") in (1, 2), (number, at)
        assert verified(spoilt, name) == 2
    for spoilt in (b"", BUNDLE[:-1], BUNDLE + b"\n", BUNDLE[1:], BUNDLE * 2):
        assert verified(spoilt, "b.mianti", "--trust", "trust.json") in (1, 2)
    assert capsys.readouterr().err == ""


def test_a_licence_with_its_receipt() -> None:
    world, licence, other = small_world()
    Path("r").write_bytes(receipt_file(world.evidence(licence.index)))
    Path("other").write_bytes(receipt_file(world.evidence(other.index)))
    text = licence.credential.encode()
    trusted = ("--trust", "trust.json")
    assert verified(text, "c.sd-jwt", "--receipt", "r", *trusted) == 0
    assert verified(text, "c.sd-jwt", "--receipt", "other", *trusted) == 1
    assert verified(text, "c.sd-jwt", *trusted) == 2
    assert verified(Path("r").read_bytes(), "r", *trusted) == 0
    assert verified(b"c2sp.org/tlog-proof@v1\n", "spoilt", *trusted) == 1


def test_worst_of_several_counts(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.mianti").write_bytes(BUNDLE)
    Path("c.mianti").write_bytes(BUNDLE[:-1])
    verify = ["verify", "--offline", "--at", AT, "--trust", "trust.json", "--json", "b.mianti"]
    assert main([*verify, "b.mianti"]) == 0
    capsys.readouterr()
    assert main([*verify, "c.mianti"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in told] == ["passed", "failed"]
    assert [check["number"] for check in told[0]["checks"]] == list(range(9))


def test_wrong_trust_is_an_error_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for data, code in ((b"{}", "trust.malformed"), (TRUST[:-2], "trust.malformed")):
        Path("wrong").write_bytes(data)
        assert verified(BUNDLE, "b.mianti", "--trust", "wrong") == 1
        assert capsys.readouterr().err.startswith(f"mianti: {code}: ")
    foreign = small_world(name="two")[0].trust_bytes
    Path("wrong").write_bytes(foreign)
    assert verified(BUNDLE, "b.mianti", "--trust", "wrong") in (1, 2)
    Path("b.mianti").write_bytes(BUNDLE)
    late = ["verify", "b.mianti", "--offline", "--trust", "trust.json", "--at", "2099-01-01T00:00Z"]
    assert main(late) == 1
    assert "trust.expired" in capsys.readouterr().err


def test_pinned_roots_stand_in_for_a_named_list(tmp_path: Path) -> None:
    pins = json.dumps({"version": 1, **dict.fromkeys(("roots", "newest"), base64url.encode(TRUST))})
    (tmp_path / "pins.json").write_text(pins)
    assert verified(BUNDLE, "b.mianti") == 0
    (tmp_path / "pins.json").write_text(pins.replace('"version": 1', '"version": 99'))
    assert verified(BUNDLE, "b.mianti") == 1
    for spoilt in ("", "[]", "{}", pins.replace("newest", "oldest"), pins[:-9]):
        (tmp_path / "pins.json").write_text(spoilt)
        assert verified(BUNDLE, "b.mianti") == 1


def test_what_a_file_is() -> None:
    world, licence, _ = small_world()
    assert sort_of(BUNDLE) == "bundle"
    assert sort_of(licence.credential.encode()) == "credential"
    assert sort_of(receipt_file(world.evidence(licence.index))) == "receipt"
    assert sort_of(b"%PDF-1.7 /ByteRange") == "licence"
    for other in (b"", b"%PDF-1.7", b"PK\x03\x04", b"eyJ", "eyJ~面".encode()):
        assert sort_of(other) == "material"
