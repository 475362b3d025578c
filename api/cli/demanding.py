"""An agency says that it asks for a paper, and hears what it can have already."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.acting import Agency, agency_of
from api.cli.materials import chosen_channel
from api.cli.session import session_of, settle


def register(app: typer.Typer) -> None:
    app.command("demand")(demand)


def demand(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option()] = "applicant",
    channel: Annotated[str, typer.Option()] = "counter",
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.demand import AlreadyCovered, Demand, record_demand

    session = session_of(context)
    said = Demand(kind, officer, reason, chosen_channel(channel), role)
    with session.platform() as platform:
        acting = agency or agency_of(platform, case)
        try:
            done = record_demand(platform, acting, case, said)
        except AlreadyCovered as refused:
            settle(platform)
            known: Any = refused.values["can_have"]
            for one in known:
                session.note(session.pick(one["zh"], one["en"]))
            raise
        code, settled = settle(platform)
    facts = {
        "demand": done.demand,
        "outcome": done.outcome.value,
        "can_have": [one.to_json() for one in done.having],
        "entry": done.entry,
        **settled,
    }
    lines = [f"  {session.pick(one.zh, one.en)}" for one in done.having]
    session.out(facts, session.say(f"demand.{done.outcome.value}", **facts), *lines)
    return code
