// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bodies} from "./Bodies.sol";
import {IAgencyDuties} from "../interfaces/IAgencyDuties.sol";
import {History} from "../libraries/History.sol";

/// @title Who answers for the licences of agencies that ended or handed them on
abstract contract Duties is Bodies, IAgencyDuties {
    /// @notice Hands through which a duty is followed.
    uint256 public constant HOP_LIMIT = 32;

    uint40 private _sequence;
    mapping(bytes32 id => mapping(bytes32 licenceType => Duty[])) private _duties;

    /// @inheritdoc IAgencyDuties
    function dissolve(bytes32 id, bytes32 successor_) external onlyGovernor onlyActive(id) {
        if (successor_ != 0) {
            _requireSuccessor(id, successor_);
            _transfer(id, 0, successor_);
        }
        _end(id, Ending.Dissolved, successor_);
    }

    /// @inheritdoc IAgencyDuties
    function transferDuty(bytes32 id, bytes32 licenceType, bytes32 to)
        external
        onlyGovernor
        onlyActive(id)
    {
        // Only the last row, written as an agency is dissolved, may go beyond the limit.
        if (_duties[id][licenceType].length >= ROW_LIMIT) revert AgencyRowsFull(ROW_LIMIT);
        _requireSuccessor(id, to);
        _transfer(id, licenceType, to);
    }

    /// @inheritdoc IAgencyDuties
    function responsible(bytes32 id, bytes32 licenceType, uint40 time)
        external
        view
        returns (bytes32 body, uint256 hops)
    {
        body = id;
        Duty memory next = _dutyAfter(body, licenceType, 0);
        while (next.sequence != 0 && next.since <= time) {
            if (++hops > HOP_LIMIT) revert AgencyDutyTooLong(id, HOP_LIMIT);
            body = next.to;
            next = _dutyAfter(body, licenceType, next.sequence);
        }
        if (!_exists(body, time)) body = 0;
    }

    /// @inheritdoc IAgencyDuties
    function duties(bytes32 id, bytes32 licenceType, uint256 offset, uint256 limit)
        external
        view
        returns (Duty[] memory rows, uint256 total)
    {
        Duty[] storage all = _duties[id][licenceType];
        total = all.length;
        rows = new Duty[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = all[offset + i];
        }
    }

    /// @param id Agency whose duty is handed on.
    /// @param licenceType For which type; 0 is every type.
    /// @param to Agency that answers from now on.
    function _transfer(bytes32 id, bytes32 licenceType, bytes32 to) private {
        uint40 sequence = ++_sequence;
        _duties[id][licenceType].push(Duty(to, _now(), sequence));
        emit AgencyDutyTransferred(id, licenceType, to, sequence);
    }

    /// @param id Agency that hands over.
    /// @param to Another one, admitted and not ended.
    function _requireSuccessor(bytes32 id, bytes32 to) private view {
        if (to == id || !_isActive(to)) revert AgencySuccessorInvalid(to);
    }

    /// @param id The agency that has the duty.
    /// @param licenceType For which type.
    /// @param sequence Sequence of the row that gave it the duty; 0 when it issued itself.
    /// @return next The row that hands it on; empty when none does.
    function _dutyAfter(bytes32 id, bytes32 licenceType, uint40 sequence)
        private
        view
        returns (Duty memory next)
    {
        next = _firstAfter(_duties[id][0], sequence);
        if (licenceType == 0) return next;
        Duty memory special = _firstAfter(_duties[id][licenceType], sequence);
        if (special.sequence == 0) return next;
        if (next.sequence == 0 || special.sequence < next.sequence) return special;
    }

    /// @param rows Rows in ascending sequence.
    /// @param sequence A sequence.
    /// @return The first row with a greater one; empty when there is none.
    function _firstAfter(Duty[] storage rows, uint40 sequence) private view returns (Duty memory) {
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].sequence <= sequence) low = middle + 1;
            else high = middle;
        }
        return low == rows.length ? Duty(0, 0, 0) : rows[low];
    }
}
