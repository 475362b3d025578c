// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {Bases} from "./agencies/Bases.sol";
import {Duties} from "./agencies/Duties.sol";
import {Keys} from "./agencies/Keys.sol";
import {Scopes} from "./agencies/Scopes.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";

/// @title Registry of agencies: their keys, entitlements, bases and successors
contract AgencyRegistry is Keys, Scopes, Bases, Duties, IAgencyRegistry {
    /// @param governance Contract that counts the votes.
    constructor(address governance) Governed(governance) {}
}
