"""Which body answers now for what an agency issued, as the registry on chain has it."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509

from certs.statuslist import chain_of
from certs.x509.authority import agency_of
from ledger.agencies.duty import answering
from ledger.errors import ChainAway, NotFound, Refused
from ledger.flows.door.rows import row_of
from ledger.platform import Platform
from ledger.ports import Scalar


class NotResponsible(Refused):
    """The duty for the licence has passed to ``responsible``, ``""`` to nobody."""

    code = "status.not_responsible"


def body_for(platform: Platform, issuer: str, licence_type: str = "") -> str:
    """The body that answers now for licences of the type that ``issuer`` issued, without a type for
    all that has no row of its own; ``""`` where nobody does. Raises ChainAway, DutyTooLong."""
    chain = platform.chain
    rows = chain.duties(issuer, licence_type)
    return answering(rows, chain.agency, issuer, licence_type, platform.now()).body


def body_of_licence(platform: Platform, row: Mapping[str, Scalar]) -> str:
    """The body that answers now for the licence of a row, ``""`` where nobody does. Where the chain
    is away, who answered last: a licence can be suspended at any time."""
    issuer = str(row["issuer"])
    try:
        return body_for(platform, issuer, str(row["type"]))
    except ChainAway:
        return _last_signer(platform, str(row["status_uri"])) or issuer


def licence_answered_for(platform: Platform, agency: str, licence: str) -> dict[str, Scalar]:
    """The row of a licence, for the body that answers for it now and nobody else.

    Raises NotFound, the same for what is not there and for a stranger's; NotResponsible for the
    issuer whose duty has passed on.
    """
    row = row_of(platform, "licences", licence, "licence")
    body = body_of_licence(platform, row)
    if agency == body:
        return row
    if agency == row["issuer"]:
        raise NotResponsible("Another body answers for this licence now.", responsible=body)
    raise NotFound("There is no such licence.")


def _last_signer(platform: Platform, uri: str) -> str | None:
    """Who signed the newest status list that is kept here: who answered when it was published."""
    rows = platform.store.rows("status_lists", {"uri": uri})
    if not rows or not isinstance(token := rows[0]["token"], bytes):
        return None
    return agency_of(x509.load_der_x509_certificate(chain_of(token.decode())[0]))
