// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Making proposals and taking them back.
contract ProposalsTest is Consortium {
    function setUp() external {
        consort();
    }

    // --- propose ---

    function test_a_proposal_is_on_record_with_its_actions() external {
        IActions.Action[] memory actions = admission(MARKET);
        bytes32 content = governance.contentOf(1, REASON, actions);
        expectEvent(governor);
        emit IProposals.ProposalMade(
            1,
            SECOND_MEMBER,
            content,
            REASON,
            IActions.Gravity.Ordinary,
            actions,
            START + 4 days
        );
        equal("number", propose(1, actions), 1);
        IProposals.Proposal memory made = governance.proposal(1);
        equal("content", made.content, content);
        equal("reason", made.reason, REASON);
        equal("proposer", made.proposer, SECOND_MEMBER);
        equal("gravity", uint256(made.gravity), 0);
        equal("proposed", made.proposedAt, START);
        equal("voting ends", made.votingEnds, START + 4 days);
        equal("undecided", made.decidedAt, 0);
        equal("not executable", made.executableAt, 0);
        equal("no expiry", made.expiresAt, 0);
        equal("total", made.total, 5);
        equal("votes", uint256(made.yes) + made.no + made.abstain + made.yesVoters, 0);
        isFalse("closed", made.executed || made.withdrawn);
        stageIs(1, IProposals.Stage.Voting);
    }

    function test_proposals_are_numbered() external {
        equal("none", governance.proposalCount(), 0);
        equal("first", propose(0, admission(MARKET)), 1);
        equal("second", propose(0, admission(MARKET)), 2);
        equal("count", governance.proposalCount(), 2);
        isTrue(
            "contents differ",
            governance.proposal(1).content != governance.proposal(2).content
        );
    }

    function test_an_unknown_proposal_is_empty() external view {
        stageIs(0, IProposals.Stage.Unknown);
        stageIs(1, IProposals.Stage.Unknown);
        equal("content", governance.proposal(1).content, 0);
        equal("weight", governance.weightAt(FIRST_MEMBER, 1), 0);
    }

    function test_the_content_binds_chain_contract_number_reason_and_actions() external {
        IActions.Action[] memory actions = admission(MARKET);
        bytes32 content = governance.contentOf(1, REASON, actions);
        bytes32 written = keccak256(
            abi.encode(block.chainid, governor, uint256(1), REASON, actions)
        );
        equal("as written", content, written);
        isTrue("number", governance.contentOf(2, REASON, actions) != content);
        isTrue("reason", governance.contentOf(1, "other", actions) != content);
        isTrue("actions", governance.contentOf(1, REASON, admission(HEALTH)) != content);
        VM.chainId(block.chainid + 1);
        isTrue("chain", governance.contentOf(1, REASON, actions) != content);
    }

    function test_a_proposal_has_the_highest_gravity_of_its_actions() external {
        IActions.Action[] memory actions = new IActions.Action[](3);
        actions[0] = admission(MARKET)[0];
        actions[1] = suspension(MARKET)[0];
        actions[2] = admission(HEALTH)[0];
        equal("grave", uint256(governance.proposal(propose(0, actions)).gravity), 1);
        actions[2] = actions[1];
        actions[1] = seating(MARKET, STRANGER, 1)[0];
        uint256 number = propose(0, actions);
        equal("constitutional", uint256(governance.proposal(number).gravity), 2);
        equal("its period", governance.proposal(number).votingEnds, START + 14 days);
    }

    function test_proposing_refuses() external {
        IActions.Action[] memory actions = admission(MARKET);
        refusedProposal(
            STRANGER,
            actions,
            abi.encodeWithSelector(IMembers.VoterUnknown.selector, STRANGER)
        );
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, bytes32(0)));
        bytes memory wanted = abi.encodeWithSelector(IMembers.ReasonMissing.selector);
        refuse("no reason", FIRST, governor, data, wanted);
        refusedProposal(
            FIRST,
            new IActions.Action[](0),
            abi.encodeWithSelector(IProposals.ProposalEmpty.selector)
        );
    }

    function test_a_proposal_holds_32_actions() external {
        bytes4 long = IProposals.ProposalTooLong.selector;
        refusedProposal(FIRST, many(33), abi.encodeWithSelector(long, 33, 32));
        IActions.Action[] memory actions = many(32);
        agree(actions);
        (, uint256 total) = agencies.agencies(0, 0);
        equal("all carried out", total, 32);
    }

    function test_a_suspended_member_proposes_nothing() external {
        agree(admission(FIRST_MEMBER));
        agree(suspension(FIRST_MEMBER));
        bytes4 suspended = IMembers.MemberSuspended.selector;
        refusedProposal(
            FIRST, admission(MARKET), abi.encodeWithSelector(suspended, FIRST_MEMBER)
        );
    }

    function test_a_member_whose_agency_ended_proposes_nothing() external {
        agree(admission(FIRST_MEMBER));
        // As a registry would say that followed this one: it ended without a vote of this contract.
        bytes memory data = abi.encodeCall(IAgencyBodies.expel, (FIRST_MEMBER));
        perform("expel", governor, address(agencies), data);
        bytes4 ended = IMembers.MemberEnded.selector;
        refusedProposal(
            FIRST, admission(MARKET), abi.encodeWithSelector(ended, FIRST_MEMBER, START)
        );
    }

    // --- withdraw ---

    function test_the_proposer_withdraws() external {
        propose(0, admission(MARKET));
        vote(0, 1, IVotes.Choice.Yes);
        expectEvent(governor);
        emit IVotes.ProposalWithdrawn(1);
        perform("withdraw", FIRST, governor, withdrawal(1));
        stageIs(1, IProposals.Stage.Withdrawn);
        isTrue("withdrawn", governance.proposal(1).withdrawn);
        bytes memory closed = abi.encodeWithSelector(IProposals.ProposalClosed.selector, 1);
        refuse("again", FIRST, governor, withdrawal(1), closed);
        bytes memory data = abi.encodeCall(IVotes.vote, (1, IVotes.Choice.Yes));
        refuse("vote", SECOND, governor, data, closed);
        data = abi.encodeCall(IProposals.execute, (1, admission(MARKET)));
        refuse("execute", SECOND, governor, data, closed);
    }

    function test_withdrawing_refuses() external {
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalUnknown.selector, 1);
        refuse("unknown", FIRST, governor, withdrawal(1), wanted);
        propose(0, admission(MARKET));
        wanted = abi.encodeWithSelector(IMembers.VoterUnknown.selector, STRANGER);
        refuse("stranger", STRANGER, governor, withdrawal(1), wanted);
        wanted = abi.encodeWithSelector(IVotes.ProposalNotYours.selector, 1, SECOND_MEMBER);
        refuse("another", SECOND, governor, withdrawal(1), wanted);
        vote(1, 1, IVotes.Choice.Abstain);
        wanted = abi.encodeWithSelector(IVotes.ProposalVotedOn.selector, 1);
        refuse("voted on", FIRST, governor, withdrawal(1), wanted);
    }

    function test_what_was_carried_out_is_not_withdrawn() external {
        agree(admission(MARKET));
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalClosed.selector, 1);
        refuse("executed", FIRST, governor, withdrawal(1), wanted);
    }

    function refusedProposal(
        address voter,
        IActions.Action[] memory actions,
        bytes memory wanted
    ) private {
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, REASON));
        refuse("propose", voter, governor, data, wanted);
    }

    function withdrawal(uint256 number) private pure returns (bytes memory) {
        return abi.encodeCall(IVotes.withdraw, (number));
    }

    function many(uint256 count) private pure returns (IActions.Action[] memory actions) {
        actions = new IActions.Action[](count);
        for (uint256 i = 0; i < count; i++) {
            actions[i] = admission(keccak256(abi.encode(i)))[0];
        }
    }
}
