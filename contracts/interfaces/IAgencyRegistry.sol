// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBases} from "./IAgencyBases.sol";
import {IAgencyBodies} from "./IAgencyBodies.sol";
import {IAgencyDuties} from "./IAgencyDuties.sol";
import {IAgencyKeys} from "./IAgencyKeys.sol";
import {IAgencyScopes} from "./IAgencyScopes.sol";

/// @title Which agency may issue what where, with which keys, and who answers for it, at any time
/// @notice Every question may be asked about any moment, years later.
interface IAgencyRegistry is
    IAgencyBodies,
    IAgencyKeys,
    IAgencyScopes,
    IAgencyBases,
    IAgencyDuties
{}
