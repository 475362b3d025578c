"""The analysis script: no finding goes by that nobody answered."""

import importlib.util
import json
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = "| `timestamp` | periods are the subject |"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("slither_script", str(ROOT / "scripts/slither"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def element(kind: str, name: str, parent: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": kind, "name": name, "type_specific_fields": {"parent": parent or {}}}


def finding(check: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"check": check, "elements": list(elements)}


FUNCTION = element("function", "end", element("contract", "History"))
VARIABLE = element("variable", "next", FUNCTION)


def test_findings_are_named_by_place_and_statement(script: ModuleType) -> None:
    found = script.by_detector(
        [
            finding("timestamp", FUNCTION, element("node", "at < now"), element("node", "at == 0")),
            finding("shadowing", VARIABLE),
            finding("timestamp", FUNCTION, element("node", "")),
            finding("pragma", element("pragma", "0.8.37"), element("pragma", "^0.8.37")),
        ]
    )
    assert found == {
        "pragma": ["0.8.37"],
        "shadowing": ["History.end.next"],
        "timestamp": ["History.end", "History.end: at < now"],
    }


def test_new_gone_and_unexplained_findings_are_faults(script: ModuleType) -> None:
    answered = {"timestamp": ["A.f"]}
    assert script.faults(answered, answered, README) == []
    assert script.faults({"timestamp": ["A.f", "A.g"]}, answered, README) == ["new: timestamp: A.g"]
    assert script.faults({}, answered, README) == ["gone: timestamp: A.f"]
    assert script.faults({"assembly": ["A.f"]}, {}, README) == ["new: assembly: A.f"]
    assert script.faults(answered, answered, "") == [
        "contracts/README.md says nothing of timestamp"
    ]


def test_each_committed_finding_has_its_answer(script: ModuleType) -> None:
    kept = json.loads((ROOT / "contracts/slither.json").read_text("utf-8"))
    assert script.faults(kept, kept, (ROOT / "contracts/README.md").read_text("utf-8")) == []
