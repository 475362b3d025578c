// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StatusHandler} from "./testing/StatusHandler.sol";

/// @dev Invariants after any sequence of the handler's calls.
contract StatusInvariants {
    StatusHandler private handler;

    function setUp() external {
        handler = new StatusHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_versions_only_grow_and_stay() external view {
        handler.check();
    }
}
