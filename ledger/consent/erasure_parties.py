"""What a holder writes and signs to have a paper of theirs erased: pure, with their own key."""

from __future__ import annotations

from datetime import datetime

from ledger.consent.parties import Randomness, Signer, signed_statement
from ledger.ids import new_id


def erasure_request(
    signer: Signer, log: str, object: str, reason: str, at: datetime, randomness: Randomness
) -> bytes:
    """Envelope of the wish that ``object`` (``licence:lic_…``, ``material:mat_…``) be erased.
    Raises BodyInvalid."""
    body = {
        "erasure": new_id("era", randomness),
        "object": object,
        "subject": signer.actor,
        "reason": reason,
    }
    return signed_statement(signer, log, "erasure.requested", body, at, randomness)
