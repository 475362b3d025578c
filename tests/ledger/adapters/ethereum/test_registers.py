"""Who takes part, is entitled, answers, and with which keys, at any time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from ledger.adapters.ethereum.founding import decide, found
from ledger.adapters.ethereum.refused_agencies import AgencyUnknown
from ledger.ports import Chain
from ledger.ports.governance import (
    Action,
    AddKey,
    AddScope,
    Admit,
    CompromiseKey,
    Dissolve,
    EndBasis,
    EndKey,
    EndScope,
    GrantBasis,
    Reinstate,
    Rename,
    Suspend,
    TransferDuty,
)
from tests.ledger.adapters.ethereum.world import (
    AGENCY_KEY,
    BEGIN,
    PERMIT,
    REASON,
    REGION,
    VOTERS,
    World,
    deployed,
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
    grant = AddScope("wjw", "public-place-hygiene-permit", REGION)
    assert wished(standing, grant) == 1
    end = standing.clock.forward(hours=1)
    agreed(standing, EndScope("wjw", grant.licence_type, REGION, 0))
    (row,) = standing.chain.scope_rows("wjw", grant.licence_type)
    assert row.valid_to == end
    assert not standing.chain.entitled("wjw", grant.licence_type, REGION, end)
    assert wished(standing, grant) == 0
    agreed(standing, grant)
    assert standing.chain.entitled("wjw", grant.licence_type, REGION, end)


def test_an_ended_key_shows_its_end(standing: World) -> None:
    key = AddKey("wjw", secret("another key"), secret("another certificate"))
    assert wished(standing, key) == 1
    end = standing.clock.forward(hours=1)
    agreed(standing, EndKey("wjw", key.key_id, 0))
    (row,) = standing.chain.key_rows("wjw")
    assert (row.valid_to, row.certificate, row.compromised_at) == (end, key.certificate, None)
    agreed(standing, key)
    assert [row.valid_to for row in standing.chain.key_rows("wjw")] == [end, None]


def test_a_compromise_lies_in_the_past_and_ends_the_key_from_then_on(standing: World) -> None:
    key = AddKey("wjw", secret("a key to be stolen"), secret("its certificate"))
    agreed(standing, key)
    stolen = standing.clock.forward(hours=1)
    standing.clock.forward(hours=5)
    agreed(standing, CompromiseKey("wjw", key.key_id, stolen))
    (row,) = [row for row in standing.chain.key_rows("wjw") if row.key_id == key.key_id]
    assert (row.compromised_at, row.valid_to) == (stolen, None)


def test_an_agency_has_names_over_time_suspensions_and_an_end(standing: World) -> None:
    agreed(standing, Admit("old", "旧机构", REGION, "11319999MT0000022U"))
    admitted = standing.clock.at
    renamed = standing.clock.forward(days=1)
    agreed(standing, Rename("old", "改名机构"))
    suspended = standing.clock.forward(days=1)
    agreed(standing, Suspend("old"))
    reinstated = standing.clock.forward(days=1)
    agreed(standing, Reinstate("old"))
    ended = standing.clock.forward(days=1)
    agreed(standing, Dissolve("old", "scjg"))
    found_it = standing.chain.agency("old")
    assert found_it is not None
    assert [(one.name, one.since) for one in found_it.names] == [
        ("旧机构", admitted),
        ("改名机构", renamed),
    ]
    assert [(one.valid_from, one.valid_to) for one in found_it.suspensions] == [
        (suspended, reinstated)
    ]
    assert (found_it.ended_at, found_it.ending, found_it.successor) == (ended, "dissolved", "scjg")
    assert (found_it.legal_code, found_it.region, found_it.social) == (
        "11319999MT0000022U",
        REGION,
        False,
    )
    assert "old" in standing.chain.agency_ids()
    assert standing.chain.agency("nobody") is None is standing.chain.agency("监管局")


def test_duties_lead_from_body_to_body(standing: World) -> None:
    for name in ("one", "two", "three"):
        agreed(standing, Admit(name, name, 0))
    since = standing.clock.forward(days=1)
    agreed(standing, TransferDuty("one", PERMIT, "two"))
    agreed(standing, Dissolve("two", "three"))
    rows = standing.chain.duties("one", PERMIT)
    assert [(row.issuer, row.licence_type, row.body, row.since) for row in rows] == [
        ("one", PERMIT, "two", since),
        ("two", "", "three", since),
    ]
    assert rows[0].sequence < rows[1].sequence
    assert standing.chain.duties("one", "another-kind") == []


def test_bases_hold_within_their_periods(standing: World) -> None:
    kind, item = "licence:high-tech-enterprise-certificate", "public-place-hygiene-permit"
    grant = GrantBasis("wjw", item, kind, "statutory")
    assert wished(standing, grant) == 1 and wished(standing, grant) == 0
    granted = standing.clock.at
    end = standing.clock.forward(days=1)
    agreed(standing, EndBasis("wjw", item, kind, "statutory", 0))
    asked = partial(standing.chain.basis_granted, "wjw", item, kind)
    assert asked("statutory", granted)
    assert not asked("statutory", end) and not asked("emergency", granted)
    assert not asked("divine", granted) and not asked("statutory", BEGIN - timedelta(days=1))


def test_founding_and_deploying_again_changes_nothing(standing: World) -> None:
    height = standing.chain.now(), len(standing.node.ask(("eth_blockNumber", []))[0])
    assert deployed(standing.node) == standing.book
    assert (standing.chain.now(), len(standing.node.ask(("eth_blockNumber", []))[0])) == height


def test_a_failing_action_gives_the_reason_of_the_contract_it_called(standing: World) -> None:
    bank = Admit("bank", "银行", 0, social=True)
    with pytest.raises(AgencyUnknown) as refused:
        agreed(standing, bank, AddKey("nobody", secret("k"), secret("c")))
    assert (refused.value.agency, refused.value.action) == ("nobody", 1)
    assert str(refused.value) == "Agency nobody was not admitted."
    # All or nothing: the agency of the same proposal was not admitted either.
    assert wished(standing, bank) == 1


def test_many_changes_take_several_proposals(standing: World) -> None:
    wish = [AddScope("scjg", f"kind-{n}", REGION) for n in range(40)]
    assert wished(standing, *wish) == 40
    assert standing.chain.scope_rows("scjg", "kind-39")
    assert wished(standing, *wish) == 0


def agreed(world: World, *actions: Action) -> int:
    """Decided by all members at once."""
    return decide(world.node, world.book, VOTERS, actions, REASON)


def wished(world: World, *actions: Action) -> int:
    return found(world.node, world.book, VOTERS, actions, REASON)
