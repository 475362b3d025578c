"""The plan of a case, of now or a past time; a signed one made again; the form, prefilled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import Agency, agency_of
from api.cli.moments import moment
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import session_of, settle

if TYPE_CHECKING:
    from ledger.forms.prefill import FieldOrigin


MARKS = {"unfit": "✗", "cannot_tell": "?"}


def register(app: typer.Typer) -> None:
    app.command("plan")(plan)
    app.command("why")(why)
    app.command("replay")(replay)
    app.command("form")(form)


def plan(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    explain: Annotated[bool, typer.Option("--explain")] = False,
    sign: Annotated[bool, typer.Option("--sign")] = False,
    at: Annotated[str | None, typer.Option("--at")] = None,
    agency: Agency = None,
) -> int:
    from api.cli.plan_words import plan_lines
    from ledger.flows.door.names import PlatformNames
    from ledger.flows.matters.plan import plan_case, sign_plan, sources

    session = session_of(context)
    if sign and at is not None:
        raise UsageWrong("A plan is signed as of now: --sign or --at.", option="--at")
    code, facts = DONE, {}
    with session.platform() as platform:
        acting = agency or agency_of(platform, case)
        if sign:
            made, entry = sign_plan(platform, acting, case)
            code, settled = settle(platform)
            facts = {"entry": entry.index, **settled}
        else:
            made = plan_case(platform, acting, case, moment(at))
        told = sources(platform, made) if explain else None
        lines = list(plan_lines(session, made, PlatformNames(platform), told))
        if facts:
            lines.append(session.say("plan.signed", **facts))
    session.out({**made.to_json(), **facts}, *lines)
    return code


def why(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    paper: Annotated[str, typer.Argument(metavar="PAPER")],
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.plan import judged_paper
    from ledger.reuse.fitness_words import RULES
    from ledger.reuse.plan_json import fitness_json

    session = session_of(context)
    with session.platform() as platform:
        made = judged_paper(platform, agency or agency_of(platform, case), case, paper)
    lines, told = [], []
    for ruling in made:
        name = session.pick(ruling.zh, ruling.en)
        lines.append(f"{name}: {session.pick(ruling.fitness.zh, ruling.fitness.en)}")
        for one in ruling.rules:
            mark = MARKS[one.fitness.outcome.value] if one.fitness is not None else "✓"
            lines.append(f"  {mark} {session.pick(*RULES[one.rule])}")
            if one.fitness is not None:
                lines.append(f"      {session.pick(one.fitness.zh, one.fitness.en)}")
        against = {one.rule: fitness_json(one.fitness) for one in ruling.rules if one.fitness}
        told.append(
            {
                "requirement": ruling.requirement,
                "fitness": fitness_json(ruling.fitness),
                "rules": [one.rule for one in ruling.rules],
                "against": against,
            }
        )
    session.out(told, *lines)
    return DONE


def replay(
    context: typer.Context, entry: Annotated[int, typer.Argument(metavar="ENTRY", min=0)]
) -> int:
    from ledger.flows.matters.replay import replay_plan
    from ledger.log.statement import format_time

    session = session_of(context)
    with session.platform() as platform:
        made = replay_plan(platform, entry).plan
    facts = {"entry": entry, "case": made.case.id, "at": format_time(made.at), "seen": made.seen}
    session.out(facts, session.say("replay.done", **facts))
    return DONE


def form(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    agency: Agency = None,
) -> int:
    from ledger.flows.door.names import PlatformNames
    from ledger.flows.matters.prefill import prefill_sources
    from ledger.forms.prefill import prefill_counts

    session = session_of(context)
    with session.platform() as platform:
        made = prefill_sources(platform, agency or agency_of(platform, case), case)
        names = PlatformNames(platform)
    lines = []
    for one in made.fields:
        name = session.pick(one.zh, one.en)
        if (origin := one.origin) is None:
            why = f" ({session.pick(one.reason.zh, one.reason.en)})" if one.reason else ""
            lines.append(session.say("form.typed", name=name) + why)
            continue
        by, paper = names.agency(origin.issuer), names.kind(f"licence:{origin.type}")
        facts = {"name": name, "issuer": session.pick(*by), "paper": session.pick(*paper)}
        lines.append(session.say("form.prefilled", **facts, days=origin.age_days))
    counts = prefill_counts(made.fields)
    lines.append(session.say("form.counts", **counts))
    shown = [_field(one) for one in made.fields]
    session.out({"case": case, "counts": counts, "fields": shown}, *lines)
    return DONE


def _field(one: FieldOrigin) -> dict[str, Any]:
    origin = one.origin
    return {
        "name": one.name,
        "object": origin.object if origin else None,
        "field": origin.field if origin else None,
        "issuer": origin.issuer if origin else None,
        "age_days": origin.age_days if origin else None,
        "entry": origin.entry if origin else None,
    }
