"""Materials handed in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.acting import Agency, case_row
from api.cli.drafts import day, subject_of
from api.cli.outcome import UsageWrong
from api.cli.session import Session, chunks_of, pairs_of, session_of, settle


def register(app: typer.Typer) -> None:
    app.command("deposit")(deposit)


def deposit(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False)],
    kind: Annotated[str, typer.Option()],
    grade: Annotated[str, typer.Option()],
    case: Annotated[str | None, typer.Option()] = None,
    subject: Annotated[str | None, typer.Option()] = None,
    title: Annotated[str | None, typer.Option()] = None,
    channel: Annotated[str, typer.Option()] = "counter",
    officer: Annotated[str | None, typer.Option()] = None,
    issued_on: Annotated[str | None, typer.Option()] = None,
    decision: Annotated[str | None, typer.Option()] = None,
    project: Annotated[str | None, typer.Option()] = None,
    premises: Annotated[str | None, typer.Option()] = None,
    states: Annotated[list[str] | None, typer.Option("--states")] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.door.names import PlatformNames
    from ledger.flows.matters.demand import needless_of
    from ledger.flows.matters.deposit import Handed, unstated
    from ledger.flows.matters.deposit import deposit as take_in

    session = session_of(context)
    issued = day(issued_on, "--issued-on")
    stated = pairs_of(states, "--states")
    graded, channelled = chosen_grade(grade), chosen_channel(channel)
    told: list[dict[str, Any]] = []
    with session.platform() as platform:
        row: dict[str, Any] = {}
        if case is not None:
            row = case_row(platform, case)
        acting = agency or row.get("agency")
        whose = subject_of(platform, subject) if subject is not None else row.get("subject")
        if acting is None or whose is None:
            raise UsageWrong("Without --case say whose it is: --subject and --agency.")
        for path in files:
            handed = Handed(
                kind=kind,
                subject=str(whose),
                title=title or path.stem,
                grade=graded,
                channel=channelled,
                case=case,
                project=project or row.get("project"),
                premises=premises or row.get("premises"),
                officer=officer,
                issued_on=issued,
                decision=decision,
                stated=stated,
            )
            spare = needless_of(platform, str(acting), handed)
            with session.progress(path.stat().st_size, "progress.storing") as step:
                done = take_in(platform, str(acting), handed, chunks_of(path, step))
            told.append(
                {
                    "file": str(path),
                    "material": done.material,
                    "entry": done.entry.index,
                    "sha256": done.kept.sha256.hex(),
                    "cid": done.kept.cid,
                    "needless": [one.to_json() for one in spare],
                    "unstated": list(unstated(platform, handed)),
                    "same": list(done.same),
                }
            )
            if lacking := unstated(platform, handed):
                names = PlatformNames(platform)
                fields = "、".join(session.pick(*names.field(name)) for name in lacking)
                session.note(session.say("deposit.unstated", names=fields, field=lacking[0]))
            for one in spare:
                session.note(session.say("deposit.needless", reason=session.pick(one.zh, one.en)))
        code, settled = settle(platform)
    session.out(
        [{**one, **settled} for one in told],
        *(line for one in told for line in _lines(session, one)),
    )
    return code


def _lines(session: Session, one: dict[str, Any]) -> list[str]:
    lines = [session.say("deposit.done", **one)]
    if one["same"]:
        lines.append(session.say("deposit.same", materials=", ".join(one["same"])))
    return lines


def chosen_grade(text: str) -> Any:
    """A grade of the product. Raises UsageWrong."""
    from ledger.reuse.documents import Grade

    return _chosen(Grade, text, "--grade")


def chosen_channel(text: str) -> Any:
    """A channel of the product. Raises UsageWrong."""
    from ledger.reuse.documents import Channel

    return _chosen(Channel, text, "--channel")


def _chosen(names: Any, text: str, option: str) -> Any:
    try:
        return names(text)
    except ValueError as error:
        known = ", ".join(one.value for one in names)
        raise UsageWrong(f"{option} is one of {known}.", option=option) from error
