"""Facts are answered at release, without the document: yes or no, signed, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from api.demo.reuse import agree, order
from api.demo.story import MARKET
from certs.verdict import Outcome
from ledger import tlog
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.evidence.trace import trace
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.plan import plan_case
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.reading.facts import told_of
from ledger.flows.reading.release import release
from ledger.reuse.documents import LegalEffect
from ledger.use.fact_answer import verify_answer
from ledger.use.facts import Answer
from ledger.verify.items import GivenFile
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify
from tests.stories.house import House, Told, opened_copy
from tests.stories.reusing import refused_release, withdrawal
from tests.stories.using import NAMES, asking_facts, consented, licence_of, released

SCIENCE = "kw"


@pytest.fixture(scope="module")
def asked(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("facts") / "data") as opened:
        yield asking_facts(opened)


def test_facts_come_without_the_document(asked: House) -> None:
    plan = asked.hygiene_plan()
    name = licence_of(asked, plan)
    got = consented(asked, plan, [{"object": name, "fields": [*NAMES, "holder_name"]}])
    size = asked.platform.store.size()
    done, _ = released(asked, got.consent)
    (told,) = done.answers
    assert told.answers == {
        "fact_has_licence": Answer.YES,
        "fact_two_years": Answer.YES,
        "fact_capital": Answer.NO,
    }
    assert {one.field for one in done.handed.keys} == {"", "holder_name"}
    chain = asked.platform.signing.chain(asked.platform.operator)
    key: Any = x509.load_der_x509_certificate(chain[0]).public_key()
    said = verify_answer(told.token, key)
    assert (said.release, said.agency, said.object) == (done.release, "wjw", name)
    assert (said.case, said.type, said.answers) == (plan.case.id, "business-licence", told.answers)
    # the log knows what was asked, and not what was answered; repeating logs nothing
    assert asked.platform.store.size() == size + 2
    entry = tlog.read(asked.platform, told.entry)
    assert entry.body["facts"] == sorted(NAMES)
    assert not {"yes", "no"} & {str(value) for value in entry.body.values()}
    assert told_of(asked.platform, done.release) == (told,)
    assert asked.findings() == ()


def test_facts_alone_hand_over_no_key_at_all(asked: House) -> None:
    plan = asked.hygiene_plan()
    name = licence_of(asked, plan)
    got = consented(asked, plan, [{"object": name, "fields": ["fact_two_years"]}])
    done, _ = released(asked, got.consent)
    assert done.handed.keys == () and done.wanted == ()
    assert [one.answers for one in done.answers] == [{"fact_two_years": Answer.YES}]


def test_an_answer_verifies_offline_with_its_receipt(asked: House) -> None:
    plan = asked.hygiene_plan()
    got = consented(
        asked, plan, [{"object": licence_of(asked, plan), "fields": ["fact_has_licence"]}]
    )
    (told,) = released(asked, got.consent)[0].answers
    anchor(asked.platform)
    data, at = told.token.encode(), asked.platform.now()
    evidence = evidence_of(receipt_of(asked.platform, told.entry))
    trust = asked.platform.trust
    verdict = verify(GivenFile.of(data), evidence, trust, at)
    assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")
    changed = data.replace(b".", b"..", 1)
    assert verify(GivenFile.of(changed), evidence, trust, at).code == "file.digest"
    (online,) = verify_items(asked.platform, [Submitted("material", data)], at)
    assert online.outcome is Outcome.PASSED


def test_no_answer_without_a_consent_that_holds(asked: House) -> None:
    plan = asked.hygiene_plan()
    name = licence_of(asked, plan)
    got = consented(asked, plan, [{"object": name, "fields": ["fact_has_licence"]}], uses=2)
    size = len(asked.platform.store.rows("fact_answers"))
    wider: list[Any] = [{"object": name, "fields": ["fact_capital"]}]
    assert refused_release(asked, got.consent, items=wider) == "consent.not_covered"
    withdraw_consent(asked.platform, withdrawal(asked, got.consent))
    assert refused_release(asked, got.consent) == "consent.withdrawn"
    assert len(asked.platform.store.rows("fact_answers")) == size


def test_a_fact_of_another_kind_is_refused(asked: House) -> None:
    catalogue = asked.platform.catalogue
    facts = {name: fact for name, fact in catalogue.facts.items() if name != "fact_capital"}
    plan = asked.hygiene_plan()
    name = licence_of(asked, plan)
    got = consented(asked, plan, [{"object": name, "fields": ["fact_capital"]}])
    other = asked.with_ports(catalogue=replace(catalogue, facts=facts))
    assert refused_release(other, got.consent) == "fact.foreign"


def test_a_plan_that_needs_a_fact_gets_it_and_no_paper(asked: House) -> None:
    """With the catalogue as it is: a data check, one question, its holder's consent, an answer."""
    platform = asked.platform
    case = asked.acts.open_case(SCIENCE, "loan-interest-subsidy", "subsidy/2026-1")
    plan = plan_case(platform, SCIENCE, case)
    (item,) = plan.consent_items(asked.firm.subject)
    assert item["fields"] == ["fact_business_licence_in_force"]
    agreed = agree(platform, plan, asked.firm)
    data, private = order(platform, asked.folder, SCIENCE, agreed.consent)
    done = release(platform, SCIENCE, data, private.public_key().public_bytes_raw())
    assert done.handed.keys == ()
    (told,) = done.answers
    assert told.answers == {"fact_business_licence_in_force": Answer.YES}
    lines = trace(platform, f"subject:{asked.firm.subject}")  # the holder sees what was asked
    seen = [one.statement for one in lines if one.index == told.entry]
    assert [one.body["facts"] for one in seen if one] == [["fact_business_licence_in_force"]]


def test_what_is_suspended_answers_no_and_is_not_opened(told: Told, tmp_path: Path) -> None:
    with opened_copy(told, tmp_path / "data") as opened:
        house = asking_facts(opened)
        plan = house.hygiene_plan()
        name = licence_of(house, plan)
        fields = [*NAMES]
        first = consented(house, plan, [{"object": name, "fields": fields}], uses=3)
        before, _ = released(house, first.consent)
        change = Change(
            name.partition(":")[2], "suspended", "异议核查", "市监〔2026〕1号",
            LegalEffect.WITHHELD, date(2026, 11, 1),
        )  # fmt: skip
        change_status(house.platform, MARKET, change)
        after, _ = released(house, first.consent, 2)
        assert after.answers[0].answers == {
            "fact_has_licence": Answer.NO,
            "fact_two_years": Answer.UNKNOWN,
            "fact_capital": Answer.UNKNOWN,
        }
        # what was answered before stands, word for word
        assert told_of(house.platform, before.release) == before.answers
        mixed: list[Any] = [{"object": name, "fields": ["fact_has_licence", "holder_name"]}]
        assert refused_release(house, first.consent, 3, items=mixed) in (
            "item.not_active",
            "consent.not_covered",
        )
