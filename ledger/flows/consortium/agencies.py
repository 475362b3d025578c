"""Agencies as the consortium has them: all that stands of one, now and at any earlier time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.agencies.duty import Answering, answering
from ledger.agencies.standing import admitted, covering, key_counts, name_at, suspension
from ledger.errors import NotFound
from ledger.flows.consortium.proposals import OPEN, concerns, recent
from ledger.platform import Platform
from ledger.ports import AgencyRecord, BasisRow, DutyRow, KeyRow, ScopeRow
from ledger.ports.governance import Proposal, Seat


@dataclass(frozen=True, slots=True)
class AgencyThen:
    """How the agency stood at ``at``: ``name``, whether it was admitted, suspended, which of its
    keys, scopes and bases counted, who answered for what it had issued."""

    at: datetime
    name: str
    admitted: bool
    suspended: bool
    keys: tuple[KeyRow, ...]
    scopes: tuple[ScopeRow, ...]
    bases: tuple[BasisRow, ...]
    answering: Answering


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """All rows, whenever they counted; ``then`` is what counted at the time asked about."""

    record: AgencyRecord
    keys: tuple[KeyRow, ...]
    scopes: tuple[ScopeRow, ...]
    bases: tuple[BasisRow, ...]
    duties: tuple[DutyRow, ...]
    seat: Seat | None
    proposals: tuple[Proposal, ...]
    then: AgencyThen


def agency_facts(platform: Platform, agency: str, at: datetime | None = None) -> AgencyFacts:
    """``at`` None is now. Raises NotFound, ChainAway."""
    record = record_of(platform, agency)
    chain, moment = platform.chain, at or platform.now()
    keys = tuple(chain.key_rows(agency))
    scopes = tuple(chain.all_scope_rows(agency))
    bases = tuple(chain.basis_rows(agency))
    duties = tuple(chain.duties(agency, ""))
    running = suspension(record, moment) is not None
    counted = admitted(record, moment) and not running
    return AgencyFacts(
        record=record,
        keys=keys,
        scopes=scopes,
        bases=bases,
        duties=duties,
        seat=next((one for one in platform.governance.seats() if one.member == agency), None),
        proposals=tuple(
            one for one in recent(platform) if one.stage in OPEN and concerns(one, agency)
        ),
        then=AgencyThen(
            at=moment,
            name=name_at(record, moment),
            admitted=admitted(record, moment),
            suspended=running,
            keys=tuple(
                one
                for one in keys
                if admitted(record, moment)
                and covering([one], moment)
                and key_counts(keys, one.key_id, moment)
            ),
            scopes=tuple(one for one in scopes if counted and covering([one], moment)),
            bases=tuple(one for one in bases if counted and _covers(one, moment)),
            answering=answering(duties, chain.agency, agency, "", moment),
        ),
    )


def record_of(platform: Platform, agency: str) -> AgencyRecord:
    """Raises NotFound."""
    found = platform.chain.agency(agency)
    if found is None:
        raise NotFound("The consortium never admitted such an agency.", agency=agency)
    return found


def all_ids(platform: Platform) -> list[str]:
    """In order of admission; those of the catalogue that were never admitted follow."""
    on_chain = platform.chain.agency_ids()
    return [*on_chain, *(one for one in platform.catalogue.agencies if one not in on_chain)]


def running_row(rows: Sequence[ScopeRow | BasisRow | KeyRow], at: datetime) -> int | None:
    """Number of the row of one list that runs at ``at`` or begins later; None where none does."""
    for number, row in enumerate(rows):
        if row.valid_to is None or at < row.valid_to:
            return number
    return None


def _covers(row: BasisRow, at: datetime) -> bool:
    return row.valid_from <= at and (row.valid_to is None or at < row.valid_to)
