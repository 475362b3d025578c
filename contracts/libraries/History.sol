// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";

/// @title Lists of periods whose answers about the past never change
/// @dev Rows are only added, after the last one, and only ever ended. They ascend and never
/// overlap, so that a look-up is a binary search.
library History {
    /// @dev One slot. `place` is where the search looks for the row: its beginning, or earlier
    /// when the row was ended before it began and another one came after it.
    struct Row {
        uint40 validFrom;
        uint40 validTo;
        uint40 recordedAt;
        uint40 endedAt;
        uint40 endRecordedAt;
        uint40 place;
    }

    /// @notice Rows that one list can hold.
    uint256 internal constant ROW_LIMIT = 256;

    /// @param rows The list.
    /// @param validFrom Beginning of the new row, not in the past; 0 is the block's time.
    /// @param validTo Its planned end; 0 when open.
    /// @return row Its position.
    /// @return from Its beginning.
    function add(Row[] storage rows, uint40 validFrom, uint40 validTo)
        internal
        returns (uint256 row, uint40 from)
    {
        uint40 blockTime = uint40(block.timestamp);
        from = validFrom == 0 ? blockTime : validFrom;
        if (from < blockTime) revert IAgencyHistory.AgencyTimePast(from, blockTime);
        if (validTo != 0 && validTo <= from) {
            revert IAgencyHistory.AgencyPeriodEmpty(from, validTo);
        }
        row = rows.length;
        if (row == ROW_LIMIT) revert IAgencyHistory.AgencyRowsFull(ROW_LIMIT);
        _makeRoom(rows, from);
        rows.push(Row(from, validTo, blockTime, 0, 0, from));
    }

    /// @param rows The list.
    /// @param row Position of the row to be ended.
    /// @param endAt Its new end, not in the past, earlier than the present one; 0 is the block's
    /// time.
    /// @return The new end.
    function end(Row[] storage rows, uint256 row, uint40 endAt) internal returns (uint40) {
        if (row >= rows.length) revert IAgencyHistory.AgencyRowUnknown(row, rows.length);
        uint40 blockTime = uint40(block.timestamp);
        if (endAt == 0) endAt = blockTime;
        if (endAt < blockTime) revert IAgencyHistory.AgencyTimePast(endAt, blockTime);
        uint40 current = _endOf(rows[row]);
        if (endAt >= current) revert IAgencyHistory.AgencyEndNotEarlier(current, endAt);
        rows[row].endedAt = endAt;
        rows[row].endRecordedAt = blockTime;
        return endAt;
    }

    /// @param rows The list.
    /// @param time Time asked for.
    /// @return held Whether a row covers it.
    /// @return row Position of that row; 0 when none does.
    function covering(Row[] storage rows, uint40 time)
        internal
        view
        returns (bool held, uint256 row)
    {
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].place <= time) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return (false, 0);
        // This row has begun: one that gave way is followed by the row that it gave way to.
        held = time < _endOf(rows[low - 1]);
        if (held) row = low - 1;
    }

    /// @param rows The list.
    /// @param offset Position of the first row wanted.
    /// @param limit Most that are wanted.
    /// @return found The rows, without their places.
    function page(Row[] storage rows, uint256 offset, uint256 limit)
        internal
        view
        returns (IAgencyHistory.Period[] memory found)
    {
        found = new IAgencyHistory.Period[](pageLength(offset, limit, rows.length));
        for (uint256 i = 0; i < found.length; i++) {
            Row memory row = rows[offset + i];
            found[i] = IAgencyHistory.Period(
                row.validFrom, row.validTo, row.recordedAt, row.endedAt, row.endRecordedAt
            );
        }
    }

    /// @param ids A list of identifiers.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return found The page.
    function page(bytes32[] storage ids, uint256 offset, uint256 limit)
        internal
        view
        returns (bytes32[] memory found)
    {
        found = new bytes32[](pageLength(offset, limit, ids.length));
        for (uint256 i = 0; i < found.length; i++) {
            found[i] = ids[offset + i];
        }
    }

    /// @param offset Position of the first item wanted.
    /// @param limit Most that are wanted.
    /// @param total Number of items.
    /// @return Number of items on the page.
    function pageLength(uint256 offset, uint256 limit, uint256 total)
        internal
        pure
        returns (uint256)
    {
        if (offset >= total) return 0;
        uint256 rest = total - offset;
        return limit < rest ? limit : rest;
    }

    /// @dev Rows that were ended before they began count as empty: they bar nothing, and give way
    /// in the search.
    /// @param rows The list.
    /// @param from Beginning of a new row.
    function _makeRoom(Row[] storage rows, uint40 from) private {
        for (uint256 i = rows.length; i > 0; i--) {
            Row storage last = rows[i - 1];
            uint40 endsAt = _endOf(last);
            if (endsAt > last.validFrom) {
                if (from < endsAt) {
                    revert IAgencyHistory.AgencyPeriodOverlaps(i - 1, endsAt, from);
                }
                return;
            }
            if (last.place > from) last.place = from;
        }
    }

    /// @param row A row.
    /// @return Its end as known now; the largest time when open.
    function _endOf(Row memory row) private pure returns (uint40) {
        if (row.endedAt != 0) return row.endedAt;
        return row.validTo != 0 ? row.validTo : type(uint40).max;
    }
}
