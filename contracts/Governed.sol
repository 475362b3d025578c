// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGoverned} from "./interfaces/IGoverned.sol";

/// @title Base of the registries that obey another contract's founding rule
abstract contract Governed is IGoverned {
    /// @dev In storage, not immutable: deployed code is then the same everywhere and verifiers
    /// can pin one code hash.
    address private _governor;

    modifier onlyGovernor() {
        if (msg.sender != _governor) revert GovernorOnly(msg.sender);
        _;
    }

    /// @param governor_ Contract that holds the founding rule.
    constructor(address governor_) {
        if (governor_.code.length == 0) revert GovernorMissing(governor_);
        _governor = governor_;
    }

    /// @inheritdoc IGoverned
    function governor() public view returns (address) {
        return _governor;
    }
}
