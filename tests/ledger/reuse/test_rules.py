"""The rules that the catalogue declares beside age and grade, each alone and all in turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from ledger.catalogue.catalogue import Catalogue
from ledger.catalogue.evidence import MaterialEvidence
from ledger.catalogue.terms import ReusePolicy
from ledger.errors import NotFound
from ledger.reuse.case import Case, Change
from ledger.reuse.documents import Grade, Held, State
from ledger.reuse.fitness import LICENCE_RULES, MATERIAL_RULES, Outcome, assess, each_rule
from ledger.reuse.fitness_words import RULES
from ledger.reuse.rulings import rulings
from tests.ledger.papers import AT, CATALOGUE, EQUITY, HYGIENE, SCOPE, STRANGER, licence, material
from tests.ledger.reuse.terms import LOOK_UP, PLAN, PROOF

KINDS = dict(CATALOGUE.material_kinds)
EQUAL = replace(PROOF, equals=(("address", "business-licence", "address"),))
REGISTER = {("business-licence", "address"): b"a" * 32}


def with_kind(slug: str, **changes: Any) -> Catalogue:
    kinds = KINDS | {slug: replace(KINDS[slug], **changes)}
    return replace(CATALOGUE, material_kinds=MappingProxyType(kinds))


def code(
    held: Held, evidence: Any, case: Case = HYGIENE, catalogue: Catalogue = CATALOGUE
) -> tuple[str, str]:
    found = assess(held, evidence, case, catalogue, AT)
    return found.code, found.outcome.value


def test_a_new_form_ends_the_use_of_the_old_one_from_its_day_on() -> None:
    paper = material("layout-plan", issued_on=date(2026, 2, 20))
    for since, expected in (
        (date(2026, 2, 20), "fit"),
        (date(2026, 2, 21), "form_changed"),
        (AT.date() + timedelta(days=1), "fit"),  # not in use yet
    ):
        assert (
            code(paper, PLAN, catalogue=with_kind("layout-plan", form_since=since))[0] == expected
        )
    here = replace(paper, case=HYGIENE.id)
    assert code(here, PLAN, catalogue=with_kind("layout-plan", form_since=date(2026, 3, 1)))[0] == (
        "fit"
    )
    undated = replace(paper, issued_on=None)
    later = with_kind("layout-plan", form_since=date(2026, 3, 3))
    assert code(undated, PLAN, catalogue=later)[0] == "form_changed"


def test_what_names_its_holder_does_not_outlive_a_change_of_holder() -> None:
    items = dict(CATALOGUE.items)
    items[EQUITY.item] = replace(items[EQUITY.item], changes_holder=True)
    catalogue = replace(with_kind("layout-plan", holder_bound=True), items=MappingProxyType(items))
    paper = material("layout-plan")
    changed = replace(HYGIENE, changes=(Change("case_e", EQUITY.item, date(2026, 6, 1)),))
    assert code(paper, PLAN, changed, catalogue) == ("holder_changed", "unfit")
    assert code(paper, PLAN, HYGIENE, catalogue)[0] == "fit"
    assert code(paper, PLAN, changed, replace(catalogue, items=CATALOGUE.items))[0] == "fit"
    other = replace(HYGIENE, changes=(Change("case_s", SCOPE.item, date(2026, 6, 1)),))
    assert code(paper, PLAN, other, catalogue)[0] == "fit"
    seen_again = replace(paper, checked_at=AT - timedelta(days=30))
    assert code(seen_again, PLAN, changed, catalogue)[0] == "fit"


@pytest.mark.parametrize(
    ("own", "register", "expected"),
    [
        (b"a" * 32, REGISTER, ("fit", "fit")),
        (b"b" * 32, REGISTER, ("field_differs", "unfit")),
        (None, REGISTER, ("field_not_compared", "cannot_tell")),
        (b"a" * 32, {}, ("field_not_compared", "cannot_tell")),
    ],
)
def test_what_a_paper_states_equals_the_base_register(
    own: bytes | None, register: Any, expected: tuple[str, str]
) -> None:
    paper = material("premises-proof", digests={"address": own} if own else {})
    case = replace(HYGIENE, register=register)
    assert code(paper, EQUAL, case) == expected
    here = replace(paper, case=HYGIENE.id)
    wanted = ("fit", "fit") if expected[0] == "field_not_compared" else expected
    assert code(here, EQUAL, case) == wanted


def test_the_issuers_policy_travels_with_its_licences() -> None:
    types = dict(CATALOGUE.licence_types)
    types["business-licence"] = replace(
        types["business-licence"], policy=ReusePolicy(items=("restaurant-opening",))
    )
    catalogue = replace(CATALOGUE, licence_types=MappingProxyType(types))
    held = licence("business-licence")
    assert code(held, LOOK_UP, HYGIENE, catalogue) == ("policy_forbids", "unfit")
    case = replace(HYGIENE, item="restaurant-opening", agency="scjg")
    assert code(held, LOOK_UP, case, catalogue)[0] == "fit"


def test_a_paper_out_of_reuse_after_a_dispute() -> None:
    paper = material("premises-proof", state=State.WITHDRAWN)
    assert code(paper, PROOF) == ("status_withdrawn", "unfit")


def test_papers_of_the_chain_of_cases_belong() -> None:
    paper = material("premises-proof", subject=STRANGER, case="case_before")
    assert code(paper, PROOF)[0] == "other_subject"
    assert code(paper, PROOF, replace(HYGIENE, chain=("case_before",)))[0] == "fit"
    assert code(replace(paper, case=None), PROOF, replace(HYGIENE, chain=("x",)))[0] == (
        "other_subject"
    )


def test_what_is_never_reused_serves_the_cases_of_one_matter() -> None:
    paper = material("business-licence-copy", checked_at=AT - timedelta(days=1), case="case_one")
    evidence = MaterialEvidence("business-licence-copy", Grade.ORIGINAL_CHECKED, 180)
    assert code(paper, evidence) == ("purpose_incompatible", "unfit")
    assert code(paper, evidence, replace(HYGIENE, siblings=("case_one",)))[0] == "fit"
    social = replace(HYGIENE, siblings=("case_one",), agency="water")
    assert code(paper, evidence, social)[0] == "purpose_incompatible"


def test_a_ruling_names_every_rule_and_nothing_of_strangers() -> None:
    item = CATALOGUE.item(HYGIENE.item)
    old = material("layout-plan", checked_at=AT - timedelta(days=2000))
    (ruling,) = rulings(item, HYGIENE, [old], old.object, CATALOGUE, AT)
    assert (ruling.requirement, ruling.fitness.code) == ("layout-plan", "too_old")
    assert [one.rule for one in ruling.rules if one.fitness] == ["age"]
    assert {one.rule for one in ruling.rules} <= set(RULES)
    for held, asked in (
        ([], old.object),
        ([replace(old, subject=STRANGER)], old.object),
        ([material("loan-contract")], "material:mat_loan-contract"),
    ):
        with pytest.raises(NotFound):
            rulings(item, HYGIENE, held, asked, CATALOGUE, AT)


def test_every_rule_has_its_words() -> None:
    assert set(RULES) == set(LICENCE_RULES) | set(MATERIAL_RULES)


def test_each_rule_speaks_for_itself_and_the_first_that_forbids_decides() -> None:
    paper = material("premises-proof", premises=None, state=State.REVOKED)
    ruled = {one.rule: one.fitness for one in each_rule(paper, PROOF, HYGIENE, CATALOGUE, AT)}
    said = {name: found.code for name, found in ruled.items() if found}
    assert said == {"premises": "unknown_premises", "state": "status_revoked"}
    assert list(ruled)[:4] == ["held", "holder", "decision", "purpose"]
    assert assess(paper, PROOF, HYGIENE, CATALOGUE, AT).outcome is Outcome.UNFIT
    sound = each_rule(licence("business-licence"), LOOK_UP, HYGIENE, CATALOGUE, AT)
    assert all(one.fitness is None for one in sound) and len(sound) == 8
