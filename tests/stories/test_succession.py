"""The registry's history over the real chain: mergers, transfers, stolen keys, suspended and late
agencies, and what each of them means for a licence that was issued before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from api.founding import renewal
from certs import base64url
from certs.statuslist import chain_of
from certs.verdict import Check, Outcome, Verdict
from certs.x509.authority import agency_of
from certs.x509.certificate import load_certificate
from ledger.bundle.bundle import verify_bundle
from ledger.consent.handover import HandOverRefused
from ledger.errors import ChainAway, NotFound
from ledger.flows.after.responsible import responsible
from ledger.flows.door.duty import NotResponsible
from ledger.flows.door.statements import SignerUnknown, own_statement
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.evidence.trace import export_bundle, related
from ledger.flows.evidence.verification_receipts import Officer, verify_with_receipt
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.library.issue import NotEntitled, issue_licence
from ledger.flows.library.issue_parts import require_entitled
from ledger.flows.library.status import Change, change_status, current_list
from ledger.flows.reading.release import release
from ledger.flows.worker import work
from ledger.index import names_of, rows_of
from ledger.ports.governance import (
    CompromiseKey,
    Dissolve,
    EndScope,
    Reinstate,
    RotateKey,
    Suspend,
    TransferDuty,
)
from ledger.reuse.documents import LegalEffect
from ledger.tlog import Draft, Sequenced, read, sequence
from ledger.verify.items import BareEntry, SealedLicence
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify
from tests.stories.house import HYGIENE, House, food_draft, issue_food
from tests.stories.test_away import NO_CHAIN
from tests.stories.voting import decided

FOOD = "food-operation-permit"
IDENTITY = "gafj"
SECOND = timedelta(seconds=1)


def change(agency: str, house: House, state: str = "suspended") -> Sequenced:
    effect = LegalEffect.WITHHELD if state == "suspended" else LegalEffect.RESTORED
    wanted = Change(
        house.permit.licence, state, "机构改革", "〔2026〕1号", effect, date(2026, 11, 1)
    )
    return change_status(house.platform, agency, wanted)


def ask(house: House, *items: Submitted) -> list[Verdict]:
    return verify_items(house.platform, items, house.platform.now())


def permit_checks(house: House) -> Sequence[Check]:
    (verdict,) = ask(house, Submitted("licence", house.permit.layout))
    return verdict.checks


def list_signer(house: House) -> str:
    return agency_of(load_certificate(chain_of(current_list(house.platform, MARKET))[0]))


def test_after_a_merger_the_successor_answers_and_nobody_else(house: House) -> None:
    platform, permit = house.platform, house.permit
    assert permit_checks(house)[7].code == "entitlement.holds"
    decided(house, Dissolve(MARKET, HEALTH))

    # issuer then, body responsible now, in CLI, API and receipt alike
    check = permit_checks(house)[7]
    assert (check.outcome, check.code) == (Outcome.PASSED, "entitlement.holds_succeeded")
    assert (check.facts["agency"], check.facts["responsible"]) == (MARKET, HEALTH)
    assert check.facts["responsible_name"] == platform.catalogue.agency(HEALTH).zh
    officer = Officer(HEALTH, "officer-7")
    seen = verify_with_receipt(platform, officer, [Submitted("licence", permit.layout)])
    assert b"entitlement.holds_succeeded" in seen.report and check.zh.encode() in seen.report
    offline = evidence_of(receipt_of(platform, permit.entry.index))
    verdict = verify(SealedLicence(permit.layout), offline, platform.trust, platform.now())
    assert (verdict.outcome, verdict.checks[7]) == (Outcome.PASSED, check)

    # the dissolved issuer issues nothing and changes nothing; strangers see nothing
    with pytest.raises(NotEntitled):
        issue_food(house, number="JY-late")
    with pytest.raises(NotResponsible) as refused:
        change(MARKET, house)
    assert refused.value.values["responsible"] == HEALTH
    with pytest.raises(NotFound):
        change("gafj", house)
    assert (
        list_signer(house) == MARKET
        and responsible(platform, f"licence:{permit.licence}") == HEALTH
    )
    done = change(HEALTH, house)
    assert list_signer(house) == HEALTH
    assert permit_checks(house)[8].code == "status.suspended"
    change(HEALTH, house, "active")
    work(platform)
    (one,) = ask(house, Submitted("entry", index=done.index))
    assert one.checks[7].code == "status.changed_by_responsible"
    assert house.findings() == ()

    # with the chain away, who answered last: not the one that was dissolved
    away = house.with_ports(chain=NO_CHAIN)
    with pytest.raises(NotResponsible):
        change(MARKET, away)
    change(HEALTH, away)
    change(HEALTH, house, "active")

    # what an operator lets the dissolved agency write all the same is found by everybody
    forged = forced(house, MARKET, done)
    work(platform)
    (one,) = ask(house, Submitted("entry", index=forged))
    assert (one.outcome, one.checks[7].code) == (Outcome.FAILED, "entitlement.ended")
    assert ("fsck.responsible", f"entry {forged}") in {
        (found.code, found.where) for found in house.findings()
    }


def forced(house: House, agency: str, like: Sequenced) -> int:
    """A suspension that goes around the door."""
    said: dict[str, Any] = dict(read(house.platform, like.index).body)
    envelope, statement = own_statement(house.platform, agency, "licence.suspended", said)
    draft = Draft(envelope, statement, names_of(statement), rows_of(statement))
    (done,) = sequence(house.platform, [draft])
    return done.index


def test_the_successor_renews_what_it_took_over_and_a_single_type_passes_on(house: House) -> None:
    platform, permit = house.platform, house.permit
    health = platform.catalogue.licence_types[FOOD].slug
    assert health == FOOD
    decided(house, TransferDuty(MARKET, FOOD, HEALTH))
    assert permit_checks(house)[7].code == "entitlement.holds_succeeded"
    with pytest.raises(NotResponsible):
        change(MARKET, house)
    with pytest.raises(NotResponsible):
        issue_food(house, number="JY-again", supersedes=permit.licence)
    change(HEALTH, house)
    assert list_signer(house) == MARKET  # the list is of all types, and is the issuer's still
    change(HEALTH, house, "active")
    with pytest.raises(NotEntitled):  # to answer for old licences is no power to issue new ones
        issue_licence(platform, HEALTH, food_draft(house, supersedes=permit.licence))
    assert house.findings() == ()


def test_abolished_without_a_successor_nobody_answers(house: House) -> None:
    decided(house, Dissolve(MARKET))
    check = permit_checks(house)[7]
    assert (check.outcome, check.code) == (Outcome.PASSED, "entitlement.holds_abolished")
    for agency, refused in ((MARKET, NotResponsible), (HEALTH, NotFound)):
        with pytest.raises(refused):
            change(agency, house)
    assert work(house.platform)  # nobody is left to sign the list, and nothing stops for it
    assert house.findings() == ()


def test_a_stolen_key_spoils_what_it_signed_later_and_nothing_before(house: House) -> None:
    platform = house.platform
    (row,) = platform.chain.key_rows(MARKET)
    anchored = platform.store.anchor_covering(house.permit.entry.index)
    assert anchored is not None
    later = issue_food(house, number="JY-later")
    work(platform)
    decided(house, CompromiseKey(MARKET, row.key_id, anchored.block_time + SECOND))
    before, after = ask(
        house, Submitted("licence", house.permit.layout), Submitted("licence", later.layout)
    )
    assert before.checks[7].code == "entitlement.holds"
    assert (after.outcome, after.checks[7].code) == (
        Outcome.FAILED, "entitlement.key_compromised",
    )  # fmt: skip
    assert after.checks[7].facts["kid"] == base64url.encode(row.key_id)


def test_a_holder_whose_binding_key_was_renewed_or_stolen_since_still_consents(
    house: House,
) -> None:
    """The identity agency's key is judged by when its binding was anchored, not by the consent."""
    platform, folder = house.platform, house.folder
    (row,) = platform.chain.key_rows(IDENTITY)
    made = renewal.prepare(folder, platform, IDENTITY)
    decided(house, RotateKey(IDENTITY, row.key_id, 0, made.key_id, made.certificate))
    renewal.switch(folder, platform, IDENTITY)
    decided(house, CompromiseKey(IDENTITY, row.key_id, platform.chain.now()))
    house.agree()
    work(platform)
    (consent,) = platform.store.rows("consents")
    index = int(str(consent["entry_index"]))
    (verdict,) = ask(house, Submitted("entry", index=index))
    assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")
    offline = evidence_of(receipt_of(platform, index))
    assert len(offline.earlier) == 1
    alone = verify(BareEntry(), offline, platform.trust, platform.now())
    assert alone.checks[1:8] == verdict.checks[1:8]
    late = verify(BareEntry(), replace(offline, earlier=()), platform.trust, platform.now())
    assert late.checks[7].code == "entitlement.key_compromised"
    key = f"consent:{consent['id']!s}"
    bundle = export_bundle(platform, "sjj", key, related(platform, key))
    assert verify_bundle(bundle, platform.trust, platform.now()).outcome is Outcome.PASSED


def test_suspended_ended_and_reinstated(house: House) -> None:
    platform = house.platform
    decided(house, Suspend(HEALTH))
    with pytest.raises(NotEntitled):
        require_entitled(platform, HEALTH, HYGIENE, platform.now())
    decided(house, Reinstate(HEALTH))
    require_entitled(platform, HEALTH, HYGIENE, platform.now())
    decided(house, EndScope(MARKET, FOOD, platform.region, 0))
    with pytest.raises(NotEntitled):
        issue_food(house, number="JY-ended")
    assert permit_checks(house)[7].code == "entitlement.holds"


def test_the_chain_away_is_never_green(house: House) -> None:
    away = house.with_ports(chain=NO_CHAIN)
    assert permit_checks(away)[7].outcome is Outcome.INDETERMINATE
    with pytest.raises(ChainAway):
        issue_food(away, number="JY-away")


def test_a_requester_whose_key_was_stolen_is_handed_nothing_even_by_its_own_platform(
    house: House,
) -> None:
    """The door is passed over: the key store asks the registry itself."""
    platform = house.platform
    agreed = house.agree()
    (row,) = platform.chain.key_rows(HEALTH)
    data, private = house.order(agreed.consent)
    decided(house, CompromiseKey(HEALTH, row.key_id, platform.chain.now()))
    with pytest.raises(SignerUnknown):
        house.receive(agreed.consent)
    blind = house.with_ports(chain=Blind(platform.chain)).platform
    with pytest.raises(HandOverRefused) as refused:
        release(blind, HEALTH, data, private.public_key().public_bytes_raw())
    assert refused.value.values["reason"] == "registry.key"


class Blind:
    """A chain as a platform would like to have it: nobody's key was ever stolen."""

    def __init__(self, chain: Any) -> None:
        self._chain = chain

    def key_valid(self, agency: str, key_id: bytes, at: datetime) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)


def test_an_agency_that_the_trust_list_does_not_know_is_known_by_the_registry(
    house: House,
) -> None:
    """As after an admission by vote: its licences verify, and its papers are handed over."""
    trust = house.platform.trust
    younger = replace(
        trust,
        agencies=tuple(one for one in trust.agencies if one.id != MARKET),
        status_lists=tuple(one for one in trust.status_lists if one.agency != MARKET),
    )
    platform = replace(house.platform, trust=younger)
    item = Submitted("licence", house.permit.layout)
    (verdict,) = verify_items(platform, [item], platform.now())
    assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")
    offline = evidence_of(receipt_of(platform, house.permit.entry.index))
    alone = verify(SealedLicence(house.permit.layout), offline, younger, platform.now())
    assert alone.outcome is Outcome.PASSED
