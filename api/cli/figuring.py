"""Figures of reuse, and what somebody is to look at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.cases import Agency
from api.cli.drafts import day
from api.cli.outcome import DONE, FAILED, INDETERMINATE
from api.cli.session import Session, session_of

if TYPE_CHECKING:
    from ledger.figures.counting import Figures

By = Literal["item", "agency", "channel"]
EXIT = {"green": DONE, "red": FAILED, "yellow": INDETERMINATE}
"""As with verdicts: 0 all is well, 1 something is wrong, 2 somebody is to look."""


def register(app: typer.Typer) -> None:
    app.command("figures")(figures)
    app.command("alerts")(alerts)


def figures(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from")] = None,
    last: Annotated[str | None, typer.Option("--to")] = None,
    by: Annotated[By, typer.Option()] = "item",
    csv: Annotated[bool, typer.Option("--csv")] = False,
    agency: Agency = None,
) -> int:
    from ledger.flows.figures import Period, figures_of, this_year

    session = session_of(context)
    begin, end = day(first, "--from"), day(last, "--to")
    with session.platform() as platform:
        year = this_year(platform)
        until: date = end or year.last
        period = Period(begin or min(year.first, until), until)
        report = figures_of(platform, period, by, agency)
    if csv:
        print(report.to_csv(), end="")
        return DONE
    lines = [_line(session, key, one) for key, one in report.groups.items()]
    lines.append(_line(session, session.say("figures.total"), report.total))
    session.out(report.to_json(), *lines)
    return DONE


def alerts(
    context: typer.Context,
    hours: Annotated[int, typer.Option(min=1, max=24 * 31)] = 24,
    agency: Agency = None,
) -> int:
    from ledger.flows.alerts import watch

    session = session_of(context)
    with session.platform() as platform:
        seen = watch(platform, hours, agency)
    lines = [session.say(f"alerts.{seen.level.value}")]
    for one in seen.alerts:
        told = one.to_json()
        sentence = session.pick(str(told["zh"]), str(told["en"]))
        lines.append(f"  [{session.say(f'alerts.level.{one.level.value}')}] {sentence}")
    session.out(seen.to_json(), *lines)
    return EXIT[seen.level.value]


def _line(session: Session, key: str, one: Figures) -> str:
    share = "–" if one.coverage_percent is None else f"{one.coverage_percent}%"
    facts = {
        "group": key,
        "cases": one.cases["opened"],
        "required": one.required,
        "covered": one.covered,
        "share": share,
        "asked": one.papers["asked"],
        "spared": one.papers["spared"],
        "told": one.demands["covered"],
        "refused": one.demands["refused"],
        "reads": sum(one.reads.values()),
    }
    return session.say("figures.line", **facts)
