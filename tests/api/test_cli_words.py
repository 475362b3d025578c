"""Every command and option has its words in both languages, and every example is a real command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from api.cli import words
from api.cli.entry import hoisted, main
from api.cli.program import command_for, localise
from api.cli.session import Session


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}".strip())


PATHS = [path for path, _ in commands(command_for([], "en"))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_and_option_is_explained(language: words.Language) -> None:
    tree = command_for([], language)
    localise(tree, "", language)
    for path, command in commands(tree):
        assert command.help, path
        assert all(one.help for one in command.params), path


def test_no_word_is_left_over() -> None:
    tree = dict(commands(command_for([], "en")))
    named = {option.name for command in tree.values() for option in command.params}
    own = {f"{path}.{one.name}" for path, command in tree.items() for one in command.params}
    assert set(words.table("help")) == set(tree)
    assert set(words.table("options")) <= named | own
    assert set(words.table("examples")) <= set(tree)


def test_no_key_stands_twice() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), [name for name, _ in pairs]
        return dict(pairs)

    text = files("api.cli").joinpath("words.json").read_text("utf-8")
    json.loads(text, object_pairs_hook=once)


def test_both_languages_take_the_same_values() -> None:
    for section in ("said", "errors", "help", "options"):
        for key, pair in words.table(section).items():
            zh, en = pair
            assert zh and en, key
            assert fields(zh) == fields(en), key


def fields(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]} if "{sub" not in text else set()


@pytest.mark.parametrize("path", [path for path in PATHS if path in words.table("examples")])
def test_examples_are_commands_with_known_options(path: str) -> None:
    command = dict(commands(command_for([], "en")))[path]
    known = {name for one in command.params for name in one.opts}
    for example in words.table("examples")[path]:
        parts = shlex.split(example.rpartition("| ")[2])
        _, rest = hoisted(parts[1:], Session(".", False, "en"))  # type: ignore[arg-type]
        assert parts[0] == "mianti" and " ".join(rest).startswith(path)
        assert {part for part in rest if part.startswith("--")} <= known | {"--json"}


def test_help_shows_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--help", "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "$ mianti plan case_… --explain" in shown and "免交清单" in shown
    assert "--lang zh|en" in shown


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
    ],
)
def test_language_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert words.language_of(environment) == language


def test_error_sentences() -> None:
    assert words.error_sentence("zh", "consent.withdrawn", "x") == "持有人已撤回同意。"
    assert words.error_sentence("zh", "consent.never_seen", "x").startswith("超出")
    assert words.error_sentence("en", "consent.withdrawn", "Withdrawn by Li.") == "Withdrawn by Li."
    assert words.error_sentence("zh", "nobody.knows", "own words") == "own words"
    assert words.error_sentence("zh", "file", "nope: not there").endswith("（nope: not there）")
