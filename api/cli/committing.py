"""A holder commits in a paper's place; the agency lists what is to be checked, and checks it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.acting import Agency, OwnAgency, case_row, row_of
from api.cli.consenting import Out, Wallet, ask_yes
from api.cli.keyring import open_wallet
from api.cli.outcome import DONE
from api.cli.session import Session, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.platform import Platform

State = Literal["made", "kept", "broken", "overdue"]
Outcome = Literal["kept", "broken"]


def register(app: typer.Typer) -> None:
    app.command("commit")(commit)
    commitment = typer.Typer()
    commitment.command("check")(commitment_check)
    commitment.command("list")(commitment_list)
    app.add_typer(commitment, name="commitment")


def commit(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    requirement: Annotated[str, typer.Argument(metavar="REQUIREMENT")],
    wallet: Wallet,
    form: Annotated[str | None, typer.Option("--form")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    out: Out = None,
) -> int:
    from ledger.arranged.parties import commitment_statement
    from ledger.flows.matters.commitment import commitment_words, make_commitment

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        row = case_row(platform, case)
        chosen = form or _form(platform, row, requirement)
        words = commitment_words(platform, case, requirement, chosen, signer.actor).form
        session.note(session.pick(words.text_zh, words.text_en))
        session.note(session.pick(words.consequence_zh, words.consequence_en))
        ask_yes(session, yes=yes)
        named = {name: str(row[name]) for name in ("id", "agency", "item")}
        origin, now = platform.log.origin, platform.now()
        data = commitment_statement(
            signer, origin, named, requirement, words, now, secrets.token_bytes
        )
        identity, entry = make_commitment(platform, data)
        check_by = row_of(platform, "commitments", identity)["check_by"]
        code, settled = settle(platform)
    if out is not None:
        write_file(out, data)
    facts = {"commitment": identity, "check_by": check_by, "entry": entry.index, **settled}
    session.out(facts, session.say("commit.done", **facts))
    return code


def commitment_check(
    context: typer.Context,
    commitment: Annotated[str, typer.Argument(metavar="COMMITMENT")],
    outcome: Annotated[Outcome, typer.Argument()],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    agency: Agency = None,
) -> int:
    from ledger.flows.matters.commitment import Check, check_kept

    session = session_of(context)
    with session.platform() as platform:
        acting = agency or str(row_of(platform, "commitments", commitment)["agency"])
        done = check_kept(platform, acting, commitment, Check(outcome, officer, reason))
        code, settled = settle(platform)
    until = None if done.barred_until is None else done.barred_until.isoformat()
    facts = {
        "commitment": commitment,
        "case": done.case,
        "outcome": outcome,
        "barred_until": until,
        "entry": done.entry.index,
        **settled,
    }
    session.out(facts, session.say(f"commitment.{outcome}", **facts))
    return code


def commitment_list(
    context: typer.Context,
    agency: OwnAgency,
    state: Annotated[State | None, typer.Option()] = None,
) -> int:
    from ledger.flows.matters.commitment import commitments, overdue

    session = session_of(context)
    found: list[dict[str, Any]] = []
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        if state == "overdue":
            found = [dict(row) for row in overdue(platform, agency)]
        else:
            after = None
            while rows := commitments(platform, agency, state=state, after=after, limit=200):
                found += rows
                after = str(rows[-1]["id"])
        lines = [_line(session, platform, one) for one in found]
    session.out(found, *(lines or [session.say("commitment.none")]))
    return DONE


def _line(session: Session, platform: Platform, one: dict[str, Any]) -> str:
    from ledger.catalogue.catalogue import Unknown

    try:
        form = platform.catalogue.commitment(str(one["form"]))
        name = session.pick(form.zh, form.en)
    except Unknown:
        name = str(one["form"])
    state = session.say(f"committed.{one['state']}")
    return session.say("commitment.line", **{**one, "form": name, "state": state})


def _form(platform: Platform, row: Any, requirement: str) -> str:
    from ledger.arranged.foreseen import forms_foreseen
    from ledger.flows.matters.case_facts import item_of

    return forms_foreseen(item_of(platform.catalogue, row), requirement)[0]
