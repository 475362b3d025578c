"""The consortium's chain: deploying the contracts, taking a deployment in, what stands there, the
index of what the contracts said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.outcome import DONE
from api.cli.session import Session, read_file, session_of
from api.cli.words import error_sentence


def register(app: typer.Typer) -> None:
    chain = typer.Typer()
    chain.command("deploy")(deploy)
    chain.command("adopt")(adopt)
    chain.command("show")(show)
    chain.command("index")(index)
    app.add_typer(chain, name="chain")


def deploy(
    context: typer.Context,
    node: Annotated[str, typer.Option()],
    seats: Annotated[Path, typer.Option()],
    key: Annotated[Path, typer.Option()],
    book: Annotated[Path, typer.Option()],
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    from api.founding.charter import read_chain_key, read_charter
    from api.founding.deploying import deploy_remote, keep_book, survey_remote

    session = session_of(context)
    charter, secret = read_charter(read_file(seats)), read_chain_key(read_file(key))
    seen = survey_remote(node, secret, charter)
    facts: dict[str, Any] = {
        "chain_id": seen.chain_id,
        "genesis": seen.genesis,
        "deployer": seen.deployer,
        "contracts": dict(seen.contracts),
        "standing": list(seen.standing),
        "seats": [
            {"member": one.member, "voter": one.voter, "weight": one.weight}
            for one in charter.seats
        ],
        "deployed": yes,
    }
    session.note(session.say("chain.survey", **facts))
    if not yes:
        lines = [
            session.say(
                "chain.stands" if name in seen.standing else "chain.would_stand",
                name=name,
                place=place,
            )
            for name, place in seen.contracts.items()
        ]
        session.out(facts, *lines, *_seats_told(session, facts), session.say("chain.dry"))
        return DONE

    def told(name: str, place: str) -> None:
        session.note(session.say("chain.stands", name=name, place=place))

    made = deploy_remote(node, secret, charter, told)
    keep_book(book, made)
    facts |= {"code_hashes": dict(made.code_hashes), "book": str(book)}
    session.out(facts, session.say("chain.deployed", **facts))
    return DONE


def adopt(
    context: typer.Context,
    book: Annotated[Path, typer.Argument(metavar="BOOK")],
    node: Annotated[str | None, typer.Option()] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    from api.founding.deploying import adopt as take_in

    session = session_of(context)
    unpinned = take_in(session.folder, read_file(book), node, os.environ, anew=yes)
    facts = {
        "book": str(session.folder.address_book),
        "node": session.folder.settings().chain_node,
        "unpinned": [{"code": one.code, **one.values} for one in unpinned],
    }
    session.out(
        facts,
        session.say("chain.adopted", **facts),
        *(
            f"! {one.code}: {error_sentence(session.language, one.code, str(one), one.values)}"
            for one in unpinned
        ),
        *([session.say("chain.pin")] if unpinned else []),
    )
    return DONE


def show(context: typer.Context) -> int:
    from api.chain_shown import chain_facts

    session = session_of(context)
    with session.platform() as platform:
        facts = chain_facts(platform)
    session.out(
        facts,
        session.say("chain.show", **facts),
        *(
            session.say("chain.replaced" if one["successor"] else "chain.contract", **one)
            for one in facts["contracts"]
        ),
        *(
            session.say("chain.log_frozen" if one["frozen_at"] is not None else "chain.log", **one)
            for one in facts["logs"]
        ),
        session.say(
            "chain.lists",
            lists=", ".join(f"{one['agency']} v{one['version']}" for one in facts["status_lists"]),
        ),
        *_seats_told(session, facts),
        *(
            session.say("chain.rule", gravity=session.say(f"gravity.{name}"), **rule_told(rule))
            for name, rule in facts["rules"].items()
        ),
    )
    return DONE


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


def rule_told(rule: Mapping[str, int]) -> dict[str, str]:
    """Shares in percent, periods in days."""
    return {
        "quorum": f"{rule['quorum'] / 100:.2f}",
        "passing": f"{rule['passing'] / 100:.2f}",
        "voting": f"{rule['voting_period'] / 86_400:g}",
        "delay": f"{rule['delay'] / 86_400:g}",
    }


def _seats_told(session: Session, facts: dict[str, Any]) -> list[str]:
    return [session.say("chain.seat", **one) for one in facts["seats"]]
