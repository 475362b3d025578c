// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bodies} from "./Bodies.sol";
import {IAgencyScopes} from "../interfaces/IAgencyScopes.sol";
import {History} from "../libraries/History.sol";

/// @title What agencies may issue
abstract contract Scopes is Bodies, IAgencyScopes {
    using History for History.Row[];

    mapping(bytes32 id => ScopeKey[]) private _scopeKeys;
    mapping(bytes32 id => mapping(bytes32 licenceType => mapping(uint32 region => History.Row[])))
        private _scopes;

    /// @inheritdoc IAgencyScopes
    function addScope(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint40 validFrom,
        uint40 validTo
    ) external onlyGovernor onlyActive(id) {
        if (licenceType == 0) revert AgencyIdMissing();
        History.Row[] storage rows = _scopes[id][licenceType][region];
        if (rows.length == 0) _scopeKeys[id].push(ScopeKey(licenceType, region));
        (uint256 row, uint40 from) = rows.add(validFrom, validTo);
        emit AgencyScopeAdded(id, licenceType, region, row, from, validTo);
    }

    /// @inheritdoc IAgencyScopes
    function endScope(bytes32 id, bytes32 licenceType, uint32 region, uint256 row, uint40 endAt)
        external
        onlyGovernor
        onlyActive(id)
    {
        uint40 endedAt = _scopes[id][licenceType][region].end(row, endAt);
        emit AgencyScopeEnded(id, licenceType, region, row, endedAt);
    }

    /// @inheritdoc IAgencyScopes
    function entitled(bytes32 id, bytes32 licenceType, uint32 region, uint40 time)
        external
        view
        returns (bool held, uint32 scopeRegion, uint256 row)
    {
        if (!_serves(id, time)) return (false, 0, 0);
        (held, row) = _scopes[id][licenceType][region].covering(time);
        if (held) return (true, region, row);
        (held, row) = _scopes[id][licenceType][0].covering(time);
    }

    /// @inheritdoc IAgencyScopes
    function scopes(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (ScopeKey[] memory keys, uint256 total)
    {
        ScopeKey[] storage all = _scopeKeys[id];
        total = all.length;
        keys = new ScopeKey[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < keys.length; i++) {
            keys[i] = all[offset + i];
        }
    }

    /// @inheritdoc IAgencyScopes
    function scopeRows(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total) {
        History.Row[] storage all = _scopes[id][licenceType][region];
        return (all.page(offset, limit), all.length);
    }
}
