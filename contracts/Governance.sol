// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Actions} from "./governance/Actions.sol";
import {Emergencies} from "./governance/Emergencies.sol";
import {Members} from "./governance/Members.sol";
import {Places} from "./governance/Places.sol";
import {Votes} from "./governance/Votes.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";

/// @title The consortium: its members, their votes, and what these carry out
contract Governance is Emergencies, Votes, IGovernance {
    /// @param seats Founding members, at least two, all different.
    /// @param rules Rules for ordinary, grave and constitutional decisions.
    /// @param agencies_ Where the registry of agencies is, or will be.
    /// @param checkpoints_ Where the registry of log heads is, or will be.
    /// @param statuses_ Where the registry of status lists is, or will be.
    constructor(
        Seat[] memory seats,
        Rule[3] memory rules,
        address agencies_,
        address checkpoints_,
        address statuses_
    ) Places(agencies_, checkpoints_, statuses_) Members(seats) Actions(rules) {}
}
