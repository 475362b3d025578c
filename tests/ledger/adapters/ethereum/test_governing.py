"""Members propose and vote, in person or by ballots that others bring; the rules hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.adapters.ethereum import refused_governance as refused
from ledger.adapters.ethereum import refused_votes as votes
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.adapters.ethereum.sending import address_of
from ledger.ports.governance import Admit, Choice, Gravity, Rename, SetMember, Stage, Suspend
from tests.ledger.adapters.ethereum.world import REASON, RULES, VOTERS, World, secret

SCJG, GAFJ, ZWB = (VOTERS[name] for name in ("scjg", "gafj", "zwb"))


@pytest.fixture
def governance(world: World) -> EthereumGovernance:
    return EthereumGovernance(world.node, world.book)


def test_a_majority_decides_and_waits_out_its_delay(
    world: World, governance: EthereumGovernance
) -> None:
    action = Admit("daj", "区档案局", 0)
    number = governance.propose(SCJG, [action], REASON)
    made = governance.proposal(number)
    assert made is not None
    assert (made.proposer, made.gravity, made.actions, made.stage) == (
        "scjg",
        Gravity.ORDINARY,
        (action,),
        Stage.VOTING,
    )
    assert made.voting_ends - made.proposed_at == timedelta(
        seconds=RULES[Gravity.ORDINARY].voting_period
    )
    governance.vote(SCJG, number, Choice.YES)
    with pytest.raises(refused.ProposalUndecided):
        governance.execute(ZWB, number)
    governance.vote(ZWB, number, Choice.YES)
    with pytest.raises(refused.ProposalTooEarly) as early:
        governance.execute(ZWB, number)
    assert str(early.value).endswith("Z on.")
    assert governance.choice_of(number, "zwb") is Choice.YES
    assert governance.choice_of(number, "gafj") is None
    world.clock.forward(minutes=2)
    governance.execute(secret("anybody"), number)
    done = governance.proposal(number)
    assert done is not None and done.stage is Stage.EXECUTED and (done.yes, done.total) == (2, 3)
    assert world.chain.agency("daj") is not None
    with pytest.raises(refused.ProposalClosed):
        governance.execute(ZWB, number)


def test_ballots_are_signed_off_chain_and_sent_by_anybody(
    world: World, governance: EthereumGovernance
) -> None:
    number = governance.propose(SCJG, [Rename("wjw", "区卫健委")], REASON)
    deadline = world.clock.at + timedelta(minutes=30)
    ballots = [
        governance.ballot(key, number, member, Choice.YES, deadline)
        for member, key in VOTERS.items()
    ]
    stranger = secret("a relay")
    forged = governance.ballot(stranger, number, "zwb", Choice.NO, deadline)
    with pytest.raises(votes.BallotSignatureInvalid):
        governance.cast(stranger, [forged])
    governance.cast(stranger, ballots)
    with pytest.raises(votes.VotingClosed):
        governance.cast(stranger, ballots[:1])
    governance.execute(stranger, number)  # unanimous: nothing to wait for
    known = world.chain.agency("wjw")
    assert known is not None and known.names[-1].name == "区卫健委"


def test_a_rehearsal_changes_nothing_and_tells_the_reason(
    world: World, governance: EthereumGovernance
) -> None:
    governance.rehearse([Admit("daj", "区档案局", 0), Rename("daj", "区档案馆")])
    assert world.chain.agency("daj") is None
    with pytest.raises(Exception, match="was not admitted") as missing:
        governance.rehearse([Admit("daj", "区档案局", 0), Rename("sfj", "x")])
    assert missing.value.action == 1  # type: ignore[attr-defined]


def test_a_member_holds_back_what_nobody_else_wanted(governance: EthereumGovernance) -> None:
    number = governance.propose(SCJG, [Rename("wjw", "x")], REASON)
    with pytest.raises(refused.ProposalNotYours):
        governance.withdraw(ZWB, number)
    governance.withdraw(SCJG, number)
    made = governance.proposal(number)
    assert made is not None and made.stage is Stage.WITHDRAWN
    with pytest.raises(refused.ProposalUnknown):
        governance.execute(SCJG, 99)
    assert governance.proposal(99) is None


def test_strangers_neither_propose_nor_vote(governance: EthereumGovernance) -> None:
    with pytest.raises(refused.VoterUnknown):
        governance.propose(secret("stranger"), [Rename("wjw", "x")], REASON)
    number = governance.propose(SCJG, [Rename("wjw", "x")], REASON)
    with pytest.raises(refused.VoterUnknown):
        governance.vote(secret("stranger"), number, Choice.YES)
    governance.vote(SCJG, number, Choice.YES)
    with pytest.raises(votes.VotedAlready):
        governance.vote(SCJG, number, Choice.NO)


def test_an_emergency_suspension_lapses_unless_it_is_confirmed(
    world: World, governance: EthereumGovernance
) -> None:
    began = world.clock.forward(minutes=1)
    governance.suspend_in_emergency(GAFJ, "wjw", REASON)
    known = world.chain.agency("wjw")
    assert known is not None
    assert [(one.valid_from, one.valid_to) for one in known.suspensions] == [
        (began, began + timedelta(days=3))
    ]
    with pytest.raises(votes.EmergencyRunning):
        governance.suspend_in_emergency(GAFJ, "scjg", REASON)
    world.clock.forward(days=4)
    with pytest.raises(votes.EmergencySpent):
        governance.suspend_in_emergency(ZWB, "wjw", REASON)
    number = governance.propose(ZWB, [Suspend("wjw")], REASON)
    assert governance.rule(Gravity.GRAVE) == RULES[Gravity.GRAVE]
    made = governance.proposal(number)
    assert made is not None and made.gravity is Gravity.GRAVE


def test_seats_are_told(governance: EthereumGovernance) -> None:
    assert [(one.member, one.voter, one.weight) for one in governance.seats()] == [
        (name, address_of(key), 1) for name, key in VOTERS.items()
    ]
    assert governance.member_of(SCJG) == "scjg" and governance.member_of(secret("x")) is None
    before = governance.proposals()
    newcomer = SetMember("wjw", address_of(secret("wjw")), 1)
    number = governance.propose(SCJG, [newcomer], REASON)
    made = governance.proposal(number)
    assert made is not None and made.gravity is Gravity.CONSTITUTIONAL
    assert governance.proposals() == before + 1
