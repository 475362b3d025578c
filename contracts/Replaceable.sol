// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReplaceable} from "./interfaces/IReplaceable.sol";

/// @title Base of the contracts that another one may follow
abstract contract Replaceable is IReplaceable {
    address private _successor;

    modifier unlessReplaced() {
        _requireCurrent();
        _;
    }

    /// @inheritdoc IReplaceable
    function successor() external view returns (address) {
        return _successor;
    }

    /// @param next Contract that goes on; must be one, another one, and not replaced itself: it
    /// would take no change, so that nothing could ever take its place again.
    function _succeed(address next) internal {
        if (next.code.length == 0 || next == address(this)) revert SuccessorInvalid(next);
        if (IReplaceable(next).successor() != address(0)) revert SuccessorInvalid(next);
        _successor = next;
        emit ContractSucceeded(next);
    }

    /// @dev Every change asks this first.
    function _requireCurrent() internal view {
        if (_successor != address(0)) revert ContractReplaced(_successor);
    }
}
