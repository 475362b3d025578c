"""Status after a succession: who signs the list, who changes a status, who replaces a licence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certs.statuslist import token_digest
from certs.trust.payload import StatusListRef
from ledger.agencies.lists import list_id
from ledger.ports import DutyRow
from ledger.reuse.documents import LegalEffect
from ledger.status.lifecycle import MEANING
from ledger.verify.items import BareEntry, Evidence, Presentation
from ledger.verify.verifier import verify
from tests.ledger.questions import WORLD, Question, fingerprint, head, sealed
from tests.ledger.world import World, small_world
from tests.ledger.world_names import ANCHORED_AT, AS_OF, FOOD, LIST_URI, START, TAKEN_AT

SECOND = timedelta(seconds=1)
SIGNED_AT = TAKEN_AT - timedelta(hours=1)
"""When the world's lists are signed."""


def merged(at: Any, body: str = "wjw", kind: str = "") -> dict[str, Any]:
    """Members of a snapshot after the duty for what scjg issued passed on."""
    row = DutyRow("scjg", kind, body, at, 1)
    gone = WORLD.record("scjg", ended_at=at, ending="dissolved")
    agencies = {**WORLD.snapshot_value().agencies} | ({} if kind else {"scjg": gone})
    general = () if kind else (row,)
    return {"agencies": agencies, "duties": {("scjg", ""): general, ("scjg", FOOD): (row,)}}


def listed(
    signer: str,
    at: Any = None,
    *,
    world: World = WORLD,
    published: datetime | None = None,
    **members: Any,
) -> Question:
    """A licence with a list that ``signer`` signed at ``at``, as it says, and that was published
    when the chain says, and a snapshot with the members."""
    token = world.status_token(
        private=world.key(signer), chain=world.chain(signer), issued=at or SIGNED_AT
    )
    shown = head(digest=token_digest(token), published_at=published)
    snapshot = WORLD.snapshot(status=shown, **members)
    question = sealed()
    return replace(
        question, evidence=replace(question.evidence, status_list=token, snapshot=snapshot)
    )


def test_a_list_of_the_issuer_from_before_the_merger_still_counts() -> None:
    found = fingerprint(listed("scjg", **merged(SIGNED_AT + SECOND)).answer())
    assert found[8] == ("passed", "status.valid")


def test_from_the_merger_on_the_body_responsible_signs_the_list() -> None:
    found = fingerprint(listed("wjw", **merged(SIGNED_AT)).answer())
    assert found[8] == ("passed", "status.valid")


REFUSED: dict[str, tuple[Callable[[], Question], str]] = {
    "the issuer, whose duty had passed on": (
        lambda: listed("scjg", **merged(SIGNED_AT)), "status.list_not_responsible",
    ),
    "the issuer, which dated its list back": (
        lambda: listed("scjg", published=SIGNED_AT + SECOND, **merged(SIGNED_AT + SECOND)),
        "status.list_not_responsible",
    ),
    "the body that follows, before it did": (
        lambda: listed("wjw", **merged(SIGNED_AT + SECOND)), "status.list_not_responsible",
    ),
    "a stranger to the succession": (
        lambda: listed("sjj", **merged(SIGNED_AT)), "status.list_foreign",
    ),
    "the issuer, of whom nobody followed": (
        lambda: listed("scjg", **{
            **merged(SIGNED_AT), "duties": {("scjg", ""): (), ("scjg", FOOD): ()}
        }),
        "status.list_not_responsible",
    ),
    "who answers for one type alone": (
        lambda: listed("wjw", **merged(SIGNED_AT, kind=FOOD)), "status.list_foreign",
    ),
    "a stolen key, after the theft": (
        lambda: listed("scjg", agency_keys={
            **WORLD.snapshot_value().agency_keys,
            "scjg": tuple(
                replace(row, compromised_at=SIGNED_AT)
                for row in WORLD.snapshot_value().agency_keys["scjg"]
            ),
        }),
        "entitlement.key_compromised",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_lists_by_others_are_refused(name: str) -> None:
    make, code = REFUSED[name]
    assert fingerprint(make().answer())[8] == ("failed", code)


def test_a_type_that_passed_on_alone_stays_in_the_issuers_list() -> None:
    found = fingerprint(listed("scjg", **merged(SIGNED_AT, kind=FOOD)).answer())
    assert found[7] == ("passed", "entitlement.holds_succeeded")
    assert found[8] == ("passed", "status.valid")


def test_without_duties_in_the_snapshot_nobody_knows_who_answers() -> None:
    question = listed("scjg", duties={("scjg", FOOD): ()})
    assert fingerprint(question.answer())[8] == ("indeterminate", "entitlement.not_covered")


def test_the_list_of_an_agency_that_the_trust_list_does_not_know_yet() -> None:
    derived = "0x" + list_id(LIST_URI).hex()
    (known,) = WORLD.snapshot_value().status.values()
    younger = replace(WORLD.trust, agencies=(), status_lists=())
    for status, found in (
        ({derived: known}, ("passed", "status.valid")),
        ({}, ("indeterminate", "status.head_absent")),
    ):
        question = replace(sealed(snapshot=WORLD.snapshot(status=status)), trust=younger)
        assert fingerprint(question.answer())[8] == found
    pinned = replace(younger, status_lists=(StatusListRef(LIST_URI, derived, "wjw"),))
    question = replace(sealed(snapshot=WORLD.snapshot(status={derived: known})), trust=pinned)
    assert fingerprint(question.answer())[8] == ("failed", "status.list_foreign")


# changes of status


def changed(world: World, by: str, of: str, kind: str = "licence.suspended") -> int:
    body: dict[str, Any] = {
        "licence": of,
        "reason": "x",
        "authority": "x",
        "legal_effect": LegalEffect.WITHHELD.value,
        "lifecycle": dict(MEANING[LegalEffect.WITHHELD].lifecycle),
        "effective_on": "2026-03-02",
        "status": {"uri": LIST_URI, "index": 101, "value": 2},
    }
    return world.say(kind, by, body)


def judged(by: str, issue: int | None = 0, **members: Any) -> tuple[str, str]:
    """Check 7 over a suspension of the first licence; ``issue``: the entry given as its issue."""
    world, first, _ = small_world()
    index = changed(world, by, first.id)
    evidence = world.evidence(
        index,
        issue=None if issue is None else world.opening(issue),
        snapshot=world.snapshot(**members),
    )
    verdict = verify(BareEntry(), evidence, world.trust, AS_OF)
    assert fingerprint(verdict)[3][0] == "passed"
    return fingerprint(verdict)[7]


def test_a_change_by_who_answered_then() -> None:
    assert judged("scjg") == ("passed", "status.changed_by_responsible")
    assert judged("scjg", **merged(ANCHORED_AT + SECOND)) == (
        "passed", "status.changed_by_responsible",
    )  # fmt: skip
    assert judged("wjw", **merged(ANCHORED_AT)) == ("passed", "status.changed_by_responsible")
    assert judged("wjw", **merged(ANCHORED_AT, kind=FOOD)) == (
        "passed", "status.changed_by_responsible",
    )  # fmt: skip


def test_a_change_by_somebody_else_fails() -> None:
    for by, members in (
        ("wjw", {}),
        ("scjg", merged(ANCHORED_AT, kind=FOOD)),
        ("wjw", merged(ANCHORED_AT + SECOND)),
        ("sjj", merged(ANCHORED_AT)),
    ):
        assert judged(by, **members) == ("failed", "status.not_responsible")
    assert judged("scjg", **merged(ANCHORED_AT)) == ("failed", "entitlement.ended")


def test_a_change_is_held_against_its_own_licence() -> None:
    for issue in (1, 2):  # a material, another licence
        assert judged("scjg", issue) == ("failed", "status.issue_other")
    assert judged("scjg", None) == ("passed", "key.registered")


def test_the_issue_must_stand_in_the_log() -> None:
    world, first, _ = small_world()
    index = changed(world, "scjg", first.id)
    absent = replace(world.opening(0), proof=())
    verdict = verify(BareEntry(), world.evidence(index, issue=absent), world.trust, AS_OF)
    assert fingerprint(verdict)[3] == ("failed", "merkle.proof_length")


# replaced by a later licence


def replaced_by(agency: str, **members: Any) -> tuple[str, str]:
    world, first, _ = small_world()
    later = world.issue(9, by=agency, supersedes=first.id, version=2).index
    evidence: Evidence = world.evidence(
        0, successor=world.opening(later), snapshot=world.snapshot(**members)
    )
    return fingerprint(verify(Presentation(first.credential), evidence, world.trust, AS_OF))[8]


def test_a_licence_is_replaced_by_who_follows_its_issuer() -> None:
    assert replaced_by("scjg") == ("failed", "status.superseded")
    assert replaced_by("wjw", **merged(START)) == ("failed", "status.superseded")
    assert replaced_by("wjw") == ("failed", "status.successor_other")
    assert replaced_by("sjj", **merged(START)) == ("failed", "status.successor_other")
