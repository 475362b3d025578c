"""Who may act for whom: a principal's wallet lets an agent or a clerk act; an identity agency names
a guardian.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.acting import Agency, row_of
from api.cli.drafts import subject_of
from api.cli.keyring import agency_signer, open_wallet
from api.cli.named import day_named
from api.cli.outcome import UsageWrong
from api.cli.session import Session, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.consent.parties import Signer

Sort = Literal["agent", "clerk"]
Wallet = Annotated[Path | None, typer.Option("--wallet", envvar="MIANTI_WALLET")]


def register(app: typer.Typer) -> None:
    app.command("delegate")(delegate)
    app.command("undelegate")(undelegate)


def delegate(
    context: typer.Context,
    delegate: Annotated[str, typer.Argument(metavar="SUBJECT")],
    wallet: Wallet = None,
    sort: Annotated[Sort, typer.Option()] = "clerk",
    guardian_of: Annotated[str | None, typer.Option("--guardian-of")] = None,
    item: Annotated[list[str] | None, typer.Option()] = None,
    days: Annotated[int, typer.Option(min=1, max=36_500)] = 90,
    further: Annotated[int, typer.Option(min=0, max=4)] = 0,
    parent: Annotated[str | None, typer.Option()] = None,
    agency: Agency = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
) -> int:
    from ledger.consent.delegation_parties import Delegating, delegation_grant
    from ledger.consent.parties import read_statement
    from ledger.flows.reading.delegation import grant_delegation

    session = session_of(context)
    signer = _signer(session, wallet, agency if guardian_of is not None else None)
    with session.platform() as platform:
        for slug in item or ():
            platform.catalogue.item(slug)
        ward = None if guardian_of is None else subject_of(platform, guardian_of)
        now = platform.now()
        given = Delegating(
            principal=ward or signer.actor,
            delegate=subject_of(platform, delegate),
            sort="guardian" if ward is not None else sort,
            since=now,
            until=now + timedelta(days=days),
            service_items=item or (),
            further=further,
            parent=parent,
        )
        data = delegation_grant(signer, platform.log.origin, given, now, secrets.token_bytes)
        done = grant_delegation(platform, data)
        code, settled = settle(platform)
    if out is not None:
        write_file(out, data)
    body = read_statement(data)[1].body
    facts = {"delegation": body["delegation"], "until": body["until"], "entry": done.index}
    told = {**facts, "until": day_named(body["until"])}
    session.out({**facts, **settled}, session.say("delegate.done", **told))
    return code


def undelegate(
    context: typer.Context,
    delegation: Annotated[str, typer.Argument(metavar="DELEGATION")],
    reason: Annotated[str, typer.Option()],
    wallet: Wallet = None,
    agency: Agency = None,
) -> int:
    from ledger.consent.delegation_parties import delegation_ending
    from ledger.flows.reading.delegation import end_delegation

    session = session_of(context)
    signer = _signer(session, wallet, agency)
    with session.platform() as platform:
        row_of(platform, "delegations", delegation)
        data = delegation_ending(
            signer, platform.log.origin, delegation, reason, platform.now(), secrets.token_bytes
        )
        done = end_delegation(platform, data)
        code, settled = settle(platform)
    facts = {"delegation": delegation, "entry": done.index, **settled}
    session.out(facts, session.say("undelegate.done", **facts))
    return code


def _signer(session: Session, wallet: Path | None, agency: str | None) -> Signer:
    if agency is not None:
        return agency_signer(session, agency)
    if wallet is None:
        raise UsageWrong("Say who signs: --wallet of the principal, or --agency.")
    return open_wallet(session, wallet).signer
