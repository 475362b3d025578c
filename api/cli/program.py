"""The tree of commands, with its help in the wanted language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from api.cli import (
    asking,
    assisting,
    basing,
    benefits,
    cases,
    cataloguing,
    chaining,
    collecting,
    committing,
    consenting,
    consortium,
    copying,
    counter,
    delegating,
    demanding,
    disputing,
    erasing,
    evidence,
    figuring,
    flagging,
    issuing,
    keyring,
    logbook,
    materials,
    matters,
    planning,
    premises,
    previewing,
    reconciling,
    releasing,
    running,
    status_lists,
    trust,
    verifying,
)
from api.cli.words import Language, pick, table

MODULES = (
    running, issuing, materials, cases, matters, asking, consenting, releasing, verifying,
    evidence, trust,
    chaining,
    status_lists,
    consortium,
    logbook, keyring, previewing,
    assisting, committing, demanding, figuring,
    flagging, disputing,
    collecting,
    planning,
    copying,
    erasing,
    reconciling,
    cataloguing,
    benefits,
    premises,
    delegating, basing, counter,
)  # fmt: skip
ONE_LINE = 160


def application() -> typer.Typer:
    """All commands, without a word of help."""
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_everywhere)
    for module in MODULES:
        module.register(app)
    return app


def _everywhere() -> None:
    """Options that every command takes are read before (``api.cli.entry``)."""


def command_for(arguments: Sequence[str], language: Language) -> Any:
    """The command tree of one run; help is filled in where it may be shown."""
    command = typer.main.get_command(application())
    if any(argument in ("--help", "-h") for argument in arguments):
        localise(command, "", language)
    return command


def localise(command: Any, path: str, language: Language) -> None:
    """Fill in help from the table. Raises KeyError for a command or option without words."""
    command.help = pick(language, *table("help")[path])
    command.short_help = command.help.partition("\n")[0][:ONE_LINE]
    footer = [pick(language, *table("said")["help.everywhere"])]
    if path in table("examples"):
        footer.insert(0, "\b\n" + "\n".join(f"  $ {one}" for one in table("examples")[path]))
    command.epilog = "\n\n".join(footer)
    for parameter in command.params:
        own = f"{path}.{parameter.name}"
        if parameter.name != "help":
            options = table("options")
            parameter.help = pick(language, *(options.get(own) or options[parameter.name]))
    for name, inner in getattr(command, "commands", {}).items():
        localise(inner, f"{path} {name}".strip(), language)
