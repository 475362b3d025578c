"""Synthetic entries for the tests of stores."""

from __future__ import annotations

import hashlib

from ledger.ports import Expect, NewEntry, Row


def entry(
    name: str,
    *,
    keys: tuple[str, ...] = (),
    rows: tuple[Row, ...] = (),
    expects: tuple[Expect, ...] = (),
) -> NewEntry:
    """An entry whose bytes follow from ``name``; equal names are twins."""
    digest = hashlib.sha256(name.encode()).digest()
    return NewEntry(
        leaf=b"leaf of " + name.encode(),
        payload_sha256=digest,
        kind="case.opened",
        tag=digest[:16],
        record=b"sealed record of " + name.encode(),
        record_key=digest[16:] + b"wrapped",
        keys=keys,
        rows=rows,
        expects=expects,
    )


def consent(name: str, uses: int = 0, **values: str | int | None) -> dict[str, str | int | bytes]:
    """A whole row of ``consents``."""
    whole: dict[str, str | int | bytes | None] = {
        "id": name,
        "request": "req_1",
        "case_id": "case_1",
        "agency": "scjg",
        "subject": "sub_1",
        "state": "granted",
        "max_uses": 3,
        "uses": uses,
        "until": "2031-01-01T00:00:00Z",
        "thread": name.encode().ljust(32, b"t"),
        "entry_index": 0,
        **values,
    }
    return {column: value for column, value in whole.items() if value is not None}


def account(name: str, role: str = "officer") -> Row:
    """A row of ``accounts``, which belongs to no entry."""
    return Row("accounts", {"id": name, "role": role, "secret": b"s", "salt": b"n", "seal": b"l"})
