"""Parts of checks 6 to 8 that ask the registry's history: was it a member then, was this its key,
might it issue this there, and who answers for it at the time asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from certs import base64url
from certs.plain_text import is_plain
from ledger.agencies.duty import Answering, answering
from ledger.agencies.standing import compromised, covering, key_counts, name_at, suspension
from ledger.log.snapshot import Snapshot
from ledger.ports import AgencyRecord, ScopeRow
from ledger.verify.steps.finding import Open, Wrong
from ledger.verify.steps.ground import Ground
from ledger.verify.steps.placing import written


def check_member(ground: Ground, snapshot: Snapshot, agency: str, at: datetime) -> AgencyRecord:
    """It had been admitted then and had not ended. Whoever the registry admits is known, also
    where the trust list is older and does not name it. Raises Open, Wrong."""
    if agency not in snapshot.agencies:
        raise Open("entitlement.not_covered", agency=agency)
    record = snapshot.agencies[agency]
    if record is None and ground.trust.agency(agency) is None:
        raise Wrong("signer.agency_unknown", agency=agency)
    if record is None:
        raise Wrong("entitlement.not_admitted", agency=agency, at=written(at))
    facts = {"agency": agency, "at": written(at)}
    if at < record.admitted_at:
        raise Wrong("entitlement.not_admitted", since=written(record.admitted_at), **facts)
    if record.ended_at is not None and record.ended_at <= at:
        since = written(record.ended_at)
        raise Wrong("entitlement.ended", ending=record.ending, since=since, **facts)
    return record


def check_key(snapshot: Snapshot, agency: str, kid: str, at: datetime) -> None:
    """The key was one of the agency's registered keys then, and nobody had stolen it yet. Raises
    Open, Wrong."""
    rows = snapshot.agency_keys.get(agency)
    if rows is None:
        raise Open("entitlement.not_covered", agency=agency)
    named, facts = base64url.decode(kid), {"agency": agency, "kid": kid, "at": written(at)}
    if (since := compromised(rows, named, at)) is not None:
        raise Wrong("entitlement.key_compromised", since=written(since), **facts)
    if not key_counts(rows, named, at):
        raise Wrong("entitlement.key", **facts)


def check_key_known(snapshot: Snapshot, agency: str, kid: str) -> None:
    """The key was the agency's at some time. Raises Open, Wrong."""
    rows = snapshot.agency_keys.get(agency)
    if rows is None:
        raise Open("entitlement.not_covered", agency=agency)
    if base64url.decode(kid) not in {row.key_id for row in rows}:
        raise Wrong("entitlement.key", agency=agency, kid=kid)


def check_scope(
    snapshot: Snapshot, record: AgencyRecord, licence_type: str, region: int, at: datetime
) -> None:
    """The agency might issue this type in this region then; a row's region 0 is anywhere, any
    other is that region alone. Raises Open, Wrong."""
    rows = snapshot.scopes.get((record.id, licence_type))
    facts = {"agency": record.id, "licence_type": licence_type}
    if rows is None:
        raise Open("entitlement.not_covered", **facts)
    facts |= {"region": str(region), "at": written(at)}
    if (span := suspension(record, at)) is not None:
        raise Wrong("entitlement.suspended", since=written(span.valid_from), **facts)
    there = [row for row in rows if row.region in (0, region)]
    if covering(there, at) is None:
        raise Wrong("entitlement.scope", **facts, **_ran(there, at))


def _ran(rows: Iterable[ScopeRow], at: datetime) -> dict[str, str]:
    """Until when it ran before, or from when on it will."""
    ends = [row.valid_to for row in rows if row.valid_to is not None and row.valid_to <= at]
    begins = [row.valid_from for row in rows if at < row.valid_from]
    ran = {"until": written(max(ends))} if ends else {}
    return {**ran, "from": written(min(begins))} if begins else ran


def answering_at(snapshot: Snapshot, issuer: str, licence_type: str, at: datetime) -> Answering:
    """Who answered at ``at`` for what ``issuer`` issued; ``""`` for the licence type asks for all
    that has no row of its own. Raises Open, DutyTooLong."""
    rows = snapshot.duties.get((issuer, licence_type))
    if rows is None:
        raise Open("entitlement.not_covered", agency=issuer, licence_type=licence_type)
    missing = {issuer, *(row.body for row in rows if row.body)} - snapshot.agencies.keys()
    if missing:
        raise Open("entitlement.not_covered", agency=min(missing))
    return answering(rows, snapshot.agencies.get, issuer, licence_type, at)


def succession_facts(
    snapshot: Snapshot, issuer: AgencyRecord, now: Answering, at: datetime
) -> Mapping[str, str]:
    """Issuer as it was called then, the body that answers, and since when; nothing where it is
    the issuer still."""
    if now.body == issuer.id or now.since is None:
        return {}
    facts = {"issuer": _shown(issuer, at), "responsible": now.body, "since": written(now.since)}
    body = snapshot.agencies.get(now.body)
    if body is not None:
        facts["responsible_name"] = _shown(body, now.since)
    return facts


def _shown(record: AgencyRecord, at: datetime) -> str:
    """The name that it had, where that shows what it says."""
    name = name_at(record, at)
    return name if is_plain(name) and len(name) <= 128 else record.id
