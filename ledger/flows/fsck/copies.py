"""Annotated copies: the mark that the log holds is the one that the key store makes."""

from __future__ import annotations

import hashlib

from ledger.flows.fsck.reading import Reading
from ledger.flows.reading.copies import mark_of
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    for row in reading.rows("copies"):
        copy = str(row["id"])
        named = (str(row[name]) for name in ("release_id", "object", "agency"))
        mark = mark_of(platform, copy, *named)
        if hashlib.sha256(mark).digest() != row["watermark"]:
            reading.found(
                "fsck.copy",
                f"copies {copy}",
                f"加注件 {copy} 的防伪标记与密钥库不符",
                f"The mark of copy {copy} is not the key store's",
            )
