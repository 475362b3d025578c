// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GovernanceHandler} from "./testing/GovernanceHandler.sol";

/// @dev Invariants after any sequence of the handler's calls.
contract GovernanceInvariants {
    GovernanceHandler private handler;

    function setUp() external {
        handler = new GovernanceHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_votes_are_those_cast_and_never_exceed_the_weights() external view {
        handler.checkVotes();
    }

    function invariant_only_what_passed_is_carried_out_and_once() external view {
        handler.checkExecutions();
    }

    function invariant_seats_add_up_and_weights_of_old_stay() external {
        handler.checkSeats();
    }
}
