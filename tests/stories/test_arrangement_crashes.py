"""Demands, assistance and commitments: whatever call fails, asked again each stands once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

from api.demo.story import HEALTH
from ledger.errors import Pushback, Refused
from ledger.flows.door.once import Once
from ledger.flows.matters.assistance import (
    Question,
    Reply,
    answer_assistance,
    remind,
    request_assistance,
)
from ledger.flows.matters.commitment import Check, check_kept, make_commitment
from ledger.flows.matters.demand import Demand, record_demand
from ledger.reuse.documents import Channel
from tests.arranging import TAX
from tests.stories.arranging import (
    Clock,
    arranged_house,
    committed,
    hygiene_case,
    index_findings,
    with_clock,
)
from tests.stories.house import House
from tests.stories.test_crashes import broken, points

Act = Callable[[House], object]
NUMBERS = count(1)
MISSING = Demand("material:hygiene-test-report", "officer-7", "受理", Channel.COUNTER)
COVERED = Demand("material:layout-plan", "officer-7", "受理", Channel.COUNTER)


def keyed(agency: str, do: Callable[[House, Once], object]) -> Act:
    """As a caller with an idempotency key: what was done before is done."""
    once = Once(agency, "arrangements", f"key-{next(NUMBERS)}", b"the request")

    def act(house: House) -> None:
        if once.earlier(house.platform) is None:
            do(house, once)

    return act


def request(house: House, clock: Clock) -> Act:
    case = hygiene_case(house, next(NUMBERS))
    question = Question(TAX.id, "officer-7", "办件需要")
    return keyed(
        HEALTH, lambda at, once: request_assistance(at.platform, HEALTH, case, question, once)
    )


def asked(house: House) -> str:
    case = hygiene_case(house, next(NUMBERS))
    question = Question(TAX.id, "officer-7", "办件需要")
    return request_assistance(house.platform, HEALTH, case, question).assistance


def answer(house: House, clock: Clock) -> Act:
    name, reply = asked(house), Reply("denied", "officer-3", "有欠税")
    return keyed("sw", lambda at, once: answer_assistance(at.platform, "sw", name, reply, once))


def reminder(house: House, clock: Clock) -> Act:
    for row in house.platform.store.rows("assistances", {"state": "open"}):
        said = Reply("unknown", "officer-3", "查不到")  # so that one alone is waited for
        answer_assistance(house.platform, "sw", str(row["id"]), said)
    asked(house)
    clock.pass_(days=4)
    return lambda at: remind(at.platform)


def commitment(house: House, clock: Clock) -> Act:
    data = committed(house, hygiene_case(house, next(NUMBERS)))
    return lambda at: make_commitment(at.platform, data)


def check(house: House, clock: Clock) -> Act:
    data = committed(house, hygiene_case(house, next(NUMBERS)))
    name, _ = make_commitment(house.platform, data)
    found = Check("kept", "officer-7", "属实")
    return keyed(HEALTH, lambda at, once: check_kept(at.platform, HEALTH, name, found, once))


def demand(house: House, clock: Clock) -> Act:
    case = hygiene_case(house, next(NUMBERS))
    return keyed(HEALTH, lambda at, once: record_demand(at.platform, HEALTH, case, MISSING, once))


def refused(house: House, clock: Clock) -> Act:
    case = hygiene_case(house, next(NUMBERS))

    def act(at: House) -> None:
        with suppress(Refused):
            record_demand(at.platform, HEALTH, case, COVERED)

    return act


def test_each_stands_once_whatever_call_fails(house: House) -> None:
    house, clock = with_clock(arranged_house(house))
    for prepare in (request, answer, reminder, commitment, check, demand, refused):
        swept = points(house, prepare(house, clock))
        assert ("store", "append") in {point[:2] for point in swept}
        for point in swept:
            act = prepare(house, clock)
            size = house.platform.store.size()
            with suppress(Pushback):
                act(broken(house, point))
            act(house)
            act(house)
            assert house.platform.store.size() == size + 1, (prepare.__name__, point)
    assert index_findings(house) == []
