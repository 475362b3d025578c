"""The code at the counter: eight digits that redeem a consent signed on the holder's phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.acting import Agency, agency_of
from api.cli.named import agency_named, minute_named
from api.cli.outcome import DONE
from api.cli.session import Session, session_of, settle

if TYPE_CHECKING:
    from ledger.flows.reading.counter_codes import CounterCode
    from ledger.platform import Platform


def register(app: typer.Typer) -> None:
    app.command("redeem")(redeem)


def redeem(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    digits: Annotated[str, typer.Argument(metavar="CODE")],
    agency: Agency = None,
) -> int:
    from ledger.flows.reading.counter_codes import redeem_code

    session = session_of(context)
    with session.platform() as platform:
        acting = agency or agency_of(platform, case)
        granted = redeem_code(platform, acting, case, digits)
        code, settled = settle(platform)
    facts = {"consent": granted.consent, "entry": granted.entry.index, **settled}
    session.out(facts, session.say("consent.done", **facts))
    return code


def show_code(session: Session, platform: Platform, made: CounterCode) -> int:
    """Tell the holder the digits, once."""
    from ledger.log.statement import format_time

    facts = {
        "code": made.code,
        "consent": made.consent,
        "case": made.case,
        "agency": made.agency,
        "expires_at": format_time(made.expires_at),
    }
    agency = agency_named(session, platform, made.agency)
    until = minute_named(session, facts["expires_at"])
    said = session.say("code.shown", code=made.code, agency=agency, expires_at=until)
    session.out(facts, said)
    return DONE
