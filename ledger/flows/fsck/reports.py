"""Gap reports, sealed beside the log: each is there, opens, and is the one that its entry names."""

from __future__ import annotations

import hashlib

from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.library.reconcile import report_bytes
from ledger.platform import Platform


def check(platform: Platform, reading: Reading) -> None:
    named = {str(row["id"]): row["report_sha256"] for row in reading.rows("reconciliations")}
    kept = {str(row["reconciliation"]) for row in reading.rows("gap_reports")}
    for identity in sorted(named.keys() | kept):
        try:
            plain = report_bytes(platform, identity)
            if hashlib.sha256(plain).digest() != named.get(identity):
                raise Tampered("the report is not the one that was logged")
        except LedgerError as error:
            reading.found(
                "fsck.report",
                f"gap_reports {identity}",
                f"对账报告 {identity}：{error}",
                f"Gap report {identity}: {error}",
            )
