"""Agencies, proposals and their history as JSON, for HTTP and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.schemas_agencies import (
    AgencyFactsOut,
    AgencyOut,
    BasisOut,
    HappenedOut,
    KeyOut,
    PeriodOut,
    ProposalOut,
    ScopeOut,
)
from ledger.agencies.changes import action_shown
from ledger.agencies.standing import suspension
from ledger.agencies.telling import told_action
from ledger.flows.consortium.agencies import AgencyFacts
from ledger.flows.consortium.history import GOVERNANCE, Told
from ledger.flows.consortium.names import ConsortiumNames
from ledger.flows.consortium.proposals import reason_of
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import AgencyRecord, BasisRow, KeyRow, ScopeRow, Span
from ledger.ports.governance import Proposal, Seat


def listed(
    platform: Platform, id: str, record: AgencyRecord | None, seats: Mapping[str, Seat]
) -> AgencyOut:
    """One agency in short, of catalogue and registry."""
    known = platform.catalogue.agencies.get(id)
    name = record.names[-1].name if record is not None else None
    kind = "social" if record is not None and record.social else "government"
    return AgencyOut(
        id=id,
        zh=known.zh if known else name or id,
        en=known.en if known else name or id,
        kind=known.kind if known else kind,
        credit_code=known.credit_code if known else record.legal_code if record else "",
        roles=list(known.roles) if known else [],
        name=name,
        region=record.region if record else None,
        admitted_at=format_time(record.admitted_at) if record else None,
        ended_at=_time(record.ended_at) if record else None,
        ending=record.ending or None if record else None,
        successor=record.successor if record else None,
        suspended=record is not None and suspension(record, platform.now()) is not None,
        weight=seats[id].weight if id in seats else 0,
    )


def facts_shown(facts: AgencyFacts) -> AgencyFactsOut:
    """All that stands of an agency."""
    rows, then = facts.rows, facts.then
    record = rows.record
    return AgencyFactsOut(
        id=record.id,
        names=[{"name": one.name, "since": format_time(one.since)} for one in record.names],
        region=record.region,
        legal_code=record.legal_code,
        social=record.social,
        admitted_at=format_time(record.admitted_at),
        ended_at=_time(record.ended_at),
        ending=record.ending,
        successor=record.successor,
        weight=rows.seat.weight if rows.seat else 0,
        voter=rows.seat.voter if rows.seat else None,
        keys=[
            KeyOut(
                **_period(row, row in then.keys),
                key_id="0x" + row.key_id.hex(),
                certificate="0x" + row.certificate.hex(),
                compromised_at=_time(row.compromised_at),
            )
            for row in rows.keys
        ],
        scopes=[
            ScopeOut(
                **_period(row, row in then.scopes),
                licence_type=row.licence_type,
                region=row.region,
            )
            for row in rows.scopes
        ],
        bases=[
            BasisOut(**_period(row, row in then.bases), item=row.item, kind=row.kind, sort=row.sort)
            for row in rows.bases
        ],
        suspensions=[
            PeriodOut(**_period(row, suspension(record, then.at) == row))
            for row in record.suspensions
        ],
        duties=[
            {
                "issuer": row.issuer,
                "licence_type": row.licence_type,
                "body": row.body,
                "since": format_time(row.since),
            }
            for row in rows.duties
        ],
        open_proposals=[one.number for one in facts.proposals],
        then={
            "at": format_time(then.at),
            "name": then.name,
            "admitted": then.admitted,
            "suspended": then.suspended,
            "responsible": then.answering.body,
            "responsible_since": _time(then.answering.since),
        },
    )


def proposal_shown(platform: Platform, made: Proposal) -> ProposalOut:
    """A proposal with its reason, where the text is here, and its actions in sentences."""
    names, rule = ConsortiumNames(platform), platform.governance.rule(made.gravity)
    told = [told_action(one, names) for one in made.actions]
    identity = platform.chain.identity()
    return ProposalOut(
        number=made.number,
        proposer=made.proposer,
        gravity=str(made.gravity),
        stage=str(made.stage),
        reason=reason_of(platform, made.reason),
        reason_sha256="0x" + made.reason.hex(),
        actions=[dict(action_shown(one)) for one in made.actions],
        zh=[zh for zh, _ in told],
        en=[en for _, en in told],
        proposed_at=format_time(made.proposed_at),
        voting_ends=format_time(made.voting_ends),
        executable_at=_time(made.executable_at),
        expires_at=_time(made.expires_at),
        total=made.total,
        yes=made.yes,
        no=made.no,
        abstain=made.abstain,
        quorum=rule.quorum,
        passing=rule.passing,
        transaction=made.transaction,
        chain_id=identity.chain_id,
        contract=identity.contracts[GOVERNANCE],
        content="0x" + made.content.hex(),
        encoded=[{"kind": kind, "data": "0x" + data.hex()} for kind, data in made.encoded],
    )


def told_shown(told: Told) -> HappenedOut:
    """An event with its sentence."""
    zh, en = told.sentence
    return HappenedOut(
        block=told.block,
        index=told.index,
        time=format_time(told.time),
        transaction=told.transaction,
        contract=told.contract,
        name=told.name,
        values=dict(told.values),
        proposal=told.proposal,
        zh=zh,
        en=en,
    )


def _period(row: KeyRow | ScopeRow | BasisRow | Span, counts: bool) -> dict[str, Any]:
    return {
        "valid_from": format_time(row.valid_from),
        "valid_to": _time(row.valid_to),
        "recorded_at": format_time(row.recorded_at),
        "counts": counts,
    }


def _time(at: datetime | None) -> str | None:
    return format_time(at) if at is not None else None
