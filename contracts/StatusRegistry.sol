// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./Governed.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";

/// @title Registry of the newest status lists
contract StatusRegistry is IStatusRegistry, Governed {
    struct List {
        bytes32 agency;
        address publisher;
        uint64 version;
    }

    struct Version {
        bytes32 digest;
        uint40 validUntil;
        uint64 blockNumber;
        uint40 blockTime;
    }

    mapping(bytes32 listId => List) private _lists;
    mapping(bytes32 listId => mapping(uint64 version => Version)) private _versions;

    /// @param agencies Registry of agencies, which holds the founding rule.
    constructor(address agencies) Governed(agencies) {}

    /// @inheritdoc IStatusRegistry
    function assign(bytes32 listId, bytes32 agency, address publisher) external onlyGovernor {
        if (listId == 0) revert StatusListIdMissing();
        if (publisher == address(0)) revert StatusPublisherMissing();
        List storage list = _lists[listId];
        if (list.agency != 0 && list.agency != agency) {
            revert StatusListTaken(listId, list.agency);
        }
        if (IAgencyRegistry(governor()).agency(agency).admittedAt == 0) {
            revert StatusAgencyUnknown(agency);
        }
        list.agency = agency;
        list.publisher = publisher;
        emit StatusListAssigned(listId, agency, publisher);
    }

    /// @inheritdoc IStatusRegistry
    function publish(bytes32 listId, uint64 version, bytes32 digest, uint40 validUntil) external {
        List storage list = _lists[listId];
        if (list.publisher == address(0)) revert StatusListUnknown(listId);
        if (list.publisher != msg.sender) revert StatusPublisherOnly(msg.sender, list.publisher);
        if (digest == 0) revert StatusDigestMissing();
        if (version <= list.version) {
            Version storage last = _versions[listId][version];
            bool resent = version == list.version && digest == last.digest
                && validUntil == last.validUntil;
            if (resent) return;
            revert StatusVersionNotNewer(list.version, version);
        }
        uint40 blockTime = uint40(block.timestamp);
        if (validUntil <= blockTime) revert StatusValidityPast(validUntil, blockTime);
        list.version = version;
        _versions[listId][version] = Version({
            digest: digest,
            validUntil: validUntil,
            blockNumber: uint64(block.number),
            blockTime: blockTime
        });
        emit StatusListPublished(listId, version, digest, validUntil);
    }

    /// @inheritdoc IStatusRegistry
    function head(bytes32 listId)
        external
        view
        returns (
            uint64 version,
            bytes32 digest,
            uint40 validUntil,
            uint64 blockNumber,
            uint40 blockTime
        )
    {
        version = _lists[listId].version;
        (digest, validUntil, blockNumber, blockTime) = versionAt(listId, version);
    }

    /// @inheritdoc IStatusRegistry
    function ownerOf(bytes32 listId) external view returns (bytes32 agency, address publisher) {
        return (_lists[listId].agency, _lists[listId].publisher);
    }

    /// @inheritdoc IStatusRegistry
    function versionAt(bytes32 listId, uint64 version)
        public
        view
        returns (bytes32 digest, uint40 validUntil, uint64 blockNumber, uint40 blockTime)
    {
        Version memory taken = _versions[listId][version];
        return (taken.digest, taken.validUntil, taken.blockNumber, taken.blockTime);
    }
}
