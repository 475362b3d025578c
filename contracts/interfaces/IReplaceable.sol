// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that another one may follow
/// @notice Once a successor is named, the contract takes no change any more and still answers
/// what it always answered.
interface IReplaceable {
    /// @notice Another contract took this one's place, for ever.
    /// @param successor The contract that goes on.
    event ContractSucceeded(address indexed successor);

    /// @notice Thrown when a replaced contract is asked for a change.
    /// @param successor The contract that goes on.
    error ContractReplaced(address successor);

    /// @notice Thrown when a successor is no contract, is the contract itself, was replaced itself,
    /// or would not work with the contracts that remain.
    /// @param successor The address in question.
    error SuccessorInvalid(address successor);

    /// @notice Contract that took this one's place.
    /// @return Its address; 0 when there is none.
    function successor() external view returns (address);
}
