"""Check 8: does the licence stand at the time asked about?

Status comes from the newest list that the chain knows, validity from the licence itself.
"""

from __future__ import annotations

from datetime import datetime

from certs.envelope import certificate_key_id
from certs.statuslist import ReadStatusList, Status, chain_of, token_digest
from certs.trust.payload import StatusListRef
from ledger.agencies.lists import list_of
from ledger.log.checkpoint import Checkpoint
from ledger.log.snapshot import Snapshot
from ledger.ports import Opening, StatusHead
from ledger.verify.items import Evidence
from ledger.verify.steps.entitlement import current_snapshot
from ledger.verify.steps.finding import Found, Idle, Open, Wrong
from ledger.verify.steps.form import ISSUED, Subject, opened_once
from ledger.verify.steps.ground import Ground
from ledger.verify.steps.membership import answering_at, check_key
from ledger.verify.steps.placing import written
from ledger.verify.steps.signing import Part, Signed, certified_signers

STATUS_OF = {
    Status.INVALID: "status.revoked",
    Status.SUSPENDED: "status.suspended",
    Status.SUPERSEDED: "status.superseded",
}


def judged_standing(
    ground: Ground,
    subject: Subject | None,
    signed: Signed | None,
    evidence: Evidence,
    checkpoint: Checkpoint | None,
) -> Found[bool]:
    """Check 8."""
    if subject is None:
        raise Open("earlier.failed")
    reference = _reference(subject, signed)
    if evidence.successor is not None:
        check_successor(ground, subject, evidence, evidence.successor, checkpoint)
    uri, index, agency = reference
    facts = {"list": uri, "as_of": written(ground.as_of)}
    _check_period(ground, subject, signed, facts)
    ref = list_of(ground.trust, uri, agency)
    if ref is None:
        raise Open("status.list_untrusted", **facts)
    if ref.agency != agency:
        raise Wrong("status.list_foreign", agency=ref.agency, **facts)
    if evidence.status_list is None:
        raise Open("status.absent", **facts)
    if evidence.snapshot is None:
        raise Open("status.head_absent", **facts)
    limit = ground.trust.profile.freshness.status_s
    snapshot = current_snapshot(ground, evidence, limit)
    found = _newest_list(ground, evidence.status_list, ref, snapshot)
    value = found.get(index)
    facts["version"] = str(found.version)
    if value == Status.VALID:
        return Found(True, "status.valid", facts)
    for status, code in STATUS_OF.items():
        if value == status:
            raise Wrong(code, **facts)
    raise Open("status.unknown", value=str(value), **facts)


def nothing_asked(*_: object) -> Found[bool]:
    """Check 8 where only the past is asked about."""
    raise Idle("status.not_asked")


def _reference(subject: Subject, signed: Signed | None) -> tuple[str, int, str]:
    """List, index in it, and agency that answers for it."""
    if subject.terms is not None and subject.entry is not None:
        terms = subject.terms
        return terms.status_uri, terms.status_index, subject.entry.statement.actor
    if subject.entry is not None:
        raise Idle("status.not_applicable")
    if signed is None or signed.credential is None:
        raise Open(subject.absent)
    held = signed.credential
    return held.status_list_uri, held.status_index, held.agency


def _check_period(
    ground: Ground, subject: Subject, signed: Signed | None, facts: dict[str, str]
) -> None:
    begins: list[datetime | None] = []
    ends: list[datetime | None] = []
    if subject.terms is not None:
        begins.append(subject.terms.valid_from)
        ends.append(subject.terms.valid_to)
    if signed is not None and signed.credential is not None:
        begins.append(signed.credential.valid_from)
        ends.append(signed.credential.valid_to)
    for begin in begins:
        if begin is not None and ground.as_of < begin:
            raise Wrong("status.not_yet_valid", valid_from=written(begin), **facts)
    for end in ends:
        if end is not None and ground.as_of >= end:
            raise Wrong("status.expired", valid_to=written(end), **facts)


def _newest_list(
    ground: Ground, token: str, ref: StatusListRef, snapshot: Snapshot
) -> ReadStatusList:
    """The list in the token, if it is the newest that the chain knows and who answers for the
    agency's licences signed it."""
    head = snapshot.status.get(ref.list_id)
    if head is None or head.version == 0:
        raise Open("status.head_absent", list=ref.uri)
    chain = ground.lasting(("x5c", token), lambda: chain_of(token), 2 * len(token))
    digest = ground.lasting(("digest", token), lambda: token_digest(token), len(token))
    found = ground.status_list(token, chain)
    if found.uri != ref.uri:
        raise Wrong("status.list_other", list=found.uri[:128], expected=ref.uri)
    _check_head(ground, found, digest, head)
    # The list counts because its digest is on chain; a key that was replaced since signed it then.
    ground.path(chain, found.issued)
    _check_signer(ground, snapshot, ref, chain[0], head.published_at or found.issued)
    return found


def _check_signer(
    ground: Ground, snapshot: Snapshot, ref: StatusListRef, leaf: bytes, at: datetime
) -> None:
    """Signed by the agency whose list it is, or by the body that answered for all of its licences
    when it was published (which the chain says, not the signer). Raises Wrong, Open."""
    signer = ground.agency(leaf)
    body = answering_at(snapshot, ref.agency, "", at).body
    if signer != body:
        named = {ref.agency, *(row.body for row in snapshot.duties[ref.agency, ""])}
        code = "status.list_not_responsible" if signer in named else "status.list_foreign"
        raise Wrong(code, agency=signer, responsible=body, list=ref.uri, issued=written(at))
    check_key(snapshot, signer, certificate_key_id(leaf), at)


def _check_head(ground: Ground, found: ReadStatusList, digest: bytes, head: StatusHead) -> None:
    versions = {"version": str(found.version), "newest": str(head.version)}
    if found.version != head.version:
        raise Open("status.not_newest", **versions)
    if digest != head.digest:
        raise Wrong("status.digest", **versions)
    if head.valid_until is not None and ground.as_of >= head.valid_until:
        raise Open("status.stale", valid_until=written(head.valid_until), **versions)


def check_successor(
    ground: Ground,
    subject: Subject,
    evidence: Evidence,
    opening: Opening,
    checkpoint: Checkpoint | None,
) -> None:
    """Raises Wrong where a later issue, by the agency or a body that followed it, replaces this
    licence; check 3 has proven it to be in the log."""
    entry, terms = subject.entry, subject.terms
    if entry is None or terms is None or checkpoint is None:
        return
    later = opened_once(ground, opening)
    certified_signers(ground, later, Part.STATEMENT)
    if (
        later.statement.kind == ISSUED
        and later.statement.body.get("supersedes") == terms.licence
        and opening.index > entry.opening.index
        and _may_replace(ground, evidence, later.statement.actor, entry.statement.actor, terms.type)
    ):
        raise Wrong("status.superseded", entry=str(opening.index))
    raise Wrong("status.successor_other", entry=str(opening.index))


def _may_replace(ground: Ground, evidence: Evidence, later: str, issuer: str, kind: str) -> bool:
    """Whether it is the issuer, or has at some time answered for its licences. Raises Open."""
    if later == issuer:
        return True
    snapshot = current_snapshot(ground, evidence, ground.trust.profile.freshness.status_s)
    rows = snapshot.duties.get((issuer, kind), ())
    return any(row.body == later and row.since <= ground.as_of for row in rows)
