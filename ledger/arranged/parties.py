"""What a holder writes and signs when committing, outside the platform: pure, with an own key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ledger.arranged.commitment import commitment_body
from ledger.catalogue.terms import CommitmentForm
from ledger.consent.parties import Randomness, Signer, signed_statement
from ledger.ids import new_id


def commitment_statement(
    signer: Signer,
    log: str,
    case: Mapping[str, str],
    requirement: str,
    form: CommitmentForm,
    at: datetime,
    randomness: Randomness,
) -> bytes:
    """The holder's commitment to the words of ``form``, signed. ``case``: its ``id``, ``agency``
    and ``item``. The holder's application shows the words that it hashes here."""
    identity = new_id("cmt", randomness)
    body = commitment_body(identity, case, requirement, form, signer.actor, at)
    return signed_statement(signer, log, "commitment.made", body, at, randomness)
