// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "./IAgencyHistory.sol";

/// @title What agencies may issue
/// @notice Whether an agency was entitled to issue a kind of licence in a region at a time.
/// @dev Licence-type ids are ASCII, padded with zeros on the right. Region 0 in an entitlement
/// means anywhere. Matching is exact: a province's row does not cover its districts.
interface IAgencyScopes is IAgencyHistory {
    /// @notice What a list of entitlements is about.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where they hold; 0 is anywhere.
    struct ScopeKey {
        bytes32 licenceType;
        uint32 region;
    }

    /// @notice An agency was entitled to issue a licence type.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the new row in its list.
    /// @param validFrom First second of the entitlement.
    /// @param validTo Planned end; 0 when open.
    event AgencyScopeAdded(
        bytes32 indexed agency,
        bytes32 indexed licenceType,
        uint32 indexed region,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of an entitlement was set.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the row in its list.
    /// @param endedAt Second from which on the entitlement no longer holds.
    event AgencyScopeEnded(
        bytes32 indexed agency,
        bytes32 indexed licenceType,
        uint32 indexed region,
        uint256 row,
        uint40 endedAt
    );

    /// @notice Entitles an agency to issue a licence type; only by vote.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addScope(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends an entitlement; only by vote.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the row in its list.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endScope(bytes32 id, bytes32 licenceType, uint32 region, uint256 row, uint40 endAt)
        external;

    /// @notice Whether an agency was entitled to issue a licence type in a region at a time. It was
    /// not while suspended nor after its end.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Region asked for; 0 asks for entitlement anywhere.
    /// @param time Time asked for.
    /// @return held Whether it was.
    /// @return scopeRegion Region of the row that says so; 0 is anywhere.
    /// @return row Position of that row in its list; 0 when none says so.
    function entitled(bytes32 id, bytes32 licenceType, uint32 region, uint40 time)
        external
        view
        returns (bool held, uint32 scopeRegion, uint256 row);

    /// @notice What lists of entitlements an agency has, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return keys What they are about.
    /// @return total Number of lists.
    function scopes(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (ScopeKey[] memory keys, uint256 total);

    /// @notice Rows of one list of entitlements, one page of them.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows in the list.
    function scopeRows(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total);
}
