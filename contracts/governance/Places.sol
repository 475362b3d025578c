// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Replaceable} from "../Replaceable.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {IReplaceable} from "../interfaces/IReplaceable.sol";

/// @title The contracts that serve the consortium now
abstract contract Places is Replaceable, IPlaces {
    address private _agencies;
    address private _checkpoints;
    address private _statuses;

    /// @dev And nothing is changed any more once this contract is replaced.
    modifier onlyByVote() {
        if (msg.sender != address(this)) revert GovernanceOnly(msg.sender);
        _requireCurrent();
        _;
    }

    /// @param agencies_ Where the registry of agencies is, or will be.
    /// @param checkpoints_ Where the registry of log heads is, or will be.
    /// @param statuses_ Where the registry of status lists is, or will be.
    constructor(address agencies_, address checkpoints_, address statuses_) {
        (_agencies, _checkpoints, _statuses) = (agencies_, checkpoints_, statuses_);
    }

    /// @inheritdoc IPlaces
    function replaceContract(address current, address next) external onlyByVote {
        if (!_serves(current)) revert ContractUnknown(current);
        // One contract in two places would answer to neither's questions.
        if (_serves(next)) revert SuccessorInvalid(next);
        if (current == address(this)) _handOver(next);
        else _replace(current, next);
        emit ContractExchanged(current, next);
    }

    /// @inheritdoc IPlaces
    function agencies() public view returns (address) {
        return _agencies;
    }

    /// @inheritdoc IPlaces
    function checkpoints() public view returns (address) {
        return _checkpoints;
    }

    /// @inheritdoc IPlaces
    function statuses() public view returns (address) {
        return _statuses;
    }

    /// @return Time of the block in Unix seconds.
    function _now() internal view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @param current Registry to be replaced.
    /// @param next Registry that goes on; it must obey this contract.
    function _replace(address current, address next) private {
        if (current == _agencies) _agencies = next;
        else if (current == _checkpoints) _checkpoints = next;
        else _statuses = next;
        IGoverned(current).replaceBy(next);
        bool fits = IGoverned(next).governor() == address(this)
            && IGoverned(next).successor() == address(0);
        // Members are looked up there, and nobody is called 0: with another kind of contract in
        // this place nobody could ever propose again.
        if (next == _agencies) fits = fits && IAgencyBodies(next).agency(0).admittedAt == 0;
        if (!fits) revert SuccessorInvalid(next);
    }

    /// @param next Contract that counts the votes from now on, for the same registries.
    function _handOver(address next) private {
        _succeed(next);
        bool fits = IPlaces(next).agencies() == _agencies
            && IPlaces(next).checkpoints() == _checkpoints
            && IPlaces(next).statuses() == _statuses
            && IReplaceable(next).successor() == address(0);
        if (!fits) revert SuccessorInvalid(next);
        IGoverned(_agencies).obey(next);
        IGoverned(_checkpoints).obey(next);
        IGoverned(_statuses).obey(next);
    }

    /// @param place An address.
    /// @return Whether it is one of the four contracts that serve now.
    function _serves(address place) private view returns (bool) {
        return place == address(this) || place == _agencies || place == _checkpoints
            || place == _statuses;
    }
}
