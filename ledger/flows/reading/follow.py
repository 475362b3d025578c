"""The key store is shown every leaf, up to a head."""

from __future__ import annotations

from ledger import tlog
from ledger.platform import Platform
from ledger.ports import Head


def follow(platform: Platform, head: Head) -> None:
    """Show the key store every leaf up to the head."""
    while (size := platform.keys.size()) < head.size:
        step = min(head.size, size + tlog.BATCH)
        shown = platform.store.head_at(step) if step < head.size else head
        if shown is None:  # heads are where integration made them: go to the head at once
            step, shown = head.size, head
        leaves = [stored.leaf for stored in platform.store.entries(size, step)]
        platform.keys.follow(leaves, tlog.own_head(platform.log, shown).note)
