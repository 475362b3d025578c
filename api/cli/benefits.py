"""``mianti benefit``: candidates pushed, offers made, confirmed by the holder (免申即享)."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import Agency, OwnAgency, row_of
from api.cli.consenting import ask_yes, envelope_at
from api.cli.keyring import open_wallet
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import read_file, session_of, settle

if TYPE_CHECKING:
    from ledger.flows.offered.candidates import Candidate
    from ledger.ports import Scalar

COLUMNS = ("scheme", "value", "reference")


def register(app: typer.Typer) -> None:
    benefit = typer.Typer()
    benefit.command("push")(push)
    benefit.command("offer")(offer)
    benefit.command("list")(listed)
    benefit.command("confirm")(confirm)
    app.add_typer(benefit, name="benefit")


def push(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM")],
    candidates: Annotated[Path, typer.Argument(metavar="CANDIDATES.csv")],
    agency: OwnAgency,
) -> int:
    from ledger.flows.offered.candidates import counts_for, push_candidates

    session = session_of(context)
    named = list(_candidates(read_file(candidates)))
    with session.platform() as platform:
        platform.catalogue.agency(agency)
        count = push_candidates(platform, agency, item, named)
        facts = {"named": count, **asdict(counts_for(platform, agency, item))}
    session.out(facts, session.say("benefit.pushed", **facts))
    return DONE


def offer(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM")],
    officer: Annotated[str, typer.Option()],
    agency: Agency = None,
) -> int:
    from ledger.flows.offered.benefits import offer_benefits

    session = session_of(context)
    with session.platform() as platform:
        agencies = platform.catalogue.item(item).agencies
        if agency is None and len(agencies) != 1:
            raise UsageWrong(f"Say which agency: --agency ({', '.join(agencies)}).")
        done = offer_benefits(platform, agency or agencies[0], item, officer)
        code, settled = settle(platform)
    facts = {**asdict(done), "left": done.waiting, **settled}
    session.out(facts, session.say("benefit.looked", **facts))
    return code


def listed(
    context: typer.Context,
    subject: Annotated[str | None, typer.Option()] = None,
    agency: Agency = None,
) -> int:
    from api.cli.drafts import subject_of

    session = session_of(context)
    if (subject is None) == (agency is None):
        raise UsageWrong("Say whose offers: --subject, or --agency.")
    with session.platform() as platform:
        where: dict[str, Scalar] = {"agency": agency}
        if subject is not None:
            where = {"subject": subject_of(platform, subject)}
        rows = platform.store.rows("offers", where)
    shown: list[dict[str, Any]] = [
        {
            **{name: row[name] for name in ("id", "item", "agency", "subject", "state", "until")},
            "case": row["case_id"],
        }
        for row in rows
    ]
    lines = [session.say("benefit.line", **one) for one in shown]
    session.out(shown, *(lines or [session.say("benefit.none")]))
    return DONE


def confirm(
    context: typer.Context,
    offer: Annotated[str, typer.Argument(metavar="OFFER")],
    wallet: Annotated[Path, typer.Option("--wallet", envvar="MIANTI_WALLET")],
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    from ledger.consent.benefit_parties import benefit_confirmation
    from ledger.flows.offered.benefits import confirm_offer

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        row = row_of(platform, "offers", offer, "offer", subject=signer.actor)
        item = platform.catalogue.item(str(row["item"]))
        agency = platform.catalogue.agency(str(row["agency"]))
        session.note(
            session.say(
                "benefit.asked",
                item=session.pick(item.zh, item.en),
                agency=session.pick(agency.zh, agency.en),
                until=row["until"],
            )
        )
        ask_yes(session, yes=yes)
        offered = envelope_at(platform, row["entry_index"])
        data = benefit_confirmation(
            signer, offered, platform.now(), secrets.token_bytes, log=platform.log.origin
        )
        done = confirm_offer(platform, data)
        code, settled = settle(platform)
    facts = {"offer": offer, "case": done.case, "entry": done.entry.index, **settled}
    session.out(facts, session.say("benefit.confirmed", **facts))
    return code


def _candidates(data: bytes) -> Iterator[Candidate]:
    """Rows scheme, value, reference. Raises UsageWrong."""
    from ledger.flows.offered.candidates import Candidate

    try:
        lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        for row in lines:
            if set(row) != set(COLUMNS) or not all(row.values()):
                raise UsageWrong(f"Row {lines.line_num}: give {', '.join(COLUMNS)}.")
            yield Candidate(row["scheme"], row["value"], row["reference"])
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageWrong("The candidates are no table in UTF-8.") from error
