// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which agency may issue which licence types where, and with which keys, at any time
/// @notice Answers, for any moment, whether an agency was entitled to issue a kind of licence in
/// a region and whether a signing key was the agency's. Answers about the past never change:
/// rows are only added, begin now or later, and are only ever ended, now or later.
/// @dev Times are Unix seconds. A period covers its first second and not its end. Agency and
/// licence-type ids are ASCII, padded with zeros on the right. Regions are six-digit codes of
/// GB/T 2260; 0 in a row means anywhere. Matching is exact: a province's row does not cover its
/// districts.
interface IAgencyRegistry {
    /// @notice A public agency.
    /// @param name Official name, UTF-8.
    /// @param region Region in which it has its seat.
    /// @param admittedAt Block time of its admission; zero when it is unknown.
    struct Agency {
        string name;
        uint32 region;
        uint40 admittedAt;
    }

    /// @notice Period of a row, with the times at which the registry learnt of it.
    /// @param validFrom First second of the period.
    /// @param validTo Planned end; 0 when open.
    /// @param recordedAt Block time at which the row was added.
    /// @param endedAt End set afterwards, earlier than the planned one; 0 when none.
    /// @param endRecordedAt Block time at which that end was last set; 0 when none.
    struct Period {
        uint40 validFrom;
        uint40 validTo;
        uint40 recordedAt;
        uint40 endedAt;
        uint40 endRecordedAt;
    }

    /// @notice Entitlement of an agency to issue one licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param period When it holds.
    struct ScopeRow {
        uint32 region;
        Period period;
    }

    /// @notice A signing key of an agency.
    /// @param keyId SHA-256 of the public key's SubjectPublicKeyInfo in DER.
    /// @param period When the key counts.
    struct KeyRow {
        bytes32 keyId;
        Period period;
    }

    /// @notice An agency was admitted.
    /// @param agency Identifier of the agency.
    /// @param region Region in which it has its seat.
    /// @param name Official name.
    event AgencyAdmitted(bytes32 indexed agency, uint32 indexed region, string name);

    /// @notice A key was recorded for an agency.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the new row among the agency's key rows.
    /// @param validFrom First second at which the key counts.
    /// @param validTo Planned end; 0 when open.
    event AgencyKeyAdded(
        bytes32 indexed agency,
        bytes32 indexed keyId,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of a key was set.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the row among the agency's key rows.
    /// @param endedAt Second from which on the key no longer counts.
    event AgencyKeyEnded(
        bytes32 indexed agency, bytes32 indexed keyId, uint256 row, uint40 endedAt
    );

    /// @notice An agency was entitled to issue a licence type.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where the entitlement holds; 0 is anywhere.
    /// @param row Position of the new row among the rows of this agency and type.
    /// @param validFrom First second of the entitlement.
    /// @param validTo Planned end; 0 when open.
    event AgencyScopeAdded(
        bytes32 indexed agency,
        bytes32 indexed licenceType,
        uint32 indexed region,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of an entitlement was set.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param row Position of the row among the rows of this agency and type.
    /// @param endedAt Second from which on the entitlement no longer holds.
    event AgencyScopeEnded(
        bytes32 indexed agency, bytes32 indexed licenceType, uint256 row, uint40 endedAt
    );

    /// @notice Thrown when an agency, key or licence-type identifier is zero.
    error AgencyIdMissing();

    /// @notice Thrown when an agency's name is empty or too long.
    /// @param length Bytes given.
    /// @param limit Bytes allowed.
    error AgencyNameLength(uint256 length, uint256 limit);

    /// @notice Thrown when an agency to be admitted already is.
    /// @param agency Identifier of the agency.
    error AgencyAlreadyAdmitted(bytes32 agency);

    /// @notice Thrown when an agency was never admitted.
    /// @param agency Identifier given.
    error AgencyUnknown(bytes32 agency);

    /// @notice Thrown when a key is recorded for a second agency, or again for a period in which it
    /// already counts.
    /// @param keyId Identifier of the key.
    /// @param holder Agency that has or had the key.
    error AgencyKeyHeld(bytes32 keyId, bytes32 holder);

    /// @notice Thrown when a period would begin, or be ended, in the past.
    /// @param given Time given.
    /// @param blockTime Time of the block.
    error AgencyTimePast(uint40 given, uint40 blockTime);

    /// @notice Thrown when a period would end before or as it begins.
    /// @param validFrom Beginning given.
    /// @param validTo End given.
    error AgencyPeriodEmpty(uint40 validFrom, uint40 validTo);

    /// @notice Thrown when a new end is not earlier than the present one.
    /// @param current Present end.
    /// @param given End given.
    error AgencyEndNotEarlier(uint40 current, uint40 given);

    /// @notice Thrown when there is no such row.
    /// @param row Position given.
    /// @param count Number of rows.
    error AgencyRowUnknown(uint256 row, uint256 count);

    /// @notice Thrown when a list can take no further row.
    /// @param limit Rows that a list can hold.
    error AgencyRowsFull(uint256 limit);

    /// @notice Admits an agency; only by the founding rule.
    /// @param id Identifier of the agency.
    /// @param name Official name, UTF-8, 1 to 256 bytes.
    /// @param region Region in which it has its seat; 0 when it has none.
    function admit(bytes32 id, string calldata name, uint32 region) external;

    /// @notice Records a key of an agency; only by the founding rule.
    /// @param id Identifier of the agency.
    /// @param keyId SHA-256 of the public key's SubjectPublicKeyInfo in DER.
    /// @param validFrom First second at which it counts, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addKey(bytes32 id, bytes32 keyId, uint40 validFrom, uint40 validTo) external;

    /// @notice Ends a key; only by the founding rule.
    /// @param id Identifier of the agency.
    /// @param row Position among the agency's key rows.
    /// @param endAt First second at which it no longer counts, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endKey(bytes32 id, uint256 row, uint40 endAt) external;

    /// @notice Entitles an agency to issue a licence type; only by the founding rule.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param validFrom First second of the entitlement, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addScope(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends an entitlement; only by the founding rule.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param row Position among the rows of this agency and type.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endScope(bytes32 id, bytes32 licenceType, uint256 row, uint40 endAt) external;

    /// @notice Whether an agency was entitled to issue a licence type in a region at a time.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Region asked for; 0 asks for entitlement anywhere.
    /// @param time Time asked for.
    /// @return held Whether it was.
    /// @return row Position of the first row that says so; 0 when none does.
    function entitled(bytes32 id, bytes32 licenceType, uint32 region, uint40 time)
        external
        view
        returns (bool held, uint256 row);

    /// @notice Whether a key counted as an agency's at a time.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param time Time asked for.
    /// @return Whether it did.
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool);

    /// @notice One agency.
    /// @param id Identifier of the agency.
    /// @return Its name, region and admission; empty when it is unknown.
    function agency(bytes32 id) external view returns (Agency memory);

    /// @notice Identifiers of the agencies, in order of admission, one page of them.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids The identifiers.
    /// @return total Number of agencies.
    function agencies(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);

    /// @notice Entitlement rows of an agency and licence type, one page of them.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows of this agency and type.
    function scopeRows(bytes32 id, bytes32 licenceType, uint256 offset, uint256 limit)
        external
        view
        returns (ScopeRow[] memory rows, uint256 total);

    /// @notice Key rows of an agency, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of the agency's key rows.
    function keyRows(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (KeyRow[] memory rows, uint256 total);
}
