"""Reading on another basis than consent: attended at the counter, by duty, for another agency."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import signer
from api.demo.story import HEALTH, MARKET
from certs import base64url
from certs.errors import Coded
from certs.sdjwt.credential import parse_credential
from ledger.bundle.bundle import verify_bundle
from ledger.catalogue.terms import BasisSort, Grant, ReusePolicy
from ledger.consent.basis_parties import basis_statement, countersigned
from ledger.consent.parties import read_statement, signed_statement
from ledger.flows.evidence.alerts import watch
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.trace import export_bundle, related
from ledger.flows.matters.assistance import Question, Reply, answer_assistance, request_assistance
from ledger.flows.matters.cases import close_case
from ledger.flows.reading.bases import end_basis, review_due, state_basis
from ledger.flows.reading.consent import grant_consent
from ledger.flows.reading.release import release
from ledger.log.entry import thread_commitment
from ledger.log.statement import format_time
from ledger.ports.governance import EndBasis, GrantBasis
from ledger.reuse.exemption import Plan
from tests.arranging import TAX
from tests.stories.arranging import arranged_house
from tests.stories.house import HYGIENE, House
from tests.stories.reusing import code_of, granted
from tests.stories.speaking import (
    IDENTITY,
    based_order,
    based_reading,
    based_release,
    ended,
    licence_items,
    restated,
    signed_paper,
    stated,
    statement,
    stating,
)
from tests.stories.voting import decided


@pytest.fixture(scope="module")
def plan(health: House) -> Plan:
    return health.hygiene_plan()


def refusal(house: House, data: bytes, thread: bytes) -> str:
    """With which code a basis is refused; nothing is stated by it."""
    before = house.platform.store.rows("bases")
    code = code_of(lambda: state_basis(house.platform, HEALTH, data, thread))
    assert house.platform.store.rows("bases") == before
    return code


def test_a_person_without_a_device_is_served_at_the_counter(house: House) -> None:
    """Officer and reader sign, the paper is kept, the licence is read, and all of it verifies
    without us; nothing in it says that the holder signed."""
    platform, plan = house.platform, house.hygiene_plan()
    basis = stated(house, plan, "attended", uses=1)
    (text,) = based_reading(house, basis).values()
    assert parse_credential(str(text)).claims["holder_name"]
    assert code_of(lambda: based_release(house, basis, 2)) == "basis.used_up"
    row = platform.store.rows("bases")[0]
    assert (row["state"], row["uses"], row["sort"]) == ("stated", 1, "attended")
    assert review_due(platform, row) is None
    assert house.findings() == ()
    anchor(platform)
    about = f"case:{plan.case.id}"
    data = export_bundle(platform, HEALTH, about, related(platform, about))
    said = verify_bundle(data, platform.trust, platform.now())
    assert said.outcome.value == "passed", said.as_json()
    (order,) = (check for check in said.checks if check.name == "order")
    assert order.code == "order.proven"


def test_what_is_read_by_duty_ends_when_the_agency_ends_it(house: House) -> None:
    plan = house.hygiene_plan()
    basis = stated(house, plan)
    based_reading(house, basis)
    ended(house, basis)
    assert code_of(lambda: based_release(house, basis, 2)) == "basis.ended"
    with pytest.raises(Coded) as again:
        ended(house, basis)
    assert again.value.code == "conflict.stale"
    assert house.findings() == ()


def test_each_sort_needs_its_grant_and_its_proof(health: House, plan: Plan) -> None:
    said, thread = statement(health, stating(health, plan))
    attended, seen = statement(health, stating(health, plan, "attended"))
    proof = dict(read_statement(attended)[1].body["proof"])  # type: ignore[arg-type]
    now = health.platform.now()
    material = next(
        one for one in plan.consent_items(health.firm.subject)
        if str(one["object"]).startswith("material:")
    )  # fmt: skip
    (licence,) = licence_items(plan, health.firm.subject)
    other = signed_paper(health, plan.case.id, "layout-plan", "平面布局图")
    wrong: dict[str, tuple[bytes, bytes, dict[str, Any], str]] = {
        "no grant": (said, thread, {"grant": "nothing"}, "basis.ungranted"),
        "a grant of another sort": (said, thread, {"grant": "att-hygiene"}, "basis.ungranted"),
        "a grant of another item": (said, thread, {"grant": "duty-equity-licence"},
                                    "basis.ungranted"),
        "another service item": (said, thread, {"service_item": "equity-change"}, "basis.other"),
        "another subject": (said, thread, {"subject": "sub_" + "a" * 26}, "basis.other"),
        "another case": (said, thread, {"case": "case_" + "a" * 26}, "not_found"),
        "a kind beyond the grant": (said, thread, {"items": [material]}, "basis.ungranted"),
        "a paper that the plan does not take": (
            said, thread, {"items": [{"object": "material:mat_" + "a" * 26, "fields": ["file"]}]},
            "basis.too_wide"),
        "a field beyond the need": (
            said, thread, {"items": [{**licence, "fields": ["founded_on"]}]}, "basis.too_wide"),
        "for a purpose of its own": (said, thread, {"purpose": "市场调查"}, "basis.other"),
        "for too long": (said, thread, {"until": format_time(now + timedelta(days=31))},
                         "basis.too_wide"),
        "too often": (said, thread, {"uses": 4}, "basis.too_wide"),
        "run out": (said, thread, {"until": format_time(now - timedelta(days=1))},
                    "basis.expired"),
        "seen later than the law says": (
            said, thread, {"visible_from": format_time(now + timedelta(days=1))}, "basis.hidden"),
        "a reader where none was": (
            said, thread, {"proof": {**proof, "paper_sha256": None}}, "basis.unproven"),
        "an assistance where none was": (
            said, thread,
            {"proof": {"method": "x", "paper_sha256": None, "assistance": "ast_" + "a" * 26,
                       "reader": None}}, "not_found"),
        "the first officer twice": (said, thread, {"second_officer": "officer-7"},
                                    "basis.second_officer"),
        "another thread": (said, thread, {"thread": base64url.encode(bytes(32))},
                           "consent.thread"),
        "attended without paper": (attended, seen, {"proof": {**proof, "paper_sha256": None}},
                                   "basis.unproven"),
        "attended with a paper that is not kept": (
            attended, seen, {"proof": {**proof, "paper_sha256": base64url.encode(bytes(32))}},
            "basis.unproven"),
        "attended with a paper that is no authorisation": (
            attended, seen,
            {"proof": {**proof, "paper_sha256": base64url.encode(other.sha256)}},
            "basis.unproven"),
        "attended and seen later": (
            attended, seen, {"visible_from": format_time(now + timedelta(days=1))},
            "basis.hidden"),
        "attended before a reader that is none": (
            attended, seen, {"proof": {**proof, "reader": MARKET}}, "basis.unproven"),
    }  # fmt: skip
    for name, (data, key, changes, code) in wrong.items():
        assert refusal(health, restated(health, data, **changes), key) == code, name
    state_basis(health.platform, HEALTH, said, thread)
    state_basis(health.platform, HEALTH, attended, seen)
    assert code_of(lambda: refused_twice(health, said, thread)) == "consent.thread_used"


def refused_twice(house: House, data: bytes, thread: bytes) -> None:
    other = restated(house, data, basis="bas_" + "a" * 26)
    state_basis(house.platform, HEALTH, other, thread)


def test_both_must_sign_what_is_attended(health: House, plan: Plan) -> None:
    platform = health.platform
    said = stating(health, plan, "attended")
    alone, thread = statement(health, replace(said, reader=None))
    body = dict(read_statement(alone)[1].body)
    body["proof"] = {**body["proof"], "reader": IDENTITY}  # type: ignore[dict-item]
    alone = signed_statement(
        signer(platform, HEALTH), platform.log.origin, "basis.stated", body, platform.now(),
        platform.randomness,
    )  # fmt: skip
    assert refusal(health, alone, thread) == "signer.unknown"
    for other in (MARKET, platform.operator):
        assert refusal(health, countersigned(alone, signer(platform, other)), thread) == (
            "signer.unknown"
        )
    state_basis(platform, HEALTH, countersigned(alone, signer(platform, IDENTITY)), thread)


def test_a_release_keeps_within_its_basis(health: House, plan: Plan) -> None:
    basis = stated(health, plan, uses=2)
    (licence,) = licence_items(plan, health.firm.subject)
    more = [{**licence, "fields": [*licence["fields"], "founded_on"]}]
    assert code_of(lambda: based_release(health, basis, items=more)) == "basis.not_covered"
    assert code_of(lambda: based_release(health, basis, 2)) == "basis.changed"
    order = based_order(health, basis)
    body = dict(read_statement(order)[1].body)
    platform = health.platform
    for changes, code in (
        ({"purpose": "别的事"}, "basis.other"),
        ({"case": "case_" + "a" * 26}, "basis.other"),
        ({"basis": "bas_" + "a" * 26}, "basis.absent"),
        ({"n": 3}, "basis.used_up"),
    ):
        data = signed_statement(
            signer(platform, HEALTH), platform.log.origin, "basis.used", body | changes,
            platform.now(), platform.randomness,
        )  # fmt: skip
        assert code_of(lambda: release(platform, HEALTH, data, bytes(32))) == "release.recipient"  # noqa: B023
        assert code in _codes(health, basis, changes)
    late = health.with_ports(now=lambda: platform.now() + timedelta(days=6))
    order = based_order(health, basis)
    assert order
    with pytest.raises(Coded):
        based_release(late, basis)
    based_release(health, basis)
    based_release(health, basis, 2)
    assert health.findings() == ()


def _codes(house: House, basis: bytes, changes: dict[str, Any]) -> str:
    """The refusal of an order with these members changed, to a key that it does name."""
    from certs import keys

    private = keys.generate_x25519()
    platform = house.platform
    body = dict(read_statement(based_order(house, basis, 1, private))[1].body) | changes
    data = signed_statement(
        signer(platform, HEALTH), platform.log.origin, "basis.used", body, platform.now(),
        platform.randomness,
    )  # fmt: skip
    recipient = private.public_key().public_bytes_raw()
    return code_of(lambda: release(platform, HEALTH, data, recipient))


def test_what_the_consortium_ended_is_neither_stated_nor_read(house: House) -> None:
    """A signed catalogue that still has the grant opens nothing by itself."""
    plan = house.hygiene_plan()
    basis = stated(house, plan)
    anchor(house.platform)
    kind = "licence:business-licence"
    decided(house, EndBasis(HEALTH, HYGIENE, kind, "statutory", 0))
    assert code_of(lambda: stated(house, plan)) == "basis.unvoted"
    assert code_of(lambda: based_release(house, basis)) == "basis.unvoted"


def granting(house: House, *grants: Grant, policy: ReusePolicy | None = None) -> House:
    """The same house, whose platform and key store have other grants, which the consortium voted,
    and other policies."""
    catalogue = house.platform.catalogue
    wanted = [
        GrantBasis(one.agency, one.item, kind, one.sort.value)
        for one in grants
        for kind in one.kinds
    ]
    asked = house.platform.chain.basis_granted
    now = house.platform.now()
    missing = [one for one in wanted if not asked(one.agency, one.item, one.kind, one.sort, now)]
    if missing:
        decided(house, *missing)
    types = dict(catalogue.licence_types)
    if policy is not None:
        types["business-licence"] = replace(types["business-licence"], policy=policy)
    known = replace(
        catalogue,
        grants={**catalogue.grants, **{one.id: one for one in grants}},
        licence_types=types,
    )
    house.platform.keys._catalogue = lambda: known  # type: ignore[attr-defined]
    return house.with_ports(catalogue=known)


def test_a_thread_key_stands_for_one_consent_or_one_basis(house: House) -> None:
    """Its tags in the leaves would else end, or spend, the one with the other."""
    platform, plan = house.platform, house.hygiene_plan()
    _, request = house.ask(plan)
    data, thread = granted(house, request)

    def basis_with(key: bytes) -> bytes:
        first = iter((key,))
        made, own = basis_statement(
            signer(platform, HEALTH), platform.log.origin, stating(house, plan), platform.now(),
            lambda size: next(first, None) or platform.randomness(size),
        )  # fmt: skip
        assert own == key
        return made

    grant_consent(platform, data, thread)
    shared = basis_with(thread)
    assert code_of(lambda: state_basis(platform, HEALTH, shared, thread)) == "consent.thread_used"
    mine = bytes(range(32))
    state_basis(platform, HEALTH, basis_with(mine), mine)
    again = house.ask(house.hygiene_plan())[1]
    data, _ = granted(house, again, thread=base64url.encode(thread_commitment(mine)))
    assert code_of(lambda: grant_consent(platform, data, mine)) == "consent.thread_used"
    assert house.findings() == ()


def test_an_emergency_is_short_once_and_reviewed(house: House) -> None:
    kinds = ("licence:business-licence",)
    grant = Grant("eme", HEALTH, HYGIENE, BasisSort.EMERGENCY, kinds, "x", 3, 5, 30, 3)
    house = granting(house, grant)
    plan, platform = house.hygiene_plan(), house.platform
    later = platform.now() + timedelta(days=30)
    facts: dict[str, Any] = {
        "grant": "eme", "uses": 1, "until": platform.now() + timedelta(days=2),
        "visible_from": later,
    }  # fmt: skip
    for changes, code in (
        ({"uses": 2}, "basis.too_wide"),
        ({"until": platform.now() + timedelta(days=4)}, "basis.too_wide"),
        ({"visible_from": later + timedelta(days=1)}, "basis.hidden"),
    ):
        said = stating(house, plan, "emergency", **{**facts, **changes})
        assert refusal(house, *statement(house, said)) == code
    basis = stated(house, plan, "emergency", **facts)
    based_reading(house, basis)
    (row,) = platform.store.rows("bases", {"sort": "emergency"})
    due = review_due(platform, row)
    assert due is not None and timedelta(days=6) < due - platform.now() <= timedelta(days=7)
    late = house.with_ports(now=lambda: due + timedelta(minutes=1)).platform
    assert [one.code for one in watch(platform).alerts if one.code == "review.late"] == []
    (told,) = [one for one in watch(late).alerts if one.code == "review.late"]
    assert (told.agency, told.ids) == (HEALTH, (row["id"],))
    ended(house, basis)
    (row,) = platform.store.rows("bases", {"sort": "emergency"})
    assert review_due(platform, row) is None
    assert [one.code for one in watch(late).alerts if one.code == "review.late"] == []
    assert house.findings() == ()


def test_the_agency_that_is_asked_reads_to_answer_and_the_one_that_asked_the_answer(
    house: House,
) -> None:
    kinds = ("licence:business-licence", "licence:food-operation-permit")
    grants = tuple(
        Grant(f"ast-{by}", by, HYGIENE, BasisSort.ASSISTANCE, kinds, "x", 15, 1, 0, 4)
        for by in ("sw", HEALTH)
    )
    asking = granting(arranged_house(house), *grants)
    platform, plan = asking.platform, asking.hygiene_plan()
    question = Question(TAX.id, "officer-7", "核实")
    asked = request_assistance(platform, HEALTH, plan.case.id, question).assistance
    facts: dict[str, Any] = {"grant": "ast-sw", "uses": 1, "assistance": asked}
    said = stating(asking, plan, "assistance", **facts)
    for changes, by, code in (
        ({"assistance": "ast_" + "a" * 26}, "sw", "not_found"),
        ({"assistance": None}, "sw", "not_found"),
        ({"grant": "ast-wjw"}, HEALTH, "basis.unproven"),  # it has not been answered yet
        ({}, "scjg", "not_found"),
    ):
        data, thread = statement(asking, replace(said, **changes), by)
        assert code_of(lambda: state_basis(platform, by, data, thread)) == code  # noqa: B023
    data, thread = statement(asking, said, "sw")
    state_basis(platform, "sw", data, thread)
    based_release(asking, data, agency="sw")
    answer_assistance(platform, "sw", asked, Reply("confirmed", "officer-3", "已核实"))
    late, thread = statement(asking, said, "sw")
    assert code_of(lambda: state_basis(platform, "sw", late, thread)) == "basis.unproven"
    mine = {**facts, "grant": "ast-wjw"}
    based_release(asking, stated(asking, plan, "assistance", **mine))
    permit = [{"object": f"licence:{house.permit.licence}", "fields": ["address"]}]
    said = stating(asking, plan, "assistance", **mine, items=permit)
    assert refusal(asking, *statement(asking, said)) == "basis.too_wide"
    assert asking.findings() == ()


def test_what_the_issuer_forbids_is_not_read(house: House) -> None:
    plan = house.hygiene_plan()
    agreed = house.agree(plan, uses=2)
    basis = stated(house, plan)
    strict = granting(house, policy=ReusePolicy(bases=(BasisSort.ATTENDED,)))
    said = statement(strict, stating(strict, plan))
    assert refusal(strict, *said) == "policy.forbidden"
    assert code_of(lambda: based_release(strict, basis)) == "policy.forbidden"  # the key store
    strict.receive(agreed.consent)  # with the holder's consent all the same
    closed = granting(house, policy=ReusePolicy(items=("equity-change",)))
    assert code_of(lambda: closed.receive(agreed.consent, 2)) == "policy.forbidden"
    assert code_of(lambda: closed.ask(plan)) == "consent.too_wide"  # no plan takes it any more


def test_the_key_store_asks_its_own_catalogue(house: House) -> None:
    """A platform that grants itself what the signed catalogue does not gets no key."""
    kinds = ("licence:business-licence",)
    grant = Grant("own", HEALTH, HYGIENE, BasisSort.STATUTORY, kinds, "x", 30, 3)
    catalogue = house.platform.catalogue
    cheating = house.with_ports(catalogue=replace(catalogue, grants={"own": grant}))
    plan = cheating.hygiene_plan()
    basis = stated(cheating, plan, grant="own")
    assert code_of(lambda: based_release(cheating, basis)) == "basis.ungranted"


def test_utilities_read_by_consent_alone(house: House) -> None:
    catalogue = house.platform.catalogue
    social = replace(catalogue.agencies[HEALTH], kind="social")
    known = replace(catalogue, agencies={**catalogue.agencies, HEALTH: social})
    utility = house.with_ports(catalogue=known)
    said = statement(utility, stating(utility, utility.hygiene_plan()))
    assert refusal(utility, *said) == "basis.social"


def test_a_closed_case_takes_its_bases_along(house: House) -> None:
    plan = house.hygiene_plan()
    basis = stated(house, plan)
    said = statement(house, stating(house, plan))
    close_case(house.platform, HEALTH, plan.case.id, "dropped")
    assert code_of(lambda: based_release(house, basis)) == "case.closed"
    assert refusal(house, *said) == "conflict.stale"


def test_the_end_of_a_basis_and_a_use_of_it_one_wins(house: House) -> None:
    """Whatever comes first, the log shows it, and no key goes out after the end."""
    plan = house.hygiene_plan()
    for _ in range(3):
        basis = stated(house, plan, uses=1)
        gate = threading.Barrier(2)

        def use(basis: bytes = basis, gate: threading.Barrier = gate) -> str:
            gate.wait()
            try:
                based_release(house, basis)
            except Coded as error:
                return error.code
            return "released"

        def end(basis: bytes = basis, gate: threading.Barrier = gate) -> str:
            gate.wait()
            ended(house, basis)
            return "ended"

        with ThreadPoolExecutor(2) as pool:
            said, _ = pool.submit(use), pool.submit(end).result()
        assert said.result() in ("released", "basis.ended", "basis.changed")
        assert code_of(lambda: based_release(house, basis)) in ("basis.ended", "basis.used_up")  # noqa: B023
    assert house.findings() == ()


def test_only_its_own_agency_ends_a_basis(health: House, plan: Plan) -> None:
    basis = stated(health, plan)
    platform = health.platform
    body = {"basis": read_statement(basis)[1].body["basis"], "officer": "o", "reason": "r"}
    data = signed_statement(
        signer(platform, MARKET), platform.log.origin, "basis.ended", body, platform.now(),
        platform.randomness,
    )  # fmt: skip
    assert code_of(lambda: end_basis(platform, MARKET, data)) == "not_found"
    assert signed_paper(health, plan.case.id).sha256
