"""A house whose health commission may also ask facts about the firm's business licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from api.demo.reuse import OFFICER, signer
from api.demo.story import HEALTH
from certs import keys
from ledger.catalogue.terms import Fact, TestSort
from ledger.consent.parties import Asking, consent_grant, consent_request
from ledger.flows.reading.consent import grant_consent, request_consent
from ledger.flows.reading.release import Released, release
from ledger.reuse.exemption import Plan
from tests.stories.house import HYGIENE, House
from tests.stories.reusing import ordered

LICENCE = "business-licence"
FACTS = (
    Fact("fact_has_licence", "持有有效的营业执照", "holds a valid business licence", LICENCE,
         TestSort.IN_FORCE),
    Fact("fact_two_years", "成立满两年", "founded two years ago or more", LICENCE,
         TestSort.AT_LEAST_YEARS, "founded_on", "2"),
    Fact("fact_capital", "注册资本不低于1亿元", "registered capital of 100 million or more",
         LICENCE, TestSort.AT_LEAST, "registered_capital", "1亿元"),
)  # fmt: skip
NAMES = tuple(fact.name for fact in FACTS)


def asking_facts(house: House) -> House:
    """The same house; the hygiene permit's registered need names the facts too."""
    catalogue = house.platform.catalogue
    item = catalogue.items[HYGIENE]
    key = f"licence:{LICENCE}"
    need = {**item.need, key: (*item.need[key], *NAMES)}
    asked = replace(item, need=need)
    items = {**catalogue.items, HYGIENE: asked}
    versions = {**catalogue.item_versions, (HYGIENE, item.version): asked}
    facts = {**catalogue.facts, **{fact.name: fact for fact in FACTS}}
    known = replace(catalogue, items=items, item_versions=versions, facts=facts)
    return house.with_ports(catalogue=known)


@dataclass(frozen=True)
class Consented:
    """A consent of the firm's, its request, and what it covers."""

    request: str
    consent: bytes
    items: list[Mapping[str, Any]]


def licence_of(house: House, plan: Plan) -> str:
    kinds = plan.released_kinds(house.firm.subject)
    (name,) = (one for one, kind in kinds.items() if kind == f"licence:{LICENCE}")
    return name


def consented(
    house: House, plan: Plan, items: list[Mapping[str, Any]], uses: int = 1, *, days: int = 20
) -> Consented:
    """The agency asks for exactly these items, and the firm agrees."""
    platform = house.platform
    asking = Asking(
        case=plan.case.id,
        service_item=plan.case.item,
        purpose=platform.catalogue.item(plan.case.item).purpose_zh,
        subject=house.firm.subject,
        items=items,
        until=platform.now() + timedelta(days=days),
        uses=uses,
        officer=OFFICER,
        reason="窗口受理",
        channel="counter",
    )
    agency = signer(platform, HEALTH)
    asked = consent_request(
        agency, platform.log.origin, asking, platform.now(), platform.randomness
    )
    request_consent(platform, HEALTH, asked)
    granted, thread = consent_grant(house.firm.signer, asked, platform.now(), platform.randomness)
    grant_consent(platform, granted, thread)
    row = platform.store.rows("requests", {"case_id": plan.case.id})[-1]
    return Consented(str(row["id"]), granted, items)


def released(house: House, consent: bytes, use: int = 1, **more: Any) -> tuple[Released, bytes]:
    """(what the agency got, its order)."""
    private = keys.generate_x25519()
    data = ordered(house, consent, use, private=private, **more)
    recipient = private.public_key().public_bytes_raw()
    done = release(house.platform, HEALTH, data, recipient)
    assert again(house, data, recipient) == done.answers
    return done, data


def again(house: House, data: bytes, recipient: bytes) -> Any:
    """The answers that the very same order gets once more."""
    return release(house.platform, HEALTH, data, recipient).answers
