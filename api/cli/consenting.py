"""A holder consents and withdraws, with a key that only the holder's wallet has."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.cli.acting import row_of
from api.cli.counter import show_code
from api.cli.keyring import open_wallet
from api.cli.named import day_named, item_lines
from api.cli.outcome import UsageWrong
from api.cli.session import Session, session_of, settle, write_file
from certs.errors import Coded

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports import Scalar

Out = Annotated[Path | None, typer.Option("--out")]
Wallet = Annotated[Path, typer.Option("--wallet", envvar="MIANTI_WALLET")]


class NotConfirmed(Coded):
    """The holder did not say yes."""

    code = "consent.not_confirmed"


def register(app: typer.Typer) -> None:
    app.command("consent")(consent)
    app.command("withdraw")(withdraw)


def consent(
    context: typer.Context,
    request: Annotated[str, typer.Argument(metavar="REQUEST")],
    wallet: Wallet,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    as_code: Annotated[bool, typer.Option("--code")] = False,
    out: Out = None,
) -> int:
    from ledger.consent.parties import consent_grant
    from ledger.flows.reading.consent import grant_consent
    from ledger.flows.reading.counter_codes import keep_consent

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        row = row_of(platform, "requests", request)
        asked = envelope_at(platform, row["entry_index"])
        for line in asked_lines(session, platform, asked):
            session.note(line)
        ask_yes(session, yes=yes)
        data, thread_key = consent_grant(
            signer, asked, platform.now(), secrets.token_bytes, log=platform.log.origin
        )
        if out is not None:
            write_file(out, data)
        if as_code:
            return show_code(session, platform, keep_consent(platform, data, thread_key))
        granted = grant_consent(platform, data, thread_key)
        code, settled = settle(platform)
    facts = {"consent": granted.consent, "entry": granted.entry.index, **settled}
    session.out(facts, session.say("consent.done", **facts))
    return code


def withdraw(
    context: typer.Context,
    consent: Annotated[str, typer.Argument(metavar="CONSENT")],
    wallet: Wallet,
    out: Out = None,
) -> int:
    from ledger.consent.parties import consent_withdrawal
    from ledger.flows.reading.consent import withdraw_consent

    session = session_of(context)
    signer = open_wallet(session, wallet).signer
    with session.platform() as platform:
        granted = envelope_at(platform, row_of(platform, "consents", consent)["entry_index"])
        data = consent_withdrawal(
            signer, granted, platform.now(), secrets.token_bytes, log=platform.log.origin
        )
        done = withdraw_consent(platform, data)
        code, settled = settle(platform)
    if out is not None:
        write_file(out, done.acknowledgement)
    facts = {"consent": consent, "entry": done.entry.index, **settled}
    session.out(facts, session.say("withdraw.done", **facts))
    return code


def envelope_at(platform: Platform, index: Scalar) -> bytes:
    """The signed envelope of an entry. Raises RecordErased, Tampered."""
    from ledger import tlog

    return tlog.record(platform, tlog.stored_entry(platform, cast(int, index)))[1]


def asked_lines(session: Session, platform: Platform, asked: bytes) -> list[str]:
    """A request (envelope) in words; what is shown is what the agency signed, whatever the platform
    says of it. Raises SignerUnknown."""
    from ledger.consent.parties import read_statement
    from ledger.flows.door.statements import check_agency_signature

    envelope, statement = read_statement(asked)
    check_agency_signature(platform, envelope, envelope.signatures[0], statement.actor)
    body: Any = statement.body
    agency = platform.catalogue.agency(str(body["agency"]))
    purpose = body["purpose"]
    item = platform.catalogue.items.get(str(body["service_item"]))
    if item is not None and item.purpose_zh == purpose:
        purpose = session.pick(item.purpose_zh, item.purpose_en)
    facts = {
        "agency": session.pick(agency.zh, agency.en),
        "purpose": purpose,
        "case": body["case"],
        "until": day_named(body["until"]),
        "uses": body["uses"],
        "reason": body["reason"],
    }
    return [session.say("consent.asked", **facts), *item_lines(session, platform, body)]


def ask_yes(session: Session, *, yes: bool) -> None:
    """Ask the holder on the terminal. Raises NotConfirmed; UsageWrong where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageWrong("Nobody can be asked here; say --yes to consent.")
    if not typer.confirm(session.say("consent.confirm"), err=True):
        raise NotConfirmed("Nothing was signed.")
