"""Checks 6 and 7: the certificates held at the evidence time, and the agency might do this then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from certs import base64url
from ledger.log.evidence import ChainAnchor
from ledger.log.snapshot import Snapshot
from ledger.log.statement import may_sign
from ledger.ports import KeyRow, ScopeRow
from ledger.verify.items import Evidence
from ledger.verify.steps.finding import Found, Open, Wrong
from ledger.verify.steps.form import OpenedEntry, Subject, required_entry
from ledger.verify.steps.ground import SKEW, Ground
from ledger.verify.steps.placing import origin_of, written
from ledger.verify.steps.signing import Signed
from ledger.verify.steps.speaking import check_speaker


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
        ground.path(signer.chain, at, evidence.crls)
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
    """Check 7: the statement's signer might say this then: role, registered key, and for a licence
    the scope of its type and region."""
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
            check_key(snapshot, signer.agency, signer.kid, at)
    terms = subject.terms if subject is not None else None
    if terms is not None and terms.region is not None:
        agency = entry.statement.actor
        check_scope(snapshot, agency, terms.type, terms.region, at)
        facts = {"agency": agency, "licence_type": terms.type, "region": str(terms.region)}
        return Found(True, "entitlement.holds", {**facts, "at": written(at)})
    return Found(True, "key.registered", {"agency": entry.statement.actor, "at": written(at)})


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


def _current(ground: Ground, snapshot: Snapshot, limit_s: int) -> Snapshot:
    pinned = ground.trust.chain
    if (snapshot.chain_id, snapshot.genesis.lower()) != (pinned.chain_id, pinned.genesis):
        raise Wrong("snapshot.chain", chain_id=str(snapshot.chain_id), genesis=snapshot.genesis)
    facts = {"taken_at": written(snapshot.taken_at)}
    if snapshot.taken_at > ground.as_of + SKEW:
        raise Open("snapshot.later", **facts)
    if (ground.as_of - snapshot.taken_at).total_seconds() > limit_s:
        raise Open("snapshot.stale", limit_s=str(limit_s), **facts)
    return snapshot


def check_key(snapshot: Snapshot, agency: str, kid: str, at: datetime) -> None:
    """The key was one of the agency's registered keys then. Raises Open, Wrong."""
    rows = snapshot.agency_keys.get(agency)
    if rows is None:
        raise Open("entitlement.not_covered", agency=agency)
    named = base64url.decode(kid)
    if not _covering((row for row in rows if row.key_id == named), at):
        raise Wrong("entitlement.key", agency=agency, kid=kid, at=written(at))


def check_scope(
    snapshot: Snapshot, agency: str, licence_type: str, region: int, at: datetime
) -> None:
    """The agency might issue this type in this region then; a row's region 0 is anywhere."""
    rows = snapshot.scopes.get((agency, licence_type))
    if rows is None:
        raise Open("entitlement.not_covered", agency=agency, licence_type=licence_type)
    if not _covering((row for row in rows if row.region in (0, region)), at):
        raise Wrong("entitlement.scope", agency=agency, licence_type=licence_type, at=written(at))


def _covering(rows: Iterable[KeyRow | ScopeRow], at: datetime) -> bool:
    return any(row.valid_from <= at and (row.valid_to is None or at < row.valid_to) for row in rows)


def _check_role(ground: Ground, entry: OpenedEntry, signed: Signed) -> None:
    """One table says who may sign which kind; an agency counts as operator too, and as identity
    agency where the trust list names it so."""
    trust, kind, actor = ground.trust, entry.statement.kind, entry.statement.actor
    if signed.role == "agency":
        if trust.agency(actor) is None:
            raise Wrong("signer.agency_unknown", agency=actor)
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
