"""The same file again: known to whom the file belongs, and to nobody else.

Digests of the file are kept under a key that stays in the key store: one that differs by subject,
for the holder's own view, and one that differs by subject and agency, by which an agency is told of
what it took in itself. Nothing is asked across agencies, so that nothing can be told or timed.
"""

from __future__ import annotations

from ledger.flows.door.edge_rows import with_seal
from ledger.platform import Platform
from ledger.ports import Row

ERASED = "erased"


def same_file_rows(
    platform: Platform, agency: str, subject: str, sha256: bytes, object: str
) -> tuple[Row, ...]:
    """The rows that find this file of ``subject`` again, for its entry's commit."""
    digests = (_digest(platform, subject, sha256), _digest(platform, subject, sha256, agency))
    return tuple(
        with_seal(platform, Row("same_files", {"digest": one, "object": object})) for one in digests
    )


def same_file(
    platform: Platform, subject: str, sha256: bytes, agency: str | None = None
) -> tuple[str, ...]:
    """Ids of the subject's materials whose file is this very one, without what was erased.
    ``agency``: those that it took in itself, which is all that it may be told of."""
    digest = _digest(platform, subject, sha256, agency)
    found = platform.store.rows("same_files", {"digest": digest})
    names = [str(row["object"]).partition(":")[2] for row in found]
    return tuple(name for name in names if _stands(platform, name))


def _digest(platform: Platform, subject: str, sha256: bytes, agency: str | None = None) -> bytes:
    purpose = f"same-file/{subject}" if agency is None else f"same-file/{subject}/{agency}"
    return platform.keys.lookup(purpose, sha256)


def _stands(platform: Platform, material: str) -> bool:
    rows = platform.store.rows("materials", {"id": material})
    return bool(rows) and rows[0]["state"] != ERASED
