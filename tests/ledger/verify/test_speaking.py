"""Statements of those who speak for others, and of those who vouch for a person who was there:
verified alone, and in a bundle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certs.verdict import Verdict
from ledger.bundle.bundle import BundleVerdict, verify_bundle
from ledger.ports import Powers
from ledger.verify.items import BareEntry, Evidence
from ledger.verify.receipt_evidence import evidence_of, receipt_file
from ledger.verify.verifier import verify
from tests.ledger.handover_cases import agency_signs
from tests.ledger.handover_other import (
    basis_scene,
    end_basis,
    end_power,
    power_scene,
    use_basis,
    use_consent,
)
from tests.ledger.handover_scene import THREAD, Scene
from tests.ledger.world_case import exported, trace
from tests.ledger.world_names import AS_OF, ident, seed


def judged(made: Scene, evidence: Evidence) -> Verdict:
    return verify(BareEntry(), evidence, made.world.trust, AS_OF)


def check(verdict: Verdict, number: int) -> tuple[str, str]:
    (found,) = (one for one in verdict.checks if one.number == number)
    return found.outcome.value, found.code


def clerk_evidence(made: Scene, **changes: Any) -> Evidence:
    world, places = made.world, made.places
    facts: dict[str, Any] = {
        "status_list": None,
        "holder_key": world.opening(places["clerk"]),
        "powers": Powers((world.opening(places["power"]),), (world.opening(places["bind"]),)),
        **changes,
    }
    return world.evidence(places["consent"], **facts)


def test_a_clerk_s_consent_verifies_with_its_power_and_as_a_receipt() -> None:
    made = power_scene()
    evidence = clerk_evidence(made)
    verdict = judged(made, evidence)
    assert verdict.outcome.value == "passed", verdict.as_json()
    assert evidence_of(receipt_file(evidence)) == evidence


def test_a_clerk_s_consent_without_its_power_cannot_be_judged() -> None:
    made = power_scene()
    bare = judged(made, clerk_evidence(made, powers=Powers()))
    assert check(bare, 7) == ("indeterminate", "delegation.undisclosed")
    half = clerk_evidence(made)
    half = replace(half, powers=Powers(half.powers.delegations))
    assert check(judged(made, half), 2) == ("indeterminate", "holder.key_absent")


@pytest.mark.parametrize(
    ("facts", "number", "code"),
    [
        ({"delegation": {"delegate": ident("sub", "x")}}, 7, "delegation.foreign"),
        ({"delegation": {"service_items": ["equity-change"]}}, 7, "delegation.other_item"),
        ({"delegation": {"until": "2026-03-02T01:30:00Z"}}, 7, "delegation.expired"),
        ({"delegation": {"since": "2026-03-03T00:00:00Z"}}, 7, "delegation.not_yet"),
        ({"delegation": {"sort": "guardian"}}, 7, "delegation.foreign"),
        ({"order": ("bind", "clerk", "request", "consent", "power")}, 7, "delegation.later"),
        (
            {"giver": "scjg", "delegation": {"sort": "guardian"},
             "signer": lambda _: agency_signs("scjg")}, 7, "holder.not_identity_agency",
        ),
    ],
)  # fmt: skip
def test_a_power_that_does_not_hold_fails(facts: dict[str, Any], number: int, code: str) -> None:
    made = power_scene(**{"order": ("bind", "clerk", "power", "request", "consent"), **facts})
    assert check(judged(made, clerk_evidence(made)), number) == ("failed", code)


def test_a_delegation_alone_is_held_to_who_may_give_it() -> None:
    def alone(made: Scene) -> tuple[str, str]:
        world, index = made.world, made.places["power"]
        bound = world.opening(made.places["bind"])
        evidence = world.evidence(index, status_list=None, holder_key=bound)
        return check(judged(made, evidence), 7)

    assert alone(power_scene()) == ("passed", "key.registered")
    wrong = power_scene(delegation={"sort": "guardian"})
    assert alone(wrong) == ("failed", "delegation.foreign")


def test_an_attended_basis_bears_both_signatures() -> None:
    def said(number: int, **facts: Any) -> tuple[str, str]:
        made = basis_scene(attended=True, line_up=("basis",), **facts)
        return check(judged(made, made.world.evidence(0, status_list=None)), number)

    assert said(7) == ("passed", "key.registered")
    assert said(2, by=("wjw",)) == ("failed", "signature.reader_absent")
    assert said(6, by=("wjw", "scjg")) == ("failed", "signer.agency")
    assert said(6, by=("gafj", "wjw")) == ("failed", "signer.agency")
    assert said(7, by=("wjw", "scjg"), proof={"reader": "scjg"}) == (
        "failed", "holder.not_identity_agency",
    )  # fmt: skip


# the order rule


def order(verdict: BundleVerdict) -> tuple[str, str]:
    (found,) = (one for one in verdict.checks if one.name == "order")
    return found.outcome.value, found.code


def bundled(made: Scene, *left_out: str, known: str = "") -> BundleVerdict:
    """Over all entries but some; ``known``: with all leaves and this ground's thread key."""
    world = made.world
    hidden = {made.places[name] for name in left_out if name in made.places}
    shown = [n for n in range(len(world.leaves)) if n not in hidden]
    if "end" in left_out:
        shown.remove(len(world.leaves) - 1)
    contents = trace(world, *shown)
    if known:
        leaves, threads = tuple(world.leaves), {known: THREAD}
        contents = replace(contents, leaves=leaves, threads=threads)
    return verify_bundle(exported(world, contents), world.trust, AS_OF)


def test_a_bundle_shows_the_power_behind_a_release() -> None:
    made = power_scene()
    assert order(bundled(made)) == ("passed", "order.shown")
    assert order(bundled(made, known=ident("con", "scene"))) == ("passed", "order.proven")
    assert order(bundled(made, "power")) == ("failed", "order.actor")
    late = power_scene(ended=True)  # what was read before stays lawful
    assert order(bundled(late, known=ident("con", "scene"))) == ("passed", "order.proven")


def test_a_release_after_the_end_of_its_power_is_found_also_where_that_is_hidden() -> None:
    made = power_scene(order=("bind", "clerk", "power", "request", "consent"))
    end_power(made)
    end = len(made.world.leaves) - 1
    use_consent(made, 1)
    assert order(bundled(made)) == ("failed", "delegation.ended")
    made.places["hidden"] = end
    assert order(bundled(made, "hidden")) == ("passed", "order.shown")  # by what is shown
    known = ident("con", "scene")
    assert order(bundled(made, "hidden", known=known)) == ("failed", "delegation.ended")


def test_a_bundle_shows_the_basis_of_a_release_and_its_end() -> None:
    made = basis_scene()
    known = ident("bas", "scene")
    assert order(bundled(made, known=known)) == ("passed", "order.proven")
    assert order(bundled(made, "basis")) == ("indeterminate", "order.basis_absent")
    wrong = basis_scene(release={"purpose": "x"})
    assert order(bundled(wrong)) == ("failed", "basis.other")
    early = basis_scene(line_up=("licence", "material", "release", "basis"))
    assert order(bundled(early)) == ("failed", "order.sequence")
    other = basis_scene(thread=seed("own thread"))
    assert order(bundled(other, known=known)) == ("failed", "order.tag")


def test_a_use_after_the_end_of_its_basis_is_found_also_where_that_is_hidden() -> None:
    made = basis_scene(line_up=("licence", "material", "basis"))
    end_basis(made)
    made.places["hidden"] = len(made.world.leaves) - 1
    use_basis(made, 1)
    assert order(bundled(made)) == ("failed", "basis.ended")
    known = ident("bas", "scene")
    assert order(bundled(made, "hidden", known=known)) == ("failed", "order.withdrawn")
