"""Reminders: a licence, a consent or a delegation runs out, a flag or a dispute is late. Told once
for each step, by an entry that both sides find among their events; looked through once a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from certs.canonical import Json
from ledger import tlog
from ledger.after.parties import DISPUTE_DAYS
from ledger.after.reminding import STEPS, step_due
from ledger.errors import Conflict
from ledger.flows.after.disputes import due_of
from ledger.flows.door.edge_rows import with_seal
from ledger.flows.door.statements import own_statement
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Row, Scalar
from ledger.reuse.documents import CHINA, day
from ledger.tlog import Draft, sequence

BATCH = 500
SWEEP = "reminders"
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Reminder:
    """``step``: of how many days before ``due`` (0: after it); ``agency``, ``subject``: whom it
    concerns."""

    sort: str
    object: str
    agency: str | None
    subject: str | None
    step: int
    days: int
    due: datetime


def remind_of_ends(platform: Platform) -> int:
    """Send what is due today, unless that was done today; how many. Safe to repeat and to run in
    several workers: a reminder's row is taken once. Raises Pushback."""
    today = day(platform.now()).isoformat()
    if platform.store.rows("sweeps", {"id": SWEEP, "day": today}):
        return 0
    sent, batch = 0, []
    for one in _due(platform):
        if not platform.store.rows("reminders", _key(one)):
            batch.append(one)
        if len(batch) == BATCH:
            sent += _send(platform, batch)
            batch = []
    sent += _send(platform, batch)
    swept = Row("sweeps", {"id": SWEEP, "day": today}, mode="put")
    platform.store.write([with_seal(platform, swept)])
    return sent


def _send(platform: Platform, batch: list[Reminder]) -> int:
    drafts = [_draft(platform, one) for one in batch]
    try:
        if drafts:
            sequence(platform, drafts)
        return len(drafts)
    except Conflict:  # another worker is at it: one by one, what it left
        sent = 0
        for draft in drafts:
            try:
                sequence(platform, [draft])
                sent += 1
            except Conflict:
                continue
        return sent


def _key(one: Reminder) -> dict[str, Scalar]:
    return {"object": one.object, "due": format_time(one.due), "step": one.step}


def _draft(platform: Platform, one: Reminder) -> Draft:
    body: dict[str, Json] = {
        "reminder": new_id("rmd", platform.randomness),
        "sort": one.sort,
        "object": one.object,
        "agency": one.agency,
        "subject": one.subject,
        "step": one.step,
        "days": one.days,
        "due": format_time(one.due),
    }
    envelope, statement = own_statement(platform, platform.operator, "reminded", body)
    return Draft(envelope, statement, names_of(statement), rows_of(statement))


def _due(platform: Platform) -> Iterator[Reminder]:
    yield from _licences(platform)
    yield from _consents(platform)
    yield from _delegations(platform)
    yield from _late(platform)


def _licences(platform: Platform) -> Iterator[Reminder]:
    today = day(platform.now())
    span = ("valid_to", today.isoformat(), (today + timedelta(days=max(STEPS) + 1)).isoformat())
    columns = ("id", "issuer", "subject", "valid_from", "valid_to")
    rows = platform.store.tally("licences", columns, {"state": "active"}, span=span)
    for (identity, issuer, subject, since, until), _ in rows:
        ends = date.fromisoformat(str(until))
        begins = date.fromisoformat(str(since)) if since is not None else None
        yield from _expiring(
            platform,
            f"licence:{identity!s}",
            (str(issuer), str(subject)),
            datetime.combine(ends, _LAST_SECOND, CHINA),
            begins,
        )


def _consents(platform: Platform) -> Iterator[Reminder]:
    columns = ("id", "agency", "subject", "until", "entry_index", "uses", "max_uses")
    rows = platform.store.tally("consents", columns, {"state": "granted"}, span=_soon(platform))
    for (identity, agency, subject, until, index, uses, most), _ in rows:
        if uses == most:  # nothing is left that could run out
            continue
        since = day(tlog.stored_entry(platform, cast(int, index)).sequenced_at)
        ends = parse_time(str(until))
        whom = (str(agency), str(subject))
        yield from _expiring(platform, f"consent:{identity!s}", whom, ends, since)


def _delegations(platform: Platform) -> Iterator[Reminder]:
    columns = ("id", "principal", "since", "until")
    where: dict[str, Scalar] = {"ended_index": None}
    rows = platform.store.tally("delegations", columns, where, span=_soon(platform))
    for (identity, principal, since, until), _ in rows:
        yield from _expiring(
            platform,
            f"delegation:{identity!s}",
            (None, str(principal)),
            parse_time(str(until)),
            day(parse_time(str(since))),
        )


def _soon(platform: Platform) -> tuple[str, Scalar, Scalar]:
    now = platform.now()
    return "until", format_time(now), format_time(now + timedelta(days=max(STEPS) + 1))


def _expiring(
    platform: Platform,
    about: str,
    whom: tuple[str | None, str | None],
    until: datetime,
    since: date | None,
) -> Iterator[Reminder]:
    today, ends = day(platform.now()), day(until)
    step = step_due(ends, today, since)
    if step is not None:
        yield Reminder("expiring", about, *whom, step, (ends - today).days, until)


def _late(platform: Platform) -> Iterator[Reminder]:
    now, tally = platform.now(), platform.store.tally
    open: dict[str, Scalar] = {"state": "open"}
    flags = tally("flags", ("id", "agency", "due"), open, span=("due", None, format_time(now)))
    for (identity, agency, due), _ in flags:
        late = parse_time(str(due))
        yield Reminder("overdue", f"flag:{identity!s}", str(agency), None, 0, 0, late)
    latest = format_time(now - timedelta(days=DISPUTE_DAYS))
    columns = ("id", "agency", "subject", "opened_at")
    disputes = tally("disputes", columns, open, span=("opened_at", None, latest))
    for (identity, agency, subject, opened), _ in disputes:
        if (late := due_of(platform, {"opened_at": opened})) < now:
            whom = (str(agency), str(subject))
            yield Reminder("overdue", f"dispute:{identity!s}", *whom, 0, 0, late)
