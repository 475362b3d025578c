// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Replaceable} from "./Replaceable.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";

/// @title Base of the registries that obey the consortium's vote
abstract contract Governed is IGoverned, Replaceable {
    /// @dev In storage, not immutable: deployed code is then the same everywhere and verifiers
    /// can pin one code hash.
    address private _governor;

    /// @dev And nothing is changed any more once the registry is replaced.
    modifier onlyGovernor() {
        _requireGovernor();
        _;
    }

    /// @param governor_ Contract that counts the votes.
    constructor(address governor_) {
        _setGovernor(governor_);
    }

    /// @inheritdoc IGoverned
    function replaceBy(address successor_) external onlyGovernor {
        _succeed(successor_);
    }

    /// @inheritdoc IGoverned
    function obey(address governor_) external onlyGovernor {
        _setGovernor(governor_);
        emit GovernorChanged(governor_);
    }

    /// @inheritdoc IGoverned
    function governor() public view returns (address) {
        return _governor;
    }

    /// @param governor_ Contract to obey.
    function _setGovernor(address governor_) private {
        if (governor_.code.length == 0) revert GovernorMissing(governor_);
        _governor = governor_;
    }

    function _requireGovernor() private view {
        if (msg.sender != _governor) revert GovernorOnly(msg.sender);
        _requireCurrent();
    }
}
