// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../CheckpointRegistry.sol";
import {StatusRegistry} from "../StatusRegistry.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "../interfaces/IAgencyDuties.sol";
import {IStatusRegistry} from "../interfaces/IStatusRegistry.sol";
import {Founded} from "./Founded.sol";

/// @title Fixture: two admitted agencies and a status list of the first
abstract contract Listed is Founded {
    bytes32 internal constant LIST = sha256("https://scjg.example/status/1");
    bytes32 internal constant OTHER = sha256("https://wjw.example/status/1");
    uint40 internal constant UNTIL = START + 86_400;

    StatusRegistry internal statuses;
    address internal target;

    function openList() internal {
        found();
        new CheckpointRegistry(governor); // in the place that the governor keeps for it
        statuses = new StatusRegistry(governor);
        target = address(statuses);
        admit(MARKET);
        admit(HEALTH);
        change(assignment(LIST, MARKET, PUBLISHER));
    }

    function admit(bytes32 id) internal {
        IAgencyBodies.UserKind kind = IAgencyBodies.UserKind.Government;
        ofAgencies(abi.encodeCall(IAgencyBodies.admit, (id, "name", 310101, 0, kind)));
    }

    function dissolve(bytes32 id, bytes32 successor) internal {
        ofAgencies(abi.encodeCall(IAgencyDuties.dissolve, (id, successor)));
    }

    function ofAgencies(bytes memory data) internal {
        perform("change of agencies", governor, address(agencies), data);
    }

    function change(bytes memory data) internal {
        perform("change", governor, target, data);
    }

    /// @dev All versions up to this one.
    function publish(uint64 version) internal {
        (uint64 newest,,,) = statuses.head(LIST);
        for (uint64 next = newest + 1; next <= version; next++) {
            bytes memory data = publication(LIST, next, digestOf(next), UNTIL);
            perform("publish", PUBLISHER, target, data);
        }
    }

    function assignment(bytes32 list, bytes32 agency, address publisher)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IStatusRegistry.assign, (list, agency, publisher));
    }

    function publication(bytes32 list, uint64 version, bytes32 digest, uint40 validUntil)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IStatusRegistry.publish, (list, version, digest, validUntil));
    }

    function digestOf(uint64 version) internal pure returns (bytes32) {
        return sha256(abi.encode(version));
    }

    function refused(string memory what, bytes memory data, bytes memory wanted) internal {
        refuse(what, governor, target, data, wanted);
    }

    function denied(string memory what, bytes memory data, bytes memory wanted) internal {
        refuse(what, PUBLISHER, target, data, wanted);
    }

    function headIs(bytes32 list, uint256 version, bytes32 digest, uint256 until) internal view {
        (uint64 foundVersion, bytes32 foundDigest, uint40 foundUntil,) = statuses.head(list);
        equal("version", foundVersion, version);
        equal("digest", foundDigest, digest);
        equal("valid until", foundUntil, until);
    }

    function ownerIs(bytes32 list, bytes32 agency, address publisher) internal view {
        (bytes32 foundAgency, address foundPublisher) = statuses.ownerOf(list);
        equal("agency", foundAgency, agency);
        equal("publisher", foundPublisher, publisher);
    }
}
