"""The order rule: what a trace may show, and what it cannot hide once a thread key is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.bundle.bundle import BundleVerdict, verify_bundle
from tests.ledger.world import World, small_world
from tests.ledger.world_case import (
    Case,
    exported,
    grant,
    held_items,
    release,
    request,
    small_case,
    trace,
    withdraw,
)
from tests.ledger.world_names import AS_OF, ident, seed

KEY = seed("thread/case")
CONSENT = ident("con", "case")


def shown(world: World, *indexes: int, known: bool = False) -> BundleVerdict:
    """Verdict over a trace of these entries; ``known``: with thread key and all leaves."""
    contents = trace(world, 3, *indexes)
    if known:
        contents = replace(contents, leaves=tuple(world.leaves), threads={CONSENT: KEY})
    return verify_bundle(exported(world, contents), world.trust, AS_OF)


def order(verdict: BundleVerdict) -> tuple[str, str]:
    check = verdict.checks[8]
    return check.outcome.value, check.code


def fresh() -> World:
    return small_world()[0]


def test_one_use_then_another_then_a_withdrawal() -> None:
    world = fresh()
    case = small_case(world)
    second = release(world, "case", 2)
    gone = withdraw(world, "case")
    entries = (case.request, case.consent, case.release, second, gone)
    assert order(shown(world, *entries)) == ("passed", "order.shown")
    verdict = shown(world, *entries, known=True)
    assert order(verdict) == ("passed", "order.proven")
    assert verdict.exit_code == 0


def test_other_cases_do_not_disturb() -> None:
    world = fresh()
    case = small_case(world)
    small_case(world, "other")
    verdict = shown(world, case.request, case.consent, case.release, known=True)
    assert order(verdict) == ("passed", "order.proven")


def test_without_a_release_there_is_no_order() -> None:
    assert order(shown(fresh(), 1)) == ("not_made", "order.nothing")


def release_first(world: World) -> tuple[int, ...]:
    asked = request(world, "case")
    given = release(world, "case")
    return asked, given, grant(world, "case", asked)


def after_withdrawal(world: World) -> tuple[int, ...]:
    asked = request(world, "case")
    granted = grant(world, "case", asked)
    gone = withdraw(world, "case")
    return asked, granted, gone, release(world, "case")


def twice(world: World) -> tuple[int, ...]:
    case = small_case(world)
    return case.request, case.consent, case.release, release(world, "case", 1)


def too_often(world: World) -> tuple[int, ...]:
    case = small_case(world)
    more = [release(world, "case", n) for n in (2, 3)]
    return case.request, case.consent, case.release, *more


def released_as(**changes: Any) -> Callable[[World], tuple[int, ...]]:
    def make(world: World) -> tuple[int, ...]:
        asked = request(world, "case")
        granted = grant(world, "case", asked)
        return asked, granted, release(world, "case", **changes)

    return make


def granted_as(**changes: Any) -> Callable[[World], tuple[int, ...]]:
    def make(world: World) -> tuple[int, ...]:
        asked = request(world, "case")
        granted = grant(world, "case", asked, **changes)
        return asked, granted, release(world, "case")

    return make


def asked_as(**changes: Any) -> Callable[[World], tuple[int, ...]]:
    def make(world: World) -> tuple[int, ...]:
        asked = request(world, "case", **changes)
        granted = grant(world, "case", asked)
        return asked, granted, release(world, "case")

    return make


def wider(world: World) -> list[dict[str, Any]]:
    return [{**held_items(world)[0], "fields": ["area", "holder_name"]}]


WIDER = wider(World())

WRONG: dict[str, tuple[Callable[[World], tuple[int, ...]], str]] = {
    "released before the consent": (release_first, "order.sequence"),
    "released after the withdrawal": (after_withdrawal, "consent.withdrawn"),
    "one use twice": (twice, "order.use_twice"),
    "more uses than allowed": (too_often, "consent.used_up"),
    "to another agency": (released_as(agency="scjg"), "consent.other_agency"),
    "for another case": (released_as(case=ident("case", "other")), "consent.other_case"),
    "for another purpose": (released_as(purpose="curiosity"), "consent.other_purpose"),
    "more fields": (released_as(items=WIDER), "consent.not_covered"),
    "a consent wider than its request": (granted_as(items=WIDER), "consent.other_items"),
    "a consent for more uses": (granted_as(uses=9), "consent.uses"),
    "a consent for longer": (granted_as(until="2026-04-09T00:00:00Z"), "consent.other_until"),
    "a consent to another request": (
        granted_as(request_sha256="A" * 43), "consent.other_request",
    ),
    "a consent that had run out": (asked_as(until="2026-03-02T01:06:30Z"), "consent.expired"),
    "another subject's consent": (
        asked_as(subject=ident("sub", "wang")), "order.actor",
    ),
    "a request in another agency's name": (asked_as(agency="scjg"), "consent.other_agency"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_out_of_order(name: str) -> None:
    make, code = WRONG[name]
    world = fresh()
    verdict = shown(world, *make(world))
    assert order(verdict) == ("failed", code)
    assert verdict.exit_code == 1


def hidden_withdrawal(world: World) -> tuple[int, ...]:
    asked, granted, _, given = after_withdrawal(world)
    return asked, granted, given


def other_tag(world: World) -> tuple[int, ...]:
    return released_as(tag=seed("no thread")[:16])(world)


HIDDEN: dict[str, tuple[Callable[[World], tuple[int, ...]], str]] = {
    "a withdrawal that is not shown": (hidden_withdrawal, "order.withdrawn"),
    "a release outside its thread": (other_tag, "order.tag"),
    "one use twice, the second not shown": (lambda world: twice(world)[:3], "order.use_twice"),
    "a use beyond the allowed that is not shown": (
        lambda world: too_often(world)[:3], "order.uses",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_only_the_thread_key_shows(name: str) -> None:
    make, code = HIDDEN[name]
    world = fresh()
    entries = make(world)
    assert order(shown(world, *entries)) == ("passed", "order.shown")
    assert order(shown(world, *entries, known=True)) == ("failed", code)


def test_a_use_that_is_not_shown_leaves_the_question_open() -> None:
    world = fresh()
    case = small_case(world)
    release(world, "case", 2)
    verdict = shown(world, case.request, case.consent, case.release, known=True)
    assert order(verdict) == ("indeterminate", "order.undisclosed_use")
    assert verdict.exit_code == 2


def test_what_is_missing_leaves_the_question_open() -> None:
    world = fresh()
    case: Case = small_case(world)
    verdict = shown(world, case.release)
    assert order(verdict) == ("indeterminate", "order.consent_absent")
    verdict = shown(world, case.consent, case.release)
    assert order(verdict) == ("indeterminate", "order.request_absent")


def test_a_thread_key_of_another_consent() -> None:
    world = fresh()
    case = small_case(world)
    contents = replace(
        trace(world, 3, case.request, case.consent, case.release),
        threads={CONSENT: seed("thread/other")},
    )
    verdict = verify_bundle(exported(world, contents), world.trust, AS_OF)
    assert order(verdict) == ("failed", "order.thread")
