// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RootHash, TreeSize} from "../libraries/RFC6962.sol";

/// @title Heads of append-only logs, each proven to extend the one before
/// @notice Keeps every published head of each log with the block that took it. A head is taken
/// only with a proof, checked here, that it contains everything the last one contained,
/// unchanged. Whoever rewrites the history of a log can no longer publish it.
/// @dev A log is named by the SHA-256 of its origin, the first line of its checkpoints.
interface ICheckpointRegistry {
    /// @notice A log was opened.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish its heads.
    event LogOpened(bytes32 indexed logId, address indexed anchor);

    /// @notice Publishing the heads of a log passed to another address.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish its heads from now on.
    event LogAnchorChanged(bytes32 indexed logId, address indexed anchor);

    /// @notice A log was frozen: heads beyond the last good one carry no weight.
    /// @param logId Identifier of the log.
    /// @param lastGood Size of the last good head.
    /// @param successor Log that goes on in its place; zero when none does.
    event LogFrozen(bytes32 indexed logId, TreeSize indexed lastGood, bytes32 indexed successor);

    /// @notice A head was proven and taken.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @param root Root of the log at that size.
    event CheckpointAnchored(bytes32 indexed logId, TreeSize indexed size, RootHash root);

    /// @notice Thrown when a log's identifier is zero.
    error LogIdMissing();

    /// @notice Thrown when the address that is to publish is zero.
    error LogAnchorMissing();

    /// @notice Thrown when a log to be opened already is.
    /// @param logId Identifier of the log.
    error LogAlreadyOpen(bytes32 logId);

    /// @notice Thrown when a log was never opened.
    /// @param logId Identifier given.
    error LogUnknown(bytes32 logId);

    /// @notice Thrown when a log is frozen.
    /// @param logId Identifier of the log.
    error LogIsFrozen(bytes32 logId);

    /// @notice Thrown when no head of that size was ever published.
    /// @param logId Identifier of the log.
    /// @param size Size given.
    error CheckpointUnknown(bytes32 logId, TreeSize size);

    /// @notice Thrown when somebody else than the log's anchoring address publishes.
    /// @param caller Who tried.
    /// @param anchor Who may.
    error CheckpointAnchorOnly(address caller, address anchor);

    /// @notice Thrown when a head is smaller than the last one, or empty.
    /// @param current Size of the last head.
    /// @param given Size given.
    error CheckpointNotNewer(TreeSize current, TreeSize given);

    /// @notice Thrown when the proof does not show that the head extends the last one.
    error CheckpointInconsistent();

    /// @notice Opens a log; only by the founding rule.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish its heads.
    function open(bytes32 logId, address anchor) external;

    /// @notice Passes publishing to another address; only by the founding rule.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish from now on.
    function changeAnchor(bytes32 logId, address anchor) external;

    /// @notice Freezes a log for ever; only by the founding rule.
    /// @param logId Identifier of the log.
    /// @param lastGood Size of the last good head; 0 when none is.
    /// @param successor Open log that goes on in its place; zero when none does.
    function freeze(bytes32 logId, TreeSize lastGood, bytes32 successor) external;

    /// @notice Publishes a head; only the log's anchoring address. Publishing the last head again
    /// changes nothing and is not an error, so that a lost answer can be met by a resend.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @param root Root of the log at that size.
    /// @param proof Consistency proof from the last head (RFC 9162, section 2.1.4); empty for the
    /// first head; not looked at when this is the last head.
    function publish(bytes32 logId, TreeSize size, RootHash root, bytes32[] calldata proof)
        external;

    /// @notice Last head of a log.
    /// @param logId Identifier of the log.
    /// @return size Number of entries; 0 when nothing was published.
    /// @return root Root of the log at that size.
    /// @return blockNumber Block that took the head.
    /// @return blockTime Its time in Unix seconds.
    function head(bytes32 logId)
        external
        view
        returns (TreeSize size, RootHash root, uint64 blockNumber, uint40 blockTime);

    /// @notice Head that was published at exactly this size.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @return root Root of the log at that size; zero when none was published.
    /// @return blockNumber Block that took the head; zero when none was published.
    /// @return blockTime Its time in Unix seconds; zero when none was published.
    function rootAt(bytes32 logId, TreeSize size)
        external
        view
        returns (RootHash root, uint64 blockNumber, uint40 blockTime);

    /// @notice Address that may publish heads of a log.
    /// @param logId Identifier of the log.
    /// @return The address; zero when the log was never opened.
    function anchorOf(bytes32 logId) external view returns (address);

    /// @notice Whether a log is frozen, and where it goes on.
    /// @param logId Identifier of the log.
    /// @return frozen Whether it is.
    /// @return lastGood Size of its last good head.
    /// @return successor Log that goes on in its place; zero when none does.
    function frozenAt(bytes32 logId)
        external
        view
        returns (bool frozen, TreeSize lastGood, bytes32 successor);
}
