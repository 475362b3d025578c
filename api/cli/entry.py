"""From arguments to an exit code; the only place where an uncaught error ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from api.cli.outcome import (
    BUG,
    DONE,
    FAILED,
    INTERRUPTED,
    USAGE,
    FileUnreadable,
    Internal,
    UsageWrong,
    exit_code_of,
    tell,
)
from api.cli.session import Session
from api.cli.words import Language, language_of
from certs.errors import Coded

DATA = "mianti-data"
_OWN_JSON = ("demo",)  # commands whose --json takes a file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code. ``arguments`` without the program's name."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter still gets the rest
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    language = language_of(os.environ)
    session = Session(Path(os.environ.get("MIANTI_DATA") or DATA), False, language)
    try:
        if given == ["conform"]:
            return _conform()
        session, rest = hoisted(given, session)
        return _run(rest, session)
    except Coded as error:
        tell(error, session.language, as_json=session.as_json, to=sys.stderr)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads any more; keep the interpreter from failing once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        told = FileUnreadable(f"{error.filename or ''}: {error.strerror or error}".strip(": "))
        tell(told, session.language, as_json=session.as_json, to=sys.stderr)
        return FAILED
    except Exception as error:  # the edge: whatever arrives here is a bug of ours
        if os.environ.get("MIANTI_DEBUG"):
            raise
        bug = Internal(f"{type(error).__name__}: {error} (MIANTI_DEBUG=1 shows more)")
        tell(bug, session.language, as_json=session.as_json, to=sys.stderr)
        return BUG


def hoisted(given: Sequence[str], session: Session) -> tuple[Session, list[str]]:
    """The options that every command takes, wherever they stand, and the other arguments.

    Raises UsageWrong.
    """
    data, as_json, language = session.data, session.as_json, session.language
    rest: list[str] = []
    waiting = list(given)
    while waiting:
        argument = waiting.pop(0)
        name, mark, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
            break
        if name in ("--data", "--lang"):
            if not mark and not waiting:
                raise UsageWrong(f"{name} needs a value.", option=name)
            value = value if mark else waiting.pop(0)
            if name == "--data":
                data = Path(value)
            else:
                language = _language(value)
        elif argument == "--json" and not (rest and rest[0] in _OWN_JSON):
            as_json = True
        else:
            rest.append(argument)
    return Session(data, as_json, language), rest


def _language(text: str) -> Language:
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise UsageWrong("--lang is zh or en.", option="--lang")


def _run(arguments: list[str], session: Session) -> int:
    import typer

    from api.cli.program import command_for

    if not arguments:
        _run(["--help"], session)
        return USAGE
    try:
        command = command_for(arguments, session.language)
        ended = command.main(arguments, prog_name="mianti", standalone_mode=False, obj=session)
    except typer.TyperException as error:
        raise UsageWrong(error.format_message()) from error
    except typer.Abort:
        return INTERRUPTED
    return ended if isinstance(ended, int) else DONE


def _conform() -> int:
    from api.conform.driver import run
    from api.conform.limits import bound_memory

    bound_memory()
    run(sys.stdin.buffer, sys.stdout.buffer)
    return DONE
