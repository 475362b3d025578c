"""Idempotency: a caller's key is written in the same commit as what it asked for.

Scope: caller, route, key. The same key with the same bytes gets the same answer; with other bytes
it is refused. After a crash before the commit nothing has happened, after it the answer stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from certs.canonical import MAX_BYTES, Json, canonical, parse
from ledger.errors import Conflict, NotFound
from ledger.flows.door.edge_rows import with_seal
from ledger.log.statement import Statement, format_time
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
        body = cast(bytes, rows[0]["body"])
        return cast(dict[str, Json], parse(body, max_bytes=max(MAX_BYTES, len(body))))

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


def remembered(
    platform: Platform, once: Once | None, statement: Statement, answer: Mapping[str, Json]
) -> tuple[Row, ...]:
    """The row that a flow's own commit writes for a request with a key: its answer and the
    statement that answers it. Nothing without a key."""
    if once is None:
        return ()
    return (once.row(platform, {**answer, "statement": statement.id}),)


def entry_of(platform: Platform, answer: Mapping[str, Json]) -> int:
    """Index of the entry that a remembered answer came with. Raises NotFound."""
    found = platform.store.find(f"statement:{answer.get('statement')}", limit=1)
    if not found:
        raise NotFound("There is no such entry.")
    return found[0]
