"""fsck finds what a platform that skips its own checks has logged about powers and bases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger import tlog
from ledger.consent.parties import read_statement
from ledger.flows.reading.basis_threads import basis_thread_key_of, kept_thread
from ledger.index import names_of, rows_of
from ledger.log.entry import use_tag
from ledger.log.records import seal_small
from ledger.ports import Row
from tests.stories.house import House
from tests.stories.reusing import granted
from tests.stories.speaking import (
    based_order,
    delegated,
    delegation,
    ended,
    person,
    restated,
    stated,
    statement,
    stating,
    undelegated,
)


def logged(
    house: House, data: bytes, *, tag: bytes | None = None, rows: tuple[Row, ...] = ()
) -> None:
    """Appended as it is, without a question."""
    envelope, said = read_statement(data)
    draft = tlog.Draft(envelope, said, names_of(said), (*rows_of(said), *rows), (), tag)
    tlog.sequence(house.platform, [draft])


def use_after_the_end(house: House) -> None:
    basis = stated(house, house.hygiene_plan())
    ended(house, basis)
    name = str(read_statement(basis)[1].body["basis"])
    tag = use_tag(basis_thread_key_of(house.platform, name), 1)
    logged(house, based_order(house, basis), tag=tag)


def use_without_its_tag(house: House) -> None:
    basis = stated(house, house.hygiene_plan())
    logged(house, based_order(house, basis))


def second_use_first(house: House) -> None:
    basis = stated(house, house.hygiene_plan())
    name = str(read_statement(basis)[1].body["basis"])
    tag = use_tag(basis_thread_key_of(house.platform, name), 2)
    logged(house, based_order(house, basis, 2), tag=tag)


def a_basis_that_is_not_granted(house: House) -> None:
    data, thread = statement(house, stating(house, house.hygiene_plan()))
    data = restated(house, data, uses=9)
    name = str(read_statement(data)[1].body["basis"])
    logged(house, data, rows=(kept_thread(house.platform, name, thread),))


def attended_with_one_signature(house: House) -> None:
    data, thread = statement(house, stating(house, house.hygiene_plan(), "attended"))
    envelope, said = read_statement(data)
    alone = replace(envelope, signatures=envelope.signatures[:1])
    row = kept_thread(house.platform, str(said.body["basis"]), thread)
    logged(house, alone.encode(), rows=(row,))


def a_clerk_without_power(house: House) -> None:
    clerk = person(house, "办事员")
    _, request = house.ask()
    data, thread = granted(house, request, by=clerk)
    given = delegated(house, house.firm.signer, house.firm.subject, clerk.subject)
    undelegated(house, house.firm.signer, given)
    name = str(read_statement(data)[1].body["consent"])
    platform = house.platform
    sealed, key = seal_small(thread, name, platform.record_key, platform.randomness)
    secret = Row("consent_threads", {"consent": name, "sealed": sealed, "sealed_key": key})
    logged(house, data, rows=(secret,))


def a_power_that_widens_its_parent(house: House) -> None:
    firm, office, clerk = house.firm, person(house, "代办公司"), person(house, "代办人员")
    root = delegated(house, firm.signer, firm.subject, office.subject, "agent", further=1)
    logged(house, delegation(house, office.signer, office.subject, clerk.subject,
                             parent=root, days=90))  # fmt: skip


CHEATS: tuple[Callable[[House], None], ...] = (
    use_after_the_end,
    use_without_its_tag,
    second_use_first,
    a_basis_that_is_not_granted,
    attended_with_one_signature,
    a_clerk_without_power,
    a_power_that_widens_its_parent,
)


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda one: one.__name__)
def test_what_had_no_valid_ground_is_found(house: House, cheat: Callable[[House], None]) -> None:
    assert house.findings() == ()
    cheat(house)
    assert "fsck.release" in {found.code for found in house.findings()}
