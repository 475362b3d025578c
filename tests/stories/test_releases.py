"""What is released, to whom, how often, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.demo.story import HEALTH, MARKET
from api.wallets import new_wallet
from certs import keys
from ledger.errors import Refused
from ledger.flows.library.status import Change, change_status
from ledger.flows.reading.consent import (
    withdraw_consent,
)
from ledger.flows.reading.release import release
from ledger.reuse.documents import LegalEffect
from tests.stories.house import House, item_fields
from tests.stories.reusing import (
    code_of,
    granted,
    ordered,
    refused_release,
    withdrawal,
)


def test_without_a_consent_nothing_is_released_and_the_refusal_is_logged(health: House) -> None:
    _, request = health.ask()
    unsent, _ = granted(health, request)
    size = health.platform.store.size()
    assert refused_release(health, unsent) == "consent.absent"
    assert health.platform.store.size() == size + 1
    assert health.platform.store.entry(size).kind == "refused"  # type: ignore[union-attr]


def test_another_agency_learns_nothing_of_a_consent(health: House) -> None:
    agreed = health.agree()
    said = refused_release(health, agreed.consent, agency="sw")
    _, request = health.ask()
    assert said == refused_release(health, granted(health, request)[0], agency="sw")
    assert said == "consent.absent"


def test_the_same_order_again_is_the_same_use_and_a_second_one_is_not(health: House) -> None:
    agreed = health.agree(uses=2)
    private = keys.generate_x25519()
    recipient = private.public_key().public_bytes_raw()
    data = ordered(health, agreed.consent, private=private)
    first = release(health.platform, HEALTH, data, recipient)
    again = release(health.platform, HEALTH, data, recipient)
    assert (first.entry.index, first.handed.attestation) == (
        again.entry.index,
        again.handed.attestation,
    )
    assert refused_release(health, agreed.consent, 1) == "consent.changed"  # replayed as another
    health.receive(agreed.consent, 2)
    assert refused_release(health, agreed.consent, 2) == "consent.used_up"
    assert refused_release(health, agreed.consent, 3) == "consent.used_up"


def test_uses_are_taken_in_their_order(health: House) -> None:
    agreed = health.agree(uses=2)
    assert refused_release(health, agreed.consent, 2) == "consent.changed"
    health.receive(agreed.consent, 1)


def test_more_than_was_granted_is_refused(health: House) -> None:
    plan = health.hygiene_plan()
    agreed = health.agree(plan)
    items = [dict(item) for item in plan.consent_items(health.firm.subject)]
    items[0] = {**items[0], "fields": [*items[0]["fields"], "registered_capital"]}
    assert refused_release(health, agreed.consent, items=items) == "consent.not_covered"
    other = [{"object": "licence:" + health.permit.licence, "fields": ["address"]}]
    assert refused_release(health, agreed.consent, items=other) == "consent.not_covered"


def test_what_is_taken_to_another_key_than_the_order_names_stays_shut(health: House) -> None:
    agreed = health.agree()
    data = ordered(health, agreed.consent)
    before = health.platform.store.rows("releases")
    for thief in (keys.generate_x25519().public_key().public_bytes_raw(), b"short"):
        said = code_of(lambda: release(health.platform, HEALTH, data, thief))  # noqa: B023
        assert said == "release.recipient"
    assert health.platform.store.rows("releases") == before


def test_a_consent_that_ran_out_releases_nothing(health: House) -> None:
    agreed = health.agree()
    anchored = health.platform.store.anchors()[-1]
    late = health.platform.now() + timedelta(days=31)

    class Fresh:
        """The store, with evidence as fresh as can be."""

        def __getattr__(self, name: str) -> Any:
            return getattr(health.platform.store, name)

        def anchors(self) -> list[Any]:
            return [replace(anchored, block_time=late)]

    house = health.with_ports(now=lambda: late, store=Fresh())
    assert refused_release(house, agreed.consent) == "consent.expired"


def test_a_withdrawal_ends_it_also_for_what_was_had_before(health: House) -> None:
    agreed = health.agree(uses=2)
    private = keys.generate_x25519()
    recipient = private.public_key().public_bytes_raw()
    data = ordered(health, agreed.consent, private=private)
    release(health.platform, HEALTH, data, recipient)
    ended = withdrawal(health, agreed.consent)
    done = withdraw_consent(health.platform, ended)
    assert withdraw_consent(health.platform, ended).acknowledgement == done.acknowledgement
    assert refused_release(health, agreed.consent, 2) == "consent.withdrawn"
    with pytest.raises(Refused) as refused:
        release(health.platform, HEALTH, data, recipient)
    assert refused.value.code == "consent.withdrawn"
    assert health.findings() == ()


def test_only_its_giver_withdraws_a_consent(health: House) -> None:
    agreed = health.agree()
    thief = new_wallet(health.firm.subject, "thief")
    for by in (thief, health.people.person):
        data = withdrawal(health, agreed.consent, by)
        assert code_of(lambda: withdraw_consent(health.platform, data)) == "consent.unbound_key"  # noqa: B023
    _, request = health.ask()
    data = withdrawal(health, granted(health, request)[0])
    assert code_of(lambda: withdraw_consent(health.platform, data)) == "not_found"
    health.receive(agreed.consent)


def test_an_item_that_is_not_in_force_is_not_released(house: House) -> None:
    plan = house.hygiene_plan()
    agreed = house.agree(plan)
    (licence,) = (n for n in item_fields(plan, house.firm.subject) if n.startswith("licence:"))
    effect, day = LegalEffect.WITHHELD, date(2026, 11, 1)
    identity = licence.partition(":")[2]
    change_status(
        house.platform, MARKET, Change(identity, "suspended", "检查", "文号", effect, day)
    )
    assert refused_release(house, agreed.consent) == "item.not_active"
