"""What every command works with: the data folder, the language, where results go."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from api.cli import words
from api.cli.outcome import DONE, PENDING, FileUnreadable, UsageWrong

if TYPE_CHECKING:
    import typer

    from api.datafolder import DataFolder
    from ledger.platform import Platform

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Session:
    """``data`` is the folder's path; ``as_json``: one JSON value on standard output."""

    data: Path
    as_json: bool
    language: words.Language

    def say(self, key: str, **values: object) -> str:
        return words.said(self.language, key, **values)

    def pick(self, zh: str, en: str) -> str:
        return words.pick(self.language, zh, en)

    def out(self, value: Mapping[str, Any] | list[Any], *lines: str) -> None:
        """The result: ``value`` for machines, ``lines`` for people."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False, indent=2))
        else:
            for line in lines:
                print(line)

    def note(self, line: str) -> None:
        """Something beside the result, for people only."""
        if not self.as_json:
            print(line, file=sys.stderr)

    @property
    def folder(self) -> DataFolder:
        from api.datafolder import DataFolder

        return DataFolder(self.data)

    @contextmanager
    def platform(self) -> Iterator[Platform]:
        """The data folder with its engines, open for one command."""
        from api.wiring import open_platform

        self.folder.settings()  # says at once where there is no folder
        with open_platform(self.data) as platform:
            yield platform

    @contextmanager
    def progress(self, total: int, key: str) -> Iterator[Callable[[int], None]]:
        """A bar on the terminal for long work; nothing where nobody watches."""
        if self.as_json or not sys.stderr.isatty():
            yield lambda steps: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(self.say(key), total=total)
            yield lambda steps: bar.advance(task, steps)


def session_of(context: typer.Context) -> Session:
    return cast(Session, context.obj)


def settle(platform: Platform) -> tuple[int, dict[str, Any]]:
    """Integrate and anchor what was just sequenced: exit code, and what to say of it.

    Raises what needs the operator; where the chain is away the work stands and is anchored later.
    """
    from ledger.flows.worker import work

    done = work(platform)
    waiting = done.waiting is not None
    return (PENDING if waiting else DONE), {"anchored": not waiting, "waiting": done.waiting}


def read_file(path: Path) -> bytes:
    """A file that the user names. Raises FileUnreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}", path=str(path)) from error


def write_file(path: Path, data: bytes) -> None:
    """Write a result where the user wants it. Raises FileUnreadable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}", path=str(path)) from error


def chunks_of(path: Path, step: Callable[[int], None] = lambda size: None) -> Iterator[bytes]:
    """The file in bounded pieces. Raises FileUnreadable."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                step(len(chunk))
                yield chunk
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}", path=str(path)) from error


def pairs_of(texts: Iterable[str] | None, option: str) -> dict[str, str]:
    """``name=value`` options as a mapping. Raises UsageWrong."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, mark, value = text.partition("=")
        if not mark or not name or name in found:
            raise UsageWrong(f"{option} takes name=value, each name once: {text}", option=option)
        found[name] = value
    return found
