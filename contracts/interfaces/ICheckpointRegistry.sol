// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RootHash, TreeSize} from "../libraries/RFC6962.sol";

/// @title Heads of append-only logs, each proven to extend the one before
/// @notice Keeps every published head of each log with the block that took it. A head is taken
/// only with a proof, checked here, that it contains everything the last one contained,
/// unchanged, and with the signatures of as many of the log's attesters as it demands. Whoever
/// rewrites the history of a log can no longer publish it.
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

    /// @notice The attesters of a log, or how many of them must attest each head, were set.
    /// @param logId Identifier of the log.
    /// @param attesters Who may attest its heads from now on.
    /// @param threshold How many of them must attest each head.
    event LogAttestersSet(bytes32 indexed logId, address[] attesters, uint8 threshold);

    /// @notice A log was frozen: heads beyond the last good one carry no weight.
    /// @param logId Identifier of the log.
    /// @param lastGood Size of the last good head.
    /// @param successor Log that goes on in its place; zero when none does.
    event LogFrozen(bytes32 indexed logId, TreeSize indexed lastGood, bytes32 indexed successor);

    /// @notice A head was attested, proven and taken.
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

    /// @notice Thrown when a log that is to go on for a frozen one has heads of its own.
    /// @param successor Identifier of the log.
    error LogSuccessorNotEmpty(bytes32 successor);

    /// @notice Thrown when a log that is to go on for a frozen one already does so for another.
    /// @param successor Identifier of the log.
    error LogSuccessorTaken(bytes32 successor);

    /// @notice Thrown when there are too many attesters, or fewer than must attest, or none must.
    /// @param count Number of attesters given.
    /// @param threshold How many must attest, as given.
    error LogAttestersInvalid(uint256 count, uint8 threshold);

    /// @notice Thrown when an attester is zero, given twice, or the log's anchoring address.
    /// @param attester Address given.
    error LogAttesterInvalid(address attester);

    /// @notice Thrown when no head of that size was ever published.
    /// @param logId Identifier of the log.
    /// @param size Size given.
    error CheckpointUnknown(bytes32 logId, TreeSize size);

    /// @notice Thrown when somebody else than the log's anchoring address publishes.
    /// @param caller Who tried.
    /// @param anchor Who may.
    error CheckpointAnchorOnly(address caller, address anchor);

    /// @notice Thrown when a head is smaller than the last one, or empty.
    /// @param current Size of the last head, or of the predecessor's head that the log continues.
    /// @param given Size given.
    error CheckpointNotNewer(TreeSize current, TreeSize given);

    /// @notice Thrown when the proof does not show that the head extends the last one.
    error CheckpointInconsistent();

    /// @notice Thrown when there are more or fewer signatures than the log demands.
    /// @param given Number of signatures given.
    /// @param needed How many attesters must attest each head.
    error CheckpointAttestersCount(uint256 given, uint8 needed);

    /// @notice Thrown when a signature has not the form of one, or has the higher s.
    /// @param index Its position among the signatures.
    error CheckpointSignatureInvalid(uint256 index);

    /// @notice Thrown when somebody signed who is no attester of the log, or when something else
    /// was signed.
    /// @param attester Address whose signature it would be.
    error CheckpointAttesterUnknown(address attester);

    /// @notice Thrown when the attesters do not ascend by address, or one signed twice.
    error CheckpointAttestersUnsorted();

    /// @notice Opens a log; only by the governor.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish its heads.
    /// @param attesters Who may attest its heads: 1 to 16, all different, none of them the anchor.
    /// @param threshold How many of them must attest each head.
    function open(bytes32 logId, address anchor, address[] calldata attesters, uint8 threshold)
        external;

    /// @notice Passes publishing to another address; only by the governor.
    /// @param logId Identifier of the log.
    /// @param anchor Address that may publish from now on; no attester of the log.
    function changeAnchor(bytes32 logId, address anchor) external;

    /// @notice Sets who may attest a log's heads and how many must; only by the governor.
    /// @param logId Identifier of the log.
    /// @param attesters Who may attest from now on: 1 to 16, all different, none the anchor.
    /// @param threshold How many of them must attest each head.
    function setAttesters(bytes32 logId, address[] calldata attesters, uint8 threshold) external;

    /// @notice Freezes a log for ever; only by the governor. The successor continues the same
    /// tree: its first head must be proven to extend the last good one.
    /// @param logId Identifier of the log.
    /// @param lastGood Size of the last good head; 0 when none is.
    /// @param successor Log that goes on in its place: open, empty, and going on for no other;
    /// zero when none does.
    function freeze(bytes32 logId, TreeSize lastGood, bytes32 successor) external;

    /// @notice Publishes a head; only the log's anchoring address. Publishing the last head again
    /// changes nothing and is not an error, so that a lost answer can be met by a resend.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @param root Root of the log at that size.
    /// @param proof Consistency proof from the last head (RFC 9162, section 2.1.4), or for the
    /// first head of a successor from the head that it continues; empty for any other first
    /// head; not looked at when this is the last head.
    /// @param signatures Of exactly as many attesters as the log demands, over
    /// `checkpointDigest`, in ascending order of their addresses; each r, s and v in 65 bytes,
    /// with the lower s. Not looked at when this is the last head.
    function publish(
        bytes32 logId,
        TreeSize size,
        RootHash root,
        bytes32[] calldata proof,
        bytes[] calldata signatures
    ) external;

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

    /// @notice Whether the head published at this size counts: it was published, and if the log is
    /// frozen it is not beyond the last good one.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @return Whether it does.
    function goodAt(bytes32 logId, TreeSize size) external view returns (bool);

    /// @notice What an attester signs of a head: EIP-712, domain "Mianti Checkpoints", version
    /// "1", type `Checkpoint(bytes32 log,uint64 size,bytes32 root)`.
    /// @param logId Identifier of the log.
    /// @param size Number of entries.
    /// @param root Root of the log at that size.
    /// @return Digest to be signed.
    function checkpointDigest(bytes32 logId, TreeSize size, RootHash root)
        external
        view
        returns (bytes32);

    /// @notice Address that may publish heads of a log.
    /// @param logId Identifier of the log.
    /// @return The address; zero when the log was never opened.
    function anchorOf(bytes32 logId) external view returns (address);

    /// @notice Who may attest the heads of a log.
    /// @param logId Identifier of the log.
    /// @return attesters Their addresses; none when the log was never opened.
    /// @return threshold How many of them must attest each head.
    function attestersOf(bytes32 logId)
        external
        view
        returns (address[] memory attesters, uint8 threshold);

    /// @notice Whether a log is frozen, and where it goes on.
    /// @param logId Identifier of the log.
    /// @return frozen Whether it is.
    /// @return lastGood Size of its last good head.
    /// @return successor Log that goes on in its place; zero when none does.
    function frozenAt(bytes32 logId)
        external
        view
        returns (bool frozen, TreeSize lastGood, bytes32 successor);

    /// @notice Which head of which log this one continues.
    /// @param logId Identifier of the log.
    /// @return predecessor The frozen log; zero when it continues none. When a log was frozen
    /// without a good head of its own, its successor continues what that log continued.
    /// @return lastGood Size of the head continued; 0 when the predecessor had no good one.
    function predecessorOf(bytes32 logId)
        external
        view
        returns (bytes32 predecessor, TreeSize lastGood);

    /// @notice Logs in the order in which they were opened.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids Identifiers of the logs.
    /// @return total Number of all logs.
    function logs(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);
}
