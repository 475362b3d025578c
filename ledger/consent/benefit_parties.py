"""What a holder writes and signs to take a service that was offered (免申即享)."""

from __future__ import annotations

from datetime import datetime

from certs.canonical import Json
from ledger.consent.parties import Randomness, Signer, read_statement, signed_statement
from ledger.ids import new_id


def benefit_confirmation(
    signer: Signer,
    offer: bytes,
    at: datetime,
    randomness: Randomness,
    *,
    log: str | None = None,
) -> bytes:
    """The holder's confirmation of an offer (the agency's envelope), which names the case that is
    to be opened. Whose signature the offer bears is for the holder's application to check first.
    ``log``: that takes it, where another one goes on for that of the offer."""
    _, offered = read_statement(offer)
    body: dict[str, Json] = {
        "offer": offered.body["offer"],
        "subject": offered.body["subject"],
        "case": new_id("case", randomness),
    }
    return signed_statement(signer, log or offered.log, "benefit.confirmed", body, at, randomness)
