// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "../interfaces/IAgencyDuties.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

contract DutiesTest is Registered {
    bytes32 private constant A = MARKET;
    bytes32 private constant B = "b";
    bytes32 private constant C = "c";
    bytes32 private constant D = "d";

    function setUp() external {
        register();
        admit(B);
        admit(C);
        admit(D);
    }

    // --- succession ---

    function test_an_agency_answers_for_itself() external view {
        responsibleIs(A, START, A, 0);
        responsibleIs(A, START - 1, 0, 0);
        responsibleIs("nobody", START, 0, 0);
    }

    function test_a_merger() external {
        VM.warp(START + 10);
        expectEvent(target);
        emit IAgencyDuties.AgencyDutyTransferred(A, 0, C, 1);
        expectEvent(target);
        emit IAgencyBodies.AgencyEnded(A, IAgencyBodies.Ending.Dissolved, C);
        dissolve(A, C);
        dissolve(B, C);
        responsibleIs(A, START + 9, A, 0);
        responsibleIs(A, START + 10, C, 1);
        responsibleIs(B, START + 10, C, 1);
        IAgencyBodies.Agency memory ended = agencies.agency(A);
        equal("ended", ended.endedAt, START + 10);
        equal("ending", uint256(ended.ending), 1);
        equal("successor", ended.successor, C);
    }

    function test_a_split_goes_by_licence_type() external {
        VM.warp(START + 10);
        transfer(A, FOOD_PERMIT, B);
        transfer(A, "other-permit", C);
        dissolve(A, D);
        responsibleIs(A, START + 10, B, 1);
        responsibleIs(A, "other-permit", START + 10, C, 1);
        responsibleIs(A, "third-permit", START + 10, D, 1);
        responsibleIs(A, bytes32(0), START + 10, D, 1);
    }

    function test_an_agency_that_is_abolished_leaves_nobody() external {
        VM.warp(START + 10);
        expectEvent(target);
        emit IAgencyBodies.AgencyEnded(A, IAgencyBodies.Ending.Dissolved, 0);
        dissolve(A, 0);
        responsibleIs(A, START + 9, A, 0);
        responsibleIs(A, START + 10, 0, 0);
    }

    function test_an_expelled_agency_leaves_nobody_but_to_whom_it_was_handed_on() external {
        transfer(A, FOOD_PERMIT, B);
        expel(A);
        responsibleIs(A, START, B, 1);
        responsibleIs(A, "other-permit", START, 0, 0);
        VM.warp(START + 1);
        expel(B);
        responsibleIs(A, START, B, 1);
        responsibleIs(A, START + 1, 0, 1);
    }

    function test_a_chain_of_successors() external {
        VM.warp(START + 10);
        dissolve(A, B);
        VM.warp(START + 20);
        dissolve(B, C);
        VM.warp(START + 30);
        transfer(C, FOOD_PERMIT, D);
        responsibleIs(A, START + 9, A, 0);
        responsibleIs(A, START + 19, B, 1);
        responsibleIs(A, START + 29, C, 2);
        responsibleIs(A, START + 30, D, 3);
        responsibleIs(A, "other-permit", START + 30, C, 2);
        responsibleIs(B, START + 30, D, 2);
    }

    function test_a_duty_goes_back_and_on_again() external {
        transfer(A, FOOD_PERMIT, B);
        VM.warp(START + 10);
        transfer(B, FOOD_PERMIT, A);
        VM.warp(START + 20);
        transfer(A, FOOD_PERMIT, C);
        responsibleIs(A, START + 9, B, 1);
        responsibleIs(A, START + 10, A, 2);
        responsibleIs(A, START + 20, C, 3);
        responsibleIs(B, START + 10, A, 1);
        responsibleIs(B, START + 20, C, 2);
    }

    function test_what_was_handed_on_before_does_not_follow_the_successor() external {
        transfer(B, FOOD_PERMIT, D);
        VM.warp(START + 10);
        dissolve(A, B);
        // B handed on its own licences; those of A came to it afterwards.
        responsibleIs(A, START + 10, B, 1);
        responsibleIs(B, START + 10, D, 1);
    }

    function test_of_a_special_and_a_general_row_the_earlier_one_leads() external {
        transfer(A, 0, B);
        transfer(A, FOOD_PERMIT, C);
        responsibleIs(A, START, B, 1);
        transfer(B, FOOD_PERMIT, D);
        transfer(B, 0, C);
        responsibleIs(A, START, D, 2);
        responsibleIs(A, "other-permit", START, C, 2);
    }

    function test_duties_page() external {
        VM.warp(START + 5);
        transfer(A, FOOD_PERMIT, B);
        transfer(A, 0, C);
        transfer(A, FOOD_PERMIT, D);
        (IAgencyDuties.Duty[] memory rows, uint256 total) = agencies.duties(A, FOOD_PERMIT, 1, 9);
        equal("total", total, 2);
        equal("page", rows.length, 1);
        equal("to", rows[0].to, D);
        equal("since", rows[0].since, START + 5);
        equal("sequence", rows[0].sequence, 3);
        (rows,) = agencies.duties(A, 0, 0, 9);
        equal("general", rows[0].sequence, 2);
    }

    // --- what is refused ---

    function test_only_an_active_other_agency_takes_over() external {
        dissolve(D, 0);
        bytes4 invalid = IAgencyDuties.AgencySuccessorInvalid.selector;
        bytes32[3] memory wrong = [A, D, bytes32("nobody")];
        for (uint256 i = 0; i < wrong.length; i++) {
            bytes memory wanted = abi.encodeWithSelector(invalid, wrong[i]);
            refused(dissolution(A, wrong[i]), wanted);
            refused(handover(A, FOOD_PERMIT, wrong[i]), wanted);
        }
        refused(handover(A, FOOD_PERMIT, 0), abi.encodeWithSelector(invalid, bytes32(0)));
    }

    function test_a_duty_is_followed_through_32_hands() external {
        for (uint256 i = 0; i < 16; i++) {
            VM.warp(START + i);
            transfer(A, FOOD_PERMIT, B);
            transfer(B, FOOD_PERMIT, A);
        }
        responsibleIs(A, START + 15, A, 32);
        VM.warp(START + 16);
        transfer(A, FOOD_PERMIT, B);
        responsibleIs(A, START + 15, A, 32);
        bytes memory asked =
            abi.encodeCall(IAgencyDuties.responsible, (A, FOOD_PERMIT, START + 16));
        bytes4 long = IAgencyDuties.AgencyDutyTooLong.selector;
        refused(asked, abi.encodeWithSelector(long, A, 32));
    }

    function test_a_list_of_duties_can_be_full_and_the_agency_still_ends() external {
        for (uint256 i = 0; i < 256; i++) {
            transfer(A, 0, B);
        }
        bytes4 full = IAgencyHistory.AgencyRowsFull.selector;
        refused(handover(A, 0, B), abi.encodeWithSelector(full, 256));
        dissolve(A, B);
        (, uint256 total) = agencies.duties(A, 0, 0, 0);
        equal("total", total, 257);
        responsibleIs(A, START, B, 1);
    }

    function responsibleIs(bytes32 id, uint40 time, bytes32 body, uint256 hops) private view {
        responsibleIs(id, FOOD_PERMIT, time, body, hops);
    }

    function responsibleIs(bytes32 id, bytes32 kind, uint40 time, bytes32 body, uint256 hops)
        private
        view
    {
        (bytes32 foundBody, uint256 foundHops) = agencies.responsible(id, kind, time);
        equal("body", foundBody, body);
        equal("hops", foundHops, hops);
    }

    function dissolve(bytes32 id, bytes32 successor) private {
        change(dissolution(id, successor));
    }

    function transfer(bytes32 id, bytes32 kind, bytes32 to) private {
        change(handover(id, kind, to));
    }

    function dissolution(bytes32 id, bytes32 successor) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyDuties.dissolve, (id, successor));
    }

    function handover(bytes32 id, bytes32 kind, bytes32 to) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyDuties.transferDuty, (id, kind, to));
    }
}
