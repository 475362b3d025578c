"""A frozen log goes on: keys for another one, and the change to it once the consortium decided."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.cli.outcome import DONE
from api.cli.session import read_file, session_of, settle

Origin = Annotated[str, typer.Option("--origin")]


def register(log: typer.Typer) -> None:
    log.command("prepare")(prepare)
    log.command("continue")(go_on)


def prepare(
    context: typer.Context,
    origin: Origin,
    fresh_attesters: Annotated[bool, typer.Option("--fresh-attesters")] = False,
) -> int:
    from api.founding.continuation import prepare as make

    session = session_of(context)
    made = make(session.folder, origin, secrets.token_bytes, fresh_attesters=fresh_attesters)
    facts = {
        "origin": made.origin,
        "log_id": "0x" + made.log_id.hex(),
        "vkey": made.vkey,
        "anchor": made.anchor,
        "attesters": made.attesters,
    }
    lines = [f"  {name}: {address}" for name, address in made.attesters.items()]
    session.out(facts, session.say("log.prepared", **facts), *lines)
    return DONE


def go_on(
    context: typer.Context,
    origin: Origin,
    trust: Annotated[Path | None, typer.Option("--trust")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    from api.founding.continuation import go_on as continue_log

    session = session_of(context)
    signed = None if trust is None else read_file(trust)
    with session.platform() as platform:
        done = continue_log(session.folder, platform, origin, signed=signed, carry_out=yes)
    facts = {
        "origin": origin,
        "predecessor": done.before.origin,
        "size": done.before.size,
        "void": None if done.before.void is None else done.before.void[0],
        "trust_version": done.trust.version,
        "entry": done.entry,
        "carried_out": done.entry is not None,
    }
    if done.entry is None:
        shown = {**facts, "trust_list": done.trust.as_json()}
        session.out(shown, session.say("log.would_continue", **facts))
        return DONE
    with session.platform() as platform:
        code, settled = settle(platform)
    session.out({**facts, **settled}, session.say("log.continued", **facts))
    return code
