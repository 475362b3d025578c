"""``mianti agency``: who takes part, what is proposed and decided, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import proposing, voting
from api.cli.moments import moment
from api.cli.outcome import DONE
from api.cli.session import Session, session_of

if TYPE_CHECKING:
    from ledger.platform import Platform

Limit = Annotated[int, typer.Option(min=1, max=10_000)]


def register(app: typer.Typer) -> None:
    agency = typer.Typer()
    proposing.register(agency)
    voting.register(agency)
    agency.command("show")(show)
    agency.command("history")(history)
    app.add_typer(agency, name="agency")


def show(
    context: typer.Context,
    what: Annotated[str | None, typer.Argument(metavar="[AGENCY|NUMBER]")] = None,
    at: Annotated[str | None, typer.Option()] = None,
) -> int:
    session, when = session_of(context), moment(at)
    with session.platform() as platform:
        if what is None:
            return _everybody(session, platform)
        if what.isascii() and what.isdigit():
            return _proposal(session, platform, int(what))
        return _agency(session, platform, what, when)


def history(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="AGENCY")],
    limit: Limit = 1000,
) -> int:
    from api.agencies_shown import told_shown
    from ledger.flows.consortium.agencies import record_of
    from ledger.flows.consortium.history import agency_history
    from ledger.flows.evidence.chain_index import index_chain

    session = session_of(context)
    with session.platform() as platform:
        record_of(platform, which)
        index_chain(platform)
        told = [told_shown(one) for one in islice(agency_history(platform, which), limit)]
    session.out(
        [one.model_dump() for one in told],
        *(
            session.say(
                "agency.happened" if one.proposal is None else "agency.happened_by",
                time=one.time,
                block=one.block,
                proposal=one.proposal,
                sentence=session.pick(one.zh, one.en),
            )
            for one in told
        ),
    )
    return DONE


def _everybody(session: Session, platform: Platform) -> int:
    from api.agencies_shown import listed
    from ledger.agencies.telling import GRAVITIES, STAGES
    from ledger.flows.consortium.agencies import all_ids, registry
    from ledger.flows.consortium.proposals import OPEN, recent

    seats = {one.member: one for one in platform.governance.seats()}
    records = registry(platform)
    agencies = [
        listed(platform, one, records.get(one), seats) for one in all_ids(platform, records)
    ]
    open_ones = [one for one in recent(platform) if one.stage in OPEN]
    session.out(
        {
            "agencies": [one.model_dump() for one in agencies],
            "open_proposals": [one.number for one in open_ones],
        },
        *(
            session.say(
                "agency.line",
                id=one.id,
                name=one.name or session.pick(one.zh, one.en),
                state=_state(session, one),
            )
            for one in agencies
        ),
        *(
            session.say(
                "agency.open_proposal",
                number=one.number,
                gravity=session.pick(*GRAVITIES[str(one.gravity)]),
                stage=session.pick(*STAGES[str(one.stage)]),
            )
            for one in open_ones
        ),
    )
    return DONE


def _state(session: Session, one: Any) -> str:
    if one.admitted_at is None:
        return session.say("agency.not_admitted")
    if one.ending:
        return session.say(f"agency.{one.ending}", ended_at=one.ended_at)
    if one.suspended:
        return session.say("agency.suspended")
    return session.say("agency.seated", weight=one.weight) if one.weight else ""


def _proposal(session: Session, platform: Platform, number: int) -> int:
    from api.agencies_shown import proposal_shown
    from ledger.agencies.telling import GRAVITIES, STAGES
    from ledger.flows.consortium.proposals import proposal

    shown = proposal_shown(platform, proposal(platform, number))
    facts = shown.model_dump()
    told = {
        **facts,
        "gravity": session.pick(*GRAVITIES[shown.gravity]),
        "stage": session.pick(*STAGES[shown.stage]),
        "quorum": f"{shown.quorum / 100:g}",
        "passing": f"{shown.passing / 100:g}",
        "reason": shown.reason or session.say("agency.reason_elsewhere", **facts),
    }
    session.out(
        facts,
        session.say("agency.proposal", **told),
        *(f"· {one}" for one in (shown.zh if session.language == "zh" else shown.en)),
        session.say("agency.reason", **told),
        session.say("agency.tally", **told),
        session.say("agency.terms", **told),
        *([session.say("agency.executable", **told)] if shown.executable_at else []),
    )
    return DONE


def _agency(session: Session, platform: Platform, id: str, when: Any) -> int:
    from api.agencies_shown import facts_shown
    from ledger.flows.consortium.agencies import agency_facts, agency_rows
    from ledger.flows.consortium.names import ConsortiumNames

    shown = facts_shown(agency_facts(platform, agency_rows(platform, id), when))
    facts = shown.model_dump()
    session.out(facts, *_told(session, facts, ConsortiumNames(platform)))
    return DONE


def _told(session: Session, facts: dict[str, Any], names: Any) -> Iterator[str]:
    then = facts["then"]
    yield session.say("agency.head", **{**facts, **then, "id": facts["id"]})
    for one in facts["names"]:
        yield session.say("agency.named", **one)
    if facts["ending"]:
        ending = {**facts, "successor": facts["successor"] or session.say("agency.nobody")}
        yield session.say(f"agency.{facts['ending']}", **ending)
    if not then["admitted"] and (not facts["ending"] or then["at"] < facts["admitted_at"]):
        yield session.say("agency.not_then", **then)
    if then["suspended"]:
        yield session.say("agency.suspended")
    if facts["weight"]:
        yield session.say("agency.seat", **facts)
    for row in facts["keys"]:
        compromised = row["compromised_at"]
        key = "agency.key_unsafe" if compromised else "agency.key"
        yield _row(session, key, row)
    for row in facts["scopes"]:
        named = session.pick(*names.kind(f"licence:{row['licence_type']}"))
        region = row["region"] or session.say("agency.anywhere")
        yield _row(session, "agency.scope", {**row, "licence_type": named, "region": region})
    for row in facts["bases"]:
        pairs = {"item": names.item(row["item"]), "kind": names.kind(row["kind"])}
        called = {name: session.pick(*pair) for name, pair in pairs.items()}
        sort = session.say(f"basis_sort.{row['sort']}")
        yield _row(session, "agency.basis", {**row, **called, "sort": sort})
    for row in facts["suspensions"]:
        yield _row(session, "agency.suspension", row)
    body = then["responsible"]
    if body != facts["id"]:
        named = session.pick(*names.agency(body)) if body else session.say("agency.nobody")
        yield session.say("agency.responsible", body=named, since=then["responsible_since"])
    for number in facts["open_proposals"]:
        yield session.say("agency.concerned", number=number)


def _row(session: Session, key: str, row: dict[str, Any]) -> str:
    mark = "✓" if row["counts"] else "·"
    until = row["valid_to"] or session.say("agency.open_end")
    return f"{mark} {session.say(key, **{**row, 'valid_to': until})}"
