"""The synthetic city: the same seed gives the same figures, and the second reading catches lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.catalogue.data import built_in_catalogue
from ledger.log.statement import Statement
from scripts.simulation.figures import missed, page
from scripts.simulation.lives import LIVES, planned
from scripts.simulation.recomputed import Reader, Recomputed
from scripts.simulation.run import simulate
from scripts.simulation.scale import Scale
from tests.ledger.bodies import BODIES, CONSENT, RELEASE, an_id

SMALL = Scale(30, 1, 1)
AT = datetime(2026, 3, 2, tzinfo=UTC)
CATALOGUE = built_in_catalogue()


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return simulate(SMALL, lambda line: None)


def test_what_it_shows_holds(told: dict[str, Any]) -> None:
    assert missed(told) == []
    assert set(told["coverage"]) == set(CATALOGUE.items)
    ways = {way for of_item in told["coverage"].values() for way in of_item}
    assert {"licence", "data_check", "material", "handed_in", "assistance", "commitment"} <= ways
    assert len(told["channels"]) >= 3 and told["readings"]["all"] > told["cases"]
    shown = "\n".join(page(told))
    assert "without a then-valid basis: 0" in shown and "newborn-household" in shown


def test_the_same_seed_gives_the_same_figures(told: dict[str, Any]) -> None:
    assert simulate(SMALL, lambda line: None) == told


def test_another_seed_gives_others(told: dict[str, Any]) -> None:
    other = simulate(replace(SMALL, seed=2, check=False), lambda line: None)
    assert other["coverage"] != told["coverage"] and missed(other) == []


def test_every_matter_comes_up_and_then_by_its_weight() -> None:
    from random import Random

    few = planned(1, 1, Random(1))
    assert sorted(life.slug for _, life in few) == sorted(life.slug for life in LIVES)
    many = planned(20_000, 3, Random(1))
    assert 5_000 < sum(life.cases for _, life in many) < 7_000
    assert [share for share, _ in many] == sorted(share for share, _ in many)
    items = {member.item for bundle in CATALOGUE.bundles.values() for member in bundle.members}
    assert items | {life.slug for life in LIVES if not life.bundle} >= set(CATALOGUE.items)


# the second reading


def statement(kind: str, body: dict[str, Any], later: int = 0) -> Statement:
    at = AT + timedelta(days=later)
    return Statement(kind, an_id("st"), "log.example", "wjw", at, body)


CASE = BODIES["case.opened"] | {"case": RELEASE["case"], "item": "public-place-hygiene-permit"}
COURSE = (
    ("case.opened", CASE),
    ("consent.requested", BODIES["consent.requested"]),
    ("consent.granted", CONSENT),
    ("released", RELEASE),
)


def read(*course: tuple[str, Any], later: int = 0) -> Recomputed:
    reader = Reader(CATALOGUE)
    for index, (kind, body) in enumerate(course):
        reader.take(index, statement(kind, dict(body), later if kind == "released" else 0))
    return reader.found


def test_a_lawful_reading_passes() -> None:
    found = read(*COURSE)
    assert (found.readings, found.without_basis) == (1, [])
    second = read(*COURSE, ("released", RELEASE | {"n": 2}))
    assert (second.readings, second.without_basis) == (2, [])


@pytest.mark.parametrize(
    ("course", "why"),
    [
        ((COURSE[0], COURSE[1], COURSE[3]), "no basis"),
        ((COURSE[0], COURSE[2], COURSE[1], COURSE[3]), "order"),
        ((*COURSE[:3], ("consent.withdrawn", BODIES["consent.withdrawn"]), COURSE[3]), "withdrawn"),
        ((*COURSE[:3], ("released", RELEASE | {"agency": "ybj"})), "another agency"),
        ((*COURSE[:3], ("released", RELEASE | {"n": 2})), "uses"),
        ((*COURSE[1:3], COURSE[3]), "case not open"),
        (
            (
                *COURSE[:3],
                ("case.closed", {"case": CASE["case"], "outcome": "granted"}),
                COURSE[3],
            ),
            "case not open",
        ),
        (
            (
                *COURSE[:3],
                ("released", RELEASE | {"items": [{**RELEASE["items"][0], "fields": ["number"]}]}),
            ),
            "more than granted",
        ),
    ],
)
def test_an_unlawful_one_is_told(course: tuple[Any, ...], why: str) -> None:
    ((_, found),) = read(*course).without_basis
    assert found.startswith(why)


def test_a_consent_that_has_run_out_is_told() -> None:
    ((_, found),) = read(*COURSE, later=400).without_basis
    assert found == "run out"


def handed(number: int, **changes: Any) -> tuple[str, dict[str, Any]]:
    body = BODIES["material.deposited"] | {
        "material": an_id("mat", number),
        "kind": "layout-plan",
        "case": CASE["case"],
        "issued_on": "2026-02-27",
        "decision": None,
    }
    return "material.deposited", body | changes


def test_a_paper_handed_in_for_nothing_is_told() -> None:
    opened = ("case.opened", CASE)
    assert read(opened, handed(1)).twice == []
    ((at, why),) = read(opened, handed(1), handed(2)).twice
    assert at == 2 and "entry 1 would have served" in why
    assert read(opened, handed(1), handed(2, premises="sub_elsewhere")).twice == []
    gone = BODIES["erased"] | {"object": f"material:{an_id('mat', 1)}"}
    assert read(opened, handed(1), ("erased", gone), handed(2)).twice == []
    closed = ("case.closed", {"case": CASE["case"], "outcome": "granted"})
    changed = {"kind": "articles-of-association"}
    again = ("case.opened", CASE | {"case": an_id("case", 7)})
    changing = ("case.opened", CASE | {"item": "business-scope-change", "agency": "scjg"})
    same_day = read(
        changing, handed(1, **changed), closed, again, handed(2, case=an_id("case", 7), **changed)
    )
    assert same_day.twice == []  # of one day nobody can tell which was first
    never = {"kind": "business-licence-copy"}
    assert read(opened, handed(1, **never), handed(2, **never)).twice == []


def test_what_is_missed_is_said() -> None:
    told = {
        "readings": {"without_basis": 1},
        "papers": {"twice": 2},
        "fsck": None,
    }
    assert missed(told) == ["readings without a then-valid basis", "papers handed in twice"]
