// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "./IAgencyHistory.sol";

/// @title Signing keys of agencies
/// @notice Whether a key was an agency's at a time. Answers about the past never change, but for a
/// key that fell into wrong hands: it stops counting from when it did.
interface IAgencyKeys is IAgencyHistory {
    /// @notice Period in which a key counts, with a certificate.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param period When the key counts.
    struct KeyRow {
        bytes32 certificate;
        Period period;
    }

    /// @notice A key was recorded for an agency.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the new row among the rows of the key.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param validFrom First second at which the key counts.
    /// @param validTo Planned end; 0 when open.
    event AgencyKeyAdded(
        bytes32 indexed agency,
        bytes32 indexed keyId,
        uint256 row,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of a key was set.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the row among the rows of the key.
    /// @param endedAt Second from which on the key no longer counts.
    event AgencyKeyEnded(
        bytes32 indexed agency, bytes32 indexed keyId, uint256 row, uint40 endedAt
    );

    /// @notice A key was found to be in wrong hands.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param compromisedAt Second from which on the key no longer counts.
    event AgencyKeyCompromised(bytes32 indexed agency, bytes32 indexed keyId, uint40 compromisedAt);

    /// @notice Thrown when a key is recorded for a second agency.
    /// @param keyId Identifier of the key.
    /// @param holder Agency that has or had the key.
    error AgencyKeyHeld(bytes32 keyId, bytes32 holder);

    /// @notice Thrown when a key was never the agency's.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier given.
    error AgencyKeyUnknown(bytes32 agency, bytes32 keyId);

    /// @notice Thrown when a key in wrong hands is recorded again.
    /// @param keyId Identifier of the key.
    /// @param compromisedAt Second from which on it no longer counts.
    error AgencyKeyUnsafe(bytes32 keyId, uint40 compromisedAt);

    /// @notice Thrown when a key would fall into wrong hands later than now.
    /// @param given Time given.
    /// @param blockTime Time of the block.
    error AgencyCompromiseFuture(uint40 given, uint40 blockTime);

    /// @notice Thrown when a key would have fallen into wrong hands before it ever counted.
    /// @param first First second at which the key counted.
    /// @param given Time given.
    error AgencyCompromiseTooEarly(uint40 first, uint40 given);

    /// @notice Thrown when a compromise would be recorded as later than, or as early as, it already
    /// is.
    /// @param current Time on record.
    /// @param given Time given.
    error AgencyCompromiseNotEarlier(uint40 current, uint40 given);

    /// @notice Records a key of an agency; only by vote.
    /// @param id Identifier of the agency.
    /// @param keyId SHA-256 of the public key's SubjectPublicKeyInfo in DER.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addKey(
        bytes32 id,
        bytes32 keyId,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends a key; only by vote.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position among the rows of the key.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endKey(bytes32 id, bytes32 keyId, uint256 row, uint40 endAt) external;

    /// @notice Ends a key and records another one that counts from then on; only by vote.
    /// @param id Identifier of the agency.
    /// @param oldKeyId Identifier of the key to be ended.
    /// @param oldRow Position among the rows of that key.
    /// @param newKeyId Identifier of the key that follows; the same one with another certificate is
    /// allowed.
    /// @param certificate SHA-256 of its certificate in DER.
    /// @param time Second at which the one ends and the other begins, not before the block's; 0 is
    /// the block's.
    /// @param validTo Planned end of the key that follows; 0 when open.
    function rotateKey(
        bytes32 id,
        bytes32 oldKeyId,
        uint256 oldRow,
        bytes32 newKeyId,
        bytes32 certificate,
        uint40 time,
        uint40 validTo
    ) external;

    /// @notice Records since when a key has been in wrong hands; only by vote. The only change that
    /// may lie in the past, and that an agency which ended can still need.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param time Second from which on the key no longer counts, not after the block's, not before
    /// the key first counted, and earlier than what is on record; 0 is the block's.
    function compromiseKey(bytes32 id, bytes32 keyId, uint40 time) external;

    /// @notice Whether a key counted as an agency's at a time, as known now. Suspension does not
    /// touch keys.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param time Time asked for.
    /// @return Whether it did.
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool);

    /// @notice Keys that are or were an agency's, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids Their identifiers.
    /// @return total Number of the agency's keys.
    function keyIds(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);

    /// @notice Rows of a key, one page of them.
    /// @param keyId Identifier of the key.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows of this key.
    function keyRows(bytes32 keyId, uint256 offset, uint256 limit)
        external
        view
        returns (KeyRow[] memory rows, uint256 total);

    /// @notice Whose a key is.
    /// @param keyId Identifier of the key.
    /// @return holder Agency that has or had it; 0 when none.
    /// @return compromisedAt Second from which on it was in wrong hands; 0 when it never was.
    function keyOf(bytes32 keyId) external view returns (bytes32 holder, uint40 compromisedAt);
}
