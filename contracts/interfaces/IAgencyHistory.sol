// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Periods on record
/// @notice Rows are only added, begin now or later, and are only ever ended, now or later: so
/// answers about the past never change.
/// @dev Times are Unix seconds. A period covers its first second and not its end. The periods of
/// one list ascend and never overlap.
interface IAgencyHistory {
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

    /// @notice Thrown when a period would begin, or be ended, in the past.
    /// @param given Time given.
    /// @param blockTime Time of the block.
    error AgencyTimePast(uint40 given, uint40 blockTime);

    /// @notice Thrown when a period would end before or as it begins.
    /// @param validFrom Beginning given.
    /// @param validTo End given.
    error AgencyPeriodEmpty(uint40 validFrom, uint40 validTo);

    /// @notice Thrown when a period would begin before the last one of its list is over.
    /// @param row Position of that row.
    /// @param endsAt Its end; the largest time when open.
    /// @param given Beginning given.
    error AgencyPeriodOverlaps(uint256 row, uint40 endsAt, uint40 given);

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
}
