// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReplaceable} from "./IReplaceable.sol";

/// @title The contracts that serve the consortium now
/// @notice Three registries obey the consortium. Each of them, and the contract that counts the
/// votes, can be followed by another one, by vote; none is ever changed in its place.
interface IPlaces is IReplaceable {
    /// @notice Another contract serves in the place of one of the consortium's.
    /// @param current The contract that was replaced.
    /// @param next The contract that goes on.
    event ContractExchanged(address indexed current, address indexed next);

    /// @notice Thrown when a change is attempted that only a vote can make.
    /// @param caller Who tried.
    error GovernanceOnly(address caller);

    /// @notice Thrown when a contract to be replaced is none of the consortium's.
    /// @param current Address given.
    error ContractUnknown(address current);

    /// @notice Puts another contract in the place of one of the consortium's four; only by vote. A
    /// registry then names its successor; in the place of this contract, the registries obey the
    /// other one.
    /// @param current The contract to be replaced.
    /// @param next The contract that goes on.
    function replaceContract(address current, address next) external;

    /// @notice Registry of agencies that serves now.
    /// @return Its address.
    function agencies() external view returns (address);

    /// @notice Registry of log heads that serves now.
    /// @return Its address.
    function checkpoints() external view returns (address);

    /// @notice Registry of status lists that serves now.
    /// @return Its address.
    function statuses() external view returns (address);
}
