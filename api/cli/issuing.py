"""Licences: issue one or many, change their status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli import batch
from api.cli.acting import Agency, issuer_of, row_of
from api.cli.drafts import day, read_draft, read_json
from api.cli.named import agency_named
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.flows.library.issue import Issued
    from ledger.flows.library.status import Change
    from ledger.platform import Platform

State = Literal["suspended", "active", "revoked"]
Effect = Literal[
    "void", "withdrawn", "penalty", "cancelled", "lapsed", "transferred", "suspended", "withheld",
    "restored",
]  # fmt: skip
_EFFECT_OF = {"suspended": "suspended", "active": "restored", "revoked": "cancelled"}


def register(app: typer.Typer) -> None:
    app.command("issue")(issue)
    app.command("status")(status)


def issue(
    context: typer.Context,
    type: Annotated[str | None, typer.Argument(metavar="TYPE")] = None,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE.json…")] = None,
    rows: Annotated[Path | None, typer.Option("--batch")] = None,
    out: Annotated[Path | None, typer.Option()] = None,
    report: Annotated[Path | None, typer.Option()] = None,
    agency: Agency = None,
) -> int:
    session = session_of(context)
    if (rows is None) == (not files):
        raise UsageWrong("Give TYPE and FILE.json, or --batch ROWS.csv.")
    if rows is not None:
        return batch.run(session, type, rows, out, agency, report)
    from ledger.flows.library.issue import issue_licence

    assert type is not None and files is not None
    drafts = [read_json(read_file(path)) for path in files]
    with session.platform() as platform:
        issuer = issuer_of(platform, type, agency)
        ready = [read_draft(platform, type, members) for members in drafts]
        done = [issue_licence(platform, issuer, draft) for draft in ready]
        code, settled = settle(platform)
    told = [{**told_of(session, one, out), **settled} for one in done]
    session.out(told, *(session.say("issue.done", **one) for one in told))
    return code


def told_of(session: Session, done: Issued, out: Path | None) -> dict[str, Any]:
    """What is said of an issued licence; its files are written where ``out`` says."""
    facts: dict[str, Any] = {
        "licence": done.licence,
        "identifier": done.identifier,
        "entry": done.entry.index,
    }
    if out is not None:
        facts["file"] = str(out / f"{done.licence}.pdf")
        facts["credential"] = str(out / f"{done.licence}.sd-jwt")
        write_file(Path(facts["file"]), done.layout)
        write_file(Path(facts["credential"]), done.credential.encode())
    return facts


def status(
    context: typer.Context,
    licence: Annotated[str, typer.Argument(metavar="LICENCE")],
    state: Annotated[State, typer.Argument(metavar="suspended|active|revoked")],
    reason: Annotated[str, typer.Option()],
    authority: Annotated[str | None, typer.Option()] = None,
    effect: Annotated[Effect | None, typer.Option()] = None,
    effective_on: Annotated[str | None, typer.Option()] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    agency: Agency = None,
) -> int:
    from ledger.flows.after.flags import standing_of
    from ledger.flows.library.status import Change, change_status
    from ledger.reuse.documents import CHINA, LegalEffect
    from ledger.status.lifecycle import MEANING

    session = session_of(context)
    begins = day(effective_on, "--effective-on")
    with session.platform() as platform:
        held = row_of(platform, "licences", licence, "licence")
        acting = agency or str(held["issuer"])
        change = Change(
            licence=licence,
            state=state,
            reason=reason,
            authority=authority or platform.catalogue.agency(acting).zh,
            effect=LegalEffect(effect or _EFFECT_OF[state]),
            effective_on=begins or platform.now().astimezone(CHINA).date(),
        )
        if dry_run:
            return _touched(session, platform, change)
        entry = change_status(platform, acting, change)
        code, settled = settle(platform)
        seen = standing_of(platform, entry.index)
    flagged = {"flagged": sum(seen.flagged.values()), "cascade_done": seen.done}
    facts = {
        "licence": licence,
        "state": state,
        "effect": change.effect.value,
        "lifecycle": MEANING[change.effect].lifecycle,
        "entry": entry.index,
        **flagged,
        **settled,
    }
    lifecycle = MEANING[change.effect].code.value
    named = session.say(f"ending.{change.effect.value}")
    lines = [
        session.say("status.done", **{**facts, "effect": named, "lifecycle": lifecycle}),
        session.say("status.flagged", **facts),
    ]
    session.out(facts, *lines)
    return code


def _touched(session: Session, platform: Platform, change: Change) -> int:
    """What a change would touch; nothing is changed."""
    from ledger.after.reach import Cause, Ending
    from ledger.flows.after.flags import reliance_of

    restored = change.effect.value == "restored"
    cause = None if restored else Cause(Ending(change.effect.value), change.effective_on)
    found = reliance_of(platform, f"licence:{change.licence}", cause)
    agencies = {
        agency: {"cases": one.cases, "open": one.open, "touched": one.touched}
        for agency, one in found.items()
    }
    total = sum(one.touched for one in found.values())
    facts = {"licence": change.licence, "effect": change.effect.value, "touched": total}
    effect = session.say(f"ending.{change.effect.value}")
    lines = [session.say("status.would", effect=effect, touched=total)]
    for one, counts in agencies.items():
        named = agency_named(session, platform, one)
        lines.append(session.say("status.relying", agency=named, **counts))
    session.out({**facts, "agencies": agencies}, *lines)
    return DONE
