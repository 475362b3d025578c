"""Which entry a file or a credential that somebody shows belongs to."""

from __future__ import annotations

import hashlib
from typing import cast

from certs import base64url
from certs.errors import CertsError
from certs.sdjwt.credential import parse_credential
from ledger.flows.after.destruction import erased_digest
from ledger.platform import Platform


def entry_of_file(platform: Platform, sha256: bytes) -> int | None:
    """Index of the entry that names a file with this digest, the newest where there are several;
    also of one that was erased."""
    indexes = [
        cast(int, held[0]["entry_index"])
        for digest in (sha256, erased_digest(platform, sha256))
        for row in platform.store.rows("files", {"sha256": digest})
        for table, column in (("licences", "layout_file"), ("materials", "file"))
        if (held := platform.store.rows(table, {column: row["id"]}))
    ]
    indexes += [
        cast(int, row["entry_index"])
        for table in ("copies", "fact_answers")
        for row in platform.store.rows(table, {"sha256": sha256})
    ]
    return max(indexes, default=None)


def entry_of_credential(platform: Platform, data: bytes) -> int | None:
    """Index of the entry that names this credential, however much of it is disclosed."""
    try:
        credential = parse_credential(data.decode("ascii", "replace"))
    except CertsError:
        return None
    name = base64url.encode(hashlib.sha256(credential.jwt.encode()).digest())
    found = platform.store.find(f"credential:{name}", limit=1)
    return found[0] if found else None
