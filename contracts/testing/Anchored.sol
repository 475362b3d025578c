// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../CheckpointRegistry.sol";
import {ICheckpointRegistry} from "../interfaces/ICheckpointRegistry.sol";
import {RootHash, TreeSize} from "../libraries/RFC6962.sol";
import {Founded} from "./Founded.sol";
import {ReferenceLog} from "./ReferenceLog.sol";
import {VM} from "./Vm.sol";

/// @title Fixture: a log with three attesters, two of whom attest each head
abstract contract Anchored is Founded {
    bytes32 internal constant LOG = sha256("log.example/mianti");
    bytes32 internal constant SUCCESSOR = sha256("log.example/mianti-2");
    bytes32 internal constant EMPTY_ROOT = sha256("");
    uint8 internal constant NEEDED = 2;

    CheckpointRegistry internal checkpoints;
    address internal target;
    bytes32[] internal hashes;

    /// @dev In ascending order of their addresses, as the registry wants their signatures.
    address[] internal attesters;
    mapping(address attester => uint256) internal keys;

    function openLog() internal {
        found();
        checkpoints = new CheckpointRegistry(governor);
        target = address(checkpoints);
        hashes = ReferenceLog.numbered(64);
        for (uint256 key = 1; key <= 3; key++) {
            seatAttester(0xA77E57 + key);
        }
        change(opening(LOG, PUBLISHER));
    }

    /// @dev Keeps the attesters in order.
    function seatAttester(uint256 key) internal {
        address attester = VM.addr(key);
        keys[attester] = key;
        attesters.push(attester);
        for (uint256 i = attesters.length - 1; i > 0 && attesters[i] < attesters[i - 1]; i--) {
            (attesters[i], attesters[i - 1]) = (attesters[i - 1], attesters[i]);
        }
    }

    function opening(bytes32 log, address anchor) internal view returns (bytes memory) {
        return abi.encodeCall(ICheckpointRegistry.open, (log, anchor, attesters, NEEDED));
    }

    function freezing(bytes32 log, uint64 lastGood, bytes32 successor)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(
            ICheckpointRegistry.freeze, (log, TreeSize.wrap(lastGood), successor)
        );
    }

    function change(bytes memory data) internal {
        perform("change", governor, target, data);
    }

    /// @dev The log grows to this size, proven and attested.
    function publish(bytes32 log, uint256 size) internal {
        (TreeSize last,,,) = checkpoints.head(log);
        perform("publish", PUBLISHER, target, growth(log, TreeSize.unwrap(last), size));
    }

    function growth(bytes32 log, uint256 from, uint256 to) internal view returns (bytes memory) {
        return attested(log, to, rootOf(to), from == 0 ? none() : proof(from, to));
    }

    /// @dev A head with the signatures that it needs, whatever is to be said of its proof.
    function attested(bytes32 log, uint256 size, bytes32 root, bytes32[] memory path)
        internal
        view
        returns (bytes memory)
    {
        return publication(log, size, root, path, signatures(log, size, root));
    }

    function signatures(bytes32 log, uint256 size, bytes32 root)
        internal
        view
        returns (bytes[] memory signed)
    {
        signed = new bytes[](NEEDED);
        bytes32 digest = digestOf(log, size, root);
        for (uint256 i = 0; i < NEEDED; i++) {
            signed[i] = signature(attesters[i], digest);
        }
    }

    function signature(address attester, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keys[attester], digest);
        return abi.encodePacked(r, s, v);
    }

    function digestOf(bytes32 log, uint256 size, bytes32 root) internal view returns (bytes32) {
        return
            checkpoints.checkpointDigest(log, TreeSize.wrap(uint64(size)), RootHash.wrap(root));
    }

    function publication(
        bytes32 log,
        uint256 size,
        bytes32 root,
        bytes32[] memory path,
        bytes[] memory signed
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(
            ICheckpointRegistry.publish,
            (log, TreeSize.wrap(uint64(size)), RootHash.wrap(root), path, signed)
        );
    }

    function attempt(bytes memory data) internal returns (bool done, bytes memory answer) {
        VM.prank(PUBLISHER);
        return target.call(data);
    }

    function refused(string memory what, bytes memory data, bytes memory wanted) internal {
        refuse(what, governor, target, data, wanted);
    }

    function denied(string memory what, bytes memory data, bytes memory wanted) internal {
        refuse(what, PUBLISHER, target, data, wanted);
    }

    function inconsistent(string memory what, bytes memory data) internal {
        denied(
            what,
            data,
            abi.encodeWithSelector(ICheckpointRegistry.CheckpointInconsistent.selector)
        );
    }

    function headIs(bytes32 log, uint256 size, bytes32 root, uint256 number, uint256 time)
        internal
        view
    {
        (TreeSize foundSize, RootHash foundRoot, uint64 foundNumber, uint40 foundTime) =
            checkpoints.head(log);
        equal("size", TreeSize.unwrap(foundSize), size);
        equal("root", RootHash.unwrap(foundRoot), root);
        equal("block", foundNumber, number);
        equal("time", foundTime, time);
    }

    function rootOf(uint256 size) internal view returns (bytes32) {
        return ReferenceLog.root(hashes, 0, size);
    }

    function proof(uint256 from, uint256 to) internal view returns (bytes32[] memory) {
        return ReferenceLog.consistency(hashes, from, 0, to, true);
    }

    function none() internal pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }
}
