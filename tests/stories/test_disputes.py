"""A holder says that a paper is wrong: it is held, settled by who answers for it, and what relied
on it is told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import receive
from api.demo.story import HEALTH, MARKET
from api.wallets import Wallet
from certs.canonical import parse
from ledger import tlog
from ledger.after.parties import dispute
from ledger.errors import LedgerError, NotFound
from ledger.flows.after.disputes import (
    DisputeField,
    DisputeOpen,
    DisputeSettled,
    Settlement,
    SuccessorUnfit,
    open_dispute,
    settle_dispute,
)
from ledger.flows.after.responsible import responsible
from ledger.flows.door.statements import UnboundKey
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.matters.cases import close_case
from ledger.flows.worker import work
from ledger.reuse.documents import LegalEffect
from ledger.reuse.working_days import due_after
from tests.stories.house import House, issue_food
from tests.stories.relying import POLICE, SCIENCE, business_licence, end, flags, rely


def say(
    house: House,
    about: str,
    field: str | None = None,
    *,
    wallet: Wallet | None = None,
    agency: str | None = None,
) -> bytes:
    """The holder's dispute, signed with the holder's own key."""
    platform = house.platform
    return dispute(
        (wallet or house.firm).signer,
        platform.log.origin,
        about,
        agency or responsible(platform, about) or "nobody",
        field,
        "与事实不符",
        platform.now(),
        platform.randomness,
    )


def settle(house: House, agency: str, identity: str, outcome: str, successor: Any = None) -> int:
    said = Settlement(identity, outcome, "o-7", "经核实", successor)
    return settle_dispute(house.platform, agency, said).index


def row(house: House, about: str) -> dict[str, Any]:
    sort, _, identity = about.partition(":")
    table = {"licence": "licences", "material": "materials"}[sort]
    return house.platform.store.rows(table, {"id": identity})[0]


def test_a_disputed_paper_is_held_at_once_and_free_again_when_the_dispute_is_rejected(
    house: House,
) -> None:
    platform = house.platform
    about = f"licence:{business_licence(house)}"
    plan = house.hygiene_plan()
    agreed = house.agree(plan, uses=2)
    receive(platform, house.folder, HEALTH, agreed.consent, 1)
    data = say(house, about, "address")
    done = open_dispute(platform, data)
    assert done.due == due_after(tlog.read(platform, done.entry.index).at, 15)
    assert open_dispute(platform, data).entry.index == done.entry.index  # the same, sent again
    with pytest.raises(LedgerError) as caught:
        receive(platform, house.folder, HEALTH, agreed.consent, 2)
    assert caught.value.code == "item.disputed"
    with pytest.raises(DisputeOpen):
        open_dispute(platform, say(house, about))
    shown = verified(house, cast_index(row(house, about)))
    assert "status.disputed" in shown
    assert flags(house) == {}  # a dispute alone says nothing of what was decided

    with pytest.raises(NotFound):  # not the agency that answers for it
        settle(house, HEALTH, done.dispute, "rejected")
    settle(house, MARKET, done.dispute, "rejected")
    with pytest.raises(DisputeSettled):
        settle(house, MARKET, done.dispute, "upheld")
    assert "status.disputed" not in verified(house, cast_index(row(house, about)))
    receive(platform, house.folder, HEALTH, agreed.consent, 2)
    work(platform)
    assert flags(house) == {}
    assert open_dispute(platform, say(house, about)).dispute != done.dispute
    assert house.findings() == ()


def cast_index(of: dict[str, Any]) -> int:
    return int(of["entry_index"])


def verified(house: House, index: int) -> set[str]:
    work(house.platform)
    (verdict,) = verify_items(
        house.platform, [Submitted("entry", index=index)], house.platform.now()
    )
    return {note.code for note in verdict.notes}


def test_who_may_dispute_what(house: House) -> None:
    platform = house.platform
    about = f"licence:{house.permit.licence}"
    for wrong in (
        say(house, about, wallet=house.people.person),  # somebody else's paper
        say(house, about, agency=HEALTH),  # an agency that does not answer for it
        say(house, "licence:lic_" + "a" * 26, agency=MARKET),
        say(house, "release:rel_" + "a" * 26, agency=MARKET),
    ):
        with pytest.raises(NotFound):
            open_dispute(platform, wrong)
    with pytest.raises(DisputeField):
        open_dispute(platform, say(house, about, "shoe_size"))
    (material,) = platform.store.rows("materials", {"kind": "layout-plan"})
    with pytest.raises(DisputeField):
        open_dispute(platform, say(house, f"material:{material['id']}", "address"))
    forged = Wallet(house.firm.subject, "x", house.people.person.private)
    with pytest.raises(UnboundKey):
        open_dispute(platform, say(house, about, wallet=forged))
    assert platform.store.rows("disputes") == []


def test_a_wrong_field_flags_open_cases_and_those_closed_ones_that_were_given_it(
    house: House,
) -> None:
    platform = house.platform
    about = f"licence:{business_licence(house)}"
    cases = {agency: rely(house, agency) for agency in (HEALTH, SCIENCE, POLICE)}
    for agency in (SCIENCE, POLICE):
        close_case(platform, agency, cases[agency], "granted")
    given = {item["object"]: item["fields"] for item in _released(house, cases[SCIENCE])}
    assert "registered_capital" not in given[about]
    capital = open_dispute(platform, say(house, about, "registered_capital"))
    cause = settle(house, MARKET, capital.dispute, "upheld")
    work(platform)
    assert set(flags(house, cause_index=cause)) == {cases[HEALTH]}  # open; the others never saw it
    assert row(house, about)["dispute"] == capital.dispute  # held until the issuer acts
    told = {
        no.object: no.fitness.code for r in house.hygiene_plan().requirements for no in r.rejected
    }
    assert told[about] == "status_withdrawn"
    with pytest.raises(DisputeOpen):
        open_dispute(platform, say(house, about, "address"))
    void = end(house, business_licence(house), LegalEffect.VOID)
    work(platform)
    assert set(flags(house, cause_index=void)) == set(cases.values())
    assert house.findings() == ()


def _released(house: House, case: str) -> list[dict[str, Any]]:
    (release,) = house.platform.store.rows("releases", {"case_id": case})
    body: Any = tlog.read(house.platform, int(str(release["entry_index"]))).body
    return list(body["items"])


def test_a_correction_names_what_stands_in_its_place(house: House) -> None:
    platform = house.platform
    old = f"licence:{house.permit.licence}"
    opened = open_dispute(platform, say(house, old, "address"))
    new = issue_food(house, number="JY-corrected", supersedes=house.permit.licence)
    unrelated = issue_food(house, number="JY-other")
    (plan,) = platform.store.rows("materials", {"kind": "layout-plan"})
    for outcome, successor in (
        ("corrected", None),
        ("corrected", old),
        ("corrected", f"licence:{unrelated.licence}"),
        ("corrected", f"licence:{business_licence(house)}"),
        ("corrected", f"material:{plan['id']}"),
        ("rejected", f"licence:{new.licence}"),
    ):
        with pytest.raises(SuccessorUnfit):
            settle(house, MARKET, opened.dispute, outcome, successor)
    cause = settle(house, MARKET, opened.dispute, "corrected", f"licence:{new.licence}")
    assert tlog.read(platform, cause).body["successor"] == f"licence:{new.licence}"
    assert row(house, old)["state"] == "superseded"

    paper = f"material:{plan['id']}"
    lost = open_dispute(platform, say(house, paper))
    cause = settle(house, MARKET, lost.dispute, "upheld")
    assert row(house, paper)["state"] == "withdrawn"
    work(platform)
    case = str(plan["case_id"])
    assert flags(house, cause_index=cause)[case]["code"] == "upheld"  # closed, but it was wrong
    assert house.findings() == ()


def test_a_complaint_about_a_reading_holds_nothing_and_is_settled_by_who_read(
    house: House,
) -> None:
    platform = house.platform
    case = rely(house, HEALTH)
    (read,) = platform.store.rows("releases", {"case_id": case})
    about = f"release:{read['id']}"
    assert responsible(platform, about) == HEALTH
    with pytest.raises(NotFound):
        open_dispute(platform, say(house, about, wallet=house.people.person))
    done = open_dispute(platform, say(house, about))
    with pytest.raises(DisputeOpen):
        open_dispute(platform, say(house, about))
    assert row(house, f"licence:{business_licence(house)}")["dispute"] is None
    settle(house, HEALTH, done.dispute, "upheld")
    work(platform)
    assert flags(house) == {}
    late = platform.now() + timedelta(days=40)
    assert late > done.due
    assert parse(b"{}") == {} and house.findings() == ()
