// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReplaceable} from "./IReplaceable.sol";

/// @title A registry that obeys the consortium's vote
/// @notice Only the contract that counts the votes may make the registry's reserved changes.
interface IGoverned is IReplaceable {
    /// @notice Another contract counts the votes from now on.
    /// @param governor Its address.
    event GovernorChanged(address indexed governor);

    /// @notice Thrown when a reserved change is attempted other than through a vote.
    /// @param caller Who tried.
    error GovernorOnly(address caller);

    /// @notice Thrown when a registry would obey an address without a contract.
    /// @param governor The address that holds no contract.
    error GovernorMissing(address governor);

    /// @notice Names the contract that takes this one's place, for ever; only by vote.
    /// @param successor_ The contract that goes on.
    function replaceBy(address successor_) external;

    /// @notice Lets another contract count the votes; only by vote.
    /// @param governor_ The contract to obey from now on.
    function obey(address governor_) external;

    /// @notice Contract whose votes this registry obeys.
    /// @return Its address.
    function governor() external view returns (address);
}
