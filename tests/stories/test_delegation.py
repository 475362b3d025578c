"""Who may act for whom: a firm's clerk, a newborn's guardian; powers passed on and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.demo.reuse import ask, signer
from api.demo.story import HEALTH, MARKET
from api.wallets import Wallet
from certs.errors import Coded
from certs.sdjwt.credential import parse_credential
from ledger.bundle.bundle import verify_bundle
from ledger.consent.delegation_parties import delegation_ending
from ledger.flows.door.subjects import register_subject
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.trace import export_bundle, related
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import LicenceDraft, issue_licence
from ledger.flows.matters.cases import CaseDraft, open_case
from ledger.flows.matters.plan import plan_case
from ledger.flows.reading.consent import grant_consent, withdraw_consent
from ledger.flows.reading.delegation import delegations_of, end_delegation, grant_delegation
from ledger.flows.worker import work
from ledger.reuse.documents import CHINA, Channel
from ledger.reuse.exemption import Plan
from tests.stories.house import HYGIENE, House
from tests.stories.reusing import code_of, granted, refused_release, withdrawal
from tests.stories.speaking import IDENTITY, delegated, delegation, person, undelegated


def by_clerk(house: House, clerk: Wallet, uses: int = 1) -> bytes:
    """A consent that the clerk signs for the firm, taken in."""
    _, request = house.ask(uses=uses)
    data, thread = granted(house, request, by=clerk)
    grant_consent(house.platform, data, thread)
    return data


def test_a_clerk_consents_for_the_firm_until_the_power_is_taken_back(house: House) -> None:
    firm, clerk = house.firm, person(house, "办事员")
    _, request = house.ask()
    early, thread = granted(house, request, by=clerk)
    said = code_of(lambda: grant_consent(house.platform, early, thread))
    assert said == "consent.unbound_key"  # nobody has delegated anything
    given = delegated(house, firm.signer, firm.subject, clerk.subject)
    consent = by_clerk(house, clerk, uses=3)
    house.receive(consent, 1)
    work(house.platform)
    index = house.platform.store.rows("consents")[-1]["entry_index"]
    (verdict,) = verify_items(
        house.platform, [Submitted("entry", index=index)], house.platform.now()
    )
    assert [c.outcome.value for c in verdict.checks if c.number == 7] == ["passed"]
    assert [row["id"] for row in delegations_of(house.platform, firm.subject)] == [given]
    assert [row["id"] for row in delegations_of(house.platform, clerk.subject)] == [given]
    undelegated(house, firm.signer, given)
    assert refused_release(house, consent, 2) == "delegation.ended"
    assert house.findings() == ()
    withdraw_consent(house.platform, withdrawal(house, consent))  # the firm's own key still may
    assert house.findings() == ()


def test_a_delegate_withdraws_what_the_firm_granted(house: House) -> None:
    firm, clerk = house.firm, person(house, "办事员")
    delegated(house, firm.signer, firm.subject, clerk.subject)
    agreed = house.agree()
    withdraw_consent(house.platform, withdrawal(house, agreed.consent, clerk))
    assert refused_release(house, agreed.consent) == "consent.withdrawn"
    assert house.findings() == ()


def test_a_power_is_passed_on_and_ends_with_its_parent(house: House) -> None:
    firm = house.firm
    office, clerk = person(house, "代办公司"), person(house, "代办人员")
    root = delegated(house, firm.signer, firm.subject, office.subject, "agent", further=1)
    delegated(house, office.signer, office.subject, clerk.subject, parent=root, days=10)
    consent = by_clerk(house, clerk, uses=2)
    house.receive(consent, 1)
    undelegated(house, firm.signer, root)
    assert refused_release(house, consent, 2) == "delegation.ended"
    assert house.findings() == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": ()}, "delegation.widened"),
        ({"items": (HYGIENE, "equity-change")}, "delegation.widened"),
        ({"days": 60}, "delegation.widened"),
        ({"further": 1}, "delegation.widened"),
        ({"begins": -400}, "delegation.widened"),
    ],
)
def test_more_than_one_has_is_not_passed_on(
    health: House, changes: dict[str, Any], code: str
) -> None:
    firm, office = health.firm, person(health, "代办公司")
    clerk = person(health, "代办人员")
    root = delegated(health, firm.signer, firm.subject, office.subject, "agent", further=1)
    data = delegation(
        health, office.signer, office.subject, clerk.subject, parent=root,
        **{"days": 10, **changes},
    )  # fmt: skip
    assert code_of(lambda: grant_delegation(health.platform, data)) == code


def test_what_is_no_delegation(health: House) -> None:
    firm, clerk, thief = health.firm, person(health, "办事员"), person(health, "别人")
    other = person(health, "第三人")
    root = delegated(health, firm.signer, firm.subject, clerk.subject, further=1)
    identity, market = signer(health.platform, IDENTITY), signer(health.platform, MARKET)
    here, there = firm.subject, clerk.subject
    wrong = {
        "for somebody else": (delegation(health, thief.signer, here, there), "consent.unbound_key"),
        "back to where it came from": (
            delegation(health, clerk.signer, there, here, parent=root, days=5), "delegation.loop"),
        "from a power that is another's": (
            delegation(health, thief.signer, thief.subject, other.subject, parent=root, days=5),
            "delegation.foreign"),
        "from a power that is none": (
            delegation(health, clerk.signer, there, thief.subject, parent="del_" + "a" * 26),
            "not_found"),
        "to nobody": (delegation(health, firm.signer, here, "sub_" + "a" * 26), "not_found"),
        "run out already": (
            delegation(health, firm.signer, here, there, begins=-40), "delegation.expired"),
        "a guardian by a holder's key": (
            delegation(health, firm.signer, here, there, "guardian"), "identity.not_agency"),
        "a guardian by another agency": (
            delegation(health, market, here, there, "guardian"), "identity.not_agency"),
        "a clerk by the identity agency": (
            delegation(health, identity, here, there, "clerk"), "consent.unbound_key"),
    }  # fmt: skip
    size = health.platform.store.size()
    for name, (data, code) in wrong.items():
        assert code_of(lambda: grant_delegation(health.platform, data)) == code, name  # noqa: B023
    assert health.platform.store.size() == size


def test_five_links_are_enough(health: House) -> None:
    people = [health.firm, *(person(health, f"第{n}人") for n in range(6))]
    parent: str | None = None
    for n in range(5):
        parent = delegated(
            health, people[n].signer, people[n].subject, people[n + 1].subject, "agent",
            further=4 - n, parent=parent, days=30 - n,
        )  # fmt: skip
    consent = by_clerk(health, people[5])
    health.receive(consent)
    data = delegation(
        health, people[5].signer, people[5].subject, people[6].subject, parent=parent, days=5
    )
    said = code_of(lambda: grant_delegation(health.platform, data))
    assert said == "delegation.too_deep"


def test_a_power_counts_in_its_time_and_for_its_item_only(health: House) -> None:
    firm, clerk = health.firm, person(health, "办事员")
    delegated(health, firm.signer, firm.subject, clerk.subject, items=("equity-change",))
    _, request = health.ask()
    data, thread = granted(health, request, by=clerk)
    said = code_of(lambda: grant_consent(health.platform, data, thread))
    assert said == "delegation.other_item"
    late = person(health, "接任者")
    delegated(health, firm.signer, firm.subject, late.subject, begins=3)
    data, thread = granted(health, request, by=late)
    said = code_of(lambda: grant_consent(health.platform, data, thread))
    assert said == "delegation.not_yet"
    soon = health.with_ports(now=lambda: health.platform.now() + timedelta(days=4))
    grant_consent(soon.platform, data, thread)


def test_only_principal_or_identity_agency_ends_it_and_once(health: House) -> None:
    firm, clerk = health.firm, person(health, "办事员")
    given = delegated(health, firm.signer, firm.subject, clerk.subject)
    platform = health.platform

    def ending(by: Any) -> bytes:
        return delegation_ending(
            by, platform.log.origin, given, "离职", platform.now(), platform.randomness
        )

    for by in (clerk.signer, signer(platform, HEALTH)):
        with pytest.raises(Coded) as refused:
            end_delegation(platform, ending(by))
        assert refused.value.code == "consent.unbound_key"
    end_delegation(platform, ending(signer(platform, IDENTITY)))
    assert code_of(lambda: end_delegation(platform, ending(firm.signer))) == "conflict.stale"


def test_a_guardian_acts_for_a_newborn_who_has_no_key(house: House) -> None:
    """The identity agency names the mother; the child's birth certificate is read on her word, and
    a bundle of all that verifies without us."""
    platform = house.platform
    mother = person(house, "母亲")
    child = register_subject(platform, "person", "新生儿", ())
    given = delegated(
        house, signer(platform, IDENTITY), child, mother.subject, "guardian", items=("newborn",)
    )
    plan = newborn_plan(house, child, mother.subject)
    request = ask(platform, plan, child, 2)
    for stranger in (house.people.person, house.firm):
        data, thread = granted(house, request, by=stranger)
        assert code_of(lambda: grant_consent(platform, data, thread)) == "consent.unbound_key"  # noqa: B023
    consent, thread = granted(house, request, by=mother)
    grant_consent(platform, consent, thread)
    (text,) = house.receive(consent).values()
    assert parse_credential(str(text)).claims["mother_name"] == "甲"
    undelegated(house, signer(platform, IDENTITY), given)
    assert refused_release(house, consent, 2) == "delegation.ended"
    assert house.findings() == ()
    anchor(platform)
    about = f"case:{plan.case.id}"
    data = export_bundle(platform, HEALTH, about, related(platform, about))
    said = verify_bundle(data, platform.trust, platform.now())
    assert said.outcome.value == "passed", said.as_json()
    assert all(one.verdict.outcome.value == "passed" for one in said.entries)
    kinds = [one.statement.kind for one in said.entries]
    assert {"delegation.granted", "delegation.ended", "consent.granted"} <= set(kinds)


def newborn_plan(house: House, child: str, mother: str) -> Plan:
    today = house.platform.now().astimezone(CHINA).date()
    issue_licence(
        house.platform,
        HEALTH,
        LicenceDraft(
            "birth-certificate", child, "T310000001",
            {
                "birth_time": "2026-01-05 08:30", "sex": "女", "mother_name": "甲",
                "father_name": "乙", "institution": "区妇幼保健院",
            },
            today,
        ),
    )  # fmt: skip
    draft = CaseDraft(
        "newborn", child, "newborn/1", Channel.COUNTER, "officer-7",
        parties={"child": child, "mother": mother, "father": house.people.person.subject},
    )  # fmt: skip
    case, _ = open_case(house.platform, HEALTH, draft)
    return plan_case(house.platform, HEALTH, case)
