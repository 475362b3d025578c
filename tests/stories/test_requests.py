"""What an agency may ask of a holder."""

from __future__ import annotations

from typing import Any

import pytest

from api.demo.reuse import signer
from api.demo.story import HEALTH, MARKET
from ledger.consent.parties import (
    Signer,
    read_statement,
    signed_statement,
)
from ledger.errors import Refused
from ledger.flows.door.statements import SignerUnknown, StatementRefused
from ledger.flows.door.subjects import IdentifierWrong, register_subject
from ledger.flows.reading.consent import (
    request_consent,
)
from tests.stories.house import House
from tests.stories.reusing import (
    code_of,
    request_body,
)


def asked(house: House, **changes: Any) -> bytes:
    """A request by the plan, with changes to its body, signed anew by the agency."""
    plan = house.hygiene_plan()
    honest = request_body(house, plan.case.id, plan.consent_items(house.firm.subject))
    return signed_statement(
        signer(house.platform, HEALTH),
        house.platform.log.origin,
        "consent.requested",
        honest | changes,
        house.platform.now(),
        house.platform.randomness,
    )


REQUESTS = {
    "an item that the case does not need": (
        {"items": [{"object": "material:mat_" + "a" * 26, "fields": ["file"]}]},
        "consent.too_wide",
    ),
    "too many uses": ({"uses": 1000}, "consent.too_wide"),
    "for ever": ({"until": "2099-01-01T00:00:00Z"}, "consent.too_wide"),
    "until yesterday": ({"until": "2020-01-01T00:00:00Z"}, "consent.expired"),
    "of a stranger": ({"subject": "sub_" + "a" * 26}, "consent.other_subject"),
    "for another item": ({"service_item": "equity-change"}, "consent.other_service_item"),
    "in another agency's name": ({"agency": MARKET}, "consent.other_agency"),
    "of no case": ({"case": "case_" + "a" * 26}, "not_found"),
}


def test_a_request_beyond_the_registered_need_names_what_is_too_much(health: House) -> None:
    plan = health.hygiene_plan()
    items = [dict(item) for item in plan.consent_items(health.firm.subject)]
    licence = next(item for item in items if item["object"].startswith("licence:"))
    wide = [{**licence, "fields": [*licence["fields"], "registered_capital"]}]
    body = request_body(health, plan.case.id, wide)
    data = signed_statement(
        signer(health.platform, HEALTH),
        health.platform.log.origin,
        "consent.requested",
        body,
        health.platform.now(),
        health.platform.randomness,
    )
    with pytest.raises(Refused) as refused:
        request_consent(health.platform, HEALTH, data)
    assert refused.value.code == "consent.too_wide"
    assert refused.value.values["object"] == licence["object"]
    assert refused.value.values["field"] == "registered_capital"


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=list(REQUESTS))
def test_a_request_that_its_plan_does_not_bear_is_refused(
    health: House, request_: tuple[dict[str, Any], str]
) -> None:
    changes, code = request_
    data = asked(health, **changes)
    size = health.platform.store.size()
    assert code_of(lambda: request_consent(health.platform, HEALTH, data)) == code
    assert health.platform.store.size() == size


def test_an_agency_asks_only_in_its_own_case_with_its_own_key(health: House) -> None:
    data = asked(health)
    assert code_of(lambda: request_consent(health.platform, MARKET, data)) == "signer.unknown"
    envelope, _ = read_statement(data)
    other = signer(health.platform, MARKET)
    forged = signed_statement(
        Signer(HEALTH, other.private, other.chain),
        health.platform.log.origin,
        "consent.requested",
        request_body(health, "case_" + "a" * 26, [{"object": "material:mat_" + "a" * 26,
                                                     "fields": ["file"]}]),
        health.platform.now(),
        health.platform.randomness,
    )  # fmt: skip
    for bad in (forged, envelope.encode()[:-9] + b'"}]}'):
        with pytest.raises((SignerUnknown, StatementRefused)):
            request_consent(health.platform, HEALTH, bad)


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("credit-code", "91319999MA1DEMQ10E"),
        ("credit-code", "913100001234567890"),
        ("citizen-id", "310101199001010000"),
        ("citizen-id", "abc"),
    ],
)
def test_a_wrong_check_character_names_nobody(health: House, scheme: str, value: str) -> None:
    before = health.platform.store.rows("subjects")
    with pytest.raises(IdentifierWrong) as refused:
        register_subject(health.platform, "person", "某人", ((scheme, value),))
    assert value not in str(refused.value)
    assert health.platform.store.rows("subjects") == before
