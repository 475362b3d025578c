"""What a log may say of a licence's life, and every illegal turn of it by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from ledger.flows.fsck import moves
from ledger.flows.fsck.reading import Reading
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.reuse.documents import LegalEffect
from ledger.status.lifecycle import MEANING
from tests.ledger.bodies import BODIES, an_id

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
OLD, NEW = an_id("lic"), an_id("lic", 1)
Said = tuple[str, dict[str, Any]]


def issued(licence: str = OLD, supersedes: str | None = None) -> Said:
    return "licence.issued", {"licence": licence, "supersedes": supersedes}


def changed(effect: LegalEffect, **more: Any) -> Said:
    meaning = MEANING[effect]
    return meaning.kind, {"legal_effect": effect.value, "lifecycle": meaning.lifecycle, **more}


SUSPENDED, RESTORED, VOID = map(
    changed, (LegalEffect.SUSPENDED, LegalEffect.RESTORED, LegalEffect.VOID)
)
SUPERSEDED: Said = ("licence.superseded", {})
REISSUED: Said = ("licence.reissued", {})


def found(*said: Said, erased: tuple[str, ...] = ()) -> list[str]:
    reading = Reading(cast(Platform, None))
    reading.erased_objects |= set(erased)
    for index, (kind, change) in enumerate(said):
        body = BODIES[kind] | change
        statement = Statement(kind, an_id("st", index), "log.example", "scjg", AT, body)
        reading.statements[index] = cast(Any, (None, statement))
    moves.check(cast(Platform, None), reading)
    assert {one.code for one in reading.findings} <= {"fsck.move"}
    return [one.where for one in reading.findings]


@pytest.mark.parametrize(
    "life",
    [
        (issued(), SUSPENDED, RESTORED, SUSPENDED, VOID),
        (issued(), VOID, issued(NEW, OLD), REISSUED),
        (issued(), issued(NEW, OLD), SUPERSEDED),
        (issued(), SUSPENDED, RESTORED, issued(NEW, OLD), SUPERSEDED),
    ],
)
def test_a_lawful_life(life: tuple[Said, ...]) -> None:
    assert found(*life) == []


ILLEGAL: dict[str, tuple[tuple[Said, ...], list[str]]] = {
    "restored after its end": ((issued(), VOID, RESTORED), ["entry 2"]),
    "ended twice": ((issued(), VOID, VOID), ["entry 2"]),
    "restored without a suspension": ((issued(), RESTORED), ["entry 1"]),
    "suspended after its end": ((issued(), VOID, SUSPENDED), ["entry 2"]),
    "never issued": ((VOID,), ["entry 0"]),
    "the code of another effect": (
        (issued(), changed(LegalEffect.VOID, lifecycle={"code": "07", "text": None})),
        ["entry 1"],
    ),
    "the value of another state": (
        (issued(), changed(LegalEffect.VOID, status={"uri": "x", "index": 7, "value": 0})),
        ["entry 1"],
    ),
    "replaced while suspended": (
        (issued(), SUSPENDED, issued(NEW, OLD), SUPERSEDED),
        ["entry 3"],
    ),
    "replaced by nothing": ((issued(), SUPERSEDED), ["entry 1"]),
    "followed without giving way": ((issued(), issued(NEW, OLD)), [f"licences {OLD}"]),
    "followed after its end without a decision": (
        (issued(), VOID, issued(NEW, OLD)),
        [f"licences {OLD}"],
    ),
    "a decision for what is in force": ((issued(), issued(NEW, OLD), REISSUED), ["entry 2"]),
    "a decision without a new version": ((issued(), VOID, REISSUED), ["entry 2"]),
    "two decisions": (
        (issued(), VOID, issued(NEW, OLD), REISSUED, issued(an_id("lic", 2), OLD), REISSUED),
        ["entry 5"],
    ),
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_illegal_turn_is_found(name: str) -> None:
    life, where = ILLEGAL[name]
    assert found(*life) == where


def test_of_what_was_erased_nothing_is_told() -> None:
    assert found(VOID, VOID, erased=(f"licence:{OLD}",)) == []
    assert found(issued(), SUPERSEDED, erased=(f"licence:{NEW}",)) == []
    assert found(issued(NEW, OLD), erased=(f"licence:{OLD}",)) == []
