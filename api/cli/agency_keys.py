"""An agency's signing keys: as registered on chain, and how a new one takes the old one's place."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.outcome import DONE
from api.cli.session import session_of

AgencyName = Annotated[str, typer.Argument(metavar="AGENCY")]


def register(keys: typer.Typer) -> None:
    keys.command("show")(show)
    keys.command("renew")(renew)
    keys.command("switch")(switch)


def show(context: typer.Context, agency: AgencyName) -> int:
    from certs import base64url
    from ledger.log.statement import format_time

    session = session_of(context)
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        rows = platform.chain.key_rows(agency)
    told = [
        {
            "kid": base64url.encode(row.key_id),
            "valid_from": format_time(row.valid_from),
            "valid_to": format_time(row.valid_to) if row.valid_to else None,
            "compromised_at": format_time(row.compromised_at) if row.compromised_at else None,
        }
        for row in rows
    ]
    lines = []
    for one in told:
        stolen = one["compromised_at"]
        mark = f"  {session.say('keys.compromised', at=stolen)}" if stolen else ""
        lines.append(f"{one['kid']}  {one['valid_from']} … {one['valid_to'] or ''}{mark}")
    session.out(told, *lines)
    return DONE


def renew(context: typer.Context, agency: AgencyName) -> int:
    from api.founding.renewal import prepare

    session = session_of(context)
    with session.platform() as platform:
        made = prepare(session.folder, platform, agency)
    facts = {"agency": agency, "key_id": made.key_id.hex(), "certificate": made.certificate.hex()}
    session.out(facts, session.say("keys.renewed", **facts))
    return DONE


def switch(context: typer.Context, agency: AgencyName) -> int:
    from api.founding.renewal import switch as switch_key

    session = session_of(context)
    with session.platform() as platform:
        made = switch_key(session.folder, platform, agency)
    facts = {"agency": agency, "key_id": made.key_id.hex()}
    session.out(facts, session.say("keys.switched", **facts))
    return DONE
