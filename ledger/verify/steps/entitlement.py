"""Checks 6 and 7: the certificates held at the evidence time, and the agency might do this then."""

from __future__ import annotations

from datetime import datetime

from ledger.log.evidence import ChainAnchor
from ledger.log.snapshot import Snapshot
from ledger.log.statement import may_sign
from ledger.verify.items import Evidence
from ledger.verify.steps.finding import Found, Open, Wrong
from ledger.verify.steps.form import (
    CHANGES,
    COLLECTED,
    ISSUED,
    LicenceTerms,
    OpenedEntry,
    Subject,
    opened_once,
    required_entry,
)
from ledger.verify.steps.ground import SKEW, Ground
from ledger.verify.steps.membership import (
    answering_at,
    check_key,
    check_key_known,
    check_member,
    check_scope,
    succession_facts,
)
from ledger.verify.steps.placing import evidence_time, origin_of, written
from ledger.verify.steps.signing import Part, Signed, Signer, certified_signers
from ledger.verify.steps.speaking import check_speaker

ENTITLED = ("entitlement.holds", "entitlement.holds_succeeded", "entitlement.holds_abolished")
REGISTERED = ("key.registered", "key.registered_succeeded", "key.registered_abolished")
"""Codes where the agency answers still, where another body does, and where nobody does."""


def judged_paths(
    ground: Ground, signed: Signed | None, evidence: Evidence, known: ChainAnchor | None
) -> Found[bool]:
    """Check 6: every certificate leads to a trusted root at the evidence time and names the
    agency that speaks."""
    if signed is None:
        raise Open("earlier.failed")
    certified = [signer for signer in signed.signers if signer.chain]
    if not certified:
        return Found(True, "signer.pinned")
    if known is None:
        raise Open("evidence_time.absent")
    at = known.anchor.block_time
    for signer in certified:
        ground.path(signer.chain, _time_of(ground, evidence, known, signer), evidence.crls)
        named = ground.agency(signer.chain[0])
        if signer.agency and named != signer.agency:
            raise Wrong("signer.agency", named=named, expected=signer.agency, part=signer.part)
    facts = {"at": written(at), "agency": " ".join(sorted({s.agency for s in certified}))}
    return Found(True, "path.holds", facts)


def judged_entitlement(
    ground: Ground,
    subject: Subject | None,
    signed: Signed | None,
    evidence: Evidence,
    known: ChainAnchor | None,
) -> Found[bool]:
    """Check 7: the statement's signer might say this then: role, member of the consortium,
    registered key that nobody had stolen, and for a licence the scope of its type and region, not
    suspended. Who answers for a licence now is shown with it."""
    entry = required_entry(subject)
    if signed is None:
        raise Open("earlier.failed")
    _check_role(ground, entry, signed)
    check_speaker(ground, entry, signed.role, evidence, known)
    if signed.role == "keystore":
        return Found(True, "signer.pinned")
    if known is None:
        raise Open("evidence_time.absent")
    snapshot = current_snapshot(ground, evidence, ground.trust.profile.freshness.entitlement_s)
    if snapshot.block < known.anchor.block_number:
        raise Open("entitlement.earlier", block=str(snapshot.block))
    at = known.anchor.block_time
    for signer in signed.signers:
        if signer.chain:
            then = _time_of(ground, evidence, known, signer)
            check_member(ground, snapshot, signer.agency, then)
            check_key(snapshot, signer.agency, signer.kid, then)
    terms = subject.terms if subject is not None else None
    if entry.statement.kind in CHANGES and evidence.issue is not None:
        return _change(ground, snapshot, entry, opened_once(ground, evidence.issue), at)
    if terms is None:
        return Found(True, "key.registered", {"agency": entry.statement.actor, "at": written(at)})
    return _licence(ground, snapshot, entry.statement.actor, terms, at)


def _time_of(ground: Ground, evidence: Evidence, known: ChainAnchor, signer: Signer) -> datetime:
    """The evidence time of what the key signed."""
    if signer.index is None:
        return known.anchor.block_time
    return evidence_time(ground, evidence, known, signer.index)


def _licence(
    ground: Ground, snapshot: Snapshot, agency: str, terms: LicenceTerms, at: datetime
) -> Found[bool]:
    """Issuer then, and the body that answers for its licences at the time asked about."""
    record = check_member(ground, snapshot, agency, at)
    facts = {"agency": agency, "at": written(at)}
    codes = REGISTERED
    if terms.region is not None:
        check_scope(snapshot, record, terms.type, terms.region, at)
        facts |= {"licence_type": terms.type, "region": str(terms.region)}
        codes = ENTITLED
    now = answering_at(snapshot, agency, terms.type, ground.as_of)
    passed = succession_facts(snapshot, record, now, at)
    code = codes[0] if not passed else codes[1] if now.body else codes[2]
    return Found(True, code, {**facts, **passed})


def _change(
    ground: Ground, snapshot: Snapshot, entry: OpenedEntry, issue: OpenedEntry, at: datetime
) -> Found[bool]:
    """A change of status is by the body that answered for the licence then."""
    if (
        issue.statement.kind not in (ISSUED, COLLECTED)
        or issue.statement.body["licence"] != entry.statement.body["licence"]
        or issue.opening.index >= entry.opening.index
    ):
        raise Wrong("status.issue_other", entry=str(issue.opening.index))
    issuer, agency = issue.statement.actor, entry.statement.actor
    for signer in certified_signers(ground, issue, Part.STATEMENT):
        check_key_known(snapshot, issuer, signer.kid)
    body = answering_at(snapshot, issuer, str(issue.statement.body["type"]), at).body
    facts = {"agency": agency, "issuer": issuer, "at": written(at)}
    if agency != body:
        raise Wrong("status.not_responsible", responsible=body, **facts)
    return Found(True, "status.changed_by_responsible", facts)


def current_snapshot(ground: Ground, evidence: Evidence, limit_s: int) -> Snapshot:
    """The snapshot of the trusted chain, not older than ``limit_s``. Raises Open, Wrong."""
    if evidence.snapshot is None:
        raise Open("entitlement.absent")
    if evidence.checkpoint is None:
        raise Open("checkpoint.absent")
    given, origin = evidence.snapshot, origin_of(evidence.checkpoint)
    if isinstance(given, Snapshot):
        return _current(ground, given, limit_s)
    return ground.remembered(
        ("snapshot", given, origin, limit_s),
        lambda: _current(ground, ground.snapshot(given, ground.log(origin)), limit_s),
    )


def check_same_chain(ground: Ground, snapshot: Snapshot) -> None:
    """It speaks of the chain that the trust list pins. Raises Wrong."""
    pinned = ground.trust.chain
    if (snapshot.chain_id, snapshot.genesis.lower()) != (pinned.chain_id, pinned.genesis):
        raise Wrong("snapshot.chain", chain_id=str(snapshot.chain_id), genesis=snapshot.genesis)


def _current(ground: Ground, snapshot: Snapshot, limit_s: int) -> Snapshot:
    check_same_chain(ground, snapshot)
    facts = {"taken_at": written(snapshot.taken_at)}
    if snapshot.taken_at > ground.as_of + SKEW:
        raise Open("snapshot.later", **facts)
    if (ground.as_of - snapshot.taken_at).total_seconds() > limit_s:
        raise Open("snapshot.stale", limit_s=str(limit_s), **facts)
    return snapshot


def _check_role(ground: Ground, entry: OpenedEntry, signed: Signed) -> None:
    """One table says who may sign which kind; an agency counts as operator too, and as identity
    agency where the trust list names it so."""
    trust, kind, actor = ground.trust, entry.statement.kind, entry.statement.actor
    if signed.role == "agency":
        roles = {"agency", "platform"} | (
            {"identity"} if actor in trust.identity_agencies else set()
        )
    else:
        roles = {signed.role}
    if not any(may_sign(kind, role) for role in roles):
        raise Wrong("signer.role", kind=kind, role=signed.role)
    if signed.binding is not None:
        binder = signed.binding.statement.actor
        if binder not in trust.identity_agencies:
            raise Wrong("holder.not_identity_agency", agency=binder)
