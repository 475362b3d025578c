// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bodies} from "./Bodies.sol";
import {IAgencyBases} from "../interfaces/IAgencyBases.sol";
import {History} from "../libraries/History.sol";

/// @title On which bases agencies may ask for papers
abstract contract Bases is Bodies, IAgencyBases {
    using History for History.Row[];

    /// @notice Sorts of bases: 1 attended, 2 statutory, 3 assistance, 4 emergency.
    uint8 public constant BASIS_SORTS = 4;

    mapping(bytes32 id => BasisKey[]) private _basisKeys;
    mapping(bytes32 id => mapping(bytes32 basis => History.Row[])) private _bases;

    /// @inheritdoc IAgencyBases
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
        if (_kindOf(id) == UserKind.Social) revert AgencySocial(id);
        History.Row[] storage rows = _basisOf(id, item, kind, sort);
        if (rows.length == 0) _basisKeys[id].push(BasisKey(item, kind, sort));
        (uint256 row, uint40 from) = rows.add(validFrom, validTo);
        emit AgencyBasisGranted(id, item, kind, sort, row, from, validTo);
    }

    /// @inheritdoc IAgencyBases
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

    /// @inheritdoc IAgencyBases
    function basisGranted(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint40 time)
        external
        view
        returns (bool held, uint256 row)
    {
        if (!_serves(id, time)) return (false, 0);
        return _basisOf(id, item, kind, sort).covering(time);
    }

    /// @inheritdoc IAgencyBases
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

    /// @inheritdoc IAgencyBases
    function basisRows(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total) {
        History.Row[] storage all = _basisOf(id, item, kind, sort);
        return (all.page(offset, limit), all.length);
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
}
