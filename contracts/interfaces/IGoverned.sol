// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A registry that obeys the founding rule
/// @notice Only the contract that holds the founding rule may make the registry's reserved
/// changes.
interface IGoverned {
    /// @notice Thrown when a reserved change is attempted other than through the founding rule.
    /// @param caller Who tried.
    error GovernorOnly(address caller);

    /// @notice Thrown when a registry is created without a contract to obey.
    /// @param governor The address that holds no contract.
    error GovernorMissing(address governor);

    /// @notice Contract whose founding rule this registry obeys.
    /// @return Its address.
    function governor() external view returns (address);
}
