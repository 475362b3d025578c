"""Changes of status, replayed: only legal moves, each saying what it means, none after an end."""

from __future__ import annotations

from typing import Any, cast

from ledger.flows.fsck.reading import Reading
from ledger.log.bodies import check_body
from ledger.log.body_forms import BodyInvalid
from ledger.platform import Platform
from ledger.reuse.documents import State
from ledger.status.lifecycle import STATE_AFTER, may_become

ISSUED = ("licence.issued", "licence.collected")
REISSUED = "licence.reissued"


def check(platform: Platform, reading: Reading) -> None:
    """Of what was erased nothing is told: its states are not known any more."""
    states: dict[str, State] = {}
    followed: dict[str, str] = {}
    for index, (_, statement) in sorted(reading.statements.items()):
        body = cast(dict[str, Any], statement.body)
        kind, licence = statement.kind, str(body.get("licence"))
        if f"licence:{licence}" in reading.erased_objects:
            continue
        if kind in ISSUED:
            states[licence] = State.ACTIVE
            if body["supersedes"] is not None:
                followed[str(body["supersedes"])] = licence
        elif kind in STATE_AFTER or kind == REISSUED:
            try:
                check_body(kind, statement.body)
            except BodyInvalid as error:
                _found(reading, index, str(error))
            was, wanted = states.get(licence, "unknown"), STATE_AFTER.get(kind, State.REVOKED)
            if kind == REISSUED and was != wanted:
                _found(reading, index, f"{licence} was {was}: no decision gives it a new version")
            if kind != REISSUED and not may_become(was, wanted):
                _found(reading, index, f"{licence} was {was} and cannot become {wanted.value}")
            successor = body.get("successor")
            gone = f"licence:{successor}" in reading.erased_objects
            if successor is not None and followed.pop(licence, None) != successor and not gone:
                _found(reading, index, f"{licence} names another successor than its new version")
            states[licence] = wanted
    for licence in sorted(followed):
        if f"licence:{licence}" not in reading.erased_objects:
            where = f"licences {licence}"
            why = f"a new version follows {licence}, which neither gave way nor was reissued"
            reading.found("fsck.move", where, f"状态变更 {where}：{why}", f"Status {where}: {why}")


def _found(reading: Reading, index: int, why: str) -> None:
    where = f"entry {index}"
    reading.found("fsck.move", where, f"第 {index} 条：{why}", f"Entry {index}: {why}")
