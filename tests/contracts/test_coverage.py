"""The coverage script: it must find every condition, and notice what no test reached."""

import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
THING = b"""contract Thing {
    function f(uint256 a, bool b) external pure returns (uint256) {
        if (a == 1 && (b || !(a < 9))) return b ? 1 : 2;
        for (uint256 i = 0; i < a; i++) {}
        while (a > 3) a--;
        do a++; while (a < 2);
        bool c = a == 7 || b;
        for (;;) return c == (a > 4) ? a : 0;
    }
}
"""
CONDITIONS = [
    (3, b"a == 1"),
    (3, b"b"),
    (3, b"a < 9"),
    (3, b"b"),
    (4, b"i < a"),
    (5, b"a > 3"),
    (6, b"a < 2"),
    (7, b"a == 7"),
    (7, b"b"),
    (8, b"c == (a > 4)"),
]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("coverage_script", str(ROOT / "scripts/coverage"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(
    script: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[int, int, int]]:
    root = tmp_path_factory.mktemp("thing")
    (root / "Thing.sol").write_bytes(THING)
    (root / "contracts").symlink_to(ROOT / "contracts")
    (root / "scripts").symlink_to(ROOT / "scripts")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script, "ROOT", root)
        tree = script.syntax_trees(["Thing.sol"])["Thing.sol"]
    return [(c.start, c.end, c.line) for c in script.conditions(THING, tree)]


def test_every_smallest_condition_is_found(found: list[tuple[int, int, int]]) -> None:
    assert [(line, THING[start:end]) for start, end, line in found] == CONDITIONS


def test_what_is_rewritten_keeps_its_lines(
    script: ModuleType, found: list[tuple[int, int, int]]
) -> None:
    conditions = [script.Condition(*one) for one in found]
    lines = script.rewritten(THING, conditions).splitlines()
    assert lines[2].strip() == (
        b"if (branch_0(a == 1) && (branch_1(b) || !(branch_2(a < 9)))) return branch_3(b) ? 1 : 2;"
    )
    begins = THING.count(b"\n")
    for number in range(len(conditions)):
        first = begins + number * script.BRANCH_LINES
        assert lines[first + script.TRUE_LINE].strip() == b"return true;"
        assert lines[first + script.FALSE_LINE].strip() == b"return false;"


def test_lines_and_outcomes_that_were_not_reached_are_named(script: ModuleType) -> None:
    conditions = [script.Condition(20, 26, 3), script.Condition(31, 32, 3)]
    length = 10
    branches = {
        length + number * script.BRANCH_LINES + line + 1: True
        for number in range(2)
        for line in (script.TRUE_LINE, script.FALSE_LINE)
    }
    assert script.judged("Thing.sol", length, conditions, {2: True, 3: True} | branches) == (
        script.FileCoverage("Thing.sol", 2, 4, ())
    )
    del branches[length + script.FALSE_LINE + 1]
    branches[length + script.BRANCH_LINES + script.TRUE_LINE + 1] = False
    judged = script.judged("Thing.sol", length, conditions, {2: False, 3: True} | branches)
    assert judged.missing == ("2", "3 never false", "3 never true")
    assert "2, 3 never false, 3 never true" in script.table([judged])


def test_reached_lines_are_read_by_file(script: ModuleType) -> None:
    lcov = "TN:\nSF:contracts/A.sol\nDA:3,1\nDA:4,0\nend_of_record\nSF:contracts/B.sol\nDA:3,12\n"
    assert script.executed(lcov) == {
        "contracts/A.sol": {3: True, 4: False},
        "contracts/B.sol": {3: True},
    }
