"""How checks become one outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.verdict import Check, Note, Outcome, conclude, decide

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def check(number: int, outcome: Outcome, code: str = "x.y") -> Check:
    return Check(number, f"step {number}", outcome, code, "中文句子。", "A sentence.")


PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
OPEN, ABSENT = Outcome.INDETERMINATE, Outcome.NOT_MADE


@pytest.mark.parametrize(
    ("outcomes", "required", "expected"),
    [
        ([PASSED, PASSED], {0, 1}, PASSED),
        ([PASSED, FAILED], {0, 1}, FAILED),
        ([PASSED, FAILED], {0}, FAILED),  # failed counts, required or not
        ([OPEN, FAILED], {0}, FAILED),  # in any order
        ([PASSED, OPEN], {0, 1}, OPEN),
        ([PASSED, OPEN], {0}, PASSED),
        ([PASSED, ABSENT], {0, 1}, OPEN),
        ([PASSED, ABSENT], {0}, PASSED),
        ([PASSED], {0, 1}, OPEN),  # required and not even mentioned
        ([], {0}, OPEN),
        ([], set(), PASSED),
    ],
)
def test_rules(outcomes: list[Outcome], required: set[int], expected: Outcome) -> None:
    checks = [check(number, outcome) for number, outcome in enumerate(outcomes)]
    assert decide(checks, required) is expected


@given(
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(Outcome)), max_size=20),
    st.sets(st.integers(0, 8)),
)
def test_passed_means_every_required_check_passed_and_none_failed(
    made: list[tuple[int, Outcome]], required: set[int]
) -> None:
    outcome = decide([check(*one) for one in made], required)
    assert outcome is not Outcome.NOT_MADE
    failed = any(o is FAILED for _, o in made)
    shown = all(
        any(n == number for n, _ in made) and all(o is PASSED for n, o in made if n == number)
        for number in required
    )
    assert (outcome is FAILED) == failed
    assert (outcome is PASSED) == (shown and not failed)


def test_exit_codes() -> None:
    assert [o.exit_code for o in (PASSED, FAILED, OPEN, ABSENT)] == [0, 1, 2, 2]


def test_conclude_sorts_by_number_and_names_the_first_cause() -> None:
    checks = [check(6, FAILED, "path.expired"), check(1, PASSED), check(3, FAILED, "merkle.index")]
    verdict = conclude(checks, {1, 3, 6}, AT, "embedded", [Note("n", "一个运营方。", "One.")])
    assert [one.number for one in verdict.checks] == [1, 3, 6]
    assert (verdict.outcome, verdict.code, verdict.exit_code) == (FAILED, "merkle.index", 1)


def test_code_of_other_outcomes() -> None:
    assert conclude([check(0, PASSED)], {0}, AT, "p").code == "passed"
    assert conclude([check(0, OPEN, "status.stale")], {0}, AT, "p").code == "status.stale"
    assert conclude([check(0, ABSENT, "offline")], {0}, AT, "p").code == "offline"
    assert conclude([], {0}, AT, "p").code == "indeterminate"


def test_json_form() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    fact = Check(2, "seal", PASSED, "ok", "好。", "Good.", {"since": "2026"})
    shown = conclude([fact], {2}, local, "city", [Note("n", "注。", "Note.")]).as_json()
    assert shown == {
        "outcome": "passed",
        "code": "passed",
        "profile": "city",
        "as_of": "2026-03-01T08:30:00Z",
        "checks": [
            {
                "number": 2,
                "name": "seal",
                "outcome": "passed",
                "code": "ok",
                "zh": "好。",
                "en": "Good.",
                "facts": {"since": "2026"},
            }
        ],
        "notes": [{"code": "n", "zh": "注。", "en": "Note."}],
    }
