"""In place of papers: data checks, assistance, commitment, licences on their way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.catalogue.evidence import Evidence
from ledger.reuse.arranging import Stand, arranged, expected
from ledger.reuse.case import Assistance, Breach, Case, Coming, Commitment
from ledger.reuse.documents import Held, State, day
from ledger.reuse.exemption import Plan, RequirementPlan, Way
from ledger.reuse.plan import plan
from tests.ledger.papers import AT, FIRM, HYGIENE, PERSON, STRANGER, licence, material
from tests.ledger.reuse.terms import (
    ASK_TAX,
    COMMIT,
    FACT,
    FOOD,
    LOOK_UP,
    PLAN,
    PROMISE,
    PROOF,
    TERMS,
    an_item,
)

BUSINESS = licence("business-licence")
LEASE = replace(PROOF, kind="lease")


def made(case: Case, held: Collection[Held], *sets: tuple[Evidence, ...]) -> RequirementPlan:
    (only,) = planned(case, held, sets).requirements
    return only


def planned(case: Case, held: Collection[Held], *requirements: Any) -> Plan:
    return plan(an_item(*requirements), case, held, TERMS, AT)


def asked(state: Any, days: int = 3, entry: int = 5, agency: str = "sw") -> Case:
    one = Assistance("ast_1", "r0", agency, state, AT + timedelta(days=days), entry)
    return replace(HYGIENE, assistances=(one,))


def test_a_fact_discloses_less_than_the_fields_and_says_only_yes_or_no() -> None:
    found = made(HYGIENE, [BUSINESS], (LOOK_UP,), (FACT,))
    assert (found.set, found.way) == ("s1", Way.DATA_CHECK)
    assert [used.fields for used in found.used] == [("fact_firm_in_force",)]
    assert [other.set for other in found.alternatives] == ["s0"]
    assert "是或否" in found.used[0].fitness.zh


def test_a_fact_is_checked_of_what_is_in_force_alone() -> None:
    for state in (State.SUSPENDED, State.REVOKED, State.DISPUTED):
        found = made(HYGIENE, [replace(BUSINESS, state=state)], (FACT,))
        assert found.way is Way.ASKED and found.rejected
    bank = replace(HYGIENE, agency="bank")
    item = replace(an_item(((FACT,),)), agencies=("bank",))
    assert plan(item, bank, [BUSINESS], TERMS, AT).requirements[0].way is Way.DATA_CHECK
    hidden = replace(FACT, fact="fact_catering")
    item = replace(an_item(((hidden,),)), agencies=("bank",))
    (refused,) = plan(item, bank, [BUSINESS], TERMS, AT).requirements
    assert [no.fitness.code for no in refused.rejected] == ["purpose_incompatible"]


@pytest.mark.parametrize(
    ("case", "stand", "code"),
    [
        (HYGIENE, Stand.POSSIBLE, "assistance_possible"),
        (asked("open"), Stand.PENDING, "assistance_pending"),
        (asked("open", -1), Stand.PENDING, "assistance_late"),
        (asked("confirmed"), Stand.MET, "assistance_confirmed"),
        (asked("denied"), Stand.CLOSED, "assistance_denied"),
        (asked("unknown"), Stand.CLOSED, "assistance_unknown"),
        (asked("confirmed", agency="ybj"), Stand.POSSIBLE, "assistance_possible"),
    ],
)
def test_where_assistance_stands(case: Case, stand: Stand, code: str) -> None:
    found = arranged(ASK_TAX, "r0", case, TERMS, AT)
    assert (found.stand, found.fitness.code) == (stand, code)
    assert arranged(ASK_TAX, "another", case, TERMS, AT).stand is Stand.POSSIBLE
    assert "税务局" in found.fitness.zh and "Tax" in found.fitness.en


def test_the_newest_answer_counts() -> None:
    one, two = asked("denied").assistances[0], asked("confirmed", entry=9).assistances[0]
    case = replace(HYGIENE, assistances=(two, one))
    assert arranged(ASK_TAX, "r0", case, TERMS, AT).stand is Stand.MET


def test_a_commitment_stands_until_it_is_broken_and_then_bars_others() -> None:
    def case(state: Any) -> Case:
        return replace(HYGIENE, commitments=(Commitment("cmt_1", "r0", PROMISE.id, state, 4),))

    assert arranged(COMMIT, "r0", case("made"), TERMS, AT).stand is Stand.MET
    assert arranged(COMMIT, "r0", case("kept"), TERMS, AT).stand is Stand.MET
    assert arranged(COMMIT, "r0", case("broken"), TERMS, AT).fitness.code == "commitment_broken"
    for back, stand in ((365, Stand.CLOSED), (366, Stand.POSSIBLE)):
        breach = Breach(PROMISE.id, day(AT) - timedelta(days=back))
        found = arranged(COMMIT, "r0", replace(HYGIENE, breaches=(breach,)), TERMS, AT)
        assert found.stand is stand
        assert ("until" in found.fitness.facts) == (stand is Stand.CLOSED)


def test_look_ups_go_before_arrangements_and_these_before_papers() -> None:
    sets: tuple[tuple[Evidence, ...], ...] = ((PLAN,), (COMMIT,), (ASK_TAX,))
    assert made(HYGIENE, [material("layout-plan")], *sets).way is Way.MATERIAL
    found = made(HYGIENE, [], *sets)
    assert (found.way, found.set, found.missing) == (Way.COMMITMENT, "s1", ())
    assert [(one.set, one.kinds) for one in found.alternatives] == [("s2", ("assistance:sw",))]
    barred = replace(HYGIENE, breaches=(Breach(PROMISE.id, day(AT)),))
    assert made(barred, [], *sets).way is Way.ASSISTANCE


def test_what_was_begun_goes_before_what_would_have_to_be_begun() -> None:
    found = made(asked("open"), [], (COMMIT,), (ASK_TAX,))
    assert (found.way, found.set) == (Way.ASSISTANCE, "s1")
    assert [(one.id, one.entry) for one in found.arranged] == [("ast_1", 5)]


def test_half_an_arrangement_is_not_complete() -> None:
    found = made(asked("confirmed"), [material("layout-plan")], (ASK_TAX, COMMIT), (PLAN,))
    assert (found.set, found.way) == ("s1", Way.MATERIAL)


def test_another_way_is_named_only_where_it_asks_for_no_more() -> None:
    more = made(HYGIENE, [], (PLAN,), (PROOF, LEASE))
    assert [one.set for one in more.alternatives] == []
    equal = made(HYGIENE, [], (PLAN,), (PROOF,))
    assert [(one.set, one.missing) for one in equal.alternatives] == [
        ("s1", ("material:premises-proof",))
    ]


def test_a_denied_answer_leads_back_to_the_paper() -> None:
    found = made(asked("denied"), [], (PLAN,), (ASK_TAX,))
    assert (found.way, [one.kind for one in found.missing]) == (Way.ASKED, ["material:layout-plan"])
    alone = made(asked("denied"), [], (ASK_TAX,))
    assert [one.zh for one in alone.missing] == ["区税务局"]


def test_a_set_of_papers_and_a_promise_asks_for_the_papers_alone() -> None:
    found = made(HYGIENE, [], (PROOF, COMMIT))
    assert [one.kind for one in found.missing] == ["material:premises-proof"]
    assert [one.stand for one in found.arranged] == [Stand.POSSIBLE]
    complete = made(HYGIENE, [material("premises-proof")], (PROOF, COMMIT))
    assert complete.way is Way.MIXED


def test_a_licence_on_its_way_is_not_asked_for() -> None:
    coming = Coming("food-operation-permit", FIRM, "scjg", date(2026, 12, 4))
    case = replace(HYGIENE, coming=(coming, replace(coming, by=date(2026, 12, 1))))
    found = made(case, [], (FOOD,))
    assert (found.way, found.missing) == (Way.LATER, ())
    (later,) = found.later
    assert (later.by, later.agency) == (date(2026, 12, 1), "scjg")
    assert "2026-12-01" in later.fitness.zh and "Market" in later.fitness.en
    assert made(case, [], (FOOD, PLAN)).way is Way.ASKED
    strange = replace(HYGIENE, coming=(replace(coming, subject=STRANGER),))
    assert made(strange, [], (FOOD,)).way is Way.ASKED
    partner = replace(FOOD, role="partner")
    assert expected(partner, replace(case, parties={"partner": PERSON})) is None
    assert expected(partner, case) is None
    assert expected(PLAN, case) is None


def test_counts_name_every_way() -> None:
    coming = Coming("food-operation-permit", FIRM, "scjg", date(2026, 12, 4))
    found = planned(
        replace(HYGIENE, coming=(coming,)),
        [BUSINESS],
        ((FACT,),), ((ASK_TAX,),), ((COMMIT,),), ((FOOD,),), ((PLAN,),),
    )  # fmt: skip
    assert found.counts == {
        "required": 5, "reused": 1, "handed_in": 0, "assistance": 1, "commitment": 1, "later": 1,
        "asked": 1, "papers_asked": 1,
    }  # fmt: skip
