// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "../Governed.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {History} from "../libraries/History.sol";

/// @title Agencies: admission, names, suspension, end
abstract contract Bodies is IAgencyBodies, Governed {
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

    /// @notice Bytes that an agency's name may have.
    uint256 public constant NAME_LIMIT = 256;

    /// @notice Rows that one list can hold, so that a look-up stays bounded.
    uint256 public constant ROW_LIMIT = History.ROW_LIMIT;

    bytes32[] private _ids;
    mapping(bytes32 id => Body) private _bodies;
    mapping(bytes32 id => Name[]) private _names;
    mapping(bytes32 id => History.Row[]) private _suspensions;

    modifier onlyActive(bytes32 id) {
        _requireActive(id);
        _;
    }

    /// @inheritdoc IAgencyBodies
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

    /// @inheritdoc IAgencyBodies
    function rename(bytes32 id, string calldata name) external onlyGovernor onlyActive(id) {
        _setName(id, name);
        emit AgencyRenamed(id, name);
    }

    /// @inheritdoc IAgencyBodies
    function suspend(bytes32 id, uint40 until) external onlyGovernor onlyActive(id) {
        History.Row[] storage rows = _suspensions[id];
        (bool running, uint256 last) = rows.covering(_now());
        if (running) rows.end(last, 0);
        (uint256 row,) = rows.add(0, until);
        emit AgencySuspended(id, row, until);
    }

    /// @inheritdoc IAgencyBodies
    function reinstate(bytes32 id) external onlyGovernor onlyActive(id) {
        (bool running, uint256 row) = _suspensions[id].covering(_now());
        if (!running) revert AgencyNotSuspended(id);
        _suspensions[id].end(row, 0);
        emit AgencyReinstated(id);
    }

    /// @inheritdoc IAgencyBodies
    function expel(bytes32 id) external onlyGovernor onlyActive(id) {
        _end(id, Ending.Expelled, 0);
    }

    /// @inheritdoc IAgencyBodies
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

    /// @inheritdoc IAgencyBodies
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

    /// @inheritdoc IAgencyBodies
    function agencies(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        return (History.page(_ids, offset, limit), _ids.length);
    }

    /// @inheritdoc IAgencyBodies
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

    /// @inheritdoc IAgencyBodies
    function suspensions(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (Period[] memory rows, uint256 total)
    {
        History.Row[] storage all = _suspensions[id];
        return (all.page(offset, limit), all.length);
    }

    /// @inheritdoc IAgencyBodies
    function suspendedAt(bytes32 id, uint40 time) public view returns (bool) {
        (bool held,) = _suspensions[id].covering(time);
        return held;
    }

    /// @param id Agency that ends now.
    /// @param ending How it ends.
    /// @param successor_ Agency that takes over; 0 when none does.
    function _end(bytes32 id, Ending ending, bytes32 successor_) internal {
        Body storage body = _bodies[id];
        (body.endedAt, body.ending, body.successor) = (_now(), ending, successor_);
        emit AgencyEnded(id, ending, successor_);
    }

    /// @param id The agency.
    /// @return Whether it is admitted and has not ended.
    function _isActive(bytes32 id) internal view returns (bool) {
        return _bodies[id].admittedAt != 0 && _bodies[id].endedAt == 0;
    }

    /// @param id The agency.
    /// @return Government or social user.
    function _kindOf(bytes32 id) internal view returns (UserKind) {
        return _bodies[id].kind;
    }

    /// @param id The agency.
    /// @param time Time asked for.
    /// @return Whether it had been admitted and not yet ended.
    function _exists(bytes32 id, uint40 time) internal view returns (bool) {
        Body storage body = _bodies[id];
        if (body.admittedAt == 0 || time < body.admittedAt) return false;
        return body.endedAt == 0 || time < body.endedAt;
    }

    /// @param id The agency.
    /// @param time Time asked for.
    /// @return Whether it existed and was not suspended.
    function _serves(bytes32 id, uint40 time) internal view returns (bool) {
        return _exists(id, time) && !suspendedAt(id, time);
    }

    /// @return Time of the block in Unix seconds.
    function _now() internal view returns (uint40) {
        return uint40(block.timestamp);
    }

    /// @param id The agency.
    /// @param name Its name from now on.
    function _setName(bytes32 id, string calldata name) private {
        uint256 length = bytes(name).length;
        if (length == 0 || length > NAME_LIMIT) revert AgencyNameLength(length, NAME_LIMIT);
        if (_names[id].length == ROW_LIMIT) revert AgencyRowsFull(ROW_LIMIT);
        _names[id].push(Name(_now(), name));
    }

    /// @param id Agency that must be admitted and not have ended.
    function _requireActive(bytes32 id) private view {
        Body storage body = _bodies[id];
        if (body.admittedAt == 0) revert AgencyUnknown(id);
        if (body.endedAt != 0) revert AgencyDissolved(id, body.endedAt);
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
