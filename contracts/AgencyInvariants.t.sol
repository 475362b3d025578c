// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyHandler} from "./testing/AgencyHandler.sol";

/// @dev Invariants after any sequence of the handler's calls.
contract AgencyInvariants {
    AgencyHandler private handler;

    function setUp() external {
        handler = new AgencyHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_answers_about_the_past_stay() external view {
        handler.check();
    }

    function invariant_lists_only_grow() external {
        handler.checkCounts();
    }
}
