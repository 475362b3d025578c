// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {IAgencyBodies} from "./interfaces/IAgencyBodies.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";

/// @title Registry of the newest status lists
contract StatusRegistry is IStatusRegistry, Governed {
    /// @dev One slot, so that publishing reads and writes it once.
    struct List {
        address publisher;
        uint32 version;
        uint40 publishedAt;
        uint24 lifetime;
    }

    bytes32[] private _ids;
    mapping(bytes32 listId => List) private _lists;
    mapping(bytes32 listId => bytes32 agency) private _owners;
    mapping(bytes32 listId => bytes32 agency) private _issuers;
    mapping(bytes32 listId => mapping(uint64 version => bytes32 digest)) private _digests;

    /// @param governor_ Contract whose decisions this registry carries out.
    constructor(address governor_) Governed(governor_) {}

    /// @inheritdoc IStatusRegistry
    function assign(bytes32 listId, bytes32 agency, address publisher) external onlyGovernor {
        if (listId == 0) revert StatusListIdMissing();
        if (publisher == address(0)) revert StatusPublisherMissing();
        _requireHeir(listId, agency);
        if (_owners[listId] == 0) {
            _ids.push(listId);
            _issuers[listId] = agency;
        }
        _owners[listId] = agency;
        _lists[listId].publisher = publisher;
        emit StatusListAssigned(listId, agency, publisher);
    }

    /// @inheritdoc IStatusRegistry
    function publish(bytes32 listId, uint64 version, bytes32 digest, uint40 validUntil)
        external
        unlessReplaced
    {
        List memory list = _lists[listId];
        if (list.publisher == address(0)) revert StatusListUnknown(listId);
        if (list.publisher != msg.sender) revert StatusPublisherOnly(msg.sender, list.publisher);
        if (digest == 0) revert StatusDigestMissing();
        if (version <= list.version) {
            bool resent = version == list.version && validUntil == _endOf(list)
                && digest == _digests[listId][version];
            if (resent) return;
            revert StatusVersionNotNewer(list.version, version);
        }
        // The next one and no other: who stole the publisher's key must not use all numbers up.
        if (version > list.version + 1) revert StatusVersionTooLarge(version);
        uint40 blockTime = uint40(block.timestamp);
        if (validUntil <= blockTime) revert StatusValidityPast(validUntil, blockTime);
        uint40 latest = blockTime + type(uint24).max;
        if (validUntil > latest) revert StatusValidityTooLong(validUntil, latest);
        list.version = uint32(version);
        list.publishedAt = blockTime;
        list.lifetime = uint24(validUntil - blockTime);
        _lists[listId] = list;
        _digests[listId][version] = digest;
        emit StatusListPublished(listId, version, digest, validUntil);
    }

    /// @inheritdoc IStatusRegistry
    function head(bytes32 listId)
        external
        view
        returns (uint64 version, bytes32 digest, uint40 validUntil, uint40 publishedAt)
    {
        List memory list = _lists[listId];
        return (list.version, _digests[listId][list.version], _endOf(list), list.publishedAt);
    }

    /// @inheritdoc IStatusRegistry
    function digestAt(bytes32 listId, uint64 version) external view returns (bytes32) {
        return _digests[listId][version];
    }

    /// @inheritdoc IStatusRegistry
    function ownerOf(bytes32 listId) external view returns (bytes32 agency, address publisher) {
        return (_owners[listId], _lists[listId].publisher);
    }

    /// @inheritdoc IStatusRegistry
    function lists(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total)
    {
        total = _ids.length;
        uint256 rest = offset < total ? total - offset : 0;
        ids = new bytes32[](limit < rest ? limit : rest);
        for (uint256 i = 0; i < ids.length; i++) {
            ids[i] = _ids[offset + i];
        }
    }

    /// @param list A list.
    /// @return Time from which on its newest version no longer serves; 0 when there is none.
    function _endOf(List memory list) private pure returns (uint40) {
        return list.publishedAt + list.lifetime;
    }

    /// @param listId Identifier of a list.
    /// @param agency Agency that must be admitted, and be the one to which the list may go.
    function _requireHeir(bytes32 listId, bytes32 agency) private view {
        IAgencyRegistry registry = IAgencyRegistry(IGovernance(governor()).agencies());
        IAgencyBodies.Agency memory given = registry.agency(agency);
        if (given.admittedAt == 0) revert StatusAgencyUnknown(agency);
        bytes32 owner = _owners[listId];
        if (owner == 0) {
            if (given.endedAt == 0) return;
            revert IAgencyBodies.AgencyDissolved(agency, given.endedAt);
        }
        // From whose licences stand in it, not from who has it now: what that one handed on before
        // it got this duty does not take the list along.
        (bytes32 heir,) = registry.responsible(_issuers[listId], 0, uint40(block.timestamp));
        // Where nobody answers any more, the list stays and may still change its publisher.
        if (heir == 0) heir = owner;
        if (agency != heir) revert StatusListTaken(listId, heir);
    }
}
