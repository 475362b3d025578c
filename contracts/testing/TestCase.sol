// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VM, Vm} from "./Vm.sol";

/// @title What every test says: this is so, this is refused with exactly that error
abstract contract TestCase {
    error NotEqual(string what, bytes32 found, bytes32 wanted);
    error NotTrue(string what);
    error NotRefused(string what, bytes wanted);
    error RefusedOtherwise(string what, bytes found, bytes wanted);
    error Failed(string what, bytes reason);

    /// @dev Calls in another's name; the call must succeed.
    function perform(string memory what, address caller, address target, bytes memory data)
        internal
        returns (bytes memory)
    {
        VM.prank(caller);
        (bool done, bytes memory answer) = target.call(data);
        if (!done) revert Failed(what, answer);
        return answer;
    }

    /// @dev Calls in another's name; the call must revert with exactly this error data.
    function refuse(
        string memory what,
        address caller,
        address target,
        bytes memory data,
        bytes memory wanted
    ) internal {
        VM.prank(caller);
        (bool done, bytes memory answer) = target.call(data);
        if (done) revert NotRefused(what, wanted);
        if (keccak256(answer) != keccak256(wanted)) revert RefusedOtherwise(what, answer, wanted);
    }

    /// @dev Calls in another's name; the call must succeed and emit nothing.
    function performSilently(string memory what, address caller, address target, bytes memory data)
        internal
    {
        VM.recordLogs();
        perform(what, caller, target, data);
        equal(what, VM.getRecordedLogs().length, 0);
    }

    /// @dev The next call must emit, from this contract, exactly the event emitted right after.
    function expectEvent(address emitter) internal {
        VM.expectEmit(true, true, true, true, emitter);
    }

    function equal(string memory what, uint256 found, uint256 wanted) internal pure {
        if (found != wanted) revert NotEqual(what, bytes32(found), bytes32(wanted));
    }

    function equal(string memory what, bytes32 found, bytes32 wanted) internal pure {
        if (found != wanted) revert NotEqual(what, found, wanted);
    }

    function equal(string memory what, address found, address wanted) internal pure {
        equal(what, uint256(uint160(found)), uint256(uint160(wanted)));
    }

    function equal(string memory what, string memory found, string memory wanted) internal pure {
        equal(what, keccak256(bytes(found)), keccak256(bytes(wanted)));
    }

    function isTrue(string memory what, bool found) internal pure {
        if (!found) revert NotTrue(what);
    }

    function isFalse(string memory what, bool found) internal pure {
        if (found) revert NotTrue(string.concat("not: ", what));
    }

    /// @dev A value within both bounds, the same one for the same seed.
    function within(uint256 seed, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + (seed % (high - low + 1));
    }
}
