"""Rows of what was reconciled with an issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certs import base64url
from certs.canonical import canonical
from ledger.log.statement import Statement, format_time
from ledger.ports import INDEX, Row

Body = Mapping[str, Any]


def reconciled(statement: Statement, body: Body) -> list[Row]:
    values = {
        "id": body["reconciliation"],
        "agency": body["agency"],
        "source": body["source"],
        "day": body["day"],
        "listed": body["listed"],
        "matched": body["matched"],
        "gaps": sum(body["counts"].values()),
        "counts": canonical(body["counts"]).decode(),
        "increment_sha256": base64url.decode(body["increment_sha256"]),
        "report_sha256": base64url.decode(body["report_sha256"]),
        "made_at": format_time(statement.at),
        "entry_index": INDEX,
    }
    return [Row("reconciliations", values)]
