"""Delegations: given by their principal's own key, or by an identity agency that names a guardian;
ended by either. What was ended bites at the next read: the key store follows the log at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ledger import tlog
from ledger.consent.delegation import check_chain, link_of
from ledger.errors import NotFound
from ledger.flows.door.holder import NotIdentityAgency
from ledger.flows.door.powers import Row, link_in, still_given
from ledger.flows.door.rows import row_of
from ledger.flows.door.statements import (
    accept_from_agency,
    accept_from_holder,
    own_statement,
    parse_signed,
)
from ledger.flows.reading.follow import follow
from ledger.index import names_of, rows_of
from ledger.log.entry import delegation_end_tag
from ledger.platform import Platform
from ledger.ports import Expect
from ledger.tlog import Draft, Sequenced, sequence

GUARDIAN = "guardian"


def grant_delegation(platform: Platform, data: bytes) -> Sequenced:
    """Take a signed delegation: a guardian's from an identity agency, another from its principal.

    Raises NotFound (delegate, parent), NotIdentityAgency, Refused ``delegation.…``,
    StatementRefused and SignerUnknown for its form and signature.
    """
    _, claimed = parse_signed(platform, data, "delegation.granted")
    body = cast(Mapping[str, Any], claimed.body)
    guardian = body["sort"] == GUARDIAN
    if guardian:
        _require_identity(platform, claimed.actor)
        envelope, statement = accept_from_agency(
            platform, data, "delegation.granted", claimed.actor
        )
    else:
        envelope, statement = accept_from_holder(
            platform, data, "delegation.granted", str(body["principal"])
        )
    for subject in (body["principal"], body["delegate"]):
        if not platform.store.rows("subjects", {"id": subject}):
            raise NotFound("There is no such subject.")
    link = link_of(body, statement.actor, by_agency=guardian)
    above = tuple(link_in(row) for row in reversed(_upwards(platform, link.parent)))
    chain = (*above, link)
    at = max(platform.now(), link.since)  # it may begin later
    check_chain(chain, chain[0].principal, link.delegate, None, at)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement), still_given(above))
    (done,) = sequence(platform, [draft])
    return done


def name_guardian(platform: Platform, agency: str, body: Mapping[str, Any]) -> Sequenced:
    """A guardian's delegation through the identity agency's own signing service."""
    envelope, _ = own_statement(platform, agency, "delegation.granted", body)
    return grant_delegation(platform, envelope.encode())


def end_delegation(platform: Platform, data: bytes) -> Sequenced:
    """Take the signed end of a delegation, by its principal or an identity agency; what it ends is
    ended for the key store when this returns.

    Safe to repeat. Raises NotFound, NotIdentityAgency, SignerUnknown, StatementRefused, Conflict
    for one that was ended before.
    """
    _, claimed = parse_signed(platform, data, "delegation.ended")
    row = read_delegation(platform, str(claimed.body["delegation"]))
    if claimed.actor in platform.trust.identity_agencies:
        envelope, statement = accept_from_agency(platform, data, "delegation.ended", claimed.actor)
    else:
        envelope, statement = accept_from_holder(
            platform, data, "delegation.ended", str(row["principal"])
        )
    stored = tlog.stored_entry(platform, cast(int, row["entry_index"]))
    salt, _ = tlog.record(platform, stored)
    draft = Draft(
        envelope,
        statement,
        names_of(statement),
        rows_of(statement),
        (Expect("delegations", {"id": row["id"]}, {"ended_index": None}),),
        delegation_end_tag(salt),
    )
    (done,) = sequence(platform, [draft])
    follow(platform, tlog.integrate(platform))
    return done


def read_delegation(platform: Platform, delegation: str) -> Row:
    """Raises NotFound."""
    return row_of(platform, "delegations", delegation, "delegation")


def delegations_of(platform: Platform, subject: str) -> Iterator[Row]:
    """Who may act for the subject, also by what was passed on, and for whom the subject acts."""
    seen: set[str] = set()
    waiting = platform.store.rows("delegations", {"principal": subject})
    while waiting:
        row = waiting.pop(0)
        if str(row["id"]) not in seen:
            seen.add(str(row["id"]))
            yield row
            waiting += platform.store.rows("delegations", {"parent": row["id"]})
    for row in platform.store.rows("delegations", {"delegate": subject}):
        if str(row["id"]) not in seen:
            yield row


def _upwards(platform: Platform, parent: str | None) -> list[Row]:
    """The parents of a delegation, nearest first; rows never form a circle: each came later."""
    found: list[Row] = []
    while parent is not None:
        found.append(read_delegation(platform, parent))
        parent = cast("str | None", found[-1]["parent"])
    return found


def _require_identity(platform: Platform, agency: str) -> None:
    if agency not in platform.trust.identity_agencies:
        raise NotIdentityAgency("Only an identity agency names a guardian.", agency=agency)
