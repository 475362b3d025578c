"""Annotated copies: made under a release, and traced when one turns up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import Agency
from api.cli.outcome import DONE, FAILED, UsageWrong
from api.cli.session import Session, read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.flows.reading.leaks import Leak
    from ledger.platform import Platform


def register(app: typer.Typer) -> None:
    app.command("copy")(copy)
    app.command("trace-copy")(trace_copy)


def copy(
    context: typer.Context,
    release: Annotated[str, typer.Argument(metavar="RELEASE")],
    object: Annotated[str, typer.Argument(metavar="OBJECT")],
    out: Annotated[Path, typer.Option("--out")],
    officer: Annotated[str, typer.Option()],
    until: Annotated[str | None, typer.Option("--until")] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.reading.copies import CopyOrder, make_copy

    session = session_of(context)
    last = _day(until)
    with session.platform() as platform:
        acting = agency or _agency_of(platform, release)
        made = make_copy(platform, acting, CopyOrder(release, object, officer, last))
        write_file(out, made.pdf)
        code, settled = settle(platform)
    facts = {"copy": made.copy, "entry": made.entry, "file": str(out), **settled}
    session.out(facts, session.say("copy.done", **facts))
    return code


def trace_copy(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE")],
) -> int:
    from ledger.flows.reading.leaks import find_copy
    from ledger.flows.reading.leaks import trace_copy as trace

    session = session_of(context)
    with session.platform() as platform:
        path = Path(file)
        known = path.exists() or path.suffix.lower() in (".pdf", ".png", ".jpg", ".jpeg")
        found = trace(platform, read_file(path)) if known else find_copy(platform, file)
        lines = [_line(session, platform, one) for one in found]
    told: list[dict[str, Any]] = [{**asdict(one), "proven": one.proven} for one in found]
    session.out(told, *lines)
    return DONE if any(one.proven for one in found) else FAILED


def _line(session: Session, platform: Platform, one: Leak) -> str:
    agency = platform.catalogue.agency(one.agency)
    facts = asdict(one) | {"agency": session.pick(agency.zh, agency.en)}
    return session.say(f"leak.{one.how}", **facts)


def _agency_of(platform: Platform, release: str) -> str:
    from ledger.errors import NotFound

    for table in ("releases", "basis_uses"):
        if rows := platform.store.rows(table, {"id": release}):
            return str(rows[0]["agency"])
    raise NotFound("There is no such release.")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageWrong("--until is a day such as 2026-12-31.", option="--until") from error
