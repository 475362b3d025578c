"""Check 7 on the registry's whole history: who might do what at the evidence time, and who answers
for it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certs.verdict import Check, Outcome
from ledger.ports import AgencyName, AgencyRecord, DutyRow, Span
from ledger.verify.items import EarlierAnchor
from tests.ledger.questions import (
    WORLD,
    Question,
    fingerprint,
    material,
    registered,
    sealed,
    withdrawal,
)
from tests.ledger.world_case import consistency
from tests.ledger.world_names import ANCHORED_AT, AS_OF, FOOD, REGION, START, seed

SECOND = timedelta(seconds=1)
MERGED_AT = AS_OF - SECOND
BODY = replace(
    WORLD.record("wjw"), names=(AgencyName("旧名", START), AgencyName("新局", MERGED_AT))
)


def stolen(at: datetime, agency: str = "scjg") -> bytes:
    rows = WORLD.snapshot_value().agency_keys
    (row,) = rows[agency]
    return WORLD.snapshot(agency_keys={**rows, agency: (replace(row, compromised_at=at),)})


def was(agency: str = "scjg", **changes: Any) -> bytes:
    return registered(agency, WORLD.record(agency, **changes))


def suspended(since: datetime, until: datetime | None) -> bytes:
    return was(suspensions=(Span(since, until, START),))


def ended(at: datetime, ending: str = "dissolved") -> Mapping[str, Any]:
    return {"ended_at": at, "ending": ending}


def passed_on(*rows: DutyRow, kinds: tuple[str, ...] = ("", FOOD), **changes: Any) -> bytes:
    """The duty for what scjg issued, as these rows say; scjg itself is dissolved."""
    agencies: dict[str, AgencyRecord | None] = {
        **WORLD.snapshot_value().agencies,
        "scjg": WORLD.record("scjg", **ended(MERGED_AT)),
        "wjw": BODY,
        **changes,
    }
    return WORLD.snapshot(agencies=agencies, duties={("scjg", kind): rows for kind in kinds})


MERGED = DutyRow("scjg", "", "wjw", MERGED_AT, 1)

FAILED: dict[str, tuple[Callable[[], Question], str]] = {
    "a stolen key, from the second of the theft": (
        lambda: sealed(snapshot=stolen(ANCHORED_AT)), "entitlement.key_compromised",
    ),
    "a stolen key of a material's agency": (
        lambda: material(snapshot=stolen(START, "wjw")), "entitlement.key_compromised",
    ),
    "suspended then, until reinstated": (
        lambda: sealed(snapshot=suspended(ANCHORED_AT, None)), "entitlement.suspended",
    ),
    "suspended then, for a while": (
        lambda: sealed(snapshot=suspended(START, ANCHORED_AT + SECOND)), "entitlement.suspended",
    ),
    "dissolved by then": (
        lambda: sealed(snapshot=was(**ended(ANCHORED_AT))), "entitlement.ended",
    ),
    "expelled by then": (
        lambda: material(snapshot=was("wjw", **ended(START, "expelled"))), "entitlement.ended",
    ),
    "not admitted yet": (
        lambda: sealed(snapshot=was(admitted_at=ANCHORED_AT + SECOND)),
        "entitlement.not_admitted",
    ),
    "named by the trust list, never admitted": (
        lambda: sealed(snapshot=registered("scjg", None)), "entitlement.not_admitted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILED)
def test_what_was_not_allowed_then_fails(name: str) -> None:
    make, code = FAILED[name]
    verdict = make().answer()
    assert fingerprint(verdict)[7] == ("failed", code)
    assert verdict.outcome is Outcome.FAILED


PASSED: dict[str, Callable[[], bytes]] = {
    "the key was stolen a second later": lambda: stolen(ANCHORED_AT + SECOND),
    "a suspension that had ended": lambda: suspended(START, ANCHORED_AT),
    "a suspension that came later": lambda: suspended(ANCHORED_AT + SECOND, None),
    "admitted in the same second": lambda: was(admitted_at=ANCHORED_AT),
    "expelled afterwards, another answers": lambda: passed_on(
        MERGED, scjg=WORLD.record("scjg", **ended(MERGED_AT, "expelled"))
    ),
}


@pytest.mark.parametrize("name", PASSED)
def test_what_came_before_or_after_does_not_matter(name: str) -> None:
    assert sealed(snapshot=PASSED[name]()).answer().outcome is Outcome.PASSED


def entitlement(snapshot: bytes, question: Callable[..., Question] = sealed) -> Check:
    return question(snapshot=snapshot).answer().checks[7]


def test_a_theft_says_since_when() -> None:
    facts = entitlement(stolen(START)).facts
    assert (facts["since"], facts["agency"]) == ("2026-03-01T00:00:00Z", "scjg")


def test_a_scope_that_ran_out_says_until_when_it_ran() -> None:
    (row,) = WORLD.snapshot_value().scopes["scjg", FOOD]
    later = replace(row, valid_from=ANCHORED_AT + SECOND)
    past = replace(row, valid_to=ANCHORED_AT)
    elsewhere = replace(row, region=REGION + 1, valid_to=ANCHORED_AT - SECOND)
    check = entitlement(WORLD.snapshot(scopes={("scjg", FOOD): (elsewhere, past, later)}))
    assert check.code == "entitlement.scope"
    assert check.facts["until"] == "2026-03-02T02:00:00Z"
    assert check.facts["from"] == "2026-03-02T02:00:01Z"


def test_after_a_merger_a_licence_passes_and_says_who_answers_now() -> None:
    check = entitlement(passed_on(MERGED))
    assert (check.outcome, check.code) == (Outcome.PASSED, "entitlement.holds_succeeded")
    assert check.facts["agency"] == "scjg"
    assert check.facts["issuer"] == "某区市场监管局"
    assert (check.facts["responsible"], check.facts["responsible_name"]) == ("wjw", "新局")
    assert check.facts["since"] == "2026-03-02T03:59:59Z"
    assert "since 2026-03-02T03:59:59Z" in check.en and "(wjw)" in check.en
    assert "新局（wjw）" in check.zh and "某区市场监管局" in check.zh
    assert sealed(snapshot=passed_on(MERGED)).answer().checks[7] == check


def test_asked_about_a_time_before_the_merger_the_issuer_answered_itself() -> None:
    question = replace(sealed(snapshot=passed_on(MERGED)), as_of=MERGED_AT - SECOND)
    assert fingerprint(question.answer())[7] == ("passed", "entitlement.holds")


def test_one_licence_type_alone_may_pass_on() -> None:
    row = replace(MERGED, licence_type=FOOD)
    agencies = {**WORLD.snapshot_value().agencies, "wjw": BODY}
    for rows, code in (((row,), "entitlement.holds_succeeded"), ((), "entitlement.holds")):
        duties = {("scjg", ""): (), ("scjg", FOOD): rows}
        assert entitlement(WORLD.snapshot(agencies=agencies, duties=duties)).code == code


def test_for_an_agency_abolished_without_a_successor_nobody_answers() -> None:
    check = entitlement(passed_on())
    assert (check.outcome, check.code) == (Outcome.PASSED, "entitlement.holds_abolished")
    assert "nobody answers for it" in check.en and "没有机构对它负责" in check.zh
    assert check.facts["since"] == "2026-03-02T03:59:59Z" and "?" not in check.en


def test_a_name_that_does_not_show_what_it_says_gives_way_to_the_id() -> None:
    hidden = replace(BODY, names=(AgencyName("\u202e局", START),))
    assert entitlement(passed_on(MERGED, wjw=hidden)).facts["responsible_name"] == "wjw"


OPEN: dict[str, Callable[[], bytes]] = {
    "no record of the agency": lambda: WORLD.snapshot(agencies={}),
    "no duties": lambda: WORLD.snapshot(duties={}),
    "no record of a body that the duties name": lambda: WORLD.snapshot(
        duties={("scjg", ""): (), ("scjg", FOOD): (replace(MERGED, body="new"),)}
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_what_the_snapshot_does_not_cover_is_indeterminate(name: str) -> None:
    check = entitlement(OPEN[name]())
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "entitlement.not_covered")


# keys of what a statement leans on


EARLIER_AT = ANCHORED_AT - timedelta(hours=1)


def leaning(since: Any = None, until: Any = None, **facts: Any) -> Question:
    """A holder's statement, whose key the identity agency bound long before with a key that ended
    or was stolen since; the binding is entry 3."""
    rows = WORLD.snapshot_value().agency_keys
    (row,) = rows["gafj"]
    gone = replace(row, valid_to=until, compromised_at=since)
    snapshot = WORLD.snapshot(agency_keys={**rows, "gafj": (gone,)})
    return withdrawal(snapshot=snapshot, **facts)


def before(size: int, at: datetime = EARLIER_AT, **changes: Any) -> EarlierAnchor:
    return EarlierAnchor(WORLD.anchor(size, block_time=at, **changes), consistency(WORLD, size))


MIDDLE = ANCHORED_AT - timedelta(minutes=30)


def test_a_key_that_bound_before_it_ended_or_was_stolen_binds_on() -> None:
    for gone in ({"until": MIDDLE}, {"since": MIDDLE}):
        assert fingerprint(leaning(**gone).answer())[7][0] == "failed"
        held = leaning(**gone, earlier=(before(4),)).answer()
        assert (held.outcome, held.code) == (Outcome.PASSED, "passed")


def test_an_anchor_that_does_not_cover_the_binding_says_nothing_of_it() -> None:
    found = fingerprint(leaning(since=MIDDLE, earlier=(before(3),)).answer())
    assert found[7] == ("failed", "entitlement.key_compromised")


def test_a_key_that_was_stolen_before_it_bound_binds_nothing() -> None:
    found = fingerprint(leaning(since=EARLIER_AT, earlier=(before(4),)).answer())
    assert found[7] == ("failed", "entitlement.key_compromised")


def test_an_earlier_anchor_must_hold_as_every_other() -> None:
    for spoilt, code in (
        (before(4, root=seed("x")), "merkle.root_mismatch"),
        (before(4, chain_id=1), "anchor.chain"),
        (replace(before(4), consistency=()), None),
    ):
        check = leaning(since=MIDDLE, earlier=(spoilt,)).answer().checks[5]
        assert check.outcome is not Outcome.PASSED and code in (None, check.code)


def test_an_agency_admitted_after_the_trust_list_was_signed_is_known() -> None:
    for question, code in ((material(), "key.registered"), (sealed(), "entitlement.holds")):
        younger = replace(question, trust=replace(WORLD.trust, agencies=()))
        assert fingerprint(younger.answer())[7] == ("passed", code)


def test_it_is_known_by_a_snapshot_of_the_pinned_chain_alone() -> None:
    younger = replace(WORLD.trust, agencies=())
    for snapshot, found in (
        (None, ("indeterminate", "entitlement.absent")),
        (WORLD.snapshot(chain_id=1), ("failed", "snapshot.chain")),
    ):
        question = replace(material(snapshot=snapshot), trust=younger)
        assert fingerprint(question.answer())[7] == found
