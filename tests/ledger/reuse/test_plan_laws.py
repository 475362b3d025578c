"""Laws of plans over any requirements: papers, facts, assistance, commitments, licences to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certs.canonical import canonical
from ledger.catalogue.catalogue import ServiceItem
from ledger.reuse.arranging import Stand
from ledger.reuse.case import Assistance, Breach, Case, Coming, Commitment
from ledger.reuse.documents import Held, State, day
from ledger.reuse.exemption import Plan, Way
from ledger.reuse.least_disclosure import Standing
from ledger.reuse.plan import plan
from tests.ledger.papers import AT, FIRM, HYGIENE, licence, material
from tests.ledger.reuse.terms import EVERY, PROMISE, TERMS, an_item

LAW = settings(max_examples=150, deadline=None)
RANK = {
    **dict.fromkeys((Way.LICENCE, Way.DATA_CHECK, Way.MATERIAL, Way.HANDED_IN), Standing.COMPLETE),
    Way.LATER: Standing.LATER,
    Way.ASKED: Standing.ASKED,
}


def items() -> st.SearchStrategy[ServiceItem]:
    sets = st.lists(st.sampled_from(EVERY), min_size=1, max_size=3, unique=True).map(tuple)
    requirement = st.lists(sets, min_size=1, max_size=4).map(tuple)
    return st.lists(requirement, min_size=1, max_size=4).map(lambda made: an_item(*made))


def held() -> st.SearchStrategy[Held]:
    states = st.sampled_from([State.ACTIVE, State.ACTIVE, State.SUSPENDED, State.DISPUTED])
    number = st.integers(0, 5)
    kinds = st.sampled_from(["layout-plan", "premises-proof"])
    types = st.sampled_from(["business-licence", "food-operation-permit"])
    here = st.sampled_from(["case_old", HYGIENE.id])

    def paper(kind: str, n: int, state: State, case: str) -> Held:
        return material(kind, id=f"mat_{kind}{n}", state=state, case=case, entry=n)

    def looked_up(type: str, n: int, state: State) -> Held:
        return licence(type, id=f"lic_{type}{n}", state=state, entry=n, premises=HYGIENE.premises)

    return st.one_of(
        st.builds(paper, kinds, number, states, here), st.builds(looked_up, types, number, states)
    )


def piles() -> st.SearchStrategy[list[Held]]:
    return st.lists(held(), max_size=8, unique_by=lambda one: one.object)


def cases() -> st.SearchStrategy[Case]:
    def build(asked: list[str], made: list[str], breach: bool, coming: bool) -> Case:
        due = AT + timedelta(days=1)
        states: Any = asked
        promised: Any = made
        return replace(
            HYGIENE,
            assistances=tuple(
                Assistance(f"ast_{n}", f"r{n}", "sw", state, due, n)
                for n, state in enumerate(states)
            ),
            commitments=tuple(
                Commitment(f"cmt_{n}", f"r{n}", PROMISE.id, state, n)
                for n, state in enumerate(promised)
            ),
            breaches=(Breach(PROMISE.id, day(AT)),) if breach else (),
            coming=(Coming("food-operation-permit", FIRM, "scjg", day(AT)),) if coming else (),
        )

    answers = st.lists(st.sampled_from(["open", "confirmed", "denied", "unknown"]), max_size=3)
    promises = st.lists(st.sampled_from(["made", "kept", "broken"]), max_size=3)
    return st.builds(build, answers, promises, st.booleans(), st.booleans())


def made(item: ServiceItem, case: Case, pile: list[Held]) -> Plan:
    return plan(item, case, pile, TERMS, AT)


@LAW
@given(items(), cases(), piles(), held())
def test_more_held_never_means_more_asked(
    item: ServiceItem, case: Case, pile: list[Held], one: Held
) -> None:
    assume(one.object not in {other.object for other in pile})
    fewer, more = made(item, case, pile), made(item, case, [*pile, one])
    assert more.counts["asked"] <= fewer.counts["asked"]
    assert more.counts["papers_asked"] <= fewer.counts["papers_asked"]
    for before, after in zip(fewer.requirements, more.requirements, strict=True):
        worst = RANK.get(after.way, Standing.ARRANGED)
        assert worst <= max(RANK.get(before.way, Standing.ARRANGED), Standing.ARRANGED)


@LAW
@given(items(), cases(), piles(), st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_bytes(
    item: ServiceItem, case: Case, pile: list[Held], mix: Any
) -> None:
    first = canonical(made(item, case, pile).to_json())
    mix.shuffle(pile)
    assert canonical(made(item, case, pile).to_json()) == first


@LAW
@given(items(), cases(), piles())
def test_every_requirement_is_met_or_says_what_is_missing(
    item: ServiceItem, case: Case, pile: list[Held]
) -> None:
    found = made(item, case, pile)
    counts = found.counts
    apart = ("reused", "handed_in", "assistance", "commitment", "later", "asked")
    assert counts["required"] == sum(counts[way] for way in apart)
    for wanted, done in zip(item.requirements, found.requirements, strict=True):
        chosen = next(one for one in wanted.sets if one.id == done.set)
        told = len(done.used) + len(done.arranged) + len(done.later) + len(done.missing)
        assert told == len(chosen.evidence)
        assert bool(done.missing) == (done.way is Way.ASKED)
        assert bool(done.later) == (done.way is Way.LATER)
        assert all(one.stand is not Stand.CLOSED for one in done.arranged)
        assert done.set not in [other.set for other in done.alternatives]


@LAW
@given(items(), cases(), piles())
def test_nothing_is_released_that_no_requirement_rests_on(
    item: ServiceItem, case: Case, pile: list[Held]
) -> None:
    found = made(item, case, pile)
    asked = {
        (one["object"], field)
        for holder in found.holders()
        for one in found.consent_items(holder)
        for field in one["fields"]  # type: ignore[union-attr]
    }
    rests = {
        (used.object, field)
        for requirement in found.requirements
        for used in requirement.used
        if used.way is not Way.HANDED_IN
        for field in used.fields
    }
    assert asked == rests


@LAW
@given(items(), cases(), piles())
def test_an_alternative_would_really_do(item: ServiceItem, case: Case, pile: list[Held]) -> None:
    found = made(item, case, pile)
    for number, done in enumerate(found.requirements):
        wanted = item.requirements[number]
        for other in done.alternatives:
            only = next(one for one in wanted.sets if one.id == other.set)
            narrowed = replace(item, requirements=(replace(wanted, sets=(only,)),))
            (alone,) = made(narrowed, case, pile).requirements
            assert (alone.way is Way.ASKED) == (done.way is Way.ASKED)
            assert len(alone.missing) == len(done.missing)
