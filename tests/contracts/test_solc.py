"""The compile script: it must notice what is undescribed and what has drifted."""

import importlib.util
import json
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from eth_utils.crypto import keccak

ROOT = Path(__file__).resolve().parents[2]
INTERFACE = "contracts/interfaces/IThing.sol"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("solc_script", str(ROOT / "scripts/solc"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def value(name: str, kind: str = "uint256", **more: object) -> dict[str, object]:
    return {"name": name, "type": kind, **more}


def built(kind: str, devdoc: Any, userdoc: Any, *, outputs: int = 0) -> dict[str, Any]:
    section = {"function": "methods", "event": "events", "error": "errors"}[kind]
    item: dict[str, Any] = {"type": kind, "name": "Moved", "inputs": [value("amount")]}
    if kind == "function":
        item["outputs"] = [value("")] * outputs
    return {
        "abi": [item],
        "devdoc": {section: {"Moved(uint256)": devdoc}},
        "userdoc": {section: {"Moved(uint256)": userdoc}},
    }


@pytest.mark.parametrize(
    ("contract", "missing"),
    [
        (built("event", {"params": {}}, {"notice": "It moved."}), "@param amount"),
        (built("event", {"params": {"amount": "How far."}}, {}), "@notice"),
        (built("error", [{"params": {}}], [{"notice": "Thrown."}]), "@param amount"),
        (built("error", [{"params": {"amount": "How far."}}], [{}]), "@notice"),
        (built("function", {"params": {}}, {"notice": "Moves."}), "@param amount"),
        (
            built("function", {"params": {"amount": "Far."}}, {"notice": "Moves."}, outputs=1),
            "1 @return",
        ),
    ],
)
def test_what_lacks_a_description_is_named(
    script: ModuleType, contract: dict[str, Any], missing: str
) -> None:
    faults = script.undocumented(INTERFACE, "IThing", contract)
    assert faults == [f"{INTERFACE}: IThing.Moved(uint256) lacks {missing}"]


@pytest.mark.parametrize("kind", ["event", "function"])
def test_what_is_described_passes(script: ModuleType, kind: str) -> None:
    contract = built(kind, {"params": {"amount": "How far."}}, {"notice": "It moved."})
    assert script.undocumented(INTERFACE, "IThing", contract) == []


def test_tuples_are_written_out_in_signatures(script: ModuleType) -> None:
    inner = [value("to", "address"), value("data", "bytes")]
    assert script.canonical_type(value("a", "tuple[]", components=inner)) == "(address,bytes)[]"


@pytest.mark.parametrize("part", ["abi", "bytecode", "deployedBytecode"])
def test_a_difference_between_the_compilers_is_named(
    script: ModuleType, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = {
        "abi": [],
        "evm": {"bytecode": {"object": "6001"}, "deployedBytecode": {"object": "6002"}},
    }
    artifact = {"abi": [], "bytecode": "0x6001", "deployedBytecode": "0x6002"}
    target = tmp_path / "artifacts/contracts/Thing.sol/Thing.json"
    target.parent.mkdir(parents=True)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    target.write_text(json.dumps(artifact), "utf-8")
    assert script.differences("Thing", output) == []
    target.write_text(json.dumps(artifact | {part: "0x60"}), "utf-8")
    assert script.differences("Thing", output) == [
        f"Thing: {part} differs between py-solc-x and Hardhat"
    ]


def test_code_that_depends_on_its_place_is_refused(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = {"object": "6002", "immutableReferences": {"7": [{"start": 1, "length": 32}]}}
    output = {"abi": [], "evm": {"bytecode": {"object": ""}, "deployedBytecode": deployed}}
    target = tmp_path / "artifacts/contracts/Thing.sol/Thing.json"
    target.parent.mkdir(parents=True)
    artifact = {"abi": [], "bytecode": "0x", "deployedBytecode": "0x6002"}
    target.write_text(json.dumps(artifact), "utf-8")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert script.differences("Thing", output) == [
        "Thing: immutables or linked libraries make its code hash vary"
    ]


@pytest.mark.parametrize(
    "name", ["Governance", "AgencyRegistry", "CheckpointRegistry", "StatusRegistry"]
)
def test_committed_code_hash_is_that_of_the_committed_code(name: str) -> None:
    kept = json.loads((ROOT / f"ledger/adapters/abi/{name}.json").read_text("utf-8"))
    assert kept["contractName"] == name
    assert kept["codeHash"] == "0x" + keccak(hexstr=kept["deployedBytecode"]).hex()
    # EIP-170: no chain takes more.
    assert len(kept["deployedBytecode"]) < 2 + 2 * 24_576
