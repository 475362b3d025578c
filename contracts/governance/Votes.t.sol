// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "../interfaces/IActions.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Votes, and what they decide.
contract VotesTest is Consortium {
    IVotes.Choice private constant YES = IVotes.Choice.Yes;
    IVotes.Choice private constant NO = IVotes.Choice.No;
    IVotes.Choice private constant ABSTAIN = IVotes.Choice.Abstain;

    function setUp() external {
        consort();
        propose(0, admission(MARKET));
    }

    // --- votes ---

    function test_votes_are_counted_by_weight() external {
        expectEvent(governor);
        emit IVotes.Voted(1, FIRST_MEMBER, YES, 1);
        vote(0, 1, YES);
        vote(1, 1, NO);
        vote(2, 1, ABSTAIN);
        IProposals.Proposal memory made = governance.proposal(1);
        equal("yes", made.yes, 1);
        equal("no", made.no, 1);
        equal("abstain", made.abstain, 1);
        equal("yes voters", made.yesVoters, 1);
        equal("choice", uint256(governance.choiceOf(1, SECOND_MEMBER)), uint256(NO));
        equal("none", uint256(governance.choiceOf(1, idOf(3))), 0);
    }

    function test_voting_refuses() external {
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalUnknown.selector, 2);
        refusedVote(FIRST, 2, YES, wanted);
        refusedVote(
            STRANGER,
            1,
            YES,
            abi.encodeWithSelector(IMembers.VoterUnknown.selector, STRANGER)
        );
        refusedVote(
            FIRST,
            1,
            IVotes.Choice.None,
            abi.encodeWithSelector(IVotes.ChoiceInvalid.selector)
        );
    }

    function test_voting_closes_when_its_period_is_over() external {
        VM.warp(START + 4 days - 1);
        vote(0, 1, YES);
        VM.warp(START + 4 days);
        bytes4 closed = IVotes.VotingClosed.selector;
        refusedVote(SECOND, 1, YES, abi.encodeWithSelector(closed, 1, START + 4 days));
    }

    function test_a_suspended_member_does_not_vote_and_stays_in_the_total() external {
        agree(admission(idOf(4)));
        agree(suspension(idOf(4)));
        uint256 number = propose(0, suspension(MARKET));
        equal("total", governance.proposal(number).total, 5);
        bytes4 suspended = IMembers.MemberSuspended.selector;
        refusedVote(voterOf(4), 1, YES, abi.encodeWithSelector(suspended, idOf(4)));
        yes(4, number);
        equal("decided at last", governance.proposal(number).decidedAt, START);
        isTrue("not at once", governance.proposal(number).executableAt > START);
    }

    function test_a_member_does_not_vote_on_what_is_older_than_its_seat() external {
        agree(admission(MARKET));
        agree(seating(MARKET, STRANGER, 7));
        uint256 number = propose(0, admission(HEALTH));
        bytes4 recent = IVotes.MemberTooNew.selector;
        refusedVote(STRANGER, 1, YES, abi.encodeWithSelector(recent, MARKET, 1));
        perform("newer", STRANGER, governor, abi.encodeCall(IVotes.vote, (number, YES)));
        equal("weight", governance.proposal(number).yes, 7);
    }

    // --- decisions ---

    function test_what_cannot_be_overturned_is_decided_at_once() external {
        vote(0, 1, YES);
        VM.warp(START + 60);
        vote(1, 1, YES);
        stageIs(1, IProposals.Stage.Voting);
        expectEvent(governor);
        emit IVotes.ProposalDecided(1, START + 60 + 1 days);
        vote(2, 1, YES);
        IProposals.Proposal memory made = governance.proposal(1);
        equal("decided", made.decidedAt, START + 60);
        equal("executable", made.executableAt, START + 60 + 1 days);
        equal("expires", made.expiresAt, START + 60 + 31 days);
        stageIs(1, IProposals.Stage.Waiting);
        bytes4 closed = IVotes.VotingClosed.selector;
        refusedVote(voterOf(3), 1, NO, abi.encodeWithSelector(closed, 1, START + 60));
    }

    function test_the_majority_of_those_who_spoke_decides_in_the_end() external {
        vote(0, 1, YES);
        vote(1, 1, YES);
        vote(2, 1, NO);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Waiting);
        equal("executable", governance.proposal(1).executableAt, START + 5 days);
        equal("not early", governance.proposal(1).decidedAt, 0);
    }

    function test_a_tie_does_not_pass() external {
        vote(0, 1, YES);
        vote(1, 1, YES);
        vote(2, 1, NO);
        vote(3, 1, NO);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
        equal("not executable", governance.proposal(1).executableAt, 0);
    }

    function test_abstentions_count_for_the_quorum_alone() external {
        vote(0, 1, YES);
        vote(1, 1, YES);
        VM.warp(START + 4 days - 1);
        vote(2, 1, ABSTAIN);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Waiting);
    }

    function test_without_a_quorum_nothing_passes() external {
        vote(0, 1, YES);
        vote(1, 1, YES);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
    }

    function test_one_yes_is_none() external {
        vote(0, 1, YES);
        vote(1, 1, ABSTAIN);
        vote(2, 1, ABSTAIN);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
    }

    function test_nobody_votes_and_nothing_passes() external {
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
    }

    // --- against the rule as written ---

    function testFuzz_a_vote_decides_as_the_rule_says(uint256 seed) external {
        uint256 kind = seed % 3;
        IActions.Action[] memory actions = kind == 0
            ? admission(MARKET)
            : kind == 1 ? suspension(MARKET) : seating(MARKET, STRANGER, 1);
        uint256 number = propose(0, actions);
        IActions.Rule memory rule = rules()[kind];
        uint256[4] memory said;
        bool early = false;
        for (uint256 i = 0; i < MEMBERS && !early; i++) {
            IVotes.Choice choice = IVotes.Choice((seed >> (8 + i * 2)) % 4);
            said[uint256(choice)]++;
            if (choice != IVotes.Choice.None) vote(i, number, choice);
            early = said[1] >= 2 && said[1] * 10_000 >= uint256(rule.pass) * MEMBERS
                && (said[1] + said[2] + said[3]) * 10_000 >= uint256(rule.quorum) * MEMBERS;
            equal("early", governance.proposal(number).decidedAt, early ? START : 0);
        }
        VM.warp(START + rule.votingPeriod);
        bool passes = said[1] >= 2 && said[1] * 10_000 >= rule.pass * (said[1] + said[2])
            && (said[1] + said[2] + said[3]) * 10_000 >= uint256(rule.quorum) * MEMBERS;
        isTrue("early passes", passes || !early);
        isTrue("as written", (governance.proposal(number).executableAt != 0) == passes);
    }

    function refusedVote(
        address voter,
        uint256 number,
        IVotes.Choice choice,
        bytes memory wanted
    ) private {
        bytes memory data = abi.encodeCall(IVotes.vote, (number, choice));
        refuse("vote", voter, governor, data, wanted);
    }
}

/// @dev One member holds nine tenths of the weight.
contract HeavyVoterTest is Consortium {
    function setUp() external {
        consort();
        propose(0, admission(MARKET));
    }

    function seats() internal pure override returns (IMembers.Seat[] memory founding) {
        founding = super.seats();
        founding[0].weight = 36;
    }

    function test_it_decides_nothing_alone() external {
        vote(0, 1, IVotes.Choice.Yes);
        stageIs(1, IProposals.Stage.Voting);
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalNotPassed.selector, 1);
        bytes memory data = abi.encodeCall(IProposals.execute, (1, admission(MARKET)));
        refuse("execute", FIRST, governor, data, wanted);
    }

    function test_with_one_other_it_decides() external {
        vote(0, 1, IVotes.Choice.Yes);
        vote(1, 1, IVotes.Choice.Yes);
        equal("decided", governance.proposal(1).decidedAt, START);
        equal("weight", governance.proposal(1).yes, 37);
    }

    function test_what_it_refuses_does_not_pass() external {
        vote(0, 1, IVotes.Choice.No);
        for (uint256 i = 1; i < MEMBERS; i++) {
            vote(i, 1, IVotes.Choice.Yes);
        }
        VM.warp(START + 4 days);
        stageIs(1, IProposals.Stage.Rejected);
    }
}
