"""Keys: a holder's wallet, its binding, and signing for use with any HTTP client."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.acting import Agency
from api.cli.agency_keys import register as register_agency_keys
from api.cli.drafts import read_json, subject_of
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from api.wallets import Wallet
    from ledger.consent.parties import Signer

WalletFile = Annotated[Path, typer.Option("--wallet", envvar="MIANTI_WALLET")]


def register(app: typer.Typer) -> None:
    keys = typer.Typer()
    keys.command("new-holder")(new_holder)
    keys.command("bind")(bind)
    register_agency_keys(keys)
    app.add_typer(keys, name="keys")
    app.command("sign")(sign)


def new_holder(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    subject: Annotated[str, typer.Option()],
    wallet: Annotated[Path | None, typer.Option("--wallet")] = None,
) -> int:
    from api.wallets import new_wallet
    from certs.keys import key_id
    from ledger.ids import check_id

    session = session_of(context)
    if "=" in subject:
        with session.platform() as platform:
            subject = subject_of(platform, subject)
    path = wallet or session.folder.wallets / f"{_file_name(name)}.json"
    if path.exists():
        raise UsageWrong(f"{path} is there already; a key is never overwritten.")
    made = new_wallet(check_id(subject, "sub"), name)
    made.write(path, _pin(session))
    facts = {"wallet": str(path), "kid": key_id(made.private.public_key()), "subject": subject}
    session.out({**facts, "jwk": made.jwk}, session.say("keys.made", **facts))
    return DONE


def bind(
    context: typer.Context,
    wallet: WalletFile,
    method: Annotated[str, typer.Option()],
    agency: Annotated[str, typer.Option("--agency")] = "gafj",
) -> int:
    from ledger.flows.door.holder import bind_holder_key

    session = session_of(context)
    held = open_wallet(session, wallet)
    with session.platform() as platform:
        entry = bind_holder_key(platform, agency, held.subject, held.jwk, "es256", method)
        code, settled = settle(platform)
    facts = {"subject": held.subject, "entry": entry.index, "agency": agency, **settled}
    session.out(facts, session.say("keys.bound", **facts))
    return code


def sign(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    body: Annotated[Path, typer.Argument(metavar="BODY.json")],
    agency: Agency = None,
    wallet: Annotated[Path | None, typer.Option("--wallet", envvar="MIANTI_WALLET")] = None,
    log: Annotated[str | None, typer.Option()] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
) -> int:
    from ledger.consent.parties import signed_statement

    session = session_of(context)
    if (agency is None) == (wallet is None):
        raise UsageWrong("Say who signs: --agency or --wallet.")
    members = read_json(sys.stdin.buffer.read() if str(body) == "-" else read_file(body))
    if agency is not None:
        signer = agency_signer(session, agency)
    else:
        assert wallet is not None
        signer = open_wallet(session, wallet).signer
    origin = log or session.folder.settings().origin
    data = signed_statement(signer, origin, kind, members, datetime.now(UTC), secrets.token_bytes)
    if out is not None:
        write_file(out, data)
    else:
        print(data.decode("utf-8"))
    return DONE


def agency_signer(session: Session, agency: str) -> Signer:
    """An agency's own key, from the data folder of one machine. Raises NotFound."""
    from api.wiring import signing_of
    from ledger.consent.parties import Signer

    files = signing_of(session.folder)
    return Signer(agency, files.key(agency), files.chain(agency))


def open_wallet(session: Session, path: Path) -> Wallet:
    """The holder's wallet; its PIN from MIANTI_PIN or asked for. Raises NotFound, KeyInvalid."""
    from api.wallets import read_wallet
    from ledger.errors import NotFound

    if not path.exists():
        raise NotFound(f"There is no wallet at {path}.", path=str(path))
    return read_wallet(path, _pin(session))


def _pin(session: Session) -> bytes:
    given = os.environ.get("MIANTI_PIN")
    if not given and sys.stdin.isatty():
        given = getpass.getpass(session.say("keys.pin"))
    if not given:
        raise UsageWrong("The wallet has a PIN: set MIANTI_PIN, or run this in a terminal.")
    return given.encode()


def _file_name(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum():
        raise UsageWrong("A wallet's name is letters, digits, - and _; or say --wallet FILE.")
    return name
