// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bodies} from "./Bodies.sol";
import {IAgencyKeys} from "../interfaces/IAgencyKeys.sol";
import {History} from "../libraries/History.sol";

/// @title Signing keys of agencies
abstract contract Keys is Bodies, IAgencyKeys {
    using History for History.Row[];

    /// @dev Certificates and rows stand beside each other.
    struct Key {
        bytes32 holder;
        uint40 compromisedAt;
        bytes32[] certificates;
        History.Row[] rows;
    }

    mapping(bytes32 id => bytes32[] keyIds) private _keyIds;
    mapping(bytes32 keyId => Key) private _keys;

    /// @inheritdoc IAgencyKeys
    function addKey(
        bytes32 id,
        bytes32 keyId,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    ) external onlyGovernor onlyActive(id) {
        _addKey(id, keyId, certificate, validFrom, validTo);
    }

    /// @inheritdoc IAgencyKeys
    function endKey(bytes32 id, bytes32 keyId, uint256 row, uint40 endAt)
        external
        onlyGovernor
        onlyActive(id)
    {
        _endKey(id, keyId, row, endAt);
    }

    /// @inheritdoc IAgencyKeys
    function rotateKey(
        bytes32 id,
        bytes32 oldKeyId,
        uint256 oldRow,
        bytes32 newKeyId,
        bytes32 certificate,
        uint40 time,
        uint40 validTo
    ) external onlyGovernor onlyActive(id) {
        _addKey(id, newKeyId, certificate, _endKey(id, oldKeyId, oldRow, time), validTo);
    }

    /// @inheritdoc IAgencyKeys
    function compromiseKey(bytes32 id, bytes32 keyId, uint40 time) external onlyGovernor {
        Key storage key = _keyOf(id, keyId);
        uint40 blockTime = _now();
        if (time == 0) time = blockTime;
        if (time > blockTime) revert AgencyCompromiseFuture(time, blockTime);
        uint40 current = key.compromisedAt;
        if (current != 0 && time >= current) revert AgencyCompromiseNotEarlier(current, time);
        uint40 first = key.rows[0].validFrom;
        if (time < first) revert AgencyCompromiseTooEarly(first, time);
        key.compromisedAt = time;
        emit AgencyKeyCompromised(id, keyId, time);
    }

    /// @inheritdoc IAgencyKeys
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool) {
        Key storage key = _keys[keyId];
        if (key.holder != id || !_exists(id, time)) return false;
        if (key.compromisedAt != 0 && time >= key.compromisedAt) return false;
        (bool held,) = key.rows.covering(time);
        return held;
    }

    /// @inheritdoc IAgencyKeys
    function keyIds(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        return (History.page(_keyIds[id], offset, limit), _keyIds[id].length);
    }

    /// @inheritdoc IAgencyKeys
    function keyRows(bytes32 keyId, uint256 offset, uint256 limit)
        external
        view
        returns (KeyRow[] memory rows, uint256 total)
    {
        Key storage key = _keys[keyId];
        total = key.rows.length;
        Period[] memory periods = key.rows.page(offset, limit);
        rows = new KeyRow[](periods.length);
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = KeyRow(key.certificates[offset + i], periods[i]);
        }
    }

    /// @inheritdoc IAgencyKeys
    function keyOf(bytes32 keyId) external view returns (bytes32 holder, uint40 compromisedAt) {
        return (_keys[keyId].holder, _keys[keyId].compromisedAt);
    }

    /// @param id The agency.
    /// @param keyId Key to be recorded.
    /// @param certificate Digest of its certificate.
    /// @param validFrom Beginning; 0 is the block's time.
    /// @param validTo Planned end; 0 when open.
    function _addKey(
        bytes32 id,
        bytes32 keyId,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    ) private {
        if (keyId == 0 || certificate == 0) revert AgencyIdMissing();
        Key storage key = _keys[keyId];
        // A key speaks for one agency for ever: two would make a signature ambiguous.
        if (key.holder == 0) {
            key.holder = id;
            _keyIds[id].push(keyId);
        } else if (key.holder != id) {
            revert AgencyKeyHeld(keyId, key.holder);
        }
        if (key.compromisedAt != 0) revert AgencyKeyUnsafe(keyId, key.compromisedAt);
        (uint256 row, uint40 from) = key.rows.add(validFrom, validTo);
        key.certificates.push(certificate);
        emit AgencyKeyAdded(id, keyId, row, certificate, from, validTo);
    }

    /// @param id The agency.
    /// @param keyId Key to be ended.
    /// @param row Position among its rows.
    /// @param endAt Its end; 0 is the block's time.
    /// @return endedAt The end.
    function _endKey(bytes32 id, bytes32 keyId, uint256 row, uint40 endAt)
        private
        returns (uint40 endedAt)
    {
        endedAt = _keyOf(id, keyId).rows.end(row, endAt);
        emit AgencyKeyEnded(id, keyId, row, endedAt);
    }

    /// @param id The agency.
    /// @param keyId A key that is or was its own.
    /// @return key What is known of it.
    function _keyOf(bytes32 id, bytes32 keyId) private view returns (Key storage key) {
        key = _keys[keyId];
        if (id == 0 || key.holder != id) revert AgencyKeyUnknown(id, keyId);
    }
}
