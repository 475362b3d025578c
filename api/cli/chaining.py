"""The consortium's chain: the index of what its contracts said."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.outcome import DONE
from api.cli.session import session_of


def register(app: typer.Typer) -> None:
    chain = typer.Typer()
    chain.command("index")(index)
    app.add_typer(chain, name="chain")


def index(
    context: typer.Context, rebuild: Annotated[bool, typer.Option("--rebuild")] = False
) -> int:
    from ledger.flows.evidence.chain_index import forget, index_whole_chain

    session = session_of(context)
    facts = {"events": 0, "undone": 0, "indexed": -1, "head": -1}
    with session.platform() as platform:
        if rebuild:
            forget(platform)
        for done in index_whole_chain(platform):
            facts["events"] += done.events
            facts["undone"] += done.undone
            facts |= {"indexed": done.standing.indexed, "head": done.standing.head}
            session.note(session.say("chain.indexing", **facts))
    session.out(facts, session.say("chain.indexed", **facts))
    return DONE
