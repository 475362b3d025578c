"""Idempotency: a caller's key is written in the same commit as what it asked for.

Scope: caller, route, key. The same key with the same bytes gets the same answer; with other bytes
it is refused. After a crash before the commit nothing has happened, after it the answer stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from certs.canonical import Json, canonical, parse
from ledger.errors import Conflict
from ledger.flows.edge_rows import with_seal
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports import Row, Scalar


class KeyReused(Conflict):
    """The idempotency key stands for another request."""

    code = "idempotency.reused"


@dataclass(frozen=True, slots=True)
class Once:
    """One request of one caller; ``request`` are the bytes that were asked."""

    caller: str
    route: str
    key: str
    request: bytes

    def earlier(self, platform: Platform) -> dict[str, Json] | None:
        """The answer given before, or None. Raises KeyReused for other bytes."""
        where = {"caller": self.caller, "route": self.route, "key": self.key}
        rows = platform.store.rows("idempotency", where)
        if not rows:
            return None
        if rows[0]["request_sha256"] != self._digest():
            raise KeyReused("This idempotency key was used for another request.")
        return cast(dict[str, Json], parse(cast(bytes, rows[0]["body"])))

    def row(self, platform: Platform, answer: Mapping[str, Json]) -> Row:
        """What the answering commit writes beside its entry."""
        values: dict[str, Scalar] = {
            "caller": self.caller,
            "route": self.route,
            "key": self.key,
            "request_sha256": self._digest(),
            "status": 0,
            "body": canonical(dict(answer)),
            "created_at": format_time(platform.now()),
        }
        return with_seal(platform, Row("idempotency", values))

    def _digest(self) -> bytes:
        return hashlib.sha256(self.request).digest()
