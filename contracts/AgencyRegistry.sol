// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FoundingRule} from "./FoundingRule.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";

/// @title Registry of agencies, their keys and their entitlements
contract AgencyRegistry is IAgencyRegistry, FoundingRule {
    /// @notice Bytes that an agency's name may have.
    uint256 public constant NAME_LIMIT = 256;

    /// @notice Rows that one list can hold, so that a look-up stays bounded.
    uint256 public constant ROW_LIMIT = 256;

    mapping(bytes32 id => Agency) private _agencies;
    bytes32[] private _ids;
    mapping(bytes32 id => KeyRow[]) private _keys;
    mapping(bytes32 keyId => bytes32 id) private _holders;
    mapping(bytes32 id => mapping(bytes32 licenceType => ScopeRow[])) private _scopes;

    modifier onlyAdmitted(bytes32 id) {
        if (_agencies[id].admittedAt == 0) revert AgencyUnknown(id);
        _;
    }

    /// @param members Founding members, at least two, all different.
    constructor(address[] memory members) FoundingRule(members) {}

    /// @inheritdoc IAgencyRegistry
    function admit(bytes32 id, string calldata name, uint32 region) external onlyGovernor {
        if (id == 0) revert AgencyIdMissing();
        uint256 length = bytes(name).length;
        if (length == 0 || length > NAME_LIMIT) revert AgencyNameLength(length, NAME_LIMIT);
        if (_agencies[id].admittedAt != 0) revert AgencyAlreadyAdmitted(id);
        _agencies[id] = Agency({name: name, region: region, admittedAt: _now()});
        _ids.push(id);
        emit AgencyAdmitted(id, region, name);
    }

    /// @inheritdoc IAgencyRegistry
    function addKey(bytes32 id, bytes32 keyId, uint40 validFrom, uint40 validTo)
        external
        onlyGovernor
        onlyAdmitted(id)
    {
        if (keyId == 0) revert AgencyIdMissing();
        KeyRow[] storage rows = _keys[id];
        uint256 row = rows.length;
        if (row == ROW_LIMIT) revert AgencyRowsFull(ROW_LIMIT);
        Period memory period = _begin(validFrom, validTo);
        // A key speaks for one agency for ever: two would make a signature ambiguous.
        bytes32 holder = _holders[keyId];
        if (holder == 0) _holders[keyId] = id;
        else if (holder != id || _runs(keyId, rows, period)) revert AgencyKeyHeld(keyId, holder);
        rows.push(KeyRow({keyId: keyId, period: period}));
        emit AgencyKeyAdded(id, keyId, row, period.validFrom, validTo);
    }

    /// @inheritdoc IAgencyRegistry
    function endKey(bytes32 id, uint256 row, uint40 endAt) external onlyGovernor onlyAdmitted(id) {
        KeyRow[] storage rows = _keys[id];
        if (row >= rows.length) revert AgencyRowUnknown(row, rows.length);
        uint40 endedAt = _end(rows[row].period, endAt);
        emit AgencyKeyEnded(id, rows[row].keyId, row, endedAt);
    }

    /// @inheritdoc IAgencyRegistry
    function addScope(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint40 validFrom,
        uint40 validTo
    ) external onlyGovernor onlyAdmitted(id) {
        if (licenceType == 0) revert AgencyIdMissing();
        ScopeRow[] storage rows = _scopes[id][licenceType];
        uint256 row = rows.length;
        if (row == ROW_LIMIT) revert AgencyRowsFull(ROW_LIMIT);
        Period memory period = _begin(validFrom, validTo);
        rows.push(ScopeRow({region: region, period: period}));
        emit AgencyScopeAdded(id, licenceType, region, row, period.validFrom, validTo);
    }

    /// @inheritdoc IAgencyRegistry
    function endScope(bytes32 id, bytes32 licenceType, uint256 row, uint40 endAt)
        external
        onlyGovernor
        onlyAdmitted(id)
    {
        ScopeRow[] storage rows = _scopes[id][licenceType];
        if (row >= rows.length) revert AgencyRowUnknown(row, rows.length);
        uint40 endedAt = _end(rows[row].period, endAt);
        emit AgencyScopeEnded(id, licenceType, row, endedAt);
    }

    /// @inheritdoc IAgencyRegistry
    function entitled(bytes32 id, bytes32 licenceType, uint32 region, uint40 time)
        external
        view
        returns (bool held, uint256 row)
    {
        ScopeRow[] storage rows = _scopes[id][licenceType];
        for (uint256 i = 0; i < rows.length; i++) {
            ScopeRow memory scope = rows[i];
            if ((scope.region == 0 || scope.region == region) && _covers(scope.period, time)) {
                return (true, i);
            }
        }
    }

    /// @inheritdoc IAgencyRegistry
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool) {
        KeyRow[] storage rows = _keys[id];
        for (uint256 i = 0; i < rows.length; i++) {
            if (rows[i].keyId == keyId && _covers(rows[i].period, time)) return true;
        }
        return false;
    }

    /// @inheritdoc IAgencyRegistry
    function agency(bytes32 id) external view returns (Agency memory) {
        return _agencies[id];
    }

    /// @inheritdoc IAgencyRegistry
    function agencies(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        total = _ids.length;
        ids = new bytes32[](_pageLength(offset, limit, total));
        for (uint256 i = 0; i < ids.length; i++) {
            ids[i] = _ids[offset + i];
        }
    }

    /// @inheritdoc IAgencyRegistry
    function scopeRows(bytes32 id, bytes32 licenceType, uint256 offset, uint256 limit)
        external
        view
        returns (ScopeRow[] memory rows, uint256 total)
    {
        ScopeRow[] storage all = _scopes[id][licenceType];
        total = all.length;
        rows = new ScopeRow[](_pageLength(offset, limit, total));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = all[offset + i];
        }
    }

    /// @inheritdoc IAgencyRegistry
    function keyRows(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (KeyRow[] memory rows, uint256 total)
    {
        KeyRow[] storage all = _keys[id];
        total = all.length;
        rows = new KeyRow[](_pageLength(offset, limit, total));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = all[offset + i];
        }
    }

    /// @param period Period to be shortened.
    /// @param endAt New end; 0 is the block's time.
    /// @return The new end.
    function _end(Period storage period, uint40 endAt) private returns (uint40) {
        uint40 blockTime = _now();
        if (endAt == 0) endAt = blockTime;
        if (endAt < blockTime) revert AgencyTimePast(endAt, blockTime);
        uint40 current = _endOf(period);
        if (endAt >= current) revert AgencyEndNotEarlier(current, endAt);
        period.endedAt = endAt;
        period.endRecordedAt = blockTime;
        return endAt;
    }

    /// @param validFrom Beginning; 0 is the block's time.
    /// @param validTo Planned end; 0 when open.
    /// @return A new row's period.
    function _begin(uint40 validFrom, uint40 validTo) private view returns (Period memory) {
        uint40 blockTime = _now();
        if (validFrom == 0) validFrom = blockTime;
        if (validFrom < blockTime) revert AgencyTimePast(validFrom, blockTime);
        if (validTo != 0 && validTo <= validFrom) revert AgencyPeriodEmpty(validFrom, validTo);
        return Period({
            validFrom: validFrom,
            validTo: validTo,
            recordedAt: blockTime,
            endedAt: 0,
            endRecordedAt: 0
        });
    }

    /// @dev Rows of one key must not overlap: ending one would leave the key good by another.
    /// @param keyId Identifier of the key.
    /// @param rows Key rows of its agency.
    /// @param period Period of a further row.
    /// @return Whether a row of the key covers any part of it.
    function _runs(bytes32 keyId, KeyRow[] storage rows, Period memory period)
        private
        view
        returns (bool)
    {
        for (uint256 i = 0; i < rows.length; i++) {
            if (rows[i].keyId != keyId) continue;
            Period memory known = rows[i].period;
            if (period.validFrom < _endOf(known) && known.validFrom < _endOf(period)) return true;
        }
        return false;
    }

    /// @return Time of the block in Unix seconds.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @param period The period.
    /// @param time Time asked for.
    /// @return Whether the period covers it.
    function _covers(Period memory period, uint40 time) private pure returns (bool) {
        return period.validFrom <= time && time < _endOf(period);
    }

    /// @param period The period.
    /// @return Its end as known now; the largest time when open.
    function _endOf(Period memory period) private pure returns (uint40) {
        if (period.endedAt != 0) return period.endedAt;
        return period.validTo != 0 ? period.validTo : type(uint40).max;
    }

    /// @param offset Position of the first item wanted.
    /// @param limit Most that are wanted.
    /// @param total Number of items.
    /// @return Number of items on the page.
    function _pageLength(uint256 offset, uint256 limit, uint256 total)
        private
        pure
        returns (uint256)
    {
        if (offset >= total) return 0;
        uint256 rest = total - offset;
        return limit < rest ? limit : rest;
    }
}
