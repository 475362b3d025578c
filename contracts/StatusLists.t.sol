// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "./interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "./interfaces/IAgencyDuties.sol";
import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";
import {Listed} from "./testing/Listed.sol";
import {VM} from "./testing/Vm.sol";

/// @dev Whose lists they are, and who takes them over.
contract StatusListsTest is Listed {
    bytes32 private constant MERGED = "merged";

    function setUp() external {
        openList();
    }

    function test_every_change_is_reserved() external {
        bytes[] memory changes = new bytes[](1);
        changes[0] = assignment(OTHER, HEALTH, PUBLISHER);
        reserved(target, changes);
    }

    function test_assign_names_agency_and_publisher() external {
        expectEvent(target);
        emit IStatusRegistry.StatusListAssigned(OTHER, HEALTH, STRANGER);
        change(assignment(OTHER, HEALTH, STRANGER));
        ownerIs(OTHER, HEALTH, STRANGER);
        headIs(OTHER, 0, 0, 0);
    }

    function test_assign_refuses() external {
        bytes memory wanted = abi.encodeWithSelector(IStatusRegistry.StatusListIdMissing.selector);
        refused("list", assignment(0, MARKET, PUBLISHER), wanted);
        wanted = abi.encodeWithSelector(IStatusRegistry.StatusPublisherMissing.selector);
        refused("publisher", assignment(OTHER, MARKET, address(0)), wanted);
        wanted = unknown("nobody");
        refused("agency", assignment(OTHER, "nobody", PUBLISHER), wanted);
        refused("heir", assignment(LIST, "nobody", PUBLISHER), wanted);
        refused("taken", assignment(LIST, HEALTH, PUBLISHER), taken(MARKET));
    }

    function test_another_publisher_goes_on() external {
        publish(3);
        expectEvent(target);
        emit IStatusRegistry.StatusListAssigned(LIST, MARKET, STRANGER);
        change(assignment(LIST, MARKET, STRANGER));
        ownerIs(LIST, MARKET, STRANGER);
        headIs(LIST, 3, digestOf(3), UNTIL);
        bytes memory data = publication(LIST, 4, digestOf(4), UNTIL);
        bytes4 only = IStatusRegistry.StatusPublisherOnly.selector;
        denied("old", data, abi.encodeWithSelector(only, PUBLISHER, STRANGER));
        perform("new", STRANGER, target, data);
        headIs(LIST, 4, digestOf(4), UNTIL);
    }

    // --- succession ---

    function test_the_list_follows_the_duty() external {
        publish(3);
        admit(MERGED);
        refused("too early", assignment(LIST, MERGED, STRANGER), taken(MARKET));
        dissolve(MARKET, MERGED);
        refused("the former", assignment(LIST, MARKET, PUBLISHER), taken(MERGED));
        refused("a third", assignment(LIST, HEALTH, PUBLISHER), taken(MERGED));
        expectEvent(target);
        emit IStatusRegistry.StatusListAssigned(LIST, MERGED, STRANGER);
        change(assignment(LIST, MERGED, STRANGER));
        ownerIs(LIST, MERGED, STRANGER);
        headIs(LIST, 3, digestOf(3), UNTIL);
        perform("next", STRANGER, target, publication(LIST, 4, digestOf(4), UNTIL));
    }

    function test_the_list_follows_the_duty_through_many_hands() external {
        admit(MERGED);
        dissolve(MARKET, HEALTH);
        dissolve(HEALTH, MERGED);
        refused("in between", assignment(LIST, HEALTH, STRANGER), taken(MERGED));
        change(assignment(LIST, MERGED, STRANGER));
        ownerIs(LIST, MERGED, STRANGER);
    }

    /// @dev What an agency handed on before it took the list over does not take the list along.
    function test_the_list_stays_with_a_body_that_had_handed_on_its_own_duty() external {
        admit(MERGED);
        ofAgencies(abi.encodeCall(IAgencyDuties.transferDuty, (HEALTH, 0, MERGED)));
        dissolve(MARKET, HEALTH);
        change(assignment(LIST, HEALTH, PUBLISHER));
        refused("whom nobody asked", assignment(LIST, MERGED, STRANGER), taken(HEALTH));
        change(assignment(LIST, HEALTH, STRANGER));
        ownerIs(LIST, HEALTH, STRANGER);
    }

    /// @dev Handing over one licence type does not hand over the list with all the others.
    function test_one_licence_type_does_not_take_the_list_along() external {
        ofAgencies(abi.encodeCall(IAgencyDuties.transferDuty, (MARKET, FOOD_PERMIT, HEALTH)));
        refused("by type", assignment(LIST, HEALTH, STRANGER), taken(MARKET));
        change(assignment(LIST, MARKET, STRANGER));
    }

    function test_where_nobody_answers_the_list_keeps_its_agency() external {
        dissolve(MARKET, 0);
        refused("anybody", assignment(LIST, HEALTH, STRANGER), taken(MARKET));
        change(assignment(LIST, MARKET, STRANGER));
        ownerIs(LIST, MARKET, STRANGER);
    }

    function test_an_agency_that_ended_gets_no_further_list() external {
        VM.warp(START + 60);
        dissolve(HEALTH, MARKET);
        bytes4 ended = IAgencyBodies.AgencyDissolved.selector;
        bytes memory wanted = abi.encodeWithSelector(ended, HEALTH, START + 60);
        refused("ended", assignment(OTHER, HEALTH, PUBLISHER), wanted);
        change(assignment(OTHER, MARKET, PUBLISHER));
    }

    function test_lists_pages() external {
        bytes32[] memory assigned = new bytes32[](4);
        assigned[0] = LIST;
        for (uint256 i = 1; i < 4; i++) {
            assigned[i] = bytes32(i);
            change(assignment(bytes32(i), MARKET, PUBLISHER));
            change(assignment(bytes32(i), MARKET, STRANGER));
        }
        for (uint256 offset = 0; offset < 6; offset++) {
            for (uint256 limit = 0; limit < 6; limit++) {
                (bytes32[] memory page, uint256 total) = statuses.lists(offset, limit);
                equal("total", total, 4);
                uint256 rest = offset < 4 ? 4 - offset : 0;
                equal("length", page.length, limit < rest ? limit : rest);
                for (uint256 i = 0; i < page.length; i++) {
                    equal("list", page[i], assigned[offset + i]);
                }
            }
        }
    }

    function unknown(bytes32 agency) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IStatusRegistry.StatusAgencyUnknown.selector, agency);
    }

    function taken(bytes32 agency) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IStatusRegistry.StatusListTaken.selector, LIST, agency);
    }
}
