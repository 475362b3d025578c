"""An agency uses a consent or another basis: papers come wrapped for its own key; it opens them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.cli.acting import Agency, row_of
from api.cli.consenting import envelope_at
from api.cli.keyring import agency_signer
from api.cli.materials import chosen_channel
from api.cli.proving import answer_lines, write_answers, write_receipts
from api.cli.receiving import receive
from api.cli.session import Session, read_file, session_of, settle, write_file

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports import Scalar


def register(app: typer.Typer) -> None:
    app.command("release")(release)


def release(
    context: typer.Context,
    ground: Annotated[str, typer.Argument(metavar="CONSENT|BASIS")],
    out: Annotated[Path, typer.Option("--out")],
    officer: Annotated[str, typer.Option()],
    reason: Annotated[str, typer.Option()],
    channel: Annotated[str, typer.Option()] = "online",
    agency: Agency = None,
) -> int:
    from ledger.errors import Refused
    from ledger.flows.reading.release import release as hand_over

    session = session_of(context)
    asked_through = chosen_channel(channel).value
    with session.platform() as platform:
        row = row_of(platform, "bases" if ground.startswith("bas_") else "consents", ground)
        acting = agency or str(row["agency"])
        private = hpke_key(session, acting)
        order = _order(session, platform, row, acting, out, (officer, reason, asked_through))
        recipient = private.public_key().public_bytes_raw()
        try:
            released = hand_over(platform, acting, order, recipient)
        except Refused:
            _order_file(out, ground).unlink()  # refused for good: the next order is a new one
            raise
        files = receive(platform, released, ground, private, out)
        answers = write_answers(released, out)
        _order_file(out, ground).unlink()
        code, settled = settle(platform)
        receipts = write_receipts(platform, released, out)
        told = answer_lines(session, platform, released)
    facts = {
        "release": released.release,
        "entry": released.entry.index,
        "files": files,
        "answers": answers,
        "receipts": receipts,
        **settled,
    }
    session.out(
        facts,
        session.say("release.done", **facts),
        *(f"  {one['object']} → {one['file']}" for one in files),
        *told,
    )
    return code


def hpke_key(session: Session, agency: str) -> Any:
    """The agency's own X25519 key. Raises NotFound, KeyInvalid."""
    from certs.keys import from_encrypted_pem

    path = session.folder.hpke_key(agency)
    return from_encrypted_pem(read_file(path), session.folder.passphrase())


def _order(
    session: Session,
    platform: Platform,
    ground: dict[str, Scalar],
    agency: str,
    out: Path,
    why: tuple[str, str, str],
) -> bytes:
    """The signed order. It is kept until its files have arrived, so that a run that was cut off
    asks for the same use again and not for another."""
    from ledger.consent.parties import release_order

    kept = _order_file(out, str(ground["id"]))
    if kept.exists():
        return read_file(kept)
    recipient = hpke_key(session, agency).public_key().public_bytes_raw()
    order = release_order(
        agency_signer(session, agency),
        envelope_at(platform, ground["entry_index"]),
        cast(int, ground["uses"]) + 1,
        recipient,
        *why,
        platform.now(),
        secrets.token_bytes,
        log=platform.log.origin,
    )
    write_file(kept, order)
    return order


def _order_file(out: Path, ground: str) -> Path:
    return out / f".{ground}.order.json"
