"""Anchoring: the newest checkpoint goes on chain, where only what extends the last one is taken.

The chain head is read first, so that a resend after a crash is harmless; what the contract holds
and our log does not extend is a matter for the operator, never for a retry.
"""

from __future__ import annotations

from ledger import tlog
from ledger.errors import LogBusy, Refused, Tampered
from ledger.log.evidence import ChainAnchor
from ledger.log.subtrees import root_at
from ledger.platform import Platform
from ledger.ports import Anchor, ChainHead, Head

ATTEMPTS = 8
"""How often the chain is read anew where others anchor at the same moment."""


class ChainAhead(Tampered):
    """The contract holds a head that our log does not contain."""

    code = "chain.ahead"


def anchor(platform: Platform) -> Anchor:
    """Integrate what is sequenced and anchor it; the anchor that stands where nothing is new.

    Any number of callers. Raises NotFound for an empty log, ChainAhead, Refused ``chain.…``,
    ``attester.refused``, ChainAway, AttestersAway, LogBusy.
    """
    for _ in range(ATTEMPTS):
        head = tlog.integrate(platform)
        onchain = platform.chain.head(platform.log.log_id)
        if onchain.size > head.size:  # others went on meanwhile; what they anchored is in our store
            head = tlog.integrate(platform)
        _require_extends(platform, head, onchain)
        if onchain.size:
            standing = _record(platform, onchain.size)
            if onchain.size == head.size:
                return standing
        proof = tlog.consistency(platform, onchain.size, head.size) if onchain.size else []
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
    """The anchor with the chain and the log that it belongs to."""
    return ChainAnchor(
        anchor=anchored,
        genesis=platform.trust.chain.genesis,
        log_id="0x" + platform.log.log_id.hex(),
    )


def gas_per_document(platform: Platform) -> float:
    """Gas of all anchoring transactions over the entries that they anchored. Raises ChainAway."""
    anchors = platform.store.anchors()
    spent = sum(platform.chain.gas_used(done.transaction) for done in anchors)
    return round(spent / anchors[-1].size, 1) if anchors else 0.0
