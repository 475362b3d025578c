"""What principals and identity agencies write and sign about delegations: pure, own keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.canonical import Json
from ledger.consent.parties import Randomness, Signer, signed_statement
from ledger.ids import new_id
from ledger.log.statement import format_time


@dataclass(frozen=True, slots=True)
class Delegating:
    """``sort``: guardian, agent or clerk; ``service_items`` empty: any; ``further``: how often it
    may be passed on; ``parent``: the delegation that it passes on a part of."""

    principal: str
    delegate: str
    sort: str
    since: datetime
    until: datetime
    service_items: Sequence[str] = ()
    further: int = 0
    parent: str | None = None


def delegation_grant(
    signer: Signer, log: str, given: Delegating, at: datetime, randomness: Randomness
) -> bytes:
    """A delegation, signed by its principal, or by an identity agency that names a guardian."""
    body: dict[str, Json] = {
        "delegation": new_id("del", randomness),
        "principal": given.principal,
        "delegate": given.delegate,
        "sort": given.sort,
        "service_items": list(given.service_items),
        "since": format_time(given.since),
        "until": format_time(given.until),
        "further": given.further,
        "parent": given.parent,
    }
    return signed_statement(signer, log, "delegation.granted", body, at, randomness)


def delegation_ending(
    signer: Signer, log: str, delegation: str, reason: str, at: datetime, randomness: Randomness
) -> bytes:
    """The end of a delegation, by its principal or an identity agency."""
    body: dict[str, Json] = {"delegation": delegation, "reason": reason}
    return signed_statement(signer, log, "delegation.ended", body, at, randomness)
