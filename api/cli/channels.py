"""``mianti case resume``: go on with a case over another channel."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.acting import Agency, agency_of
from api.cli.materials import chosen_channel
from api.cli.session import session_of, settle


def case_resume(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    channel: Annotated[str, typer.Option()],
    officer: Annotated[str | None, typer.Option()] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.channels import channel_history, resume_case
    from ledger.telling.telling import CHANNELS

    session = session_of(context)
    wanted = chosen_channel(channel)
    with session.platform() as platform:
        acting = agency or agency_of(platform, case)
        entry = resume_case(platform, acting, case, wanted, officer)
        code, settled = settle(platform)
        history = [step.channel for step in channel_history(platform, case)]
    went = " → ".join(history)
    facts = {"case": case, "channel": wanted.value, "entry": entry.index, "went": went, **settled}
    named = [session.pick(*CHANNELS[one]) for one in (wanted.value, *history)]
    told = {**facts, "channel": named[0], "went": " → ".join(named[1:])}
    session.out(facts, session.say("case.resumed", **told))
    return code
