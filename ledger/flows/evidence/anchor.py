"""Anchoring: the newest checkpoint goes on chain, where only what extends the last one is taken.

The chain head is read first, so that a resend after a crash is harmless; what the contract holds
and our log does not extend is a matter for the operator, never for a retry.
"""

from __future__ import annotations

from ledger import tlog
from ledger.errors import LogBusy, Pushback, Refused, Tampered
from ledger.log.evidence import ChainAnchor
from ledger.log.lineage import anchored_by
from ledger.log.subtrees import root_at
from ledger.platform import Platform
from ledger.ports import Anchor, ChainHead, Head

ATTEMPTS = 8
"""How often the chain is read anew where others anchor at the same moment."""


class ChainAhead(Tampered):
    """The contract holds a head that our log does not contain."""

    code = "chain.ahead"


class LogFrozen(Pushback):
    """The consortium froze this log; entries wait until another goes on (``mianti log continue``).
    ``last_good``: the size up to which what was anchored counts."""

    code = "log.frozen"


def anchor(platform: Platform) -> Anchor:
    """Integrate what is sequenced and anchor it; the anchor that stands where nothing is new.

    Any number of callers. The first head of a log that goes on for another is proven to extend that
    one's last good head. Raises NotFound for an empty log, LogFrozen, ChainAhead, Refused
    ``chain.…``, ``attester.refused``, ChainAway, AttestersAway, LogBusy.
    """
    for _ in range(ATTEMPTS):
        head = tlog.integrate(platform)
        require_going_on(platform)
        onchain = platform.chain.head(platform.log.log_id)
        if onchain.size > head.size:  # others went on meanwhile; what they anchored is in our store
            head = tlog.integrate(platform)
        before = onchain if onchain.size else _continued_head(platform)
        _require_extends(platform, head, before)
        if onchain.size:
            standing = _record(platform, onchain.size)
            if onchain.size == head.size:
                return standing
        proof = tlog.consistency(platform, before.size, head.size) if before.size else []
        signed = platform.attesters.attest(
            head.note, lambda old, new: tlog.consistency(platform, old, new)
        )
        try:
            done = platform.chain.publish(platform.log.log_id, head.size, head.root, proof, signed)
        except Refused:  # another sender was faster, or the contract says no for good
            if platform.chain.head(platform.log.log_id).size == onchain.size:
                raise
            continue
        platform.store.put_anchor(done)
        return done
    raise LogBusy("Others keep anchoring the log; ask again.", retry_after=1)


def require_going_on(platform: Platform) -> None:
    """Raises LogFrozen where the consortium has ended this log. What was anchored of it beyond its
    last good head is marked void first."""
    ending = platform.chain.log_ending(platform.log.log_id)
    if ending is not None:
        platform.store.void_anchors(ending.last_good)
        raise LogFrozen(
            "The consortium froze this log; another must go on.",
            retry_after=60,
            last_good=ending.last_good,
        )


def _continued_head(platform: Platform) -> ChainHead:
    """The head that a log without one must extend: its predecessor's last good one, if any."""
    before = platform.chain.predecessor(platform.log.log_id)
    if before is None or before[1] == 0:
        return ChainHead(0, b"", 0, None)
    found = platform.chain.root_at(*before)
    if found is None:
        raise ChainAhead("The last good head cannot be read back.", onchain=before[1], ours=0)
    return ChainHead(found.size, found.root, found.block_number, found.block_time)


def _require_extends(platform: Platform, head: Head, onchain: ChainHead) -> None:
    if onchain.size > head.size:
        raise ChainAhead(
            "The contract holds more than this log; a backup was restored, or another log runs.",
            onchain=onchain.size,
            ours=head.size,
        )
    if onchain.size and root_at(platform.store.nodes, onchain.size) != onchain.root:
        raise ChainAhead(
            "The contract holds another history than this log.",
            onchain=onchain.size,
            ours=head.size,
        )


def _record(platform: Platform, size: int) -> Anchor:
    """Make sure that an anchor which stands on chain stands in our store too."""
    known = [done for done in platform.store.anchors() if done.size == size]
    if known:
        return known[0]
    found = platform.chain.root_at(platform.log.log_id, size)
    if found is None:
        raise ChainAhead("The contract's head cannot be read back.", onchain=size, ours=size)
    platform.store.put_anchor(found)
    return found


def chain_anchor(platform: Platform, anchored: Anchor) -> ChainAnchor:
    """The anchor with the chain and the log that it was published for."""
    return ChainAnchor(
        anchor=anchored,
        genesis=platform.trust.chain.genesis,
        log_id=anchored_by(platform.lineage, anchored.size).log_id,
    )


def gas_per_document(platform: Platform) -> float:
    """Gas of all anchoring transactions over the entries that they anchored. Raises ChainAway."""
    anchors = platform.store.anchors()
    spent = sum(platform.chain.gas_used(done.transaction) for done in anchors)
    return round(spent / anchors[-1].size, 1) if anchors else 0.0
