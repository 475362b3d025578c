"""Reasons of proposals: each text is the one of its digest, which the chain has."""

from __future__ import annotations

import hashlib
from typing import cast

from ledger.flows.consortium.proposals import REASONS
from ledger.flows.fsck.reading import Reading
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    for row in reading.rows(REASONS):
        digest = cast(bytes, row["digest"])
        if hashlib.sha256(str(row["reason"]).encode()).digest() != digest:
            named = digest.hex()[:16]
            reading.found(
                "fsck.row",
                f"{REASONS} {named}",
                f"提案理由 {named} 与其摘要不符",
                f"The reason {named} of a proposal is not that of its digest",
            )
