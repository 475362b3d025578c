"""Ballots made without a node, and the tables that the contract must agree with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.adapters.ethereum.actions import KINDS
from ledger.adapters.ethereum.ballots import content_of, proposed_actions, signed_ballot
from ledger.adapters.ethereum.contracts import GOVERNANCE, contract
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.adapters.ethereum.refused_governance import ScopeBeyondPower, VoterUnknown
from ledger.adapters.ethereum.sending import call
from ledger.agencies.changes import gravity_of
from ledger.ports.governance import (
    AddScope,
    Choice,
    Gravity,
    Rename,
    ReplaceContract,
    Rule,
    SetMember,
    SetRule,
    Stage,
)
from tests.ledger.adapters.ethereum.world import (
    ANCHORING,
    PERMIT,
    REASON,
    VOTERS,
    ForeignWorld,
    World,
    secret,
)


def of(place: World | ForeignWorld) -> EthereumGovernance:
    return EthereumGovernance(place.node, place.book, relay=ANCHORING)


def test_a_ballot_made_without_a_node_counts(place: World | ForeignWorld) -> None:
    governance = of(place)
    proposer, *others = VOTERS
    number = governance.propose(VOTERS[proposer], [Rename("wjw", "区卫健委")], REASON)
    made = governance.proposal(number)
    assert made is not None
    at, book = place.book.contracts[GOVERNANCE], place.book
    content = content_of(book.chain_id, at, number, made.reason, made.encoded)
    assert content == made.content
    assert proposed_actions(made.encoded) == made.actions == (Rename("wjw", "区卫健委"),)
    deadline = made.proposed_at + timedelta(minutes=30)
    ballots = [
        signed_ballot(book.chain_id, at, content, (number, one, Choice.YES, deadline), VOTERS[one])
        for one in (proposer, *others)
    ]
    one = ballots[0]
    assert one == governance.ballot(VOTERS[proposer], number, proposer, Choice.YES, deadline)
    governance.cast(None, ballots)  # sent by an account that votes for nobody
    governance.execute(None, number)
    done = governance.proposal(number)
    assert done is not None and done.stage is Stage.EXECUTED


def test_a_rehearsal_tells_what_proposing_would(place: World | ForeignWorld) -> None:
    governance = of(place)
    actions = [Rename("wjw", "区卫生健康委")]
    governance.rehearse(actions, next(iter(VOTERS.values())))
    with pytest.raises(VoterUnknown):
        governance.rehearse(actions, secret("nobody's"))
    count = governance.proposals()
    with pytest.raises(ScopeBeyondPower) as beyond:
        governance.rehearse([AddScope("wjw", PERMIT, 110_000)], VOTERS["scjg"])
    assert (beyond.value.proposer, beyond.value.region) == ("scjg", 110_000)
    assert governance.proposals() == count


def test_the_contract_weighs_each_kind_as_we_do(standing: World) -> None:
    place, kind = standing.book.contracts[GOVERNANCE], contract(GOVERNANCE)
    samples = {
        SetRule: SetRule(Gravity.GRAVE, Rule(1, 1, 1, 1)),
        SetMember: SetMember("a", "0x" + "00" * 20, 0),
        ReplaceContract: ReplaceContract("0x", "0x"),
    }
    for number, (action, _, function) in enumerate(KINDS):
        *_, selector, gravity = call(standing.node, place, kind.functions["routeOf"], number)
        made = samples.get(action) or action.__new__(action)
        assert list(Gravity)[gravity] is gravity_of([made]), action
        assert selector in {
            one.functions[function].selector
            for one in (contract(name) for name in standing.book.contracts)
            if function in one.functions
        }


@pytest.mark.parametrize("encoded", [[(99, b"")], [(0, b"\1")], [(14, b"")]])
def test_what_is_no_proposal_is_not_signed(encoded: list[tuple[int, bytes]]) -> None:
    with pytest.raises(ValueError, match="no actions"):
        proposed_actions(encoded)
