"""Agencies ask each other in a paper's place, and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.acting import Agency, OwnAgency, agency_of, row_of
from api.cli.named import agency_named, day_named
from api.cli.outcome import DONE
from api.cli.session import Session, session_of, settle

if TYPE_CHECKING:
    from ledger.platform import Platform

Outcome = Literal["confirmed", "denied", "unknown"]
Box = Literal["inbox", "outbox", "escalated"]


def register(app: typer.Typer) -> None:
    assist = typer.Typer()
    assist.command("request")(assist_request)
    assist.command("answer")(assist_answer)
    assist.command("list")(assist_list)
    app.add_typer(assist, name="assist")


def assist_request(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    requirement: Annotated[str, typer.Argument(metavar="REQUIREMENT")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    asked: Annotated[str | None, typer.Option("--asked")] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.assistance import Question, request_assistance
    from ledger.log.statement import format_time

    session = session_of(context)
    question = Question(requirement, officer, reason, asked)
    with session.platform() as platform:
        acting = agency or agency_of(platform, case)
        done = request_assistance(platform, acting, case, question)
        code, settled = settle(platform)
        named = agency_named(session, platform, done.asked)
    facts = {
        "assistance": done.assistance,
        "asked": done.asked,
        "due": format_time(done.due),
        "entry": done.entry.index,
        **settled,
    }
    told = {**facts, "asked": named, "due": day_named(facts["due"])}
    session.out(facts, session.say("assist.requested", **told))
    return code


def assist_answer(
    context: typer.Context,
    assistance: Annotated[str, typer.Argument(metavar="ASSISTANCE")],
    outcome: Annotated[Outcome, typer.Argument()],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    object: Annotated[str | None, typer.Option("--object")] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.assistance import Reply, answer_assistance

    session = session_of(context)
    reply = Reply(outcome, officer, reason, object)
    with session.platform() as platform:
        acting = agency or str(row_of(platform, "assistances", assistance)["asked"])
        entry = answer_assistance(platform, acting, assistance, reply)
        code, settled = settle(platform)
    facts = {"assistance": assistance, "outcome": outcome, "entry": entry.index, **settled}
    told = session.say(f"assist.{outcome}")
    session.out(facts, session.say("assist.answered", **{**facts, "outcome": told}))
    return code


def assist_list(
    context: typer.Context,
    agency: OwnAgency,
    box: Annotated[Box, typer.Option()] = "inbox",
) -> int:
    from ledger.flows.matters.assistance_list import assistances, shown_assistance

    session = session_of(context)
    found: list[dict[str, Any]] = []
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        after = None
        while rows := assistances(platform, agency, box, after=after, limit=200):
            found += [shown_assistance(platform, row) for row in rows]
            after = str(rows[-1]["id"])
        lines = [_line(session, platform, one) for one in found]
    session.out(found, *(lines or [session.say("assist.none")]))
    return DONE


def _line(session: Session, platform: Platform, one: dict[str, Any]) -> str:
    shown = {
        **one,
        "due": day_named(one["due"]),
        "agency": agency_named(session, platform, one["agency"]),
        "asked": agency_named(session, platform, one["asked"]),
        "state": session.say(f"assist.{one['state']}"),
        "late": session.say("assist.late") if one["late"] else "",
    }
    return session.say("assist.line", **shown)
