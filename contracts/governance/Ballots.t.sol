// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../Governance.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Votes signed elsewhere and handed in by anybody, and attacks with them.
contract BallotsTest is Consortium {
    IVotes.Choice private constant YES = IVotes.Choice.Yes;
    IVotes.Choice private constant NO = IVotes.Choice.No;

    uint256 private constant CURVE_ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function setUp() external {
        consort();
        propose(0, admission(MARKET));
    }

    function test_anybody_hands_in_what_members_signed() external {
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](2);
        ballots[0] = ballot(0, 1, YES, LATE);
        ballots[1] = ballot(1, 1, NO, LATE);
        expectEvent(governor);
        emit IVotes.Voted(1, FIRST_MEMBER, YES, 1);
        expectEvent(governor);
        emit IVotes.Voted(1, SECOND_MEMBER, NO, 1);
        cast(1, ballots);
        equal("yes", governance.proposal(1).yes, 1);
        equal("no", governance.proposal(1).no, 1);
    }

    function test_the_digest_is_that_of_the_standard() external view {
        equal(
            "digest",
            governance.voteDigest(1, SECOND_MEMBER, NO, LATE),
            standard(governance.proposal(1).content, SECOND_MEMBER, 2)
        );
    }

    function test_ballots_handed_in_together_can_be_unanimous() external {
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; i++) {
            ballots[i] = ballot(i, 1, YES, LATE);
        }
        VM.recordLogs();
        cast(1, ballots);
        equal("five votes, one decision", VM.getRecordedLogs().length, 6);
        equal("all", governance.proposal(1).yes, 5);
        equal("no delay", governance.proposal(1).executableAt, START);
    }

    function test_no_ballots_change_nothing() external {
        cast(1, new IVotes.Ballot[](0));
        stageIs(1, IProposals.Stage.Voting);
    }

    function test_handing_in_refuses() external {
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalUnknown.selector, 9);
        refusedBallot(9, ballot(0, 9, YES, LATE), wanted);
        wanted = abi.encodeWithSelector(IVotes.ChoiceInvalid.selector);
        refusedBallot(1, ballot(0, 1, IVotes.Choice.None, LATE), wanted);
        IVotes.Ballot memory one = ballot(0, 1, YES, LATE);
        one.member = "nobody";
        wanted = abi.encodeWithSelector(IMembers.MemberUnknown.selector, one.member);
        refusedBallot(1, one, wanted);
        VM.warp(START + 4 days);
        wanted = abi.encodeWithSelector(IVotes.VotingClosed.selector, 1, START + 4 days);
        refusedBallot(1, ballot(0, 1, YES, LATE), wanted);
    }

    function test_a_ballot_counts_before_its_deadline() external {
        VM.warp(START + 100);
        bytes4 expired = IVotes.BallotExpired.selector;
        bytes memory wanted = abi.encodeWithSelector(expired, FIRST_MEMBER, START + 100);
        refusedBallot(1, ballot(0, 1, YES, START + 100), wanted);
        cast(ballot(0, 1, YES, START + 101));
    }

    function test_one_bad_ballot_spoils_all() external {
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](2);
        ballots[0] = ballot(0, 1, YES, LATE);
        ballots[1] = ballot(1, 1, YES, LATE);
        ballots[1].choice = NO;
        refuse(
            "spoilt",
            STRANGER,
            governor,
            abi.encodeCall(IVotes.castSigned, (1, ballots)),
            abi.encodeWithSelector(IVotes.BallotSignatureInvalid.selector, SECOND_MEMBER)
        );
        equal("none", governance.proposal(1).yes, 0);
    }

    // --- voting twice ---

    function test_attack_voting_twice() external {
        bytes memory wanted =
            abi.encodeWithSelector(IVotes.VotedAlready.selector, 1, FIRST_MEMBER);
        vote(0, 1, NO);
        refusedBallot(1, ballot(0, 1, YES, LATE), wanted);
        refuse("again", FIRST, governor, abi.encodeCall(IVotes.vote, (1, NO)), wanted);
        bytes memory data = abi.encodeCall(IMembers.changeVoter, (STRANGER));
        perform("another voter", FIRST, governor, data);
        refuse("again", STRANGER, governor, abi.encodeCall(IVotes.vote, (1, YES)), wanted);
        cast(ballot(1, 1, YES, LATE));
        wanted = abi.encodeWithSelector(IVotes.VotedAlready.selector, 1, SECOND_MEMBER);
        refuse("by itself", SECOND, governor, abi.encodeCall(IVotes.vote, (1, YES)), wanted);
        refusedBallot(1, ballot(1, 1, YES, LATE), wanted);
    }

    function test_attack_one_ballot_twice_in_one_call() external {
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](2);
        ballots[0] = ballot(0, 1, YES, LATE);
        ballots[1] = ballots[0];
        refuse(
            "twice",
            STRANGER,
            governor,
            abi.encodeCall(IVotes.castSigned, (1, ballots)),
            abi.encodeWithSelector(IVotes.VotedAlready.selector, 1, FIRST_MEMBER)
        );
    }

    // --- ballots used where they were not meant ---

    function test_attack_a_ballot_for_another_proposal() external {
        propose(0, admission(MARKET));
        refusedAs(0, 2, ballot(0, 1, YES, LATE));
    }

    function test_attack_a_ballot_of_another_chain() external {
        IVotes.Ballot memory one = ballot(0, 1, YES, LATE);
        VM.chainId(block.chainid + 1);
        refusedAs(0, 1, one);
    }

    function test_attack_a_ballot_for_another_consortium() external {
        Governance other = new Governance(
            seats(), rules(), address(agencies), address(checkpoints), address(statuses)
        );
        bytes memory data = abi.encodeCall(IProposals.propose, (admission(MARKET), REASON));
        perform("same proposal", FIRST, address(other), data);
        data = abi.encodeCall(IVotes.castSigned, (1, list(ballot(0, 1, YES, LATE))));
        bytes4 invalid = IVotes.BallotSignatureInvalid.selector;
        bytes memory wanted = abi.encodeWithSelector(invalid, FIRST_MEMBER);
        refuse("other", STRANGER, address(other), data, wanted);
    }

    function test_attack_a_ballot_for_other_content_under_the_same_number() external {
        bytes32 content = governance.contentOf(1, REASON, admission(HEALTH));
        bytes32 digest = standard(content, FIRST_MEMBER, 1);
        refusedAs(0, 1, IVotes.Ballot(FIRST_MEMBER, YES, LATE, signed(FIRST_KEY, digest)));
    }

    function testFuzz_attack_a_ballot_is_bound_to_all_that_it_says(
        uint8 member,
        uint8 choice,
        uint40 deadline
    ) external {
        IVotes.Ballot memory one = ballot(0, 1, YES, LATE);
        (one.member, one.choice) = (idOf(member % 5), IVotes.Choice(1 + choice % 3));
        one.deadline = uint40(within(deadline, START + 1, LATE));
        bool same = one.member == FIRST_MEMBER && one.choice == YES && one.deadline == LATE;
        if (same) cast(one);
        else refusedAs(member % 5, 1, one);
    }

    // --- signatures ---

    function test_attack_the_twin_of_a_signature() external {
        bytes32 digest = governance.voteDigest(1, FIRST_MEMBER, YES, LATE);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(FIRST_KEY, digest);
        bytes memory twin = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), 55 - v);
        refusedAs(0, 1, IVotes.Ballot(FIRST_MEMBER, YES, LATE, twin));
    }

    function test_attack_malformed_signatures() external {
        bytes32 digest = governance.voteDigest(1, FIRST_MEMBER, YES, LATE);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(FIRST_KEY, digest);
        bytes[6] memory wrong = [
            bytes(""),
            abi.encodePacked(r, s),
            abi.encodePacked(r, s, v, uint8(0)),
            abi.encodePacked(r, s, v - 27),
            abi.encodePacked(r, s, v == 27 ? 28 : 27),
            new bytes(65)
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            refusedAs(0, 1, IVotes.Ballot(FIRST_MEMBER, YES, LATE, wrong[i]));
        }
    }

    function test_attack_the_signature_of_another_member() external {
        bytes32 digest = governance.voteDigest(1, FIRST_MEMBER, YES, LATE);
        refusedAs(0, 1, IVotes.Ballot(FIRST_MEMBER, YES, LATE, signed(SECOND_KEY, digest)));
    }

    function test_attack_the_signature_of_a_voter_who_was_replaced() external {
        IVotes.Ballot memory one = ballot(0, 1, YES, LATE);
        bytes memory data = abi.encodeCall(IMembers.changeVoter, (STRANGER));
        perform("another voter", FIRST, governor, data);
        refusedAs(0, 1, one);
    }

    function test_attack_the_signature_of_an_ex_member() external {
        IVotes.Ballot memory one = ballot(4, 1, YES, LATE);
        agree(admission(idOf(4)));
        agree(expulsion(idOf(4)));
        equal("it had a weight", governance.weightAt(idOf(4), 1), 1);
        bytes4 unknown = IMembers.MemberUnknown.selector;
        refusedBallot(1, one, abi.encodeWithSelector(unknown, idOf(4)));
    }

    function test_attack_the_signature_of_a_suspended_member() external {
        IVotes.Ballot memory one = ballot(4, 1, YES, LATE);
        agree(admission(idOf(4)));
        agree(suspension(idOf(4)));
        bytes4 suspended = IMembers.MemberSuspended.selector;
        refusedBallot(1, one, abi.encodeWithSelector(suspended, idOf(4)));
    }

    function cast(IVotes.Ballot memory one) private {
        cast(1, list(one));
    }

    function cast(uint256 number, IVotes.Ballot[] memory ballots) private {
        bytes memory data = abi.encodeCall(IVotes.castSigned, (number, ballots));
        perform("cast", STRANGER, governor, data);
    }

    function refusedAs(uint256 member, uint256 number, IVotes.Ballot memory one) private {
        bytes4 invalid = IVotes.BallotSignatureInvalid.selector;
        refusedBallot(number, one, abi.encodeWithSelector(invalid, idOf(member)));
    }

    function refusedBallot(uint256 number, IVotes.Ballot memory one, bytes memory wanted)
        private
    {
        bytes memory data = abi.encodeCall(IVotes.castSigned, (number, list(one)));
        refuse("ballot", STRANGER, governor, data, wanted);
    }

    /// @dev EIP-712, written down; proposal 1, and never too late.
    function standard(bytes32 content, bytes32 member, uint8 choice)
        private
        view
        returns (bytes32)
    {
        bytes32 domainType = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        bytes32 voteType = keccak256(
            "Vote(uint256 number,bytes32 content,bytes32 member,uint8 choice,uint40 deadline)"
        );
        bytes32 name = keccak256("Mianti Governance");
        bytes32 domain =
            keccak256(abi.encode(domainType, name, keccak256("1"), block.chainid, governor));
        bytes32 said = keccak256(abi.encode(voteType, 1, content, member, choice, LATE));
        return keccak256(abi.encodePacked(hex"1901", domain, said));
    }

    function list(IVotes.Ballot memory one)
        private
        pure
        returns (IVotes.Ballot[] memory ballots)
    {
        ballots = new IVotes.Ballot[](1);
        ballots[0] = one;
    }
}
