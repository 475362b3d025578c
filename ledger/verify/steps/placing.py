"""Checks 3 to 5: the entry stands in the log, the log's head is signed, the head is on chain."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from certs.trust.payload import TrustedLog
from certs.verdict import Outcome
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint
from ledger.log.evidence import ChainAnchor
from ledger.ports import Opening
from ledger.verify.items import ErasedEntry, Evidence
from ledger.verify.steps.finding import Found, Open, Wrong
from ledger.verify.steps.form import Subject, standing_leaf
from ledger.verify.steps.ground import SKEW, Ground
from ledger.verify.steps.lineage import (
    check_not_frozen,
    check_statement_log,
    lineage_of,
    shown_logs,
)

CONTRACT = "CheckpointRegistry"


def judged_checkpoint(
    ground: Ground, subject: Subject | None, evidence: Evidence
) -> Found[Checkpoint]:
    """Check 4: the log that the statement names signed this head, or one that continues it, and its
    witnesses did."""
    if evidence.checkpoint is None:
        standing_leaf(subject)
        raise Open("checkpoint.absent")
    origin = origin_of(evidence.checkpoint)
    if subject is not None and subject.entry is not None:
        named, index = subject.entry.statement.log, subject.entry.opening.index
        logs = shown_logs(ground, evidence.snapshot, evidence.checkpoint)
        check_statement_log(ground, named, index, origin, logs)
    return found_checkpoint(ground, evidence.checkpoint, origin)


def found_checkpoint(ground: Ground, note: bytes, origin: str) -> Found[Checkpoint]:
    """The trusted log's checkpoint in a note. Raises what opening it raises, and Wrong."""
    return ground.remembered(
        ("head", note, origin), lambda: _found_checkpoint(ground, note, origin)
    )


def _found_checkpoint(ground: Ground, note: bytes, origin: str) -> Found[Checkpoint]:
    checkpoint, cosigned = ground.checkpoint(note, ground.log(origin))
    facts = {
        "origin": origin,
        "size": str(checkpoint.size),
        "root": checkpoint.root.hex(),
        "witness_quorum": str(ground.trust.profile.witness_quorum),
    }
    if not cosigned:
        return Found(checkpoint, "checkpoint.quorum", facts, Outcome.INDETERMINATE)
    return Found(checkpoint, "checkpoint.holds", facts)


def judged_inclusion(
    subject: Subject | None, evidence: Evidence, checkpoint: Checkpoint | None
) -> Found[bool]:
    """Check 3: the entry's leaf, and those it leans on, are in the tree of that head."""
    leaf = standing_leaf(subject)
    if checkpoint is None:
        raise Open("inclusion.no_checkpoint")
    prove(leaf, checkpoint)
    powers = (*evidence.powers.delegations, *evidence.powers.keys)
    for other in (evidence.holder_key, evidence.successor, evidence.issue, *powers):
        if other is not None:
            prove(other, checkpoint)
    return Found(True, "inclusion.proven", {"entry": str(leaf.index)})


def prove(opening: Opening | ErasedEntry, checkpoint: Checkpoint) -> None:
    """Raises ProofInvalid unless the entry's leaf is in the checkpoint's tree."""
    hashed = merkle.leaf_hash(opening.leaf)
    merkle.verify_inclusion(opening.index, checkpoint.size, hashed, opening.proof, checkpoint.root)


def judged_anchor(
    ground: Ground, subject: Subject | None, evidence: Evidence, checkpoint: Checkpoint | None
) -> Found[ChainAnchor]:
    """Check 5: a head that covers the entry is on the trusted chain; its time is the evidence
    time."""
    index = standing_leaf(subject).index
    if evidence.anchor is None:
        raise Open("anchor.absent")
    if checkpoint is None:
        raise Open("anchor.no_checkpoint")
    found = _placed(ground, evidence.anchor, checkpoint, evidence.consistency)
    if index >= found.value.anchor.size:
        raise Wrong("anchor.not_covered", entry=str(index), size=found.facts["size"])
    logs = shown_logs(ground, evidence.snapshot, evidence.checkpoint)
    check_not_frozen(ground, found.value, logs)
    for one in evidence.earlier:
        before = _placed(ground, one.anchor, checkpoint, one.consistency)
        check_not_frozen(ground, before.value, logs)
    return found


def _placed(
    ground: Ground, given: bytes | ChainAnchor, head: Checkpoint, proof: tuple[bytes, ...]
) -> Found[ChainAnchor]:
    return ground.remembered(
        ("placed", given, head, proof), lambda: _found_anchor(ground, given, head, proof)
    )


def evidence_time(ground: Ground, evidence: Evidence, known: ChainAnchor, index: int) -> datetime:
    """When an entry was anchored first, of what check 5 has found to hold: ``known``, or an anchor
    from before that covers the entry."""
    log = ground.log(origin_of(evidence.checkpoint or b""))
    before = [ground.anchor(one.anchor, log).anchor for one in evidence.earlier]
    times = [one.block_time for one in before if index < one.size]
    return min((known.anchor.block_time, *times))


def _found_anchor(
    ground: Ground,
    given: bytes | ChainAnchor,
    checkpoint: Checkpoint,
    proof: tuple[bytes, ...],
) -> Found[ChainAnchor]:
    lineage = lineage_of(ground, checkpoint.origin)
    known = ground.anchor(given, lineage[0])
    check_chain(ground, known, lineage)
    check_head(known, checkpoint, proof)
    anchor = known.anchor
    facts = {
        "time": written(anchor.block_time),
        "block": str(anchor.block_number),
        "block_hash": anchor.block_hash,
        "transaction": anchor.transaction,
        "chain_id": str(anchor.chain_id),
        "size": str(anchor.size),
    }
    if anchor.block_time > ground.as_of + SKEW:
        raise Open("anchor.later", **facts)
    return Found(known, "anchor.holds", facts)


def check_chain(ground: Ground, known: ChainAnchor, lineage: tuple[TrustedLog, ...]) -> None:
    """The anchor is on the chain, in the contract and under the log's id that the trust list
    pins, or of a log that it continues. Raises Wrong, Open."""
    pinned = ground.trust.chain
    contract = pinned.contracts.get(CONTRACT)
    if contract is None:
        raise Open("anchor.contract_unpinned")
    if (known.anchor.chain_id, known.genesis.lower()) != (pinned.chain_id, pinned.genesis):
        raise Wrong("anchor.chain", chain_id=str(known.anchor.chain_id), genesis=known.genesis)
    if known.anchor.contract.lower() != contract.address:
        raise Wrong("anchor.contract", contract=known.anchor.contract)
    if known.log_id.lower() not in {log.log_id for log in lineage}:
        raise Wrong("anchor.log", log_id=known.log_id)


def check_head(known: ChainAnchor, checkpoint: Checkpoint, proof: tuple[bytes, ...]) -> None:
    """The anchored head and the checkpoint are of one history. Raises Wrong, Open, ProofInvalid."""
    anchor = known.anchor
    if anchor.size == checkpoint.size:
        if anchor.root != checkpoint.root:
            raise Wrong("anchor.root", anchored=anchor.root.hex(), signed=checkpoint.root.hex())
        return
    if not proof:
        raise Open("anchor.no_consistency", anchored=str(anchor.size), signed=str(checkpoint.size))
    old, new = sorted(((anchor.size, anchor.root), (checkpoint.size, checkpoint.root)))
    merkle.verify_consistency(old[0], new[0], old[1], new[1], proof)


def origin_of(note: bytes) -> str:
    """First line of a note, as it stands; for choosing the log to believe, not for believing."""
    return note.partition(b"\n")[0].decode("utf-8", "replace")


@lru_cache(maxsize=256)
def written(at: datetime) -> str:
    """RFC 3339 UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
