// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {EIP712} from "./libraries/EIP712.sol";
import {RFC6962, RootHash, TreeSize} from "./libraries/RFC6962.sol";

/// @title Registry of proven and attested log heads
contract CheckpointRegistry is ICheckpointRegistry, Governed {
    /// @dev One slot, so that publishing reads and writes it once.
    struct Log {
        address anchor;
        TreeSize size;
        uint8 threshold;
        bool frozen;
    }

    /// @dev Two slots, each written at once: the stamp is the block's number before its time.
    struct Head {
        RootHash root;
        uint256 stamp;
    }

    /// @dev Of a frozen log: its last good head and who goes on. Of a log that goes on: the log
    /// and the size of the head that it continues.
    struct Link {
        bytes32 logId;
        TreeSize size;
    }

    /// @notice Attesters that one log can have.
    uint256 public constant ATTESTER_LIMIT = 16;

    uint256 private constant TIME_BITS = 40;
    bytes32 private constant DOMAIN_NAME = keccak256("Mianti Checkpoints");
    bytes32 private constant CHECKPOINT_TYPE =
        keccak256("Checkpoint(bytes32 log,uint64 size,bytes32 root)");

    bytes32[] private _ids;
    mapping(bytes32 logId => Log) private _logs;
    mapping(bytes32 logId => address[]) private _attesters;
    mapping(bytes32 logId => mapping(address account => bool)) private _attests;
    mapping(bytes32 logId => mapping(TreeSize size => Head)) private _heads;
    mapping(bytes32 logId => Link) private _endings;
    mapping(bytes32 logId => Link) private _origins;

    /// @param governor_ Contract whose decisions this registry carries out.
    constructor(address governor_) Governed(governor_) {}

    /// @inheritdoc ICheckpointRegistry
    function open(bytes32 logId, address anchor, address[] calldata attesters, uint8 threshold)
        external
        onlyGovernor
    {
        if (logId == 0) revert LogIdMissing();
        if (anchor == address(0)) revert LogAnchorMissing();
        if (_logs[logId].anchor != address(0)) revert LogAlreadyOpen(logId);
        _logs[logId].anchor = anchor;
        _ids.push(logId);
        emit LogOpened(logId, anchor);
        _seat(logId, attesters, threshold);
    }

    /// @inheritdoc ICheckpointRegistry
    function changeAnchor(bytes32 logId, address anchor) external onlyGovernor {
        if (anchor == address(0)) revert LogAnchorMissing();
        _requireLive(logId);
        if (_attests[logId][anchor]) revert LogAttesterInvalid(anchor);
        _logs[logId].anchor = anchor;
        emit LogAnchorChanged(logId, anchor);
    }

    /// @inheritdoc ICheckpointRegistry
    function setAttesters(bytes32 logId, address[] calldata attesters, uint8 threshold)
        external
        onlyGovernor
    {
        _requireLive(logId);
        address[] storage leaving = _attesters[logId];
        for (uint256 i = 0; i < leaving.length; i++) {
            _attests[logId][leaving[i]] = false;
        }
        _seat(logId, attesters, threshold);
    }

    /// @inheritdoc ICheckpointRegistry
    function freeze(bytes32 logId, TreeSize lastGood, bytes32 successor) external onlyGovernor {
        _requireLive(logId);
        if (TreeSize.unwrap(lastGood) != 0 && _heads[logId][lastGood].stamp == 0) {
            revert CheckpointUnknown(logId, lastGood);
        }
        _logs[logId].frozen = true;
        _endings[logId] = Link({logId: successor, size: lastGood});
        if (successor != 0) {
            // A log cannot succeed itself: it is frozen by now.
            _requireLive(successor);
            TreeSize size = _logs[successor].size;
            if (TreeSize.unwrap(size) != 0) revert LogSuccessorNotEmpty(successor);
            if (_origins[successor].logId != 0) revert LogSuccessorTaken(successor);
            Link memory origin = _origins[logId];
            // Without a good head of its own a log hands on the one that it was to continue.
            bool inherited = TreeSize.unwrap(lastGood) == 0 && origin.logId != 0;
            _origins[successor] = inherited ? origin : Link({logId: logId, size: lastGood});
        }
        emit LogFrozen(logId, lastGood, successor);
    }

    /// @inheritdoc ICheckpointRegistry
    function publish(
        bytes32 logId,
        TreeSize size,
        RootHash root,
        bytes32[] calldata proof,
        bytes[] calldata signatures
    ) external unlessReplaced {
        Log memory log = _logs[logId];
        if (log.anchor == address(0)) revert LogUnknown(logId);
        if (log.anchor != msg.sender) revert CheckpointAnchorOnly(msg.sender, log.anchor);
        if (log.frozen) revert LogIsFrozen(logId);
        (TreeSize last, RootHash known) = _continued(logId, log.size);
        if (size < last || TreeSize.unwrap(size) == 0) revert CheckpointNotNewer(last, size);
        if (size == log.size && root == known) return;
        _requireAttested(logId, size, root, log.threshold, signatures);
        // The first head of all extends nothing, so nothing can be proven.
        bool proven = TreeSize.unwrap(last) == 0
            ? proof.length == 0
            : RFC6962.extends(last, known, size, root, proof);
        if (!proven) revert CheckpointInconsistent();
        _logs[logId].size = size;
        Head storage taken = _heads[logId][size];
        taken.root = root;
        taken.stamp = (block.number << TIME_BITS) | uint40(block.timestamp);
        emit CheckpointAnchored(logId, size, root);
    }

    /// @inheritdoc ICheckpointRegistry
    function head(bytes32 logId)
        external
        view
        returns (TreeSize size, RootHash root, uint64 blockNumber, uint40 blockTime)
    {
        size = _logs[logId].size;
        (root, blockNumber, blockTime) = rootAt(logId, size);
    }

    /// @inheritdoc ICheckpointRegistry
    function goodAt(bytes32 logId, TreeSize size) external view returns (bool) {
        if (_heads[logId][size].stamp == 0) return false;
        return !_logs[logId].frozen || !(_endings[logId].size < size);
    }

    /// @inheritdoc ICheckpointRegistry
    function anchorOf(bytes32 logId) external view returns (address) {
        return _logs[logId].anchor;
    }

    /// @inheritdoc ICheckpointRegistry
    function attestersOf(bytes32 logId)
        external
        view
        returns (address[] memory attesters, uint8 threshold)
    {
        return (_attesters[logId], _logs[logId].threshold);
    }

    /// @inheritdoc ICheckpointRegistry
    function frozenAt(bytes32 logId)
        external
        view
        returns (bool frozen, TreeSize lastGood, bytes32 successor)
    {
        Link memory ending = _endings[logId];
        return (_logs[logId].frozen, ending.size, ending.logId);
    }

    /// @inheritdoc ICheckpointRegistry
    function predecessorOf(bytes32 logId)
        external
        view
        returns (bytes32 predecessor, TreeSize lastGood)
    {
        Link memory origin = _origins[logId];
        return (origin.logId, origin.size);
    }

    /// @inheritdoc ICheckpointRegistry
    function logs(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        total = _ids.length;
        uint256 rest = offset < total ? total - offset : 0;
        ids = new bytes32[](limit < rest ? limit : rest);
        for (uint256 i = 0; i < ids.length; i++) {
            ids[i] = _ids[offset + i];
        }
    }

    /// @inheritdoc ICheckpointRegistry
    function rootAt(bytes32 logId, TreeSize size)
        public
        view
        returns (RootHash root, uint64 blockNumber, uint40 blockTime)
    {
        Head memory taken = _heads[logId][size];
        return (taken.root, uint64(taken.stamp >> TIME_BITS), uint40(taken.stamp));
    }

    /// @inheritdoc ICheckpointRegistry
    function checkpointDigest(bytes32 logId, TreeSize size, RootHash root)
        public
        view
        returns (bytes32)
    {
        bytes32 checkpoint = keccak256(abi.encode(CHECKPOINT_TYPE, logId, size, root));
        return EIP712.digest(DOMAIN_NAME, checkpoint);
    }

    /// @param logId Open log whose former attesters have left.
    /// @param attesters Who may attest its heads from now on.
    /// @param threshold How many must attest each head.
    function _seat(bytes32 logId, address[] calldata attesters, uint8 threshold) private {
        uint256 count = attesters.length;
        if (count > ATTESTER_LIMIT || threshold == 0 || threshold > count) {
            revert LogAttestersInvalid(count, threshold);
        }
        address anchor = _logs[logId].anchor;
        for (uint256 i = 0; i < count; i++) {
            address attester = attesters[i];
            // Not the anchor: its key alone must never be enough.
            if (attester == address(0) || attester == anchor || _attests[logId][attester]) {
                revert LogAttesterInvalid(attester);
            }
            _attests[logId][attester] = true;
        }
        _attesters[logId] = attesters;
        _logs[logId].threshold = threshold;
        emit LogAttestersSet(logId, attesters, threshold);
    }

    /// @param logId The log.
    /// @param size Size of its last head; 0 when it has none.
    /// @return Size of the head that the next one continues; 0 when it continues none.
    /// @return Root of that head.
    function _continued(bytes32 logId, TreeSize size) private view returns (TreeSize, RootHash) {
        if (TreeSize.unwrap(size) != 0) return (size, _heads[logId][size].root);
        Link memory origin = _origins[logId];
        return (origin.size, _heads[origin.logId][origin.size].root);
    }

    /// @param logId Log whose head it is.
    /// @param size Number of entries.
    /// @param root Root of the log at that size.
    /// @param threshold Signatures that must be there.
    /// @param signatures What must be the signatures of so many of its attesters.
    function _requireAttested(
        bytes32 logId,
        TreeSize size,
        RootHash root,
        uint8 threshold,
        bytes[] calldata signatures
    ) private view {
        if (signatures.length != threshold) {
            revert CheckpointAttestersCount(signatures.length, threshold);
        }
        mapping(address account => bool) storage attests = _attests[logId];
        bytes32 digest = checkpointDigest(logId, size, root);
        address last = address(0);
        for (uint256 i = 0; i < threshold; i++) {
            address attester = EIP712.recover(digest, signatures[i]);
            if (attester == address(0)) revert CheckpointSignatureInvalid(i);
            if (!attests[attester]) revert CheckpointAttesterUnknown(attester);
            // Ascending, so that nobody counts twice.
            if (attester <= last) revert CheckpointAttestersUnsorted();
            last = attester;
        }
    }

    /// @param logId Log that must be open and not frozen.
    function _requireLive(bytes32 logId) private view {
        if (_logs[logId].anchor == address(0)) revert LogUnknown(logId);
        if (_logs[logId].frozen) revert LogIsFrozen(logId);
    }
}
