// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmergencies} from "./IEmergencies.sol";
import {IMembers} from "./IMembers.sol";
import {IPlaces} from "./IPlaces.sol";
import {IProposals} from "./IProposals.sol";
import {IVotes} from "./IVotes.sol";

/// @title The consortium's votes, and nothing that is changed without one
/// @notice A member proposes typed actions, the members vote, and what passed may be carried out
/// by anybody. No member decides anything alone, whatever its weight.
interface IGovernance is IPlaces, IMembers, IEmergencies, IProposals, IVotes {}
