"""A service that nobody applies for: the bank names firms, the commission asks yes or no, the firm
confirms, and a case is open."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.cli.entry import main
from api.demo.cast import PIN
from certs.identifiers import mint_credit_code
from ledger.consent.parties import signed_statement
from ledger.errors import Conflict, NotFound, Pushback
from ledger.flows.door.statements import UnboundKey
from ledger.flows.door.subjects import register_subject
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.cases import ItemElsewhere
from ledger.flows.matters.plan import plan_case
from ledger.flows.offered.benefits import (
    Looked,
    NoGrant,
    OfferClosed,
    OfferExpired,
    confirm_offer,
    offer_benefits,
)
from ledger.flows.offered.candidates import (
    Counts,
    NotProactive,
    counts_for,
    looked_at,
    push_candidates,
    reference_of,
    waiting,
)
from ledger.ids import new_id
from ledger.reuse.documents import LegalEffect
from tests.doubles.faulty import Faulty
from tests.stories.filling import AGENCY, BANK, ITEM, OFFICER, high_tech, push, word
from tests.stories.house import House, Told, opened_copy


@pytest.fixture
def city(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("benefits") / "data") as opened:
        yield opened


def look(house: House) -> Looked:
    return offer_benefits(house.platform, AGENCY, ITEM, OFFICER)


def offers(house: House) -> list[dict[str, Any]]:
    return [dict(row) for row in house.platform.store.rows("offers", {"item": ITEM})]


def others(house: House, count: int) -> list[str]:
    codes = [mint_credit_code(f"91319999MA1BNF{n:02d}").value for n in range(count)]
    for code in codes:
        register_subject(house.platform, "organisation", f"甲{code}", (("credit-code", code),))
    return codes


def test_the_firm_only_confirms(city: House) -> None:
    house, platform = city, city.platform
    high_tech(house, house.firm.subject)
    firm = house.people.firm_code
    rest = others(house, 5)
    assert push(house, firm, *rest, mint_credit_code("91319999MA1NBDY1").value) == 7
    assert push(house, firm) == 1
    assert look(house) == Looked(6, 1, 0)
    assert look(house) == Looked(0, 0, 0)
    (offer,) = offers(house)
    assert (offer["subject"], offer["state"]) == (house.firm.subject, "open")
    assert reference_of(platform, ITEM, house.firm.subject) == "loan/0"
    assert counts_for(platform, BANK, ITEM) == Counts(0, 0)
    assert counts_for(platform, "water", ITEM) == Counts(0, 0)
    push(house, firm)
    assert look(house) == Looked(0, 0, 0)  # one open offer at most
    data = word(house, offer)
    done = confirm_offer(platform, data)
    again = confirm_offer(platform, data)
    assert (done.case, done.entry.index) == (again.case, again.entry.index)
    with pytest.raises(OfferClosed):
        confirm_offer(platform, word(house, offer))
    (case,) = platform.store.rows("cases", {"id": done.case})
    assert (case["agency"], case["item"], case["state"]) == (AGENCY, ITEM, "open")
    assert case["plan_index"] is not None
    ways = {one.id: one.way.value for one in plan_case(platform, AGENCY, done.case).requirements}
    assert ways["loan"] == "asked" and set(ways.values()) > {"asked"}
    assert counts_for(platform, BANK, ITEM) == Counts(0, 0)
    push(house, firm)
    assert look(house) == Looked(1, 1, 0)  # another loan, another offer
    assert house.findings() == ()


def test_who_names_candidates_learns_of_no_single_firm(city: House) -> None:
    """A bank adds one firm to others that it knows all about: nothing that it is told moves."""
    house, platform = city, city.platform
    high_tech(house, house.firm.subject)
    decoys = others(house, 5)
    push(house, *decoys)
    look(house)
    before = counts_for(platform, BANK, ITEM)
    push(house, mint_credit_code("91319999MA1NBDY2").value)  # nobody here
    assert counts_for(platform, BANK, ITEM) == before
    push(house, house.people.firm_code)  # known here
    assert counts_for(platform, BANK, ITEM) == before
    assert look(house) == Looked(1, 1, 0)  # and eligible
    assert counts_for(platform, BANK, ITEM) == before


def test_counts_are_told_in_fives(city: House) -> None:
    house, platform = city, city.platform
    push(house, *others(house, 6))
    told = []
    for row in list(waiting(platform, ITEM)):
        platform.store.write([looked_at(platform, row, "offered")])
        told.append(counts_for(platform, BANK, ITEM).offered)
    assert told == [0, 0, 0, 0, 5, 5]


def test_what_does_not_hold_is_offered_to_nobody(city: House) -> None:
    house, platform = city, city.platform
    licence = high_tech(house, house.firm.subject)
    suspended = Change(licence, "suspended", "x", "y", LegalEffect.SUSPENDED, platform.now().date())
    change_status(platform, AGENCY, suspended)
    push(house, house.people.firm_code)
    assert look(house) == Looked(1, 0, 0)
    assert offers(house) == [] and counts_for(platform, BANK, ITEM) == Counts(0, 0)
    with pytest.raises(NotProactive):
        push_candidates(platform, BANK, "equity-change", [])
    with pytest.raises(ItemElsewhere):
        offer_benefits(platform, "scjg", ITEM, OFFICER)
    bare = replace(platform, catalogue=replace(platform.catalogue, grants={}))
    with pytest.raises(NoGrant):
        offer_benefits(bare, AGENCY, ITEM, OFFICER)
    assert house.findings() == ()


def test_only_the_holders_own_word_counts(city: House) -> None:
    house, platform = city, city.platform
    high_tech(house, house.firm.subject)
    push(house, house.people.firm_code)
    look(house)
    (offer,) = offers(house)

    def said(signer: Any, **changes: str) -> bytes:
        body = {"offer": offer["id"], "subject": house.firm.subject,
                "case": new_id("case", platform.randomness), **changes}  # fmt: skip
        log, kind = platform.log.origin, "benefit.confirmed"
        return signed_statement(signer, log, kind, body, platform.now(), platform.randomness)

    person = house.people.person
    with pytest.raises(UnboundKey):
        confirm_offer(platform, said(person.signer))
    with pytest.raises(NotFound):
        confirm_offer(platform, said(person.signer, subject=person.subject))
    with pytest.raises(NotFound):
        confirm_offer(platform, said(house.firm.signer, offer=new_id("off", platform.randomness)))
    taken = str(platform.store.rows("cases")[0]["id"])
    with pytest.raises(Conflict):
        confirm_offer(platform, said(house.firm.signer, case=taken))
    late = platform.now() + timedelta(days=400)
    with pytest.raises(OfferExpired):
        confirm_offer(replace(platform, now=lambda: late), word(house, offer))
    assert offers(house)[0]["state"] == "open"
    confirm_offer(platform, word(house, offer))


def test_two_looks_and_two_words_at_once_are_one(city: House) -> None:
    house, platform = city, city.platform
    high_tech(house, house.firm.subject)
    push(house, house.people.firm_code)
    start = threading.Barrier(2)
    looked: list[Looked] = []

    def at_once() -> None:
        start.wait()
        looked.append(look(house))

    together(at_once)
    assert sum(one.offered for one in looked) == 1 and len(offers(house)) == 1
    (offer,) = offers(house)
    told: list[str] = []

    def confirm() -> None:
        data = word(house, offer)
        start.wait()
        try:
            told.append(confirm_offer(platform, data).case)
        except OfferClosed:
            told.append("closed")

    together(confirm)
    assert sorted(told)[-1] == "closed" and len(platform.store.rows("cases", {"item": ITEM})) == 1
    assert house.findings() == ()


def together(act: Any) -> None:
    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_failure_while_confirming_is_made_good(city: House, moment: str, number: int) -> None:
    house = city
    high_tech(house, house.firm.subject)
    push(house, house.people.firm_code)
    look(house)
    (offer,) = offers(house)
    data = word(house, offer)
    facts: dict[str, Any] = {f"fail_{moment}": {"append": number}}
    broken = house.with_ports(store=Faulty(house.platform.store, **facts))
    with pytest.raises(Pushback):
        confirm_offer(broken.platform, data)
    done = confirm_offer(house.platform, data)
    (case,) = house.platform.store.rows("cases", {"item": ITEM})
    assert (case["id"], case["plan_index"] is not None) == (done.case, True)
    assert house.findings() == ()


def test_on_the_command_line(
    city: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = city
    high_tech(house, house.firm.subject)
    root = house.folder.root
    rows = root.parent / "loans.csv"
    rows.write_text(f"scheme,value,reference\ncredit-code,{house.people.firm_code},loan/9\n")
    monkeypatch.setenv("MIANTI_PIN", PIN.decode())

    def told(*arguments: object) -> Any:
        assert main(["--data", str(root), "--json", *map(str, arguments)]) == 0
        return json.loads(capsys.readouterr().out)

    pushed = told("benefit", "push", ITEM, rows, "--agency", BANK)
    assert (pushed["named"], pushed["offered"]) == (1, 0)
    assert told("benefit", "offer", ITEM, "--officer", OFFICER)["offered"] == 1
    (listed,) = told("benefit", "list", "--agency", AGENCY)
    wallet = house.folder.wallets / "firm.json"
    done = told("benefit", "confirm", listed["id"], "--wallet", wallet, "--yes")
    assert done["case"].startswith("case_") and done["anchored"] is True
    (after,) = told("benefit", "list", "--subject", house.firm.subject)
    assert (after["state"], after["case"]) == ("confirmed", done["case"])
