"""Alerts: what the index shows of the last hours is held against the rules, each read against the
basis that it names once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from certs.canonical import Json
from ledger.arranged.reminding import ESCALATED
from ledger.catalogue.catalogue import BasisSort, Catalogue
from ledger.consent.other_bases import REVIEW
from ledger.figures.alerts import (
    Alert,
    Level,
    Limits,
    ReadSeen,
    RefusalSeen,
    Waiting,
    alerts,
    worst,
)
from ledger.figures.lawful import Ground, had_basis
from ledger.flows.after.disputes import due_of
from ledger.flows.matters.commitment import WITHOUT_CHECK
from ledger.flows.matters.past import size_at
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.reuse.documents import CHINA, day

HOURS = 24
_TERMS = ("agency", "case_id", "entry_index", "max_uses", "until")


@dataclass(frozen=True, slots=True)
class Watch:
    """``level``: the worst of ``alerts``; looked at were the entries from ``since`` to ``until``,
    and whatever is late at ``until``."""

    level: Level
    since: datetime
    until: datetime
    alerts: tuple[Alert, ...]

    def to_json(self, catalogue: Catalogue) -> dict[str, Json]:
        """With a sentence for each alert, in which agencies have their names."""
        named = {id: (one.zh, one.en) for id, one in catalogue.agencies.items()}
        return {
            "level": self.level.value,
            "since": format_time(self.since),
            "until": format_time(self.until),
            "alerts": [one.to_json(named.get(one.agency)) for one in self.alerts],
        }


def watch(
    platform: Platform,
    hours: int = HOURS,
    agency: str | None = None,
    limits: Limits | None = None,
) -> Watch:
    """What somebody is to look at, of one agency's doing or of all."""
    now = platform.now()
    since = now - timedelta(hours=hours)
    first = size_at(platform, since)
    own: dict[str, Scalar] = {} if agency is None else {"agency": agency}
    found = alerts(
        _reads(platform, first, own),
        _refusals(platform, first, own),
        _waiting(platform, now, agency),
        now,
        limits or Limits(calendar=platform.catalogue.calendar),
    )
    return Watch(worst(found), since, now, found)


def _reads(platform: Platform, first: int, own: dict[str, Scalar]) -> Iterator[ReadSeen]:
    seen = ("entry_index", "agency", "officer", "case_id", "n", "cases.subject")
    consent = (*(f"consents.{name}" for name in _TERMS), "consents.withdrawn_index")
    basis = (*(f"bases.{name}" for name in _TERMS), "bases.ended_index")
    columns = [*seen, "entries.sequenced_at", "consent", *consent, *basis]
    for row, _ in platform.store.tally("reads", columns, own, span=("entry_index", first, None)):
        entry, agency, officer, case, use, subject, at = row[:7]
        terms = row[8:14] if row[7] is not None else row[14:]
        sequenced = datetime.fromtimestamp(cast(int, at) / 1000, UTC)
        yield ReadSeen(
            entry=cast(int, entry),
            agency=str(agency),
            officer=str(officer),
            subject=str(subject),
            at=sequenced,
            lawful=had_basis(
                _ground(terms),
                str(agency),
                str(case),
                cast(int, entry),
                cast(int, use),
                sequenced,
            ),
        )


def _ground(terms: tuple[Scalar, ...]) -> Ground | None:
    agency, case, entry, uses, until, ended = terms
    if entry is None:
        return None
    return Ground(
        agency=str(agency),
        case=str(case),
        entry=cast(int, entry),
        ended=cast("int | None", ended),
        max_uses=cast(int, uses),
        until=parse_time(str(until)),
    )


def _refusals(platform: Platform, first: int, own: dict[str, Scalar]) -> Iterator[RefusalSeen]:
    span = ("entry_index", first, None)
    columns = ["entry_index", "agency", "officer", "entries.sequenced_at"]
    for (_, agency, officer, at), _n in platform.store.tally("refusals", columns, own, span=span):
        who = None if officer is None else str(officer)
        yield RefusalSeen(str(agency), who, datetime.fromtimestamp(cast(int, at) / 1000, UTC))
    columns = ["entry_index", "agency", "entries.sequenced_at"]
    refused = own | {"outcome": "refused"}
    for (_, agency, at), _n in platform.store.tally("demands", columns, refused, span=span):
        when = datetime.fromtimestamp(cast(int, at) / 1000, UTC)
        yield RefusalSeen(str(agency), None, when, needless=True)


def _waiting(platform: Platform, now: datetime, agency: str | None) -> Iterator[Waiting]:
    def mine(column: str, state: str) -> dict[str, Scalar]:
        where: dict[str, Scalar] = {"state": state}
        return where if agency is None else where | {column: agency}

    store, due = platform.store, ("due", None, format_time(now))
    columns = ["id", "asked", "due", "level"]
    asked = mine("asked", "open") | {"cases.state": "open"}  # a closed case waits for nothing
    for (name, who, by, level), _ in store.tally("assistances", columns, asked, span=due):
        escalated = level == ESCALATED
        yield Waiting("assistance", str(name), str(who), parse_time(str(by)), escalated)
    columns = ["id", "agency", "due"]
    for (name, who, by), _ in store.tally("flags", columns, mine("agency", "open"), span=due):
        yield Waiting("flag", str(name), str(who), parse_time(str(by)))
    columns = ["id", "agency", "opened_at"]
    for (name, who, at), _ in store.tally("disputes", columns, mine("agency", "open")):
        yield Waiting("dispute", str(name), str(who), due_of(platform, {"opened_at": at}))
    columns, urgent = ["id", "agency", "entries.sequenced_at"], {"sort": BasisSort.EMERGENCY.value}
    for (name, who, at), _ in store.tally("bases", columns, mine("agency", "stated") | urgent):
        stated = datetime.fromtimestamp(cast(int, at) / 1000, UTC)
        yield Waiting("review", str(name), str(who), stated + REVIEW)
    today = ("check_by", None, day(now).isoformat())
    columns = ["id", "agency", "check_by", "cases.outcome"]
    for (name, who, by, outcome), _ in store.tally(
        "commitments", columns, mine("agency", "made"), span=today
    ):
        if outcome not in WITHOUT_CHECK:
            yield Waiting("commitment", str(name), str(who), _end(date.fromisoformat(str(by))))


def _end(of: date) -> datetime:
    return datetime.combine(of, time(23, 59, 59), CHINA).astimezone(UTC)
