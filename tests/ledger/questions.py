"""Questions to the verifier over the small world: items with their evidence, whole or spoilt."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from certs.statuslist import token_digest
from certs.trust.trustlist import TrustList
from certs.verdict import Verdict
from ledger.ports import AgencyRecord, StatusHead
from ledger.verify.items import BareEntry, Evidence, GivenFile, Item, Presentation, SealedLicence
from ledger.verify.verifier import verify
from tests.ledger.world import World, small_world
from tests.ledger.world_names import AS_OF, FOOD, START, ident

WORLD, FIRST, SECOND = small_world()
SEALED = WORLD.issue(3, real_pdf=True)
CONSENTED = WORLD.say(
    "consent.withdrawn",
    ident("sub", "li"),
    {"consent": ident("con", "x"), "consent_sha256": "A" * 43},
    signer=lambda payload: WORLD.holder_signs("li", payload),
)
BINDING = 3
PLAN = b"a floor plan"
OTHER, OTHER_FIRST, _ = small_world(name="two", origin="other.example/log")


@dataclass(frozen=True)
class Question:
    """All that a verdict depends on."""

    item: Item
    evidence: Evidence
    trust: TrustList = WORLD.trust
    as_of: datetime = AS_OF

    def answer(self) -> Verdict:
        return verify(self.item, self.evidence, self.trust, self.as_of)


def about(item: Item, index: int, world: World = WORLD, **changes: Any) -> Question:
    return Question(item, world.evidence(index, **changes))


def sealed(**changes: Any) -> Question:
    return about(SealedLicence(SEALED.pdf), SEALED.index, **changes)


def presented(**changes: Any) -> Question:
    return about(Presentation(FIRST.credential), FIRST.index, **changes)


def material(**changes: Any) -> Question:
    return about(GivenFile.of(PLAN), 1, **changes)


def withdrawal(**changes: Any) -> Question:
    changes = {"holder_key": WORLD.opening(BINDING), **changes}
    return about(BareEntry(), CONSENTED, **changes)


def fingerprint(verdict: Verdict) -> dict[int, tuple[str, str]]:
    return {check.number: (check.outcome.value, check.code) for check in verdict.checks}


def head(**changes: Any) -> dict[str, StatusHead]:
    (name, known), *_ = WORLD.snapshot_value().status.items()
    return {name: replace(known, **changes)}


def scoped(**changes: Any) -> bytes:
    (row,) = WORLD.snapshot_value().scopes["scjg", FOOD]
    return WORLD.snapshot(scopes={("scjg", FOOD): (replace(row, **changes),)})


def rows_of_key(agency: str = "scjg", since: datetime = START, until: Any = None) -> bytes:
    rows = WORLD.snapshot_value().agency_keys
    row = WORLD.key_row(agency, since, until, START)
    return WORLD.snapshot(agency_keys={**rows, agency: (row,)})


def registered(agency: str, record: AgencyRecord | None) -> bytes:
    """The agency as the registry would have it."""
    return WORLD.snapshot(agencies={**WORLD.snapshot_value().agencies, agency: record})


def with_list(question: Question | None = None, **facts: Any) -> Question:
    """The list made anew, and its digest put on chain."""
    question = question or sealed()
    token = WORLD.status_token(**facts)
    snapshot = WORLD.snapshot(status=head(digest=token_digest(token)))
    return replace(
        question, evidence=replace(question.evidence, status_list=token, snapshot=snapshot)
    )


def with_state(value: int) -> Question:
    WORLD.states[103] = value
    try:
        return with_list()
    finally:
        WORLD.states.clear()


def edited(question: Question, **changes: Any) -> Question:
    opening = question.evidence.opening
    assert opening is not None
    spoilt = dataclasses.replace(opening, **changes)
    return replace(question, evidence=replace(question.evidence, opening=spoilt))


def spoilt_pdf(change: Callable[[bytes], bytes]) -> Question:
    return replace(sealed(), item=SealedLicence(change(SEALED.pdf)))


def flipped(data: bytes, position: int) -> bytes:
    spoilt = bytearray(data)
    spoilt[position] ^= 1
    return bytes(spoilt)


def impostor_note() -> bytes:
    """The right origin, size and root, signed by somebody else."""
    impostor = World(name="impostor", origin=WORLD.origin, leaves=WORLD.leaves)
    return impostor.checkpoint()
