"""Hand-over on other bases and on a delegate's word: nothing but the whole proof is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certs import base64url
from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.terms import BasisSort, ReusePolicy
from ledger.consent.handover import Use, attested, check_order
from ledger.consent.other_bases import Voted
from ledger.errors import Refused
from ledger.log.entry import delegation_end_tag, parse_leaf
from ledger.ports import HandOver, Powers
from tests.ledger.handover_cases import agency_signs
from tests.ledger.handover_other import (
    BASIS,
    ITEM,
    KINDS,
    WANG,
    basis_order,
    basis_scene,
    end_basis,
    granted_catalogue,
    power_order,
    power_scene,
)
from tests.ledger.handover_scene import LI, THREAD, Scene, all_voted, holder
from tests.ledger.papers import CATALOGUE
from tests.ledger.world import World
from tests.ledger.world_names import AS_OF, ident, seed

HANDOVER = "handover.refused"
LICENCE = {"object": f"licence:{ident('lic', 'scene')}", "fields": ["address"]}


def judged(
    made: Scene,
    order: HandOver,
    *,
    at: datetime = AS_OF,
    uses: Mapping[int, str] | None = None,
    catalogue: Catalogue | None = None,
    voted: Voted = all_voted,
) -> Use:
    places: dict[bytes, int] = {}
    for index, leaf in enumerate(made.world.leaves):
        places.setdefault(parse_leaf(leaf).tag, index)
    root = made.world.head().root
    known = granted_catalogue() if catalogue is None else catalogue
    trust, origin = made.world.trust, (made.world.origin,)
    return check_order(
        order, trust, known, voted, origin, root, places, frozenset(), uses or {}, at
    )


def refusal(made: Scene, order: HandOver, **facts: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        judged(made, order, **facts)
    return refused.value.code, str(refused.value.values.get("reason", ""))


@pytest.mark.parametrize("attended", [False, True])
def test_the_whole_proof_of_a_basis_is_enough(attended: bool) -> None:
    made = basis_scene(attended=attended)
    use = judged(made, basis_order(made))
    assert use == Use(BASIS, ident("rel", "scene"), 1, LI, "wjw")
    said = attested(use, basis_order(made), made.world.origin, 4, AS_OF)
    assert said["basis"] == BASIS and "consent" not in said


STATED: dict[str, tuple[dict[str, Any], str]] = {
    "another agency": ({"basis": {"agency": "scjg"}}, HANDOVER),
    "signed by another agency": ({"actor": "scjg", "by": ("scjg",)}, HANDOVER),
    "a grant that is none": ({"basis": {"grant": "none"}}, "basis.ungranted"),
    "another sort": ({"basis": {"sort": "emergency"}}, "basis.ungranted"),
    "another service item": ({"basis": {"service_item": "equity-change"}}, "basis.ungranted"),
    "for too long": ({"basis": {"until": "2026-05-09T00:00:00Z"}}, "basis.too_wide"),
    "too often": ({"basis": {"uses": 4}}, "basis.too_wide"),
    "run out": ({"basis": {"until": "2026-03-02T03:00:00Z"}}, "basis.expired"),
    "seen later": ({"basis": {"visible_from": "2026-03-05T00:00:00Z"}}, "basis.hidden"),
    "the first officer twice": ({"basis": {"second_officer": "officer-7"}},
                                "basis.second_officer"),
    "the first officer, spelt otherwise": ({"basis": {"second_officer": "Officer－７"}},
                                           "basis.second_officer"),
    "paper where none was": ({"proof": {"paper_sha256": base64url.encode(seed("p"))}},
                             "basis.unproven"),
    "assistance where none was": ({"proof": {"assistance": ident("ast", "x")}}, "basis.unproven"),
    "reader where none was": ({"proof": {"reader": "gafj"}}, "basis.unproven"),
    "attended without paper": ({"attended": True, "proof": {"paper_sha256": None}},
                               "basis.unproven"),
    "attended without reader": ({"attended": True, "proof": {"reader": None}, "by": ("wjw",)},
                                "basis.unproven"),
    "attended before its own reader": ({"attended": True, "proof": {"reader": "wjw"}},
                                       "basis.unproven"),
    "attended before another agency": ({"attended": True, "proof": {"reader": "scjg"},
                                        "by": ("wjw", "scjg")}, HANDOVER),
    "attended without the reader's signature": ({"attended": True, "by": ("wjw",)}, HANDOVER),
    "attended with another's signature": ({"attended": True, "by": ("wjw", "scjg")}, HANDOVER),
    "attended in another order": ({"attended": True, "by": ("gafj", "wjw")}, HANDOVER),
    "two signatures where one is wanted": ({"by": ("wjw", "gafj")}, HANDOVER),
    "a thread of another": ({"basis": {"thread": base64url.encode(seed("t"))}}, HANDOVER),
    "another subject's papers": ({"basis": {"subject": ident("sub", "x")}}, HANDOVER),
    "use of another basis": ({"release": {"basis": ident("bas", "x")}}, HANDOVER),
    "use by another agency": ({"release": {"agency": "scjg"}, "release_actor": "scjg"},
                              "basis.other"),
    "use signed by another agency": ({"release_actor": "scjg"}, HANDOVER),
    "use for another case": ({"release": {"case": ident("case", "x")}}, "basis.other"),
    "use for another purpose": ({"release": {"purpose": "x"}}, "basis.other"),
    "a third use of two": ({"release": {"n": 3}}, "basis.used_up"),
    "a field that was not stated": (
        {"release": {"items": [{**LICENCE, "fields": ["category"]}]}}, "basis.not_covered"),
    "another recipient": ({"release": {"recipient": base64url.encode(seed("r"))}}, HANDOVER),
    "used before it was stated": ({"line_up": ("licence", "material", "release", "basis")},
                                  HANDOVER),
    "another thread's tag": ({"thread": seed("own thread")}, HANDOVER),
    "use with a foreign certificate": (
        {"signers": {"release": agency_signs("wjw", world=World(name="foreign"))}}, HANDOVER),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_a_basis_with_one_thing_broken_is_refused(name: str) -> None:
    facts, code = STATED[name]
    made = basis_scene(**facts)
    assert refusal(made, basis_order(made))[0] == code


GRANTED: dict[str, tuple[dict[str, Any], str]] = {
    "to another agency": ({"agency": "scjg"}, "basis.ungranted"),
    "for another item": ({"item": "equity-change"}, "basis.ungranted"),
    "for other kinds": ({"kinds": KINDS[:1]}, "basis.ungranted"),
    "for fewer days": ({"days": 3}, "basis.too_wide"),
    "for fewer uses": ({"uses": 1}, "basis.too_wide"),
}


@pytest.mark.parametrize("name", GRANTED)
def test_the_catalogue_must_grant_it(name: str) -> None:
    changes, code = GRANTED[name]
    made = basis_scene()
    assert refusal(made, basis_order(made), catalogue=granted_catalogue(**changes))[0] == code


def test_the_consortium_must_have_voted_it() -> None:
    made = basis_scene()
    order, asked = basis_order(made), set()

    def voted(agency: str, item: str, kind: str, sort: str) -> bool:
        asked.add((agency, item, kind, sort))
        return kind != KINDS[0]

    assert refusal(made, order, voted=voted)[0] == "basis.unvoted"
    judged(made, order, voted=lambda *asked: asked[:2] == ("wjw", ITEM))
    assert ("wjw", ITEM, KINDS[0], "statutory") in asked


def test_need_policy_and_sensitivity_are_the_key_store_s_to_ask() -> None:
    made = basis_scene(basis={"second_officer": None})
    order, known = basis_order(made), granted_catalogue()
    item = known.items[ITEM]
    narrow = replace(item, need={**item.need, KINDS[0]: ("address",)})
    catalogue = replace(known, items={**known.items, ITEM: narrow})
    assert refusal(made, order, catalogue=catalogue)[0] == "basis.too_wide"
    assert refusal(made, order, catalogue=granted_catalogue(second_officer=1))[0] == (
        "basis.second_officer"
    )
    kind = known.licence_types["food-operation-permit"]
    for policy in (ReusePolicy(bases=(BasisSort.ATTENDED,)), ReusePolicy(items=("x",))):
        types = {**known.licence_types, kind.slug: replace(kind, policy=policy)}
        forbidden = replace(known, licence_types=types)
        assert refusal(made, order, catalogue=forbidden)[0] == "policy.forbidden"
    social = replace(known.agencies["wjw"], kind="social")
    utility = replace(known, agencies={**known.agencies, "wjw": social})
    assert refusal(made, order, catalogue=utility)[0] == "basis.social"
    judged(made, order)


def test_a_basis_that_was_ended_or_used_gives_nothing() -> None:
    made = basis_scene()
    assert refusal(made, basis_order(made), uses={1: ident("rel", "x")})[0] == HANDOVER
    judged(made, basis_order(made), uses={1: ident("rel", "scene")})
    end_basis(made)
    assert refusal(made, basis_order(made))[0] == "basis.ended"


def test_a_basis_is_judged_at_its_time() -> None:
    made = basis_scene()
    judged(made, basis_order(made), at=AS_OF + timedelta(days=6))
    late = AS_OF + timedelta(days=7)
    assert refusal(made, basis_order(made), at=late)[0] == "basis.expired"
    early = AS_OF - timedelta(days=1)
    assert refusal(made, basis_order(made), at=early)[0] == "basis.not_yet"


# a delegate's word


def clerk_judged(made: Scene, **changes: Any) -> Use:
    return judged(made, power_order(made, **changes), catalogue=CATALOGUE)


def clerk_refusal(made: Scene, **changes: Any) -> str:
    return refusal(made, power_order(made, **changes), catalogue=CATALOGUE)[0]


def test_a_clerk_s_consent_with_its_power_is_enough() -> None:
    made = power_scene()
    assert clerk_judged(made) == Use(ident("con", "scene"), ident("rel", "scene"), 1, LI, "wjw")


def foreign(world: World) -> Callable[[bytes], Any]:
    return agency_signs("gafj", world=World(name="foreign"))


POWERS: dict[str, tuple[dict[str, Any], str]] = {
    "of another principal": ({"delegation": {"principal": ident("sub", "x")}},
                             "delegation.foreign"),
    "to another delegate": ({"delegation": {"delegate": ident("sub", "x")}}, "delegation.foreign"),
    "passed on from another": ({"delegation": {"parent": ident("del", "x")}},
                               "delegation.foreign"),
    "for another item": ({"delegation": {"service_items": ["equity-change"]}},
                         "delegation.other_item"),
    "that begins later": ({"delegation": {"since": "2026-03-03T00:00:00Z"}}, "delegation.not_yet"),
    "that has run out": ({"delegation": {"until": "2026-03-02T03:00:00Z"}}, "delegation.expired"),
    "to oneself": ({"delegation": {"delegate": LI}}, "delegation.foreign"),
    "of a guardian by a holder's key": ({"delegation": {"sort": "guardian"}},
                                        "delegation.foreign"),
    "signed by the clerk": ({"giver": WANG, "signer": lambda world: holder(world, "wang")},
                            "delegation.foreign"),
    "in Li's name by the clerk's key": ({"signer": lambda world: holder(world, "wang")}, HANDOVER),
    "by an agency": ({"giver": "gafj", "signer": lambda _: agency_signs("gafj")},
                     "delegation.foreign"),
    "of a guardian by another agency": (
        {"giver": "scjg", "delegation": {"sort": "guardian"},
         "signer": lambda _: agency_signs("scjg")}, HANDOVER),
    "of a guardian by a foreign certificate": (
        {"giver": "gafj", "delegation": {"sort": "guardian"}, "signer": foreign}, HANDOVER),
    "given after the consent": (
        {"order": ("bind", "clerk", "request", "consent", "power", "release")}, HANDOVER),
    "given before the giver's key was bound": (
        {"order": ("clerk", "power", "bind", "request", "consent", "release")}, HANDOVER),
    "that was ended": ({"ended": True}, "delegation.ended"),
}  # fmt: skip


@pytest.mark.parametrize("name", POWERS)
def test_a_power_with_one_thing_broken_is_refused(name: str) -> None:
    facts, code = POWERS[name]
    made = power_scene(**facts)
    assert clerk_refusal(made) == code


def test_a_guardian_named_by_the_identity_agency_is_enough() -> None:
    made = power_scene(
        giver="gafj", delegation={"sort": "guardian"}, signer=lambda _: agency_signs("gafj")
    )
    clerk_judged(made)


def test_what_is_not_shown_counts_for_nothing() -> None:
    made = power_scene()
    world, places = made.world, made.places
    power, bind = world.opening(places["power"]), world.opening(places["bind"])
    clerk = world.opening(places["clerk"])
    for powers, code in (
        (Powers(), HANDOVER),
        (Powers((power,)), HANDOVER),
        (Powers((power,), (clerk,)), HANDOVER),
        (Powers((power, power), (bind,)), "delegation.loop"),
        (Powers((bind,), (bind,)), HANDOVER),
        (Powers((replace(power, salt=seed("x")),), (bind,)), HANDOVER),
    ):
        assert clerk_refusal(made, powers=powers) == code
    assert clerk_refusal(made, holder_key=bind) == HANDOVER


def test_the_end_of_a_power_hides_behind_no_other_tag_than_its_own() -> None:
    """Whoever ends it elsewhere in the log hides nothing that fsck and bundles would not find."""
    made = power_scene(ended=True, end_tag=seed("random")[:16])
    clerk_judged(made)
    made = power_scene()
    salt = made.world.openings[made.places["power"]][0]
    assert delegation_end_tag(salt) != delegation_end_tag(THREAD)
