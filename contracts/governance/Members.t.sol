// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../Governance.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Seats: given at the founding, by vote, and taken away.
contract MembersTest is Consortium {
    bytes32 private constant BANK = "bank";

    function setUp() external {
        consort();
    }

    // --- the founding ---

    function test_the_founding_members_have_their_seats() external view {
        (IMembers.Seat[] memory found, uint256 total) = governance.members(0, 9);
        equal("total", total, 5);
        equal("member", found[1].member, SECOND_MEMBER);
        equal("voter", found[1].voter, SECOND);
        equal("weight", found[1].weight, 1);
        equal("by voter", governance.memberOf(SECOND), SECOND_MEMBER);
        equal("stranger", governance.memberOf(STRANGER), 0);
        (found,) = governance.members(4, 9);
        equal("page", found.length, 1);
        equal("page", found[0].member, idOf(4));
    }

    function test_a_founding_refuses_seats_that_cannot_be() external {
        IMembers.Seat[] memory wrong = new IMembers.Seat[](1);
        wrong[0] = seats()[0];
        refusedFounding(wrong, abi.encodeWithSelector(IMembers.MembersTooFew.selector, 1, 2));
        bytes4 invalid = IMembers.MemberInvalid.selector;
        wrong = seats();
        wrong[2].member = FIRST_MEMBER;
        refusedFounding(wrong, abi.encodeWithSelector(invalid, FIRST_MEMBER, 1));
        wrong = seats();
        wrong[2].member = 0;
        refusedFounding(wrong, abi.encodeWithSelector(invalid, bytes32(0), 1));
        wrong = seats();
        wrong[2].weight = 0;
        refusedFounding(wrong, abi.encodeWithSelector(invalid, THIRD_MEMBER, 0));
        bytes4 taken = IMembers.VoterTaken.selector;
        wrong = seats();
        wrong[2].voter = FIRST;
        refusedFounding(wrong, abi.encodeWithSelector(taken, FIRST));
        wrong = seats();
        wrong[2].voter = address(0);
        refusedFounding(wrong, abi.encodeWithSelector(taken, address(0)));
        wrong = new IMembers.Seat[](65);
        for (uint256 i = 0; i < 65; i++) {
            wrong[i] = IMembers.Seat(idOf(i), voterOf(i), 1);
        }
        refusedFounding(wrong, abi.encodeWithSelector(IMembers.MembersFull.selector, 64));
    }

    // --- by vote ---

    function test_an_admitted_agency_gets_a_seat() external {
        agree(admission(MARKET));
        IActions.Action[] memory actions = seating(MARKET, STRANGER, 3);
        propose(0, actions);
        yes(4, 2);
        VM.warp(START + 7 days);
        expectEvent(governor);
        emit IMembers.MemberSeated(MARKET, STRANGER, 3);
        execute(2, actions);
        equal("voter", governance.memberOf(STRANGER), MARKET);
        uint256 number = propose(0, admission(HEALTH));
        equal("total", governance.proposal(number).total, 8);
        equal("weight", governance.weightAt(MARKET, number), 3);
        equal("not before", governance.weightAt(MARKET, 2), 0);
    }

    function test_a_seat_gets_another_voter_and_weight() external {
        agree(admission(FIRST_MEMBER));
        agree(seating(FIRST_MEMBER, STRANGER, 9));
        equal("voter", governance.memberOf(STRANGER), FIRST_MEMBER);
        equal("former voter", governance.memberOf(FIRST), 0);
        (IMembers.Seat[] memory found, uint256 total) = governance.members(0, 1);
        equal("total", total, 5);
        equal("weight", found[0].weight, 9);
    }

    function test_weights_are_those_at_the_proposal() external {
        agree(admission(FIRST_MEMBER));
        uint256 number = propose(1, admission(MARKET));
        agree(seating(FIRST_MEMBER, FIRST, 9));
        vote(0, number, IVotes.Choice.Yes);
        equal("weight", governance.proposal(number).yes, 1);
        equal("total", governance.proposal(number).total, 5);
        equal("next", governance.proposal(propose(1, admission(MARKET))).total, 13);
    }

    function test_a_seat_is_taken_away() external {
        uint256 number = propose(0, admission(MARKET));
        vote(1, number, IVotes.Choice.Yes);
        IActions.Action[] memory actions = seating(SECOND_MEMBER, address(0), 0);
        uint256 removal = propose(0, actions);
        yes(4, removal);
        VM.warp(START + 7 days);
        expectEvent(governor);
        emit IMembers.MemberUnseated(SECOND_MEMBER);
        execute(removal, actions);
        equal("voter", governance.memberOf(SECOND), 0);
        (IMembers.Seat[] memory found, uint256 total) = governance.members(0, 9);
        equal("total", total, 4);
        equal("last one moved up", found[1].member, idOf(4));
        equal("its vote stays", governance.proposal(number).yes, 1);
        equal("its weight then", governance.weightAt(SECOND_MEMBER, number), 1);
        equal("now", governance.proposal(propose(0, admission(MARKET))).total, 4);
    }

    function test_expulsion_and_dissolution_take_the_seat_away() external {
        agree(admission(FIRST_MEMBER));
        agree(admission(SECOND_MEMBER));
        agree(admission(MARKET));
        agree(expulsion(MARKET));
        agree(expulsion(SECOND_MEMBER));
        equal("expelled", governance.memberOf(SECOND), 0);
        IActions.Action[] memory actions =
            one(IActions.Kind.Dissolve, abi.encode(FIRST_MEMBER, bytes32(0)));
        uint256 number = propose(0, actions);
        vote(0, number, IVotes.Choice.Yes);
        vote(2, number, IVotes.Choice.Yes);
        vote(3, number, IVotes.Choice.Yes);
        VM.warp(START + 2 days);
        execute(number, actions);
        equal("dissolved", governance.memberOf(FIRST), 0);
        (, uint256 total) = governance.members(0, 0);
        equal("left", total, 3);
    }

    function test_seating_refuses() external {
        agree(admission(MARKET));
        agree(admission(BANK, 0, IAgencyBodies.UserKind.Social));
        agree(admission(HEALTH));
        refusedSeat(
            "nobody", STRANGER, 1, IMembers.MemberNotAdmitted.selector, bytes32("nobody")
        );
        refusedSeat(BANK, STRANGER, 1, IMembers.MemberSocial.selector, BANK);
        refusedSeat("nobody", STRANGER, 0, IMembers.MemberUnknown.selector, bytes32("nobody"));
        bytes32 taken = bytes32(uint256(uint160(FIRST)));
        refusedSeat(MARKET, FIRST, 1, IMembers.VoterTaken.selector, taken);
        refusedSeat(MARKET, address(0), 1, IMembers.VoterTaken.selector, 0);
        agree(suspension(HEALTH));
        refusedSeat(HEALTH, STRANGER, 1, IMembers.MemberSuspended.selector, HEALTH);
        agree(expulsion(HEALTH));
        bytes4 ended = IMembers.MemberEnded.selector;
        refusedAction(
            seating(HEALTH, STRANGER, 1), abi.encodeWithSelector(ended, HEALTH, START)
        );
    }

    function test_two_members_remain() external {
        bytes4 few = IMembers.MembersTooFew.selector;
        IActions.Action[] memory actions = new IActions.Action[](4);
        for (uint256 i = 0; i < 4; i++) {
            actions[i] = seating(idOf(i), address(0), 0)[0];
        }
        bytes memory reason = abi.encodeWithSelector(few, 1, 2);
        refuse(
            "the last but one",
            STRANGER,
            governor,
            abi.encodeCall(IActions.rehearse, (actions)),
            abi.encodeWithSelector(IActions.ActionFailed.selector, 3, reason)
        );
        agree(admission(FIRST_MEMBER));
        actions[3] = expulsion(FIRST_MEMBER)[0];
        actions[0] = seating(idOf(4), address(0), 0)[0];
        refuse(
            "nor by expulsion",
            STRANGER,
            governor,
            abi.encodeCall(IActions.rehearse, (actions)),
            reason
        );
    }

    function test_64_members_and_no_more() external {
        IMembers.Seat[] memory full = new IMembers.Seat[](64);
        for (uint256 i = 0; i < 64; i++) {
            full[i] = IMembers.Seat(idOf(i), voterOf(i), type(uint32).max);
        }
        Governance other = new Governance(
            full, rules(), address(agencies), address(checkpoints), address(statuses)
        );
        bytes memory data = abi.encodeCall(IProposals.propose, (admission(HEALTH), REASON));
        perform("propose", voterOf(63), address(other), data);
        equal("total", other.proposal(1).total, 64 * uint256(type(uint32).max));
        agree(admission(MARKET));
        data = abi.encodeCall(IMembers.setMember, (MARKET, STRANGER, 1));
        bytes4 limit = IMembers.MembersFull.selector;
        refuse("one more", address(other), address(other), data, abi.encodeWithSelector(limit, 64));
    }

    // --- by the member itself ---

    function test_a_member_changes_its_voter() external {
        expectEvent(governor);
        emit IMembers.MemberSeated(FIRST_MEMBER, STRANGER, 1);
        perform("change", FIRST, governor, abi.encodeCall(IMembers.changeVoter, (STRANGER)));
        equal("next", governance.memberOf(STRANGER), FIRST_MEMBER);
        equal("former", governance.memberOf(FIRST), 0);
        bytes memory data = abi.encodeCall(IMembers.changeVoter, (FIRST));
        bytes4 unknown = IMembers.VoterUnknown.selector;
        refuse("former", FIRST, governor, data, abi.encodeWithSelector(unknown, FIRST));
        perform("back", STRANGER, governor, data);
    }

    function test_a_voter_speaks_for_one_member() external {
        bytes4 taken = IMembers.VoterTaken.selector;
        address[3] memory wrong = [SECOND, FIRST, address(0)];
        for (uint256 i = 0; i < wrong.length; i++) {
            bytes memory data = abi.encodeCall(IMembers.changeVoter, (wrong[i]));
            refuse("taken", FIRST, governor, data, abi.encodeWithSelector(taken, wrong[i]));
        }
    }

    function refusedFounding(IMembers.Seat[] memory wrong, bytes memory wanted) private {
        try new Governance(wrong, rules(), STRANGER, STRANGER, STRANGER) {
            revert NotRefused("founding", wanted);
        } catch (bytes memory answer) {
            equal("founding", keccak256(answer), keccak256(wanted));
        }
    }

    function refusedSeat(bytes32 id, address voter, uint32 weight, bytes4 error_, bytes32 value)
        private
    {
        refusedAction(seating(id, voter, weight), abi.encodeWithSelector(error_, value));
    }

    function refusedAction(IActions.Action[] memory actions, bytes memory reason) private {
        bytes memory data = abi.encodeCall(IActions.rehearse, (actions));
        bytes memory wanted =
            abi.encodeWithSelector(IActions.ActionFailed.selector, 0, reason);
        refuse("action", STRANGER, governor, data, wanted);
    }
}
