"""Receipts as people keep them: proof, opening, and what the log's key vouches for, in one file."""

from __future__ import annotations

from dataclasses import replace

from ledger.errors import NotFound, Refused
from ledger.flows.evidence.gathering import Gathering
from ledger.log.evidence import ChainAnchor, anchor_note
from ledger.log.records import RecordErased
from ledger.log.snapshot import Snapshot, snapshot_note
from ledger.platform import Platform
from ledger.verify.receipt_evidence import receipt_file


class NotIntegrated(Refused):
    """No signed checkpoint covers the entry yet; the worker makes one."""

    code = "receipt.not_yet"


def receipt_of(platform: Platform, index: int) -> bytes:
    """The receipt of an entry with all that verifies its item offline; without an anchor where
    none covers it yet. Shows what the entry says: for those who may read it.

    Raises NotFound, NotIntegrated, RecordErased.
    """
    if platform.store.entry(index) is None:
        raise NotFound("The log has no such entry.", index=index)
    found = Gathering(platform).evidence(index)
    if found.erased is not None:
        raise RecordErased(f"The content of entry {index} was erased.", index=index)
    if found.opening is None:
        raise NotIntegrated("No checkpoint covers this entry yet.", index=index)
    origin, private = platform.log.origin, platform.log.private_key
    if isinstance(anchor := found.anchor, ChainAnchor):
        found = replace(found, anchor=anchor_note(anchor, origin, private))
    found = replace(
        found,
        earlier=tuple(
            replace(one, anchor=anchor_note(one.anchor, origin, private))
            for one in found.earlier
            if isinstance(one.anchor, ChainAnchor)
        ),
    )
    if isinstance(snapshot := found.snapshot, Snapshot):
        found = replace(found, snapshot=snapshot_note(snapshot, origin, private))
    return receipt_file(found)
