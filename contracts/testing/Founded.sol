// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyRegistry} from "../AgencyRegistry.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {TestCase} from "./TestCase.sol";
import {VM} from "./Vm.sol";

/// @title Fixture: a registry of agencies with three founding members, at a known time
abstract contract Founded is TestCase {
    uint40 internal constant START = 1_800_000_000;
    bytes32 internal constant MARKET = "scjg";
    bytes32 internal constant HEALTH = "wjw";
    bytes32 internal constant FOOD_PERMIT = "food-operation-permit";

    address internal constant FIRST = address(0xF001);
    address internal constant SECOND = address(0xF002);
    address internal constant THIRD = address(0xF003);
    address internal constant PUBLISHER = address(0xA11CE);
    address internal constant STRANGER = address(0xBAD);

    AgencyRegistry internal agencies;
    address internal governor;

    function found() internal {
        VM.warp(START);
        VM.roll(100);
        address[] memory members = new address[](3);
        (members[0], members[1], members[2]) = (FIRST, SECOND, THIRD);
        agencies = new AgencyRegistry(members);
        governor = address(agencies);
    }

    /// @dev Everybody who is not the founding rule itself.
    function others() internal pure returns (address[] memory callers) {
        callers = new address[](5);
        callers[0] = FIRST;
        callers[1] = SECOND;
        callers[2] = THIRD;
        callers[3] = PUBLISHER;
        callers[4] = STRANGER;
    }

    /// @dev Role matrix: none of the reserved changes is open to anybody but the founding rule.
    function reserved(address target, bytes[] memory changes) internal {
        address[] memory callers = others();
        for (uint256 i = 0; i < changes.length; i++) {
            for (uint256 j = 0; j < callers.length; j++) {
                bytes memory wanted = abi.encodeWithSelector(
                    IGoverned.GovernorOnly.selector, callers[j]
                );
                string memory what = string.concat("change ", VM.toString(i));
                refuse(what, callers[j], target, changes[i], wanted);
            }
            perform(string.concat("change ", VM.toString(i)), governor, target, changes[i]);
        }
    }
}
