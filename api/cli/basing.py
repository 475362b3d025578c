"""Reading on another basis than consent: an agency states it, and ends it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from api.cli.acting import Agency, case_row, row_of
from api.cli.consenting import envelope_at
from api.cli.keyring import agency_signer
from api.cli.materials import chosen_channel
from api.cli.named import item_lines
from api.cli.outcome import UsageWrong
from api.cli.session import read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.catalogue.terms import Grant
    from ledger.platform import Platform

Sort = Literal["attended", "statutory", "assistance", "emergency"]
METHODS = {
    "attended": "document reader",
    "statutory": "duty",
    "assistance": "request of another agency",
    "emergency": "emergency",
}


def register(app: typer.Typer) -> None:
    basis = typer.Typer()
    basis.command("state")(state)
    basis.command("end")(end)
    app.add_typer(basis, name="basis")


def state(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    sort: Annotated[Sort, typer.Argument(metavar="SORT")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    holder: Annotated[str | None, typer.Option()] = None,
    second_officer: Annotated[str | None, typer.Option("--second-officer")] = None,
    paper: Annotated[Path | None, typer.Option("--paper")] = None,
    reader: Annotated[str | None, typer.Option("--reader")] = None,
    assistance: Annotated[str | None, typer.Option("--assistance")] = None,
    grant: Annotated[str | None, typer.Option("--grant")] = None,
    delay: Annotated[int, typer.Option("--delay", min=0)] = 0,
    channel: Annotated[str, typer.Option()] = "counter",
    out: Annotated[Path | None, typer.Option("--out")] = None,
    agency: Agency = None,
) -> int:
    from ledger.consent.basis_parties import Stating, basis_statement, countersigned
    from ledger.consent.parties import read_statement
    from ledger.flows.matters.case_facts import item_of
    from ledger.flows.matters.plan import plan_of
    from ledger.flows.reading.bases import state_basis

    session = session_of(context)
    with session.platform() as platform:
        row = case_row(platform, case)
        acting = agency or str(row["agency"])
        item, made, now = item_of(platform.catalogue, row), plan_of(platform, row), platform.now()
        allowed = _grant(platform, acting, item.slug, sort, grant)
        whose = holder or str(row["subject"])
        kinds = made.released_kinds(whose)
        items = [i for i in made.consent_items(whose) if kinds[str(i["object"])] in allowed.kinds]
        if not items:
            raise UsageWrong("The plan takes nothing of this holder's that is granted.")
        stating = Stating(
            sort=sort,
            grant=allowed.id,
            case=case,
            service_item=item.slug,
            purpose=item.purpose_zh,
            subject=whose,
            items=cast(list[Any], items),
            until=now
            + timedelta(days=min(3, allowed.days) if sort == "emergency" else allowed.days),
            uses=1 if sort == "emergency" else allowed.uses,
            officer=officer,
            reason=reason,
            channel=chosen_channel(channel).value,
            method=METHODS[sort],
            visible_from=now + timedelta(days=delay),
            second_officer=second_officer,
            paper_sha256=None if paper is None else hashlib.sha256(read_file(paper)).digest(),
            assistance=assistance,
            reader=reader,
        )
        signer = agency_signer(session, acting)
        data, thread = basis_statement(
            signer, platform.log.origin, stating, now, secrets.token_bytes
        )
        if reader is not None:
            data = countersigned(data, agency_signer(session, reader))
        done = state_basis(platform, acting, data, thread)
        code, settled = settle(platform)
        told = item_lines(session, platform, read_statement(data)[1].body)
    if out is not None:
        write_file(out, data)
    facts = {"basis": done.basis, "grant": allowed.id, "items": items, "entry": done.entry.index}
    session.out({**facts, **settled}, session.say("basis.done", **facts), *told)
    return code


def end(
    context: typer.Context,
    basis: Annotated[str, typer.Argument(metavar="BASIS")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    agency: Agency = None,
) -> int:
    from ledger.consent.basis_parties import basis_ending
    from ledger.flows.reading.bases import end_basis

    session = session_of(context)
    with session.platform() as platform:
        row = row_of(platform, "bases", basis)
        acting = agency or str(row["agency"])
        signer = agency_signer(session, acting)
        stated = envelope_at(platform, row["entry_index"])
        now, log = platform.now(), platform.log.origin
        data = basis_ending(signer, stated, officer, reason, now, secrets.token_bytes, log=log)
        done = end_basis(platform, acting, data)
        code, settled = settle(platform)
    facts = {"basis": basis, "entry": done.index, **settled}
    session.out(facts, session.say("basis.ended", **facts))
    return code


def _grant(platform: Platform, agency: str, item: str, sort: str, named: str | None) -> Grant:
    """The grant that is named, or the only one that fits. Raises Unknown, UsageWrong."""
    if named is not None:
        return platform.catalogue.grant(named)
    known = platform.catalogue.grants.values()
    fit = [g for g in known if (g.agency, g.item, g.sort.value) == (agency, item, sort)]
    if len(fit) != 1:
        names = ", ".join(one.id for one in fit) or "none"
        raise UsageWrong(f"Say which grant: --grant (there is {names}).")
    return fit[0]
