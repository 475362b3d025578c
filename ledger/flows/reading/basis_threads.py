"""The thread keys of bases: made on the agency's side, kept for hand-over and audit."""

from __future__ import annotations

from typing import cast

from ledger.errors import NotFound
from ledger.log.records import open_small, seal_small
from ledger.platform import Platform
from ledger.ports import Row


def kept_thread(platform: Platform, basis: str, thread_key: bytes) -> Row:
    """The row that a basis's own commit writes."""
    sealed, key = seal_small(thread_key, basis, platform.record_key, platform.randomness)
    return Row("basis_threads", {"basis": basis, "sealed": sealed, "sealed_key": key})


def basis_thread_key_of(platform: Platform, basis: str) -> bytes:
    """Raises NotFound, Tampered."""
    rows = platform.store.rows("basis_threads", {"basis": basis})
    if not rows:
        raise NotFound("There is no such basis.")
    sealed, key = cast(bytes, rows[0]["sealed"]), cast(bytes, rows[0]["sealed_key"])
    return open_small(sealed, key, basis, platform.record_key)
