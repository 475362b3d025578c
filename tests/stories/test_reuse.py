"""Reuse: an earlier paper serves another agency, by its holder's own consent and no other way."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

from api.demo.reuse import agree
from api.demo.story import HEALTH
from certs import base64url, keys
from certs.errors import Coded
from certs.sdjwt.credential import parse_credential
from ledger.consent.parties import (
    read_statement,
)
from ledger.errors import Refused
from ledger.flows.reading.consent import (
    withdraw_consent,
)
from ledger.flows.reading.release import release
from ledger.reuse.exemption import Way
from tests.stories.house import House, item_fields
from tests.stories.reusing import (
    ordered,
    refused_release,
    withdrawal,
)


def test_two_holders_consent_and_each_gives_only_its_own(house: House) -> None:
    plan = house.hygiene_plan()
    assert {need.way for need in plan.requirements} >= {Way.LICENCE, Way.MATERIAL}
    people = {wallet.subject: wallet for wallet in (house.people.firm, house.people.person)}
    assert set(plan.holders()) == set(people)
    got: dict[str, Any] = {}
    for holder in plan.holders():
        agreed = agree(house.platform, plan, people[holder])
        received = house.receive(agreed.consent)
        assert set(received) == set(item_fields(plan, holder))
        got |= received
    assert len(got) == sum(len(item_fields(plan, holder)) for holder in plan.holders())
    assert len(house.platform.store.rows("releases")) == 2
    assert house.findings() == ()


def test_what_is_released_is_what_was_handed_in(health: House) -> None:
    plan = health.hygiene_plan()
    received = health.receive(health.agree(plan).consent)
    files = {name: data for name, data in received.items() if isinstance(data, bytes)}
    assert len(files) == 2
    for name, data in files.items():
        row = health.platform.store.rows("materials", {"id": name.partition(":")[2]})[0]
        kept = health.platform.store.rows("files", {"id": row["file"]})[0]
        assert data.startswith(b"%PDF-")
        assert hashlib.sha256(data).digest() == kept["sha256"]


def test_field_by_field_only_these_fields_are_disclosed(health: House) -> None:
    """The others cannot even be opened: no key for them was handed over."""
    plan = health.hygiene_plan()
    wanted = item_fields(plan, health.firm.subject)
    (name,) = (one for one in wanted if one.startswith("licence:"))
    agreed = health.agree(plan)
    private = keys.generate_x25519()
    data = ordered(health, agreed.consent, private=private)
    done = release(health.platform, HEALTH, data, private.public_key().public_bytes_raw())
    handed = {one.field for one in done.handed.keys if one.field is not None}
    assert handed == {"", *wanted[name]}
    text = health.receive(health.agree(plan).consent)[name]
    assert isinstance(text, str)
    shown = parse_credential(text)
    assert set(shown.disclosures) == set(wanted[name])
    assert "business_scope" not in shown.disclosures
    clear = text + "".join(_decoded(part) for part in text.split("~")[1:-1])
    assert "餐饮管理" not in clear  # the scope of business, which was not asked for
    assert "50万元" not in clear


def _decoded(part: str) -> str:
    return base64url.decode(part).decode("utf-8")


def test_a_part_of_what_was_granted_may_be_taken(health: House) -> None:
    plan = health.hygiene_plan()
    agreed = health.agree(plan, uses=2)
    wanted = item_fields(plan, health.firm.subject)
    (name,) = (one for one in wanted if one.startswith("licence:"))
    part = [{"object": name, "fields": [wanted[name][0]]}]
    private = keys.generate_x25519()
    data = ordered(health, agreed.consent, private=private, items=part)
    done = release(health.platform, HEALTH, data, private.public_key().public_bytes_raw())
    assert {one.field for one in done.handed.keys} == {"", wanted[name][0]}


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act answered, or the error that it raised."""
    said: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(at: int) -> None:
        start.wait()
        try:
            said[at] = acts[at]()
        except Coded as error:
            said[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def release_of(house: House, consent: bytes, use: int = 1) -> Callable[[], object]:
    private = keys.generate_x25519()
    data = ordered(house, consent, use, private=private)
    recipient = private.public_key().public_bytes_raw()
    return lambda: release(house.platform, HEALTH, data, recipient)


def test_the_last_use_asked_for_twice_at_once_is_had_once(health: House) -> None:
    plan = health.hygiene_plan()
    for _ in range(4):
        consent = health.agree(plan).consent
        said = together(*(release_of(health, consent) for _ in range(3)))
        refused = [one for one in said if isinstance(one, Refused)]
        assert len(refused) == 2
        assert {one.code for one in refused} <= {"consent.changed", "consent.used_up"}
        name = read_statement(consent)[1].body["consent"]
        assert len(health.platform.store.rows("releases", {"consent": str(name)})) == 1
    assert health.findings() == ()


def test_a_withdrawal_at_the_same_moment_wins_or_comes_after(health: House) -> None:
    plan = health.hygiene_plan()
    for _ in range(5):
        consent = health.agree(plan).consent
        ended = withdrawal(health, consent)
        released, withdrawn = together(
            release_of(health, consent),
            lambda: withdraw_consent(health.platform, ended),  # noqa: B023
        )
        assert not isinstance(withdrawn, Coded)
        if isinstance(released, Coded):
            assert released.code in {"consent.withdrawn", "consent.changed"}
        assert refused_release(health, consent, 1).startswith("consent.")
    assert health.findings() == ()
