// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {RFC6962, RootHash, TreeSize} from "./libraries/RFC6962.sol";

/// @title Registry of proven log heads
contract CheckpointRegistry is ICheckpointRegistry, Governed {
    /// @dev One slot, so that publishing reads and writes it once.
    struct Log {
        address anchor;
        TreeSize size;
        bool frozen;
    }

    struct Head {
        RootHash root;
        uint64 blockNumber;
        uint40 blockTime;
    }

    struct Ending {
        TreeSize lastGood;
        bytes32 successor;
    }

    mapping(bytes32 logId => Log) private _logs;
    mapping(bytes32 logId => mapping(TreeSize size => Head)) private _heads;
    mapping(bytes32 logId => Ending) private _endings;

    /// @param agencies Contract that holds the founding rule.
    constructor(address agencies) Governed(agencies) {}

    /// @inheritdoc ICheckpointRegistry
    function open(bytes32 logId, address anchor) external onlyGovernor {
        if (logId == 0) revert LogIdMissing();
        if (anchor == address(0)) revert LogAnchorMissing();
        if (_logs[logId].anchor != address(0)) revert LogAlreadyOpen(logId);
        _logs[logId].anchor = anchor;
        emit LogOpened(logId, anchor);
    }

    /// @inheritdoc ICheckpointRegistry
    function changeAnchor(bytes32 logId, address anchor) external onlyGovernor {
        if (anchor == address(0)) revert LogAnchorMissing();
        _requireLive(logId);
        _logs[logId].anchor = anchor;
        emit LogAnchorChanged(logId, anchor);
    }

    /// @inheritdoc ICheckpointRegistry
    function freeze(bytes32 logId, TreeSize lastGood, bytes32 successor) external onlyGovernor {
        _requireLive(logId);
        bool published = _heads[logId][lastGood].blockNumber != 0;
        if (!published && TreeSize.unwrap(lastGood) != 0) {
            revert CheckpointUnknown(logId, lastGood);
        }
        _logs[logId].frozen = true;
        // A log cannot succeed itself: it is frozen by now.
        if (successor != 0) _requireLive(successor);
        _endings[logId] = Ending({lastGood: lastGood, successor: successor});
        emit LogFrozen(logId, lastGood, successor);
    }

    /// @inheritdoc ICheckpointRegistry
    function publish(bytes32 logId, TreeSize size, RootHash root, bytes32[] calldata proof)
        external
    {
        Log memory log = _logs[logId];
        if (log.anchor == address(0)) revert LogUnknown(logId);
        if (log.anchor != msg.sender) revert CheckpointAnchorOnly(msg.sender, log.anchor);
        if (log.frozen) revert LogIsFrozen(logId);
        if (size < log.size || TreeSize.unwrap(size) == 0) {
            revert CheckpointNotNewer(log.size, size);
        }
        if (TreeSize.unwrap(log.size) == 0) {
            // Nothing to extend yet, so nothing can be proven.
            if (proof.length != 0) revert CheckpointInconsistent();
        } else {
            RootHash last = _heads[logId][log.size].root;
            if (size == log.size && root == last) return;
            if (!RFC6962.extends(log.size, last, size, root, proof)) {
                revert CheckpointInconsistent();
            }
        }
        _logs[logId].size = size;
        _heads[logId][size] = Head({
            root: root,
            blockNumber: uint64(block.number),
            blockTime: uint40(block.timestamp)
        });
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
    function anchorOf(bytes32 logId) external view returns (address) {
        return _logs[logId].anchor;
    }

    /// @inheritdoc ICheckpointRegistry
    function frozenAt(bytes32 logId)
        external
        view
        returns (bool frozen, TreeSize lastGood, bytes32 successor)
    {
        Ending memory ending = _endings[logId];
        return (_logs[logId].frozen, ending.lastGood, ending.successor);
    }

    /// @inheritdoc ICheckpointRegistry
    function rootAt(bytes32 logId, TreeSize size)
        public
        view
        returns (RootHash root, uint64 blockNumber, uint40 blockTime)
    {
        Head memory taken = _heads[logId][size];
        return (taken.root, taken.blockNumber, taken.blockTime);
    }

    /// @param logId Log that must be open and not frozen.
    function _requireLive(bytes32 logId) private view {
        if (_logs[logId].anchor == address(0)) revert LogUnknown(logId);
        if (_logs[logId].frozen) revert LogIsFrozen(logId);
    }
}
