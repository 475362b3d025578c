"""Figures of reuse, and what somebody is to look at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.acting import Agency
from api.cli.drafts import day
from api.cli.outcome import DONE, FAILED, INDETERMINATE
from api.cli.session import Session, session_of

if TYPE_CHECKING:
    from ledger.figures.counting import Figures
    from ledger.platform import Platform

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
    from ledger.flows.evidence.figures import Period, figures_of, this_year

    session = session_of(context)
    begin, end = day(first, "--from"), day(last, "--to")
    with session.platform() as platform:
        if agency is not None:
            platform.catalogue.agency(agency)
        year = this_year(platform)
        until: date = end or year.last
        period = Period(begin or min(year.first, until), until)
        report = figures_of(platform, period, by, agency)
        names = _names(session, platform)
    if csv:
        print(report.to_csv(), end="")
        return DONE
    lines = [_line(session, names.get(key, key), one) for key, one in report.groups.items()]
    lines.append(_line(session, session.say("figures.total"), report.total))
    session.out(report.to_json(), *lines)
    return DONE


def alerts(
    context: typer.Context,
    hours: Annotated[int, typer.Option(min=1, max=24 * 31)] = 24,
    agency: Agency = None,
) -> int:
    from ledger.flows.evidence.alerts import watch

    session = session_of(context)
    with session.platform() as platform:
        if agency is not None:  # one of another name would show green
            platform.catalogue.agency(agency)
        seen = watch(platform, hours, agency)
        told = seen.to_json(platform.catalogue)
    lines = [session.say(f"alerts.{seen.level.value}")]
    shown: Any = told["alerts"]
    for one in shown:
        level = session.say(f"alerts.level.{one['level']}")
        lines.append(f"  [{level}] {session.pick(one['zh'], one['en'])}")
    session.out(told, *lines)
    return EXIT[seen.level.value]


def _names(session: Session, platform: Platform) -> dict[str, str]:
    from ledger.telling.telling import CHANNELS

    catalogue = platform.catalogue
    named = {slug: (one.zh, one.en) for slug, one in catalogue.items.items()}
    named |= {id: (one.zh, one.en) for id, one in catalogue.agencies.items()}
    return {key: session.pick(*pair) for key, pair in {**named, **CHANNELS}.items()}


def _line(session: Session, key: str, one: Figures) -> str:
    share = "–" if one.coverage_percent is None else f"{one.coverage_percent}%"
    facts = {
        "group": key,
        "cases": one.cases["opened"],
        "required": one.required,
        "covered": one.covered,
        "share": share,
        "asked": one.papers["asked"],
        "handed_in": one.papers["handed_in"],
        "spared": one.papers["spared"],
        "told": one.demands["covered"],
        "refused": one.demands["refused"],
        "reads": sum(one.reads.values()),
    }
    return session.say("figures.line", **facts)
