"""Who is entitled and with which keys, and how two founding members change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger.adapters.ethereum import founding as changes
from ledger.adapters.ethereum.deployment import deploy
from ledger.adapters.ethereum.founding import carry_out, found
from ledger.adapters.ethereum.refused import ChainRefused
from ledger.adapters.ethereum.refused_agencies import AgencyUnknown, FounderUnknown
from ledger.adapters.ethereum.sending import address_of
from ledger.ports import Chain
from tests.ledger.adapters.ethereum.world import (
    AGENCY_KEY,
    ANCHORING,
    BEGIN,
    FOUNDERS,
    PERMIT,
    REGION,
    World,
    founding,
    secret,
)


def test_entitlement_is_looked_up_as_of_a_time(chain: Chain) -> None:
    begin = chain.scope_rows("scjg", PERMIT)[0].valid_from
    assert chain.entitled("scjg", PERMIT, REGION, begin)
    assert not chain.entitled("scjg", PERMIT, REGION, begin - timedelta(seconds=1))
    assert chain.entitled("scjg", PERMIT, REGION, begin + timedelta(days=3650))
    # A row without region holds anywhere, and a planned end is not covered.
    end = BEGIN + timedelta(days=365)
    assert chain.entitled("wjw", "birth-certificate", 999_999, end - timedelta(seconds=1))
    assert not chain.entitled("wjw", "birth-certificate", 999_999, end)


@pytest.mark.parametrize(
    ("agency", "licence_type", "region"),
    [
        ("wjw", PERMIT, REGION),
        ("nobody", PERMIT, REGION),
        ("scjg", "birth-certificate", REGION),
        ("scjg", PERMIT, 310_115),
        ("scjg", PERMIT, -1),
        ("scjg", PERMIT, 1 << 32),
        ("", PERMIT, REGION),
        ("scjg", "x" * 32, REGION),
        ("监管局", PERMIT, REGION),
    ],
)
def test_nobody_is_entitled_without_a_row(
    chain: Chain, agency: str, licence_type: str, region: int
) -> None:
    assert not chain.entitled(agency, licence_type, region, datetime(2026, 6, 1, tzinfo=UTC))


def test_rows_tell_their_periods(chain: Chain) -> None:
    (scope,) = chain.scope_rows("scjg", PERMIT)
    assert (scope.agency, scope.licence_type, scope.region) == ("scjg", PERMIT, REGION)
    assert scope.valid_from == scope.recorded_at and scope.valid_to is None
    (key,) = chain.key_rows("scjg")
    assert (key.agency, key.key_id, key.valid_to) == ("scjg", AGENCY_KEY, None)
    assert chain.scope_rows("scjg", "x" * 32) == [] == chain.key_rows("nobody")


def test_an_ended_row_shows_its_end_and_founding_again_does_not_revive_it(
    standing: World,
) -> None:
    grant = changes.ScopeGrant("wjw", "public-place-hygiene-permit", REGION)
    wish = changes.Founding(scopes=(grant,))
    assert found(standing.node, standing.book, FOUNDERS, wish) == 1
    end = standing.clock.forward(hours=1)
    ending = changes.end_scope(standing.book, "wjw", grant.licence_type, 0)
    carry_out(standing.node, standing.book, FOUNDERS, [ending])
    (row,) = standing.chain.scope_rows("wjw", grant.licence_type)
    assert row.valid_to == end
    assert not standing.chain.entitled("wjw", grant.licence_type, REGION, end)
    assert found(standing.node, standing.book, FOUNDERS, wish) == 0
    carry_out(standing.node, standing.book, FOUNDERS, [changes.add_scope(standing.book, grant)])
    assert standing.chain.entitled("wjw", grant.licence_type, REGION, end)


def test_an_ended_key_shows_its_end(standing: World) -> None:
    key = changes.KeyGrant("wjw", secret("another key"))
    found(standing.node, standing.book, FOUNDERS, changes.Founding(keys=(key,)))
    end = standing.clock.forward(hours=1)
    carry_out(standing.node, standing.book, FOUNDERS, [changes.end_key(standing.book, "wjw", 0)])
    (row,) = standing.chain.key_rows("wjw")
    assert row.valid_to == end
    carry_out(standing.node, standing.book, FOUNDERS, [changes.add_key(standing.book, key)])
    assert [row.valid_to for row in standing.chain.key_rows("wjw")] == [end, None]


def test_founding_and_deploying_again_changes_nothing(standing: World) -> None:
    height = standing.chain.now(), len(standing.node.ask(("eth_blockNumber", []))[0])
    assert deploy(standing.node, FOUNDERS) == standing.book
    assert found(standing.node, standing.book, FOUNDERS, founding()) == 0
    assert (standing.chain.now(), len(standing.node.ask(("eth_blockNumber", []))[0])) == height


def test_one_founding_member_alone_changes_nothing(standing: World) -> None:
    wish = changes.Founding(agencies=(changes.AgencyAdmission("sw", "区税务局", REGION),))
    with pytest.raises(ChainRefused) as refused:
        found(standing.node, standing.book, (FOUNDERS[0], FOUNDERS[0]), wish)
    assert refused.value.code == "chain.proposal_needs_another"
    with pytest.raises(FounderUnknown):
        found(standing.node, standing.book, (FOUNDERS[0], secret("stranger")), wish)
    assert found(standing.node, standing.book, FOUNDERS, wish) == 1


def test_a_failing_action_gives_the_reason_of_the_contract_it_called(standing: World) -> None:
    wish = changes.Founding(
        agencies=(changes.AgencyAdmission("bank", "银行", 0),),
        status_lists=(changes.StatusAssignment(secret("l"), "nobody", address_of(ANCHORING)),),
        keys=(changes.KeyGrant("nobody", secret("k")),),
    )
    with pytest.raises(AgencyUnknown) as refused:
        found(standing.node, standing.book, FOUNDERS, wish)
    assert refused.value.agency == "nobody"
    assert str(refused.value) == "Agency nobody was not admitted."
    # All or nothing: the agency of the same proposal was not admitted either.
    bank = changes.Founding(agencies=wish.agencies)
    assert found(standing.node, standing.book, FOUNDERS, bank) == 1


def test_many_changes_take_several_proposals(standing: World) -> None:
    wish = changes.Founding(
        scopes=tuple(changes.ScopeGrant("scjg", f"kind-{n}", REGION) for n in range(40))
    )
    assert found(standing.node, standing.book, FOUNDERS, wish) == 40
    assert standing.chain.scope_rows("scjg", "kind-39")
    assert found(standing.node, standing.book, FOUNDERS, wish) == 0
