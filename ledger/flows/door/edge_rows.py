"""Rows that no entry explains (accounts, remembered answers) carry a seal of their own, so that a
change to them is found too: HMAC-SHA-256 under the platform's record key.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from certs import base64url
from certs.canonical import canonical
from ledger.platform import Platform
from ledger.ports import Row, Scalar


def with_seal(platform: Platform, row: Row) -> Row:
    """The row with its ``seal`` column."""
    seal = _seal(platform, row.table, row.values)
    return Row(row.table, {**row.values, "seal": seal}, row.mode)


def check_row(platform: Platform, table: str, row: Mapping[str, Scalar]) -> bool:
    """Whether a stored row is the one that was sealed."""
    values = {name: value for name, value in row.items() if name != "seal"}
    seal = row.get("seal")
    return isinstance(seal, bytes) and hmac.compare_digest(seal, _seal(platform, table, values))


def _seal(platform: Platform, table: str, values: Mapping[str, object]) -> bytes:
    shown = {
        name: base64url.encode(value) if isinstance(value, bytes) else value
        for name, value in values.items()
    }
    message = b"mianti/row/v1\x00" + table.encode() + b"\x00" + canonical(shown)
    return hmac.digest(platform.record_key, message, "sha256")
