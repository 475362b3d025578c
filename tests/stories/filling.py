"""What fills the library in stories: a list reconciled, a benefit offered and confirmed."""

from __future__ import annotations

from datetime import timedelta

from ledger.consent.benefit_parties import benefit_confirmation
from ledger.flows.library.collect import CollectedLicence, collect_licence
from ledger.flows.library.reconcile import reconcile_increment
from ledger.flows.offered.benefits import confirm_offer, offer_benefits
from ledger.flows.offered.candidates import Candidate, push_candidates
from ledger.tlog import record, stored_entry
from tests.stories.house import House

ITEM, AGENCY, BANK, OFFICER = "loan-interest-subsidy", "kw", "bank", "k-1"
_COMMON = frozenset(
    ("number", "holder_name", "holder_code", "issuer_name", "issued_on", "valid_from", "valid_to")
)


def high_tech(house: House, subject: str) -> str:
    """A high-tech certificate of the subject's, collected."""
    kind = house.platform.catalogue.licence_type("high-tech-enterprise-certificate")
    fields = {name: "合成" for name in kind.attributes if name not in _COMMON}
    found = CollectedLicence(
        kind.slug, subject, f"GR-{subject[-4:]}", "认定系统", "认定办", fields,
        valid_to=house.platform.now().date() + timedelta(days=900),
    )  # fmt: skip
    return collect_licence(house.platform, AGENCY, found, (b"certificate",))[0]


def push(house: House, *codes: str, by: str = BANK) -> int:
    """A bank names firms by their credit codes."""
    named = [Candidate("credit-code", code, f"loan/{number}") for number, code in enumerate(codes)]
    return push_candidates(house.platform, by, ITEM, named)


def word(house: House, offer: dict[str, object]) -> bytes:
    """The firm's confirmation of an offer (its row)."""
    platform = house.platform
    index = offer["entry_index"]
    assert isinstance(index, int)
    offered = record(platform, stored_entry(platform, index))[1]
    return benefit_confirmation(house.firm.signer, offered, platform.now(), platform.randomness)


def fill(house: House) -> None:
    """An empty list of the day, and a subsidy that the firm only confirms."""
    platform = house.platform
    reconcile_increment(platform, "scjg", b"number,type\n", platform.now().date())
    high_tech(house, house.firm.subject)
    push(house, house.people.firm_code)
    offer_benefits(platform, AGENCY, ITEM, OFFICER)
    for row in platform.store.rows("offers", {"item": ITEM}):
        confirm_offer(platform, word(house, dict(row)))
