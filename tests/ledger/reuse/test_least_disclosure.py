"""What must hold of every plan, whatever is held and whatever is required."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certs.canonical import canonical
from ledger.catalogue.catalogue import (
    Evidence,
    EvidenceSet,
    LicenceEvidence,
    MaterialEvidence,
    Requirement,
    ServiceItem,
)
from ledger.reuse.case import Case, handed_in
from ledger.reuse.documents import Held, Licence
from ledger.reuse.exemption import Plan, Way
from ledger.reuse.fewest_papers import fewest_papers
from ledger.reuse.fitness import Outcome, assess
from ledger.reuse.plan import plan
from tests.ledger.papers import (
    AT,
    CATALOGUE,
    FIRM,
    HYGIENE,
    cases,
    licence,
    licences,
    material,
    materials,
    piles,
    shelf,
)

PROPERTY = settings(max_examples=120, deadline=None)


def made(case: Case, held: Collection[Held], at: Any = AT) -> Plan:
    return plan(CATALOGUE.item(case.item), case, held, CATALOGUE, at)


@PROPERTY
@given(piles(), cases(), st.randoms(use_true_random=False))
def test_replay_gives_the_same_bytes_in_any_order(pile: list[Held], case: Case, mix: Any) -> None:
    first = canonical(made(case, pile).to_json())
    mix.shuffle(pile)
    assert canonical(made(case, pile).to_json()) == first


@PROPERTY
@given(piles(), st.one_of(materials(), licences()), cases())
def test_more_held_never_means_more_asked(pile: list[Held], one: Held, case: Case) -> None:
    assume(one.object not in [held.object for held in pile])
    fewer, more = made(case, pile), made(case, [*pile, one])
    assert more.counts["asked"] <= fewer.counts["asked"]
    assert more.counts["papers_asked"] <= fewer.counts["papers_asked"]
    for before, after in zip(fewer.requirements, more.requirements, strict=True):
        assert before.way is Way.ASKED or after.way is not Way.ASKED


@PROPERTY
@given(piles(), cases())
def test_counts_add_up_and_only_fit_papers_are_used(pile: list[Held], case: Case) -> None:
    found = made(case, pile)
    counts = found.counts
    ways = ("reused", "handed_in", "assistance", "commitment", "later", "asked")
    assert counts["required"] == sum(counts[way] for way in ways)
    for requirement in found.requirements:
        assert bool(requirement.missing) == (requirement.way is Way.ASKED)
        assert all(used.fitness.outcome is Outcome.FIT for used in requirement.used)
        assert all(no.fitness.outcome is not Outcome.FIT for no in requirement.rejected)
        taken = {used.object for used in requirement.used}
        assert taken.isdisjoint(no.object for no in requirement.rejected)


def meets(
    evidence: Evidence, pile: Collection[Held], case: Case, released: Mapping[str, set[str]]
) -> bool:
    for held in pile:
        kind = held.type if isinstance(held, Licence) else held.kind
        if kind != getattr(evidence, "kind", getattr(evidence, "type", None)):
            continue
        shown = handed_in(held, case) or released.get(held.object, set()) >= {*evidence.fields}
        if shown and assess(held, evidence, case, CATALOGUE, AT).outcome is Outcome.FIT:
            return True
    return False


def holds(
    found: Plan,
    item: ServiceItem,
    pile: Collection[Held],
    case: Case,
    released: Mapping[str, set[str]],
) -> bool:
    """Whether the plan's promise is kept by what is released, judged anew from the catalogue."""
    for done, wanted in zip(found.requirements, item.requirements, strict=True):
        begun = [one.evidence for one in done.arranged]
        sets = [
            [e in begun or meets(e, pile, case, released) for e in one.evidence]
            for one in wanted.sets
            if not done.missing or one.id == done.set
        ]
        best = max(sum(met) if done.missing else all(met) for met in sets)
        if best < (len(done.used) if done.missing else 1):
            return False
    return True


def every_field_is_needed(
    found: Plan, item: ServiceItem, pile: Collection[Held], case: Case
) -> None:
    released: dict[str, set[str]] = {}
    for holder in found.holders():
        for one in found.consent_items(holder):
            released[str(one["object"])] = {*one["fields"]}  # type: ignore[misc]
    assert holds(found, item, pile, case, released)
    for name, fields in released.items():
        for field in fields:
            fewer = released | {name: fields - {field}}
            assert not holds(found, item, pile, case, fewer), (name, field)


@PROPERTY
@given(piles(), cases())
def test_every_released_field_is_needed(pile: list[Held], case: Case) -> None:
    every_field_is_needed(made(case, pile), CATALOGUE.item(case.item), pile, case)


def test_one_paper_may_meet_a_requirement_that_another_way_would_too() -> None:
    case = Case("case_r", "legal-representative-change", "scjg", FIRM, "rep/1")
    resolution = material("shareholders-resolution", decision="rep/1", issued_on=AT.date(), entry=8)
    found = made(case, [*shelf()[:1], resolution])
    assert [u.object for r in found.requirements for u in r.used] == [
        "licence:lic_business-licence",
        "material:mat_shareholders-resolution",
    ]


def an_item(*requirements: list[list[str]]) -> ServiceItem:
    """The hygiene permit with other requirements: each a list of sets of kinds, where
    ``business-licence`` stands for its holder's name alone."""

    def evidence(kind: str) -> Evidence:
        if kind == "business-licence":
            return LicenceEvidence(kind, ("holder_name",))
        rule = CATALOGUE.material_kinds[kind]
        return MaterialEvidence(kind, rule.min_grade, rule.max_age_days)

    built = tuple(
        Requirement(
            f"r{n}",
            "要求",
            "requirement",
            tuple(EvidenceSet(f"s{m}", tuple(map(evidence, one))) for m, one in enumerate(sets)),
        )
        for n, sets in enumerate(requirements)
    )
    return replace(CATALOGUE.item(HYGIENE.item), requirements=built)


def test_what_others_make_unnecessary_is_dropped() -> None:
    item = an_item([["lease"], ["layout-plan"]], [["layout-plan", "premises-proof"]])
    held = [material(kind) for kind in ("lease", "layout-plan", "premises-proof")]
    found = plan(item, HYGIENE, held, CATALOGUE, AT)
    assert [one["object"] for one in found.consent_items()] == [
        "material:mat_layout-plan",
        "material:mat_premises-proof",
    ]


def test_less_disclosure_goes_before_preference() -> None:
    item = an_item([["lease"], ["business-licence"]])
    found = plan(item, HYGIENE, [material("lease"), *shelf()], CATALOGUE, AT)
    assert found.consent_items() == [
        {"object": "licence:lic_business-licence", "fields": ["holder_name"]}
    ]


KINDS = ["lease", "layout-plan", "premises-proof", "equipment-list", "business-licence"]
SETS = st.lists(
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
    min_size=1,
    max_size=3,
    unique_by=tuple,
)


@PROPERTY
@given(st.lists(SETS, min_size=1, max_size=4), st.sets(st.sampled_from(KINDS)), st.booleans())
def test_least_disclosure_whatever_is_required(
    wanted: list[list[list[str]]], kinds: set[str], here: bool
) -> None:
    item = an_item(*wanted)
    pile: list[Held] = [
        licence(kind)
        if kind == "business-licence"
        else material(kind, case=HYGIENE.id if here and kind == "lease" else None)
        for kind in sorted(kinds)
    ]
    every_field_is_needed(plan(item, HYGIENE, pile, CATALOGUE, AT), item, pile, HYGIENE)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=3),
        max_size=5,
    )
)
def test_the_fewest_papers_are_the_fewest(options: list[list[frozenset[str]]]) -> None:
    chosen = fewest_papers(options)
    papers = frozenset[str]().union(*(o[i] for o, i in zip(options, chosen, strict=True)))
    sizes = [len(frozenset[str]().union(*picked)) for picked in product(*options)]
    assert len(papers) == min(sizes, default=0)


def test_ties_go_to_what_is_preferred() -> None:
    a, b, c = frozenset("a"), frozenset("b"), frozenset("c")
    assert fewest_papers([[a, b], [b, a]]) == [0, 1]
    assert fewest_papers([[a, b], [c]]) == [0, 0]
    assert fewest_papers([[a, b], [b]]) == [1, 0]
    assert fewest_papers([]) == []


def test_requirements_hang_together_through_others() -> None:
    pairs = [frozenset("bd"), frozenset("ae")]
    assert fewest_papers([pairs, [frozenset("b")], [frozenset("ae")]]) == [1, 0, 0]
