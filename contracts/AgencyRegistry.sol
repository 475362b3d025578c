// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {History} from "./libraries/History.sol";

/// @title Registry of agencies: their keys, entitlements, bases, suspensions and successors
contract AgencyRegistry is IAgencyRegistry, Governed {
    using History for History.Row[];

    /// @dev What `Agency` says without the name, in three slots.
    struct Body {
        bytes32 legalCode;
        bytes32 successor;
        uint32 region;
        UserKind kind;
        uint40 admittedAt;
        uint40 endedAt;
        Ending ending;
    }

    struct Key {
        bytes32 holder;
        uint40 compromisedAt;
        bytes32[] certificates;
        History.Row[] rows;
    }

    /// @notice Bytes that an agency's name may have.
    uint256 public constant NAME_LIMIT = 256;

    /// @notice Rows that one list can hold, so that a look-up stays bounded.
    uint256 public constant ROW_LIMIT = History.ROW_LIMIT;

    /// @notice Hands through which a duty is followed.
    uint256 public constant HOP_LIMIT = 32;

    /// @notice Sorts of bases: 1 attended, 2 statutory, 3 assistance, 4 emergency.
    uint8 public constant BASIS_SORTS = 4;

    bytes32[] private _ids;
    mapping(bytes32 id => Body) private _bodies;
    mapping(bytes32 id => Name[]) private _names;
    mapping(bytes32 id => History.Row[]) private _suspensions;

    mapping(bytes32 id => bytes32[] keyIds) private _keyIds;
    mapping(bytes32 keyId => Key) private _keys;

    mapping(bytes32 id => ScopeKey[]) private _scopeKeys;
    mapping(bytes32 id => mapping(bytes32 licenceType => mapping(uint32 region => History.Row[])))
        private _scopes;

    mapping(bytes32 id => BasisKey[]) private _basisKeys;
    mapping(bytes32 id => mapping(bytes32 basis => History.Row[])) private _bases;

    uint40 private _dutySequence;
    mapping(bytes32 id => mapping(bytes32 licenceType => Duty[])) private _duties;

    modifier onlyActive(bytes32 id) {
        _requireActive(id);
        _;
    }

    /// @param governance Contract that counts the votes.
    constructor(address governance) Governed(governance) {}

    /// @inheritdoc IAgencyRegistry
    function admit(
        bytes32 id,
        string calldata name,
        uint32 region,
        bytes32 legalCode,
        UserKind kind
    ) external onlyGovernor {
        if (id == 0) revert AgencyIdMissing();
        if (_bodies[id].admittedAt != 0) revert AgencyAlreadyAdmitted(id);
        if (kind == UserKind.None) revert AgencyKindMissing();
        _requireLegalCode(legalCode);
        Body storage body = _bodies[id];
        (body.legalCode, body.region, body.kind) = (legalCode, region, kind);
        body.admittedAt = _now();
        _ids.push(id);
        _setName(id, name);
        emit AgencyAdmitted(id, region, kind, legalCode, name);
    }

    /// @inheritdoc IAgencyRegistry
    function rename(bytes32 id, string calldata name)
        external
        onlyGovernor
        onlyActive(id)
    {
        _setName(id, name);
        emit AgencyRenamed(id, name);
    }

    /// @inheritdoc IAgencyRegistry
    function addKey(
        bytes32 id,
        bytes32 keyId,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    ) external onlyGovernor onlyActive(id) {
        _addKey(id, keyId, certificate, validFrom, validTo);
    }

    /// @inheritdoc IAgencyRegistry
    function endKey(bytes32 id, bytes32 keyId, uint256 row, uint40 endAt)
        external
        onlyGovernor
        onlyActive(id)
    {
        _endKey(id, keyId, row, endAt);
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function compromiseKey(bytes32 id, bytes32 keyId, uint40 time)
        external
        onlyGovernor
    {
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

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function endScope(bytes32 id, bytes32 licenceType, uint32 region, uint256 row, uint40 endAt)
        external
        onlyGovernor
        onlyActive(id)
    {
        uint40 endedAt = _scopes[id][licenceType][region].end(row, endAt);
        emit AgencyScopeEnded(id, licenceType, region, row, endedAt);
    }

    /// @inheritdoc IAgencyRegistry
    function grantBasis(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint40 validFrom,
        uint40 validTo
    ) external onlyGovernor onlyActive(id) {
        if (item == 0 || kind == 0) revert AgencyIdMissing();
        if (sort == 0 || sort > BASIS_SORTS) revert AgencyBasisUnknown(sort);
        if (_bodies[id].kind == UserKind.Social) revert AgencySocial(id);
        History.Row[] storage rows = _basisOf(id, item, kind, sort);
        if (rows.length == 0) _basisKeys[id].push(BasisKey(item, kind, sort));
        (uint256 row, uint40 from) = rows.add(validFrom, validTo);
        emit AgencyBasisGranted(id, item, kind, sort, row, from, validTo);
    }

    /// @inheritdoc IAgencyRegistry
    function endBasis(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint256 row,
        uint40 endAt
    ) external onlyGovernor onlyActive(id) {
        uint40 endedAt = _basisOf(id, item, kind, sort).end(row, endAt);
        emit AgencyBasisEnded(id, item, kind, sort, row, endedAt);
    }

    /// @inheritdoc IAgencyRegistry
    function suspend(bytes32 id, uint40 until)
        external
        onlyGovernor
        onlyActive(id)
    {
        History.Row[] storage rows = _suspensions[id];
        (bool running, uint256 last) = rows.covering(_now());
        if (running) rows.end(last, 0);
        (uint256 row,) = rows.add(0, until);
        emit AgencySuspended(id, row, until);
    }

    /// @inheritdoc IAgencyRegistry
    function reinstate(bytes32 id) external onlyGovernor onlyActive(id) {
        (bool running, uint256 row) = _suspensions[id].covering(_now());
        if (!running) revert AgencyNotSuspended(id);
        _suspensions[id].end(row, 0);
        emit AgencyReinstated(id);
    }

    /// @inheritdoc IAgencyRegistry
    function expel(bytes32 id) external onlyGovernor onlyActive(id) {
        _end(id, Ending.Expelled, 0);
    }

    /// @inheritdoc IAgencyRegistry
    function dissolve(bytes32 id, bytes32 successor_)
        external
        onlyGovernor
        onlyActive(id)
    {
        if (successor_ != 0) {
            _requireSuccessor(id, successor_);
            _transfer(id, 0, successor_);
        }
        _end(id, Ending.Dissolved, successor_);
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool) {
        Key storage key = _keys[keyId];
        if (key.holder != id || !_exists(id, time)) return false;
        if (key.compromisedAt != 0 && time >= key.compromisedAt) return false;
        (bool held,) = key.rows.covering(time);
        return held;
    }

    /// @inheritdoc IAgencyRegistry
    function basisGranted(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint40 time)
        external
        view
        returns (bool held, uint256 row)
    {
        if (!_serves(id, time)) return (false, 0);
        return _basisOf(id, item, kind, sort).covering(time);
    }

    /// @inheritdoc IAgencyRegistry
    function nameAt(bytes32 id, uint40 time) external view returns (string memory) {
        Name[] storage rows = _names[id];
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].since <= time) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? "" : rows[low - 1].name;
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function agency(bytes32 id) external view returns (Agency memory) {
        Body memory body = _bodies[id];
        uint256 count = _names[id].length;
        return Agency({
            legalCode: body.legalCode,
            region: body.region,
            kind: body.kind,
            admittedAt: body.admittedAt,
            endedAt: body.endedAt,
            ending: body.ending,
            successor: body.successor,
            name: count == 0 ? "" : _names[id][count - 1].name
        });
    }

    /// @inheritdoc IAgencyRegistry
    function agencies(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        return _page(_ids, offset, limit);
    }

    /// @inheritdoc IAgencyRegistry
    function names(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (Name[] memory rows, uint256 total)
    {
        Name[] storage all = _names[id];
        total = all.length;
        rows = new Name[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = all[offset + i];
        }
    }

    /// @inheritdoc IAgencyRegistry
    function keyIds(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        return _page(_keyIds[id], offset, limit);
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function keyOf(bytes32 keyId) external view returns (bytes32 holder, uint40 compromisedAt) {
        return (_keys[keyId].holder, _keys[keyId].compromisedAt);
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function scopeRows(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total) {
        return _periods(_scopes[id][licenceType][region], offset, limit);
    }

    /// @inheritdoc IAgencyRegistry
    function bases(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (BasisKey[] memory keys, uint256 total)
    {
        BasisKey[] storage all = _basisKeys[id];
        total = all.length;
        keys = new BasisKey[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < keys.length; i++) {
            keys[i] = all[offset + i];
        }
    }

    /// @inheritdoc IAgencyRegistry
    function basisRows(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total) {
        return _periods(_basisOf(id, item, kind, sort), offset, limit);
    }

    /// @inheritdoc IAgencyRegistry
    function suspensions(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (Period[] memory rows, uint256 total)
    {
        return _periods(_suspensions[id], offset, limit);
    }

    /// @inheritdoc IAgencyRegistry
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

    /// @inheritdoc IAgencyRegistry
    function suspendedAt(bytes32 id, uint40 time) public view returns (bool) {
        (bool held,) = _suspensions[id].covering(time);
        return held;
    }

    /// @param id The agency.
    /// @param name Its name from now on.
    function _setName(bytes32 id, string calldata name) private {
        uint256 length = bytes(name).length;
        if (length == 0 || length > NAME_LIMIT) revert AgencyNameLength(length, NAME_LIMIT);
        if (_names[id].length == ROW_LIMIT) revert AgencyRowsFull(ROW_LIMIT);
        _names[id].push(Name(_now(), name));
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

    /// @param id Agency that ends now.
    /// @param ending How it ends.
    /// @param successor_ Agency that takes over; 0 when none does.
    function _end(bytes32 id, Ending ending, bytes32 successor_) private {
        Body storage body = _bodies[id];
        (body.endedAt, body.ending, body.successor) = (_now(), ending, successor_);
        emit AgencyEnded(id, ending, successor_);
    }

    /// @param id Agency whose duty is handed on.
    /// @param licenceType For which type; 0 is every type.
    /// @param to Agency that answers from now on.
    function _transfer(bytes32 id, bytes32 licenceType, bytes32 to) private {
        uint40 sequence = ++_dutySequence;
        _duties[id][licenceType].push(Duty(to, _now(), sequence));
        emit AgencyDutyTransferred(id, licenceType, to, sequence);
    }

    /// @param id Agency that must be admitted and not have ended.
    function _requireActive(bytes32 id) private view {
        Body storage body = _bodies[id];
        if (body.admittedAt == 0) revert AgencyUnknown(id);
        if (body.endedAt != 0) revert AgencyDissolved(id, body.endedAt);
    }

    /// @param id Agency that hands over.
    /// @param to Another one, admitted and not ended.
    function _requireSuccessor(bytes32 id, bytes32 to) private view {
        Body storage body = _bodies[to];
        if (to == id || body.admittedAt == 0 || body.endedAt != 0) {
            revert AgencySuccessorInvalid(to);
        }
    }

    /// @param id The agency.
    /// @param keyId A key that is or was its own.
    /// @return key What is known of it.
    function _keyOf(bytes32 id, bytes32 keyId) private view returns (Key storage key) {
        key = _keys[keyId];
        if (id == 0 || key.holder != id) revert AgencyKeyUnknown(id, keyId);
    }

    /// @param id The agency.
    /// @param item The matter that it handles.
    /// @param kind The kind of paper.
    /// @param sort The sort of basis.
    /// @return The list of grants.
    function _basisOf(bytes32 id, bytes32 item, bytes32 kind, uint8 sort)
        private
        view
        returns (History.Row[] storage)
    {
        return _bases[id][keccak256(abi.encode(item, kind, sort))];
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
    function _firstAfter(Duty[] storage rows, uint40 sequence)
        private
        view
        returns (Duty memory)
    {
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].sequence <= sequence) low = middle + 1;
            else high = middle;
        }
        return low == rows.length ? Duty(0, 0, 0) : rows[low];
    }

    /// @param id The agency.
    /// @param time Time asked for.
    /// @return Whether it had been admitted and not yet ended.
    function _exists(bytes32 id, uint40 time) private view returns (bool) {
        Body storage body = _bodies[id];
        if (body.admittedAt == 0 || time < body.admittedAt) return false;
        return body.endedAt == 0 || time < body.endedAt;
    }

    /// @param id The agency.
    /// @param time Time asked for.
    /// @return Whether it existed and was not suspended.
    function _serves(bytes32 id, uint40 time) private view returns (bool) {
        return _exists(id, time) && !suspendedAt(id, time);
    }

    /// @return Time of the block in Unix seconds.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @param all A list of identifiers.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids The page.
    /// @return total Length of the list.
    function _page(bytes32[] storage all, uint256 offset, uint256 limit)
        private
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        total = all.length;
        ids = new bytes32[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < ids.length; i++) {
            ids[i] = all[offset + i];
        }
    }

    /// @param all A list of rows.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The page.
    /// @return total Length of the list.
    function _periods(History.Row[] storage all, uint256 offset, uint256 limit)
        private
        view
        returns (Period[] memory rows, uint256 total)
    {
        return (all.page(offset, limit), all.length);
    }

    /// @dev Length and characters only: whether such a code was ever given out is not for here.
    /// @param legalCode 18 digits and capital letters, or 0.
    function _requireLegalCode(bytes32 legalCode) private pure {
        if (legalCode == 0) return;
        for (uint256 i = 0; i < 32; i++) {
            bytes1 char = legalCode[i];
            bool fits = i < 18
                ? (char >= "0" && char <= "9") || (char >= "A" && char <= "Z")
                : char == 0;
            if (!fits) revert AgencyLegalCodeInvalid(legalCode);
        }
    }
}
