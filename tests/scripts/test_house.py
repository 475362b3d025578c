"""The guard over the house's rules sees what breaks them."""

from pathlib import Path

import pytest

from scripts import house


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "path = '/ho" + "me/somebody/x'",
        "see .." + "/shared/notes",
        "https://registry.npmj" + "s.org/x",
    ],
    ids=["unfinished", "machine", "beside", "registry"],
)
def test_words_that_do_not_belong(root: Path, line: str) -> None:
    (root / "a.py").write_text(f"fine = 1\n{line}\n")
    (broken,) = house.words(["a.py"])
    assert broken.startswith("a.py:2: ")


def test_ordinary_words_and_bytes_belong(root: Path) -> None:
    (root / "a.py").write_text("methods = 'GET /v1/roots', 'works/of/art', './work/here'\n")
    (root / "b.bin").write_bytes(b"\0TO" + b"DO")
    assert list(house.words(["a.py", "b.bin"])) == []


def test_names_that_say_nothing() -> None:
    names = ["certs/utils.py", "contracts/Base.sol", "api/utilities.py", "docs/common.md"]
    assert [one.partition(":")[0] for one in house.names_of_files(names)] == names[:2]


def test_docstrings_cost_no_lines(root: Path) -> None:
    (root / "api").mkdir()
    prose = '"""One.\n' + "more\n" * 400 + '"""\n'
    (root / "api/a.py").write_text(prose + "x = 1\n" * 200)
    (root / "api/b.py").write_text("x = 1\n" * 251)
    assert list(house.lengths(["api/a.py", "api/b.py"])) == [(251, "api/b.py")]


def test_missing_and_empty_pages(root: Path) -> None:
    for folder in house.WITH_A_PAGE:
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "README.md").write_text("# A page\n")
    (root / "api/README.md").write_text("\n")
    names = [f"{folder}/README.md".lstrip("/") for folder in house.WITH_A_PAGE if folder != "tests"]
    assert list(house.pages(names)) == ["api/README.md is missing", "tests/README.md is missing"]
