// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Newest version of each agency's status list
/// @notice Says which signed status list is the newest one, so that nobody can pass off an older
/// list, on which a revoked licence still looked good. It names whole lists only, never one
/// licence.
/// @dev A list is named by the SHA-256 of its URI. Times are Unix seconds.
interface IStatusRegistry {
    /// @notice A status list was given to an agency, to another publisher of it, or to the agency
    /// that answers for its licences now.
    /// @param listId Identifier of the list.
    /// @param agency Agency whose list it is from now on.
    /// @param publisher Address that may publish its versions from now on.
    event StatusListAssigned(
        bytes32 indexed listId, bytes32 indexed agency, address indexed publisher
    );

    /// @notice A new version of a status list was published.
    /// @param listId Identifier of the list.
    /// @param version Number of the version.
    /// @param digest SHA-256 of the signed list.
    /// @param validUntil Time from which on this version no longer serves.
    event StatusListPublished(
        bytes32 indexed listId, uint64 indexed version, bytes32 digest, uint40 validUntil
    );

    /// @notice Thrown when a list's identifier is zero.
    error StatusListIdMissing();

    /// @notice Thrown when the address that is to publish is zero.
    error StatusPublisherMissing();

    /// @notice Thrown when a list is to be given to an agency that was never admitted.
    /// @param agency Identifier given.
    error StatusAgencyUnknown(bytes32 agency);

    /// @notice Thrown when a list is to be given to another agency than the one that answers for
    /// the licences of its first one.
    /// @param listId Identifier of the list.
    /// @param agency Agency to which it may be given.
    error StatusListTaken(bytes32 listId, bytes32 agency);

    /// @notice Thrown when a list was never assigned.
    /// @param listId Identifier given.
    error StatusListUnknown(bytes32 listId);

    /// @notice Thrown when somebody else than the list's publisher publishes.
    /// @param caller Who tried.
    /// @param publisher Who may.
    error StatusPublisherOnly(address caller, address publisher);

    /// @notice Thrown when a version is not newer than the last one.
    /// @param current Number of the last version.
    /// @param given Number given.
    error StatusVersionNotNewer(uint64 current, uint64 given);

    /// @notice Thrown when a version's number is beyond the next one.
    /// @param version Number given.
    error StatusVersionTooLarge(uint64 version);

    /// @notice Thrown when the digest is zero.
    error StatusDigestMissing();

    /// @notice Thrown when a version would no longer serve when it is published.
    /// @param validUntil Time given.
    /// @param blockTime Time of the block.
    error StatusValidityPast(uint40 validUntil, uint40 blockTime);

    /// @notice Thrown when a version would serve too long.
    /// @param validUntil Time given.
    /// @param latest Latest time allowed.
    error StatusValidityTooLong(uint40 validUntil, uint40 latest);

    /// @notice Gives a list to an agency's publisher, or to a new one; only by the governor. A list
    /// that was given can only be given to the agency that answers now for the licences of the
    /// first one: that agency itself, or whoever took its duty over for every type.
    /// @param listId Identifier of the list.
    /// @param agency Agency whose list it is from now on; admitted, and for a new list not ended.
    /// @param publisher Address that may publish its versions.
    function assign(bytes32 listId, bytes32 agency, address publisher) external;

    /// @notice Publishes a version; only the list's publisher. Publishing the last version again
    /// with the same values changes nothing and is not an error.
    /// @param listId Identifier of the list.
    /// @param version Number that follows the last one.
    /// @param digest SHA-256 of the signed list.
    /// @param validUntil Time from which on this version no longer serves, later than the block's.
    function publish(bytes32 listId, uint64 version, bytes32 digest, uint40 validUntil) external;

    /// @notice Newest version of a list.
    /// @param listId Identifier of the list.
    /// @return version Number of the version; 0 when nothing was published.
    /// @return digest SHA-256 of the signed list.
    /// @return validUntil Time from which on it no longer serves.
    /// @return publishedAt Block time at which it was published: who signed it is judged then.
    function head(bytes32 listId)
        external
        view
        returns (uint64 version, bytes32 digest, uint40 validUntil, uint40 publishedAt);

    /// @notice What was published as one version of a list.
    /// @param listId Identifier of the list.
    /// @param version Number of the version.
    /// @return SHA-256 of the signed list; zero when it was never published.
    function digestAt(bytes32 listId, uint64 version) external view returns (bytes32);

    /// @notice Whose list it is and who publishes it.
    /// @param listId Identifier of the list.
    /// @return agency Agency whose list it is; zero when it was never assigned.
    /// @return publisher Address that may publish its versions.
    function ownerOf(bytes32 listId) external view returns (bytes32 agency, address publisher);

    /// @notice Lists in the order in which they were first assigned.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids Identifiers of the lists.
    /// @return total Number of all lists.
    function lists(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);
}
