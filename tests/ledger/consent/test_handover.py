"""Hand-over, judged: nothing but the whole proof is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certs.envelope import parse_envelope
from certs.trust.trustlist import TrustList
from ledger.consent.handover import HandOverRefused, Use, attested, check_order
from ledger.consent.handover_proofs import Registered, unasked
from ledger.errors import Refused
from ledger.log.entry import parse_leaf
from ledger.log.statement import parse_statement
from ledger.ports import HandOver
from tests.ledger.handover_cases import CASES, CONSENT_CHANGES, Case, agency_signs
from tests.ledger.handover_scene import LI, Scene, all_voted, scene
from tests.ledger.papers import CATALOGUE
from tests.ledger.world_names import AS_OF, ident


def judged(
    made: Scene,
    order: HandOver,
    *,
    at: datetime = AS_OF,
    uses: Mapping[int, str] | None = None,
    withdrawn: frozenset[str] = frozenset(),
    tags: Mapping[bytes, int] | None = None,
    trust: TrustList | None = None,
    registered: Registered = unasked,
) -> Use:
    world = made.world
    return check_order(
        order,
        world.trust if trust is None else trust,
        CATALOGUE,
        all_voted,
        (world.origin,),
        world.head().root,
        first_places(made) if tags is None else tags,
        withdrawn,
        uses or {},
        at,
        registered,
    )


def first_places(made: Scene) -> dict[bytes, int]:
    """Each tag of the log with the first index that carries it."""
    places: dict[bytes, int] = {}
    for index, leaf in enumerate(made.world.leaves):
        places.setdefault(parse_leaf(leaf).tag, index)
    return places


def test_the_whole_proof_is_enough() -> None:
    made = scene()
    use = judged(made, made.order())
    assert use == Use(ident("con", "scene"), ident("rel", "scene"), 1, LI, "wjw")
    said = attested(use, made.order(), made.world.origin, 6, AS_OF)
    assert said["release"] == use.release
    assert said["files"] == {name: list(fields) for name, fields in made.files.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_one_thing_broken_is_refused_with_its_reason(case: Case) -> None:
    make, code, reason = case
    made, order = make()
    with pytest.raises(Refused) as refused:
        judged(made, order)
    assert (refused.value.code, refused.value.values.get("reason", "")) == (code, reason)


@pytest.mark.parametrize("field", CONSENT_CHANGES)
def test_a_consent_that_differs_from_its_request_in_one_field_is_refused(field: str) -> None:
    value, code = CONSENT_CHANGES[field]
    made = scene(consent={field: value})
    with pytest.raises(Refused) as refused:
        judged(made, made.order())
    assert refused.value.code == code


def test_the_way_in_which_a_holder_s_signature_fails_is_named() -> None:
    expected = {
        "sign-in passed off as consent": "webauthn.challenge",
        "consent on the page people sign in to": "webauthn.rp_id",
        "consent on a foreign page": "webauthn.origin",
        "consent without a person": "webauthn.user_verification",
        "passkey's consent as a plain signature": "envelope.kid",
    }
    for name, detail in expected.items():
        made, order = CASES[name][0]()
        with pytest.raises(Refused) as refused:
            judged(made, order)
        assert refused.value.values["detail"] == detail, name


def test_a_head_that_was_not_followed_is_a_fork() -> None:
    made, forked = scene(), scene(release={"reason": "another history"})
    order = made.order()
    for root in (None, forked.world.head().root):
        with pytest.raises(Refused) as refused:
            check_order(
                order,
                made.world.trust,
                CATALOGUE,
                all_voted,
                (made.world.origin,),
                root,
                {},
                frozenset(),
                {},
                AS_OF,
            )
        assert refused.value.values["reason"] == "fork"


def test_a_consent_that_ran_out_is_refused() -> None:
    made = scene()
    judged(made, made.order(), at=AS_OF + timedelta(days=6))
    with pytest.raises(Refused) as refused:
        judged(made, made.order(), at=AS_OF + timedelta(days=7))
    assert refused.value.code == "consent.expired"


def test_a_requester_s_certificate_is_judged_now() -> None:
    made = scene(signers={"release": agency_signs("wjw", days=3)})
    judged(made, made.order(), at=AS_OF)
    with pytest.raises(Refused) as refused:
        judged(made, made.order(), at=AS_OF + timedelta(days=4))
    assert refused.value.values["reason"] == "path.expired"


def test_uses_are_counted_by_release() -> None:
    made = scene()
    own, other, third = ident("rel", "scene"), ident("rel", "other"), ident("rel", "third")
    judged(made, made.order(), uses={1: own})  # the same again
    judged(made, made.order(), uses={2: other})  # the second one was quicker
    for uses, code in (({1: other}, "handover.refused"), ({2: other, 3: third}, "consent.used_up")):
        with pytest.raises(Refused) as refused:
            judged(made, made.order(), uses=uses)
        assert refused.value.code == code


def test_a_use_belongs_to_the_first_entry_that_carries_its_tag() -> None:
    made = scene()
    tag = parse_leaf(made.world.leaves[made.places["release"]]).tag
    with pytest.raises(Refused) as refused:
        judged(made, made.order(), tags=first_places(made) | {tag: 2})
    assert refused.value.values["reason"] == "use"


def test_a_withdrawal_that_came_directly_counts() -> None:
    made = scene()
    with pytest.raises(Refused) as refused:
        judged(made, made.order(), withdrawn=frozenset((ident("con", "scene"),)))
    assert refused.value.code == "consent.withdrawn"


def test_a_part_of_what_was_released_may_be_wanted() -> None:
    made = scene()
    fields, plan = made.files
    judged(made, made.order(files={fields: ("area",)}))
    judged(made, made.order(files={plan: ()}, items=made.order().items[1:]))


# who belongs to the consortium


def registry(**answers: bool | None) -> Registered:
    """What a registry says of an agency's key; True where nothing else is given."""
    return lambda agency, key_id, at: answers.get(agency, True)


def code_of(made: Scene, **facts: Any) -> str:
    with pytest.raises(HandOverRefused) as refused:
        judged(made, made.order(), **facts)
    return str(refused.value.values["reason"])


def test_a_requester_whose_key_the_registry_denies_gets_nothing() -> None:
    made = scene()
    actor = parse_statement(parse_envelope(made.order().release.envelope).payload).actor
    assert code_of(made, registered=registry(**{actor: False})) == "registry.key"
    assert judged(made, made.order(), registered=registry(**{actor: None}))  # nobody can be asked


def test_an_agency_that_was_admitted_since_the_list_was_signed_needs_no_new_one() -> None:
    made = scene()
    younger = replace(made.world.trust, agencies=made.world.trust.agencies[1:2])
    assert judged(made, made.order(), trust=younger, registered=registry())
    for registered in (unasked, registry(scjg=False, wjw=False)):
        assert code_of(made, trust=younger, registered=registered) in (
            "trust.agency", "registry.key",
        )  # fmt: skip
    assert code_of(made, trust=younger, registered=registry(scjg=None)) == "trust.agency"
