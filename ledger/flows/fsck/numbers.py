"""Keyed digests by which licences are found, computed anew from the statements."""

from __future__ import annotations

from typing import Any, cast

from ledger.flows.fsck.reading import Reading
from ledger.flows.numbers import digests_of, source_digest
from ledger.platform import Platform

KINDS = ("licence.issued", "licence.collected")


def check(platform: Platform, reading: Reading) -> None:
    """Rows of erased entries cannot be explained any more, and are none where all went well."""
    numbers: set[tuple[bytes, str]] = set()
    newest: dict[bytes, str] = {}
    for _, (_, statement) in sorted(reading.statements.items()):
        if statement.kind not in KINDS:
            continue
        body = cast(dict[str, Any], statement.body)
        name = f"licence:{body['licence']}"
        numbers |= {(one, name) for one in digests_of(platform, statement.actor, body)}
        if statement.kind == "licence.collected":
            newest[source_digest(platform, statement.actor, body)] = name
    _compare(reading, "licence_numbers", numbers)
    _compare(reading, "collected_sources", set(newest.items()))


def _compare(reading: Reading, table: str, wanted: set[tuple[bytes, str]]) -> None:
    stored = {(cast(bytes, row["digest"]), str(row["object"])) for row in reading.rows(table)}
    unexplained = set() if reading.erased else stored - wanted
    for digest, name in sorted((wanted - stored) | unexplained):
        reading.found(
            "fsck.row",
            f"{table} {name} {digest.hex()[:16]}",
            f"索引表 {table} 的一行与日志不符：{name}",
            f"A row of {table} is not what the log says: {name}",
        )
