"""What a holder writes and signs about papers that are held: pure, with the holder's own key."""

from __future__ import annotations

from datetime import datetime

from certs.canonical import Json
from ledger.consent.parties import Randomness, Signer, signed_statement
from ledger.ids import new_id

DISPUTE_DAYS = 15
"""Working days within which a dispute (数据异议) is settled."""


def dispute(
    signer: Signer,
    log: str,
    about: str,
    agency: str,
    field: str | None,
    reason: str,
    at: datetime,
    randomness: Randomness,
) -> bytes:
    """A holder's dispute, signed. ``about``: ``licence:…``, ``material:…``, or ``release:…`` for a
    complaint about a reading; ``agency``: who answers for it; ``field`` None: as a whole."""
    body: dict[str, Json] = {
        "dispute": new_id("dsp", randomness),
        "object": about,
        "subject": signer.actor,
        "agency": agency,
        "field": field,
        "reason": reason,
    }
    return signed_statement(signer, log, "disputed", body, at, randomness)
