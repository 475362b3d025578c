"""``mianti reconcile``: an issuer's list of a day against what is held; ``mianti gaps``: the last
of each."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.drafts import day as day_named
from api.cli.named import agency_named, kind_named
from api.cli.outcome import DONE, FAILED
from api.cli.session import Session, read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.platform import Platform

COLUMNS = ("sort", "row", "type", "number", "licence", "here", "there")


def register(app: typer.Typer) -> None:
    app.command("reconcile")(reconcile)
    app.command("gaps")(gaps)


def reconcile(
    context: typer.Context,
    increment: Annotated[Path, typer.Argument(metavar="INCREMENT.csv")],
    issuer: Annotated[str, typer.Option("--issuer", envvar="MIANTI_AGENCY")],
    day: Annotated[str | None, typer.Option()] = None,
    type: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option()] = None,
    out: Annotated[Path | None, typer.Option()] = None,
) -> int:
    from ledger.flows.library.reconcile import reconcile_increment
    from ledger.reuse.documents import day as day_of

    session = session_of(context)
    data, named = read_file(increment), day_named(day, "--day")
    with session.platform() as platform:
        wanted = named or day_of(platform.now())
        done = reconcile_increment(platform, issuer, data, wanted, type_=type, source=source)
        code, settled = settle(platform)
        lines = [_line(session, platform, gap) for gap in done.report["gaps"]]
        lines.append(_sum(session, platform, done.report))
    if out is not None:
        as_csv = out.suffix.lower() == ".csv"
        text = _csv(done.report) if as_csv else json.dumps(done.report, ensure_ascii=False)
        write_file(out, text.encode())
    facts = {"reconciliation": done.id, "entry": done.entry.index, **done.report, **settled}
    session.out(facts, *lines)
    return FAILED if done.report["gaps"] else code


def gaps(
    context: typer.Context,
    issuer: Annotated[str | None, typer.Option("--issuer")] = None,
) -> int:
    from ledger.flows.library.reconcile import gap_board

    session = session_of(context)
    with session.platform() as platform:
        board = gap_board(platform, issuer)
        lines = [_sum(session, platform, one) for one in board]
    session.out(board, *(lines or [session.say("gaps.none")]))
    return FAILED if any(one["gaps"] for one in board) else DONE


def _sum(session: Session, platform: Platform, one: dict[str, Any]) -> str:
    found = [
        f"{session.say(f'gap.{sort}')} {count}" for sort, count in one["counts"].items() if count
    ]
    return session.say(
        "gaps.sum",
        agency=agency_named(session, platform, one["agency"]),
        source=one["source"] or session.say("gaps.all"),
        day=one["day"],
        listed=one["listed"],
        matched=one["matched"],
        found="、".join(found) if session.language == "zh" else ", ".join(found),
        gaps=sum(one["counts"].values()),
    )


def _line(session: Session, platform: Platform, gap: dict[str, Any]) -> str:
    sides = session.say("gaps.sides", here=gap["here"], there=gap["there"])
    return session.say(
        "gaps.line",
        sort=session.say(f"gap.{gap['sort']}"),
        row=gap["row"] or "—",
        type=kind_named(session, platform, f"licence:{gap['type']}"),
        number=gap["number"] or gap["licence"] or "—",
        sides=sides if gap["here"] or gap["there"] else "",
    )


def _csv(report: dict[str, Any]) -> str:
    from api.cli.row_results import inert

    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([inert(gap[name]) for name in COLUMNS] for gap in report["gaps"])
    return text.getvalue()
