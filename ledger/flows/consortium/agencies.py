"""Agencies as the consortium has them: all that stands of one, now and at any earlier time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
class AgencyRows:
    """All rows of an agency, whenever they counted, with the records of the bodies that its duties
    lead to. Nothing of it changes but by a new block."""

    record: AgencyRecord
    keys: tuple[KeyRow, ...]
    scopes: tuple[ScopeRow, ...]
    bases: tuple[BasisRow, ...]
    duties: tuple[DutyRow, ...]
    bodies: Mapping[str, AgencyRecord | None]
    seat: Seat | None


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """``then`` is what counted at the time asked about; ``proposals`` are open and name it."""

    rows: AgencyRows
    proposals: tuple[Proposal, ...]
    then: AgencyThen


def agency_rows(platform: Platform, agency: str) -> AgencyRows:
    """Raises NotFound, ChainAway."""
    record, chain = record_of(platform, agency), platform.chain
    duties = tuple(chain.duties(agency, ""))
    bodies = {agency: record, **{row.body: chain.agency(row.body) for row in duties if row.body}}
    return AgencyRows(
        record=record,
        keys=tuple(chain.key_rows(agency)),
        scopes=tuple(chain.all_scope_rows(agency)),
        bases=tuple(chain.basis_rows(agency)),
        duties=duties,
        bodies=bodies,
        seat=next((one for one in platform.governance.seats() if one.member == agency), None),
    )


def agency_facts(platform: Platform, rows: AgencyRows, at: datetime | None = None) -> AgencyFacts:
    """``at`` None is now. Raises ChainAway."""
    moment, id = at or platform.now(), rows.record.id
    return AgencyFacts(
        rows=rows,
        proposals=tuple(one for one in recent(platform) if one.stage in OPEN and concerns(one, id)),
        then=_then(rows, moment),
    )


def _then(rows: AgencyRows, at: datetime) -> AgencyThen:
    record = rows.record
    running, member = suspension(record, at) is not None, admitted(record, at)
    entitled = member and not running
    return AgencyThen(
        at=at,
        name=name_at(record, at),
        admitted=member,
        suspended=running,
        keys=tuple(
            one
            for one in rows.keys
            if member and covering([one], at) and key_counts(rows.keys, one.key_id, at)
        ),
        scopes=tuple(one for one in rows.scopes if entitled and covering([one], at)),
        bases=tuple(one for one in rows.bases if entitled and covering([one], at)),
        answering=answering(rows.duties, rows.bodies.get, record.id, "", at),
    )


def record_of(platform: Platform, agency: str) -> AgencyRecord:
    """Raises NotFound."""
    found = platform.chain.agency(agency)
    if found is None:
        raise NotFound("The consortium never admitted such an agency.", agency=agency)
    return found


def registry(platform: Platform) -> dict[str, AgencyRecord]:
    """Every agency that was ever admitted, in order of admission. Raises ChainAway."""
    found = ((id, platform.chain.agency(id)) for id in platform.chain.agency_ids())
    return {id: record for id, record in found if record is not None}


def all_ids(platform: Platform, admitted: Iterable[str]) -> list[str]:
    """Those that were admitted, then those that only the catalogue has."""
    on_chain = list(admitted)
    return [*on_chain, *(one for one in platform.catalogue.agencies if one not in on_chain)]


def running_row(rows: Sequence[ScopeRow | BasisRow | KeyRow], at: datetime) -> int | None:
    """Number of the row of one list that runs at ``at`` or begins later; None where none does."""
    for number, row in enumerate(rows):
        if row.valid_to is None or at < row.valid_to:
            return number
    return None
