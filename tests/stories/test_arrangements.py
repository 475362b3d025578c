"""What stands in a paper's place: another agency's answer, and a commitment by the holder's key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from api.demo.story import HEALTH, MARKET
from certs.errors import Coded
from ledger import tlog
from ledger.flows.door.once import Once
from ledger.flows.matters.assistance import (
    Question,
    Reply,
    answer_assistance,
    remind,
    request_assistance,
)
from ledger.flows.matters.assistance_list import assistances, shown_assistance
from ledger.flows.matters.cases import close_case
from ledger.flows.matters.commitment import (
    Check,
    check_kept,
    commitment_words,
    commitments,
    make_commitment,
    overdue,
)
from ledger.flows.worker import work
from tests.arranging import FORM, RULES, TAX
from tests.stories.arranging import (
    arranged_house,
    committed,
    hygiene_case,
    index_findings,
    with_clock,
)
from tests.stories.house import House
from tests.stories.reusing import code_of

QUESTION = Question(TAX.id, "officer-7", "办件需要")
YES = Reply("confirmed", "officer-3", "无欠税")


def test_another_agency_answers_instead_of_a_paper(house: House) -> None:
    house, clock = with_clock(arranged_house(house))
    platform, case = house.platform, hygiene_case(house)
    asked = request_assistance(platform, HEALTH, case, QUESTION, Once(HEALTH, "ast", "k", b"x"))
    assert asked.asked == "sw"
    inbox = assistances(platform, "sw", "inbox", state="open")
    assert [row["id"] for row in inbox] == [asked.assistance]
    shown = shown_assistance(platform, inbox[0])
    assert (shown["question"], shown["subject"]) == ("有无欠税", house.firm.subject)
    assert assistances(platform, MARKET, "inbox") == []
    # neither twice, nor of somebody else, nor for what the catalogue does not foresee
    again = code_of(lambda: request_assistance(platform, HEALTH, case, QUESTION))
    assert again == "assistance.made"
    for question in (replace(QUESTION, agency=MARKET), replace(QUESTION, requirement=RULES.id)):
        refused = code_of(lambda: request_assistance(platform, HEALTH, case, question))  # noqa: B023
        assert refused == "assistance.not_foreseen"
    assert code_of(lambda: request_assistance(platform, MARKET, case, QUESTION)) == "not_found"
    # only the asked agency answers, with what it gave in itself, and once
    reply = replace(YES, object=f"licence:{house.permit.licence}")
    for agency, said in ((HEALTH, YES), (MARKET, YES), ("sw", reply)):
        refused = code_of(lambda: answer_assistance(platform, agency, asked.assistance, said))  # noqa: B023
        assert refused == "not_found"
    clock.pass_(days=1)
    entry = answer_assistance(platform, "sw", asked.assistance, YES)
    assert tlog.read(platform, entry.index).prev == asked.entry.index
    closed = code_of(lambda: answer_assistance(platform, "sw", asked.assistance, YES))
    assert closed == "assistance.closed"
    (row,) = assistances(platform, HEALTH, "outbox")
    assert (row["state"], shown_assistance(platform, row)["late"]) == ("confirmed", False)
    made = code_of(lambda: request_assistance(platform, HEALTH, case, QUESTION))
    assert made == "assistance.made"
    close_case(platform, HEALTH, case, "granted")
    assert code_of(lambda: request_assistance(platform, HEALTH, case, QUESTION)) == "case.closed"
    assert index_findings(house) == []


def test_who_is_late_is_reminded_once_a_level_whatever_the_workers_do(house: House) -> None:
    house, clock = with_clock(arranged_house(house))
    platform, case = house.platform, hygiene_case(house)
    asked = request_assistance(platform, HEALTH, case, QUESTION)
    half = asked.due - (asked.due - clock.at) / 2
    told = []
    for at in (clock.at, half, half, asked.due, asked.due):
        clock.at = at
        workers = [threading.Thread(target=remind, args=(platform,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert remind(platform) == 0
        (row,) = assistances(platform, "sw", "inbox")
        told.append(row["level"])
    assert told == [0, 1, 1, 2, 2]
    clock.pass_(days=7)
    assert assistances(platform, "zwb", "escalated") == []
    assert work(platform).waiting is None
    (row,) = assistances(platform, "zwb", "escalated")
    assert (row["id"], row["remind_at"]) == (asked.assistance, None)
    assert assistances(platform, "sw", "escalated") == []
    reminders = [
        tlog.read(platform, index).body
        for index in platform.store.find(f"assistance:{asked.assistance}")
        if tlog.read(platform, index).kind == "assistance.reminded"
    ]
    assert [(one["level"], one["to"]) for one in reminders] == [(1, "sw"), (2, "sw"), (3, "zwb")]
    assert shown_assistance(platform, row)["late"]
    answer_assistance(platform, "sw", asked.assistance, Reply("unknown", "officer-3", "查不到"))
    assert remind(platform) == 0
    again = request_assistance(platform, HEALTH, case, QUESTION)  # nobody knew: ask once more
    assert again.assistance != asked.assistance
    assert index_findings(house) == []


def test_of_two_who_ask_the_same_at_once_one_asks(house: House) -> None:
    house = arranged_house(house)
    case = hygiene_case(house)
    done = both(lambda: request_assistance(house.platform, HEALTH, case, QUESTION))
    assert sorted(done) == ["", "assistance.made"]
    assert len(assistances(house.platform, HEALTH, "outbox")) == 1


def both(act: Callable[[], object]) -> list[str]:
    """The codes of two that act at once; empty: done."""
    codes: list[str] = []

    def run() -> None:
        try:
            act()
            codes.append("")
        except Coded as error:
            codes.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def test_a_broken_commitment_bars_the_next_until_its_time_is_over(house: House) -> None:
    house, clock = with_clock(arranged_house(house))
    platform, firm = house.platform, house.firm.subject
    first, second = hygiene_case(house, 1), hygiene_case(house, 2)
    words = commitment_words(platform, first, RULES.id, FORM.id, firm)
    assert words.form.text_zh == FORM.text_zh
    for who, form, code in (
        ("sub_" + "a" * 26, FORM.id, "not_found"),
        (house.people.person.subject, FORM.id, "commitment.other"),
        (firm, "no-such", "commitment.not_foreseen"),
    ):
        assert code_of(lambda: commitment_words(platform, first, RULES.id, form, who)) == code  # noqa: B023
    data = committed(house, first)
    identity, entry = make_commitment(platform, data)
    assert make_commitment(platform, data)[1].index == entry.index
    other = code_of(lambda: make_commitment(platform, committed(house, first)))
    assert other == "commitment.made"
    spoilt = committed(house, second, replace(FORM, text_zh="本申请人承诺。"))
    assert code_of(lambda: make_commitment(platform, spoilt)) == "commitment.words"
    # checked by the case's agency alone, and once
    assert overdue(platform, HEALTH) == []
    clock.pass_(days=FORM.check_days + 1)
    assert [row["id"] for row in overdue(platform)] == [identity]
    check = Check("broken", "officer-7", "现场核查不符")
    assert code_of(lambda: check_kept(platform, MARKET, identity, check)) == "not_found"
    checked = check_kept(platform, HEALTH, identity, check)
    assert checked.case == first and checked.barred_until is not None
    said = tlog.read(platform, checked.entry.index)
    assert (said.kind, said.body["case"]) == ("commitment.checked", first)
    assert (said.body["outcome"], said.body["consequence"]) == ("broken", FORM.consequence_zh)
    assert checked.entry.index in platform.store.find(f"case:{first}")
    assert code_of(lambda: check_kept(platform, HEALTH, identity, check)) == "commitment.closed"
    assert overdue(platform) == []
    assert work(platform).waiting is None  # the cascade: the case that rested on it is flagged
    (flag,) = platform.store.rows("flags", {"case_id": first})
    assert (flag["object"], flag["cause_index"]) == (f"commitment:{identity}", checked.entry.index)
    barred = code_of(lambda: make_commitment(platform, committed(house, second)))
    assert barred == "commitment.barred"
    clock.pass_(days=FORM.bars_days + 1)
    kept, _ = make_commitment(platform, committed(house, second))
    done = check_kept(platform, HEALTH, kept, Check("kept", "officer-7", "属实"))
    assert done.barred_until is None
    assert {row["state"] for row in commitments(platform, HEALTH)} == {"broken", "kept"}
    assert index_findings(house) == []


def test_only_the_holders_bound_key_commits(house: House) -> None:
    house = arranged_house(house)
    case = hygiene_case(house)
    data = committed(house, case)
    person = house.people.person
    forged = committed(
        replace(
            house, people=replace(house.people, firm=replace(person, subject=house.firm.subject))
        ),
        case,
    )
    assert code_of(lambda: make_commitment(house.platform, forged)) == "consent.unbound_key"
    close_case(house.platform, HEALTH, case, "dropped")
    with pytest.raises(Coded) as refused:
        make_commitment(house.platform, data)
    assert refused.value.code == "case.closed"
