"""Keyed digests by which licences are found, computed anew from the statements."""

from __future__ import annotations

from typing import Any, cast

from ledger.flows.door.numbers import digests_of, source_digest
from ledger.flows.fsck.reading import Reading
from ledger.platform import Platform

KINDS = ("licence.issued", "licence.collected")
FOLLOWED = ("licence.superseded", "licence.reissued")


def check(platform: Platform, reading: Reading) -> None:
    """Rows of what was erased cannot be explained any more, and are none where all went well; a
    version that was replaced leads nowhere, also where the newer one was erased."""
    numbers: set[tuple[bytes, str]] = set()
    newest: dict[bytes, str] = {}
    replaced: set[str] = set()
    for _, (_, statement) in sorted(reading.statements.items()):
        body = cast(dict[str, Any], statement.body)
        if statement.kind in FOLLOWED:
            replaced.add(f"licence:{body['licence']}")
        if statement.kind not in KINDS:
            continue
        name = f"licence:{body['licence']}"
        numbers |= {(one, name) for one in digests_of(platform, statement.actor, body)}
        if statement.kind == "licence.collected":
            newest[source_digest(platform, statement.actor, body)] = name
    _compare(reading, "licence_numbers", numbers)
    leading = {(digest, name) for digest, name in newest.items() if name not in replaced}
    _compare(reading, "collected_sources", leading)


def _compare(reading: Reading, table: str, wanted: set[tuple[bytes, str]]) -> None:
    stored = {(cast(bytes, row["digest"]), str(row["object"])) for row in reading.rows(table)}
    unexplained = {one for one in stored - wanted if one[1] not in reading.erased_objects}
    for digest, name in sorted((wanted - stored) | unexplained):
        reading.found(
            "fsck.row",
            f"{table} {name} {digest.hex()[:16]}",
            f"索引表 {table} 的一行与日志不符：{name}",
            f"A row of {table} is not what the log says: {name}",
        )
