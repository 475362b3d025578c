"""A licence ends; every case that relied on it is found, flagged once, answered, and seen done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH
from ledger.after.reach import Cause, Ending
from ledger.errors import NotFound, Pushback, Tampered
from ledger.flows.after.cascade import cascade, cascades
from ledger.flows.after.flags import (
    FlagAnswer,
    FlagAnswered,
    Relying,
    answer_flag,
    inbox,
    reliance_of,
    standing_of,
)
from ledger.flows.door.statements import own_statement
from ledger.flows.matters.cases import close_case
from ledger.flows.worker import work
from ledger.ids import new_id
from ledger.index import names_of, rows_of
from ledger.ports import Row
from ledger.reuse.documents import LegalEffect
from ledger.tlog import Draft, sequence
from tests.doubles.faulty import Faulty
from tests.stories.house import House, Told, opened_copy
from tests.stories.relying import POLICE, SCIENCE, business_licence, end, flags, rely


@pytest.fixture(scope="module")
def relied(told: Told, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, dict[str, str]]:
    """Cases of three agencies that rely on one licence; the police closed theirs."""
    root = tmp_path_factory.mktemp("relied") / "data"
    with opened_copy(told, root) as house:
        cases = {agency: rely(house, agency) for agency in (HEALTH, SCIENCE, POLICE)}
        close_case(house.platform, POLICE, cases[POLICE], "granted")
        work(house.platform)
    return replace(told, root=root), cases


@pytest.fixture
def three(
    relied: tuple[Told, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, dict[str, str]]]:
    told, cases = relied
    with opened_copy(told, tmp_path_factory.mktemp("three") / "data") as house:
        yield house, cases


def answer(house: House, agency: str, flag: Any, outcome: str = "remedied") -> None:
    answer_flag(house.platform, agency, FlagAnswer(str(flag["id"]), outcome, "o-7", "已复核"))


def test_suspended_then_void_three_agencies_are_told_answer_and_are_seen_done(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    platform, licence = house.platform, business_licence(house)
    about = f"licence:{licence}"
    asked = reliance_of(platform, about, Cause(Ending.VOID))
    assert {one: found.touched for one, found in asked.items()} == dict.fromkeys(cases, 1)
    assert reliance_of(platform, about, Cause(Ending.SUSPENDED))[POLICE] == Relying(1, 0, 0)
    assert reliance_of(platform, about, None)[HEALTH] == Relying(1, 1, 0)

    suspended = end(house, licence, LegalEffect.SUSPENDED)
    work(platform)
    raised = flags(house, cause_index=suspended)
    assert {cases[HEALTH], cases[SCIENCE]} <= set(raised) and cases[POLICE] not in raised
    assert {row["code"] for row in raised.values()} == {"suspended"}
    answer(house, HEALTH, raised[cases[HEALTH]], "unaffected")
    with pytest.raises(FlagAnswered):
        answer(house, HEALTH, raised[cases[HEALTH]])
    with pytest.raises(NotFound):  # another's, as one that is not there
        answer(house, HEALTH, raised[cases[SCIENCE]])

    void = end(house, licence, LegalEffect.VOID)
    work(platform)
    raised = flags(house, cause_index=void)
    assert set(cases.values()) <= set(raised)
    assert {raised[case]["code"] for case in cases.values()} == {"void"}
    assert raised[cases[POLICE]]["due"] > raised[cases[HEALTH]]["due"]  # closed: longer
    seen = standing_of(platform, void)
    assert seen.done and seen.flagged[POLICE] == 1 and seen.open == sum(seen.flagged.values())
    assert [row["code"] for row in inbox(platform, SCIENCE)] == ["suspended", "void"]
    for agency, case in cases.items():
        answer(house, agency, raised[case])
    assert [row["state"] for row in inbox(platform, POLICE, open=False)] == ["remedied"]
    assert inbox(platform, POLICE) == []
    late = house.with_ports(now=lambda: house.platform.now() + timedelta(days=60))
    seen = standing_of(late.platform, void)
    assert seen.outcomes == {"remedied": 3} and seen.overdue == seen.open
    assert standing_of(late.platform, suspended).overdue > 0
    with pytest.raises(NotFound):
        standing_of(platform, 0)
    work(platform)
    assert house.findings() == ()


@pytest.mark.parametrize(("days", "police"), [(0, True), (1, False)])
def test_an_end_from_a_day_on_spares_what_was_decided_before(
    three: tuple[House, dict[str, str]], days: int, police: bool
) -> None:
    house, cases = three
    cause = end(house, business_licence(house), LegalEffect.WITHDRAWN, days=days)
    (done,) = cascades(house.platform)
    raised = flags(house, cause_index=cause)
    assert cases[HEALTH] in raised and (cases[POLICE] in raised) is police
    assert (done.cause, done.flagged) == (cause, len(raised)) and done.cases >= done.flagged
    assert cascades(house.platform) == []


def test_a_restored_licence_lifts_what_its_suspension_flagged(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    licence = business_licence(house)
    suspended = end(house, licence, LegalEffect.WITHHELD)
    work(house.platform)
    first = flags(house, cause_index=suspended)
    answer(house, HEALTH, first[cases[HEALTH]], "reopened")
    end(house, licence, LegalEffect.RESTORED)
    work(house.platform)
    after = flags(house, cause_index=suspended)
    states = {case: row["state"] for case, row in after.items()}
    assert states[cases[HEALTH]] == "reopened"
    assert states[cases[SCIENCE]] == "lifted" and "open" not in states.values()
    assert house.findings() == ()


def test_one_page_after_another_flags_the_same_as_one(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    cause = end(house, business_licence(house), LegalEffect.VOID)
    (done,) = cascades(house.platform, batch=1)
    assert done.flagged == len(flags(house, cause_index=cause)) >= len(cases)


def test_a_crash_before_or_after_any_call_flags_each_case_once(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    licence = business_licence(house)
    cause = end(house, licence, LegalEffect.VOID)
    watched = Faulty(house.platform.store)
    (row,) = house.platform.store.rows("cascades", {"state": "due"})
    appends = len(cases) + 2
    for number in range(1, appends + 1):
        for moment in ("fail_before", "fail_after"):
            double = Faulty(watched.port, **{moment: {"append": 1}})  # type: ignore[arg-type]
            try:
                cascade(house.with_ports(store=double).platform, row, batch=1)
            except Pushback:
                assert double.calls["append"] == 1
            raised = house.platform.store.rows("flags", {"cause_index": cause})
            assert len({one["case_id"] for one in raised}) == len(raised), (number, moment)
    cascades(house.platform, batch=1)
    assert set(cases.values()) <= set(flags(house, cause_index=cause))
    assert standing_of(house.platform, cause).done
    ends = [at for at in house.platform.store.find(f"licence:{licence}", after=cause)
            if house.platform.store.entries(at, at + 1)[0].kind == "cascade.done"]  # fmt: skip
    assert len(ends) == 1
    work(house.platform)
    assert house.findings() == ()


def test_two_workers_at_one_cause_flag_each_case_once(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    cause = end(house, business_licence(house), LegalEffect.VOID)
    (row,) = house.platform.store.rows("cascades", {"state": "due"})
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            cascade(house.platform, row, batch=1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    raised = house.platform.store.rows("flags", {"cause_index": cause})
    assert len({one["case_id"] for one in raised}) == len(raised) >= len(cases)
    work(house.platform)
    assert house.findings() == ()


def test_an_operator_who_passes_a_case_over_is_found(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    platform = house.platform
    cause = end(house, business_licence(house), LegalEffect.SUSPENDED)
    (row,) = platform.store.rows("cascades", {"state": "due"})

    def state(kind: str, **body: Any) -> None:
        said = {"cause": cause, "object": str(row["object"]), **body}
        envelope, statement = own_statement(platform, platform.operator, kind, said)
        draft = Draft(envelope, statement, names_of(statement), rows_of(statement))
        sequence(platform, [draft])

    flag = {"flag": "flg_" + "a" * 26, "code": "suspended", "due": "2027-01-01T00:00:00Z"}
    state("case.flagged", case=cases[HEALTH], agency=HEALTH, **flag)
    state("cascade.done", agency="scjg", cases=3, flagged=1)  # the science agency's is left out
    work(platform)
    assert [one.code for one in house.findings()] == ["fsck.cascade"]
    strange = house.acts.open_case(HEALTH, "public-place-hygiene-permit", "other/1")
    flag["flag"] = new_id("flg", platform.randomness)
    state("case.flagged", case=strange, agency=HEALTH, **flag)
    work(platform)
    assert [one.en for one in house.findings() if "did not rely" in one.en]


def test_a_cause_that_cannot_be_read_hides_no_other_and_stops_no_anchoring(
    three: tuple[House, dict[str, str]],
) -> None:
    house, cases = three
    store = house.platform.store
    bogus = {"cause_index": 0, "object": "licence:x", "state": "due"}
    store.write([Row("cascades", bogus)])

    class Spoilt:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def entry(self, index: int) -> Any:
            found = store.entry(index)
            return replace(found, record=b"x" * 40) if index == 0 and found else found

    spoilt = house.with_ports(store=Spoilt())
    cause = end(house, business_licence(house), LegalEffect.VOID)
    with pytest.raises(Tampered):
        work(spoilt.platform)
    assert set(cases.values()) <= set(flags(house, cause_index=cause))
    assert house.platform.store.anchor_covering(cause) is not None
