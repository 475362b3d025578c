// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "./IAgencyHistory.sol";

/// @title On which bases agencies may ask for papers
/// @notice Whether an agency had a basis, for one item that it handles and one kind of paper, at a
/// time.
interface IAgencyBases is IAgencyHistory {
    /// @notice What a list of bases is about.
    /// @param item Identifier of the item, the matter that the agency handles.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    struct BasisKey {
        bytes32 item;
        bytes32 kind;
        uint8 sort;
    }

    /// @notice An agency was granted a basis on which to ask for papers.
    /// @param agency Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the new row in its list.
    /// @param validFrom First second of the grant.
    /// @param validTo Planned end; 0 when open.
    event AgencyBasisGranted(
        bytes32 indexed agency,
        bytes32 indexed item,
        bytes32 indexed kind,
        uint8 sort,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of a basis was set.
    /// @param agency Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the row in its list.
    /// @param endedAt Second from which on the grant no longer holds.
    event AgencyBasisEnded(
        bytes32 indexed agency,
        bytes32 indexed item,
        bytes32 indexed kind,
        uint8 sort,
        uint256 row,
        uint40 endedAt
    );

    /// @notice Thrown when a social user is to get a basis: it is only told what it may know.
    /// @param agency Identifier of the agency.
    error AgencySocial(bytes32 agency);

    /// @notice Thrown when there is no such sort of basis.
    /// @param sort What was given.
    error AgencyBasisUnknown(uint8 sort);

    /// @notice Grants an agency a basis on which to ask for papers; only by vote, and to no social
    /// user.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function grantBasis(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends a basis; only by vote.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the row in its list.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endBasis(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint256 row, uint40 endAt)
        external;

    /// @notice Whether an agency had a basis at a time. It had none while suspended nor after its
    /// end.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param time Time asked for.
    /// @return held Whether it had.
    /// @return row Position of the row that says so; 0 when none does.
    function basisGranted(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint40 time)
        external
        view
        returns (bool held, uint256 row);

    /// @notice What lists of bases an agency has, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return keys What they are about.
    /// @return total Number of lists.
    function bases(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (BasisKey[] memory keys, uint256 total);

    /// @notice Rows of one list of bases, one page of them.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows in the list.
    function basisRows(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total);
}
