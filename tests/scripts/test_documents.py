"""The guard over the pages sees a page that is not true."""

from pathlib import Path

import pytest

from scripts import documents

FENCE = "```"


def session(*lines: str) -> str:
    return "\n".join((f"{FENCE}console run", *lines, FENCE, ""))


def ran(folder: Path, *lines: str) -> list[str]:
    return list(documents.session(documents.commands(session(*lines)), folder))


def test_true_session(tmp_path: Path) -> None:
    faults = ran(
        tmp_path,
        "$ word=paper",
        '$ echo "one $word," \\',
        ">   not two",
        "one paper, … two",
        "$ false # exit 1",
        "$ ls scripts/documents.py",
    )
    assert faults == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["$ false"], "ends 1, not 0: false"),
        (["$ true # exit 2"], "ends 0, not 2: true"),
        (["$ echo yes", "no"], "does not print 'no': echo yes"),
        (["$ printf '1\\n2\\n'", "2", "1"], "does not print '1'"),
        (["$ exit 3", "$ echo later"], "not reached: exit 3"),
    ],
    ids=["fails", "does not fail", "another line", "another order", "ends early"],
)
def test_untrue_session(tmp_path: Path, lines: list[str], fault: str) -> None:
    faults = ran(tmp_path, *lines)
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_only_marked_blocks_run() -> None:
    text = f"{FENCE}console\n$ rm -r all\n{FENCE}\n{FENCE}sh run\n$ rm -r more\n{FENCE}\n"
    assert documents.commands(text) == []


def test_background_processes_end_with_their_page(tmp_path: Path) -> None:
    assert ran(tmp_path, "$ sleep 600 &", "$ echo $! > pid") == []
    pid = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists()


def test_links(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# A heading, here\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#a-heading-here) [c](https://example.org/x) [d](#own)\n"
        "[e](gone.md) [f](other.md#gone)\n\n## Own\n"
    )
    assert list(documents.links(page)) == [
        "leads nowhere: gone.md",
        "no such heading: other.md#gone",
    ]


def test_shown_output_is_renewed() -> None:
    text = f"<!-- output: printf 'new\\n' -->\n{FENCE}text\nold\n{FENCE}\n"
    fresh = documents.renewed(text)
    assert fresh == text.replace("old", "new")
    assert documents.renewed(fresh) == fresh


def test_sisters_have_one_shape(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("# One\n\n## Two\n\n| a |\n|---|\n")
    page.with_name("README.zh-CN.md").write_text("# 一\n\n| 甲 |\n|---|\n")
    assert list(documents.sisters(page)) == ["2 headings, README.zh-CN.md has 1"]
