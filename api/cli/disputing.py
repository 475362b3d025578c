"""A holder disputes a paper with the wallet's own key; the agency that answers for it settles."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from api.cli.acting import Agency, OwnAgency, row_of
from api.cli.keyring import open_wallet
from api.cli.named import agency_named, day_named, paper_named
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, session_of, settle, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger.platform import Platform
    from ledger.ports import Scalar

Outcome = Literal["upheld", "corrected", "rejected"]
_SORTS = {"lic": "licence", "mat": "material", "rel": "release"}


def register(app: typer.Typer) -> None:
    app.command("dispute")(dispute)
    app.command("settle")(settle_)
    app.command("disputes")(disputes)


def named(text: str) -> str:
    """``licence:lic_…`` of ``lic_…`` and so on. Raises UsageWrong."""
    if ":" in text:
        return text
    sort = _SORTS.get(text.partition("_")[0])
    if sort is None:
        raise UsageWrong("Name a licence (lic_…), a material (mat_…) or a release (rel_…).")
    return f"{sort}:{text}"


def dispute(
    context: typer.Context,
    object: Annotated[str, typer.Argument(metavar="OBJECT")],
    wallet: Annotated[Path, typer.Option("--wallet", envvar="MIANTI_WALLET")],
    reason: Annotated[str, typer.Option()],
    field: Annotated[str | None, typer.Option("--field")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
) -> int:
    from ledger.after.parties import dispute as signed
    from ledger.errors import NotFound
    from ledger.flows.after.disputes import open_dispute
    from ledger.flows.after.responsible import responsible
    from ledger.log.statement import format_time

    session = session_of(context)
    about = named(object)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        agency = responsible(platform, about)
        if agency is None:
            raise NotFound("There is no such thing.")
        origin, now = platform.log.origin, platform.now()
        data = signed(signer, origin, about, agency, field, reason, now, secrets.token_bytes)
        done = open_dispute(platform, data)
        code, settled = settle(platform)
        called = agency_named(session, platform, agency)
        paper = paper_named(session, platform, about)
    if out is not None:
        write_file(out, data)
    facts = {
        "dispute": done.dispute,
        "object": about,
        "agency": agency,
        "due": format_time(done.due),
        "entry": done.entry.index,
        **settled,
    }
    told = {**facts, "agency": called, "object": paper, "due": day_named(facts["due"])}
    session.out(facts, session.say("dispute.done", **told))
    return code


def settle_(
    context: typer.Context,
    dispute: Annotated[str, typer.Argument(metavar="DISPUTE")],
    outcome: Annotated[Outcome, typer.Option()],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    successor: Annotated[str | None, typer.Option("--successor")] = None,
    agency: Agency = None,
) -> int:
    from ledger.flows.after.disputes import Settlement, settle_dispute

    session = session_of(context)
    instead = None if successor is None else named(successor)
    with session.platform() as platform:
        row = row_of(platform, "disputes", dispute)
        acting, about = agency or str(row["agency"]), str(row["object"])
        said = Settlement(dispute, outcome, officer, reason, instead)
        entry = settle_dispute(platform, acting, said)
        code, settled = settle(platform)
        flagged = len(platform.store.rows("flags", {"cause_index": entry.index}))
    facts = {"dispute": dispute, "outcome": outcome, "entry": entry.index, "flagged": flagged}
    told = {**facts, "outcome": session.say(f"settled.{outcome}")}
    lines = [session.say("settle.done", **told)]
    if outcome == "upheld" and about.startswith("licence:"):
        lines.append(session.say("settle.held", licence=about.partition(":")[2]))
    session.out({**facts, **settled}, *lines)
    return code


def disputes(
    context: typer.Context,
    agency: OwnAgency,
    settled: Annotated[bool, typer.Option("--settled")] = False,
) -> int:
    from ledger.flows.after.disputes import due_of
    from ledger.log.statement import format_time

    session = session_of(context)
    told: list[dict[str, Any]] = []
    lines = []
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        rows = [
            row
            for state in (("upheld", "corrected", "rejected") if settled else ("open",))
            for row in _rows(platform, {"agency": agency, "state": state})
        ]
        for row in sorted(rows, key=lambda row: str(row["opened_at"])):
            named = {name: row[name] for name in ("object", "field", "state")}
            said = {"reason": _reason(platform, row), "due": format_time(due_of(platform, row))}
            told.append({"dispute": row["id"], **named, **said})
            lines.append(_line(session, platform, told[-1]))
    session.out(told, *(lines or [session.say("disputes.none")]))
    return DONE


def _rows(platform: Platform, where: Mapping[str, Scalar]) -> Iterator[dict[str, Scalar]]:
    after: Scalar = None
    while page := platform.store.rows("disputes", where, after=after):
        yield from page
        after = page[-1]["id"]


def _reason(platform: Platform, row: Mapping[str, Scalar]) -> str | None:
    from ledger import tlog
    from ledger.log.records import RecordErased

    try:
        return str(tlog.read(platform, cast(int, row["entry_index"])).body["reason"])
    except RecordErased:
        return None


def _line(session: Session, platform: Platform, one: dict[str, Any]) -> str:
    from ledger.flows.door.names import PlatformNames

    field = one["field"]
    facts = {
        "dispute": one["dispute"],
        "due": day_named(one["due"]),
        "state": session.say(f"settled.{one['state']}"),
        "object": paper_named(session, platform, str(one["object"])),
        "field": f" {session.pick(*PlatformNames(platform).field(field))}" if field else "",
        "reason": one["reason"] or "—",
    }
    return session.say("disputes.line", **facts)
