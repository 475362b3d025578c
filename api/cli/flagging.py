"""What follows when a paper ends: an agency's flags, and how far a cascade is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.acting import OwnAgency
from api.cli.named import agency_named, day_named, paper_named
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, session_of, settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.flows.after.flags import Standing
    from ledger.platform import Platform
    from ledger.ports import Scalar

Found = Literal["unaffected", "remedied", "reopened", "withdrawn"]


def register(app: typer.Typer) -> None:
    app.command("flags")(flags)
    flag = typer.Typer()
    flag.callback()(_flag)
    flag.command("answer")(answer)
    app.add_typer(flag, name="flag")
    app.command("cascade")(cascade)


def _flag() -> None:
    """One command stands under it, and keeps its own name."""


def flags(
    context: typer.Context,
    agency: OwnAgency,
    answered: Annotated[bool, typer.Option("--answered")] = False,
) -> int:
    from ledger.flows.after.flags import inbox
    from ledger.log.statement import format_time

    session = session_of(context)
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        rows = inbox(platform, agency, open=not answered)
        now = format_time(platform.now())
        told = [_told(row, now) for row in rows]
        lines = [_line(session, platform, one) for one in told]
    session.out(told, *(lines or [session.say("flags.none")]))
    return DONE


def _told(row: Mapping[str, Scalar], now: str) -> dict[str, Any]:
    return {
        "flag": row["id"],
        "case": row["case_id"],
        "object": row["object"],
        "cause": row["cause_index"],
        "code": row["code"],
        "state": row["state"],
        "due": row["due"],
        "overdue": row["state"] == "open" and str(row["due"]) < now,
    }


def _line(session: Session, platform: Platform, told: dict[str, Any]) -> str:
    ending = session.say(f"ending.{told['code']}")
    late = session.say("flags.overdue") if told["overdue"] else ""
    state = session.say(f"flag.{told['state']}")
    paper, due = paper_named(session, platform, told["object"]), day_named(told["due"])
    facts = {**told, "ending": ending, "late": late, "state": state, "object": paper, "due": due}
    return session.say("flags.line", **facts).rstrip()


def answer(
    context: typer.Context,
    flag: Annotated[str, typer.Argument(metavar="FLAG")],
    outcome: Annotated[Found, typer.Option()],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    agency: OwnAgency,
) -> int:
    from ledger.flows.after.flags import FlagAnswer, answer_flag

    session = session_of(context)
    with session.platform() as platform:
        entry = answer_flag(platform, agency, FlagAnswer(flag, outcome, officer, reason))
        code, settled = settle(platform)
    facts = {"flag": flag, "outcome": outcome, "entry": entry.index, **settled}
    told = {**facts, "outcome": session.say(f"flag.{outcome}")}
    session.out(facts, session.say("flag.done", **told))
    return code


def cascade(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY")],
) -> int:
    from ledger.flows.after.flags import standing_of

    session = session_of(context)
    with session.platform() as platform:
        seen = [standing_of(platform, cause) for cause in _causes(platform, entry)]
        told = [told_of(one) for one in seen]
        lines = [line for one in told for line in _cascade_lines(session, platform, one)]
    session.out(told, *lines)
    return DONE


def _causes(platform: Platform, text: str) -> list[int]:
    """An entry's index, or all causes about a licence or material. Raises NotFound, UsageWrong."""
    from ledger.errors import NotFound

    if text.isdecimal() and text.isascii():
        return [int(text[:18])]
    sort = {"lic": "licence", "mat": "material"}.get(text.partition("_")[0])
    if sort is None:
        raise UsageWrong("ENTRY is an index, or lic_…, mat_….")
    rows = platform.store.rows("cascades", {"object": f"{sort}:{text}"})
    if not rows:
        raise NotFound("Nothing followed from this.")
    return [index for row in rows if isinstance(index := row["cause_index"], int)]


def told_of(seen: Standing) -> dict[str, Any]:
    """How far a cascade is, for machines."""
    return {
        "cause": seen.cause,
        "object": seen.object,
        "done": seen.done,
        "cases": seen.cases,
        "flagged": dict(seen.flagged),
        "answers": dict(seen.outcomes),
        "open": seen.open,
        "overdue": seen.overdue,
    }


def _cascade_lines(session: Session, platform: Platform, told: dict[str, Any]) -> list[str]:
    state = session.say("cascade.complete" if told["done"] else "cascade.going")
    total = sum(told["flagged"].values())
    paper = paper_named(session, platform, told["object"])
    answered = total - told["open"]
    facts = {**told, "object": paper, "state": state, "total": total, "answered": answered}
    lines = [session.say("cascade.line", **facts)]
    for id, count in told["flagged"].items():
        agency = agency_named(session, platform, id)
        lines.append(session.say("cascade.agency", agency=agency, count=count))
    return lines
