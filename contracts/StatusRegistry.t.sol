// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StatusRegistry} from "./StatusRegistry.sol";
import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";
import {Founded} from "./testing/Founded.sol";
import {VM} from "./testing/Vm.sol";

contract StatusRegistryTest is Founded {
    bytes32 private constant LIST = sha256("https://licences.example/v1/status-lists/1");
    bytes32 private constant OTHER_LIST = sha256("https://licences.example/v1/status-lists/2");
    bytes32 private constant DIGEST = sha256("version 1");

    StatusRegistry private statuses;
    address private target;

    function setUp() external {
        found();
        statuses = new StatusRegistry(governor);
        target = address(statuses);
        VM.prank(governor);
        agencies.admit(MARKET, "Market authority", 310101);
        change(abi.encodeCall(IStatusRegistry.assign, (LIST, MARKET, PUBLISHER)));
    }

    // --- assign ---

    function test_assign_is_reserved() external {
        bytes[] memory changes = new bytes[](1);
        changes[0] = abi.encodeCall(IStatusRegistry.assign, (OTHER_LIST, MARKET, PUBLISHER));
        reserved(target, changes);
    }

    function test_assign_gives_the_list_to_a_publisher() external {
        expectEvent(target);
        emit IStatusRegistry.StatusListAssigned(OTHER_LIST, MARKET, STRANGER);
        change(abi.encodeCall(IStatusRegistry.assign, (OTHER_LIST, MARKET, STRANGER)));
        (bytes32 agency, address publisher) = statuses.ownerOf(OTHER_LIST);
        equal("agency", agency, MARKET);
        equal("publisher", publisher, STRANGER);
        headIs(OTHER_LIST, 0, 0, 0, 0, 0);
        (agency, publisher) = statuses.ownerOf("unknown");
        equal("no agency", agency, 0);
        equal("no publisher", publisher, address(0));
    }

    function test_assign_passes_the_list_on_and_keeps_its_versions() external {
        publish(4, DIGEST, START + 60);
        change(abi.encodeCall(IStatusRegistry.assign, (LIST, MARKET, STRANGER)));
        bytes memory data = publication(5, DIGEST, START + 60);
        bytes4 only = IStatusRegistry.StatusPublisherOnly.selector;
        denied(data, abi.encodeWithSelector(only, PUBLISHER, STRANGER));
        perform("new publisher", STRANGER, target, data);
        headIs(LIST, 5, DIGEST, START + 60, 100, START);
    }

    function test_assign_refuses() external {
        bytes memory data = abi.encodeCall(IStatusRegistry.assign, (0, MARKET, PUBLISHER));
        refused(data, abi.encodeWithSelector(IStatusRegistry.StatusListIdMissing.selector));
        data = abi.encodeCall(IStatusRegistry.assign, (OTHER_LIST, MARKET, address(0)));
        refused(data, abi.encodeWithSelector(IStatusRegistry.StatusPublisherMissing.selector));
        bytes4 unknown = IStatusRegistry.StatusAgencyUnknown.selector;
        data = abi.encodeCall(IStatusRegistry.assign, (OTHER_LIST, HEALTH, PUBLISHER));
        refused(data, abi.encodeWithSelector(unknown, HEALTH));
        VM.prank(governor);
        agencies.admit(HEALTH, "Health", 0);
        data = abi.encodeCall(IStatusRegistry.assign, (LIST, HEALTH, PUBLISHER));
        bytes4 taken = IStatusRegistry.StatusListTaken.selector;
        refused(data, abi.encodeWithSelector(taken, LIST, MARKET));
    }

    // --- publish ---

    function test_publish_keeps_every_version_with_its_block() external {
        expectEvent(target);
        emit IStatusRegistry.StatusListPublished(LIST, 1, DIGEST, START + 60);
        publish(1, DIGEST, START + 60);
        headIs(LIST, 1, DIGEST, START + 60, 100, START);
        VM.warp(START + 30);
        VM.roll(101);
        publish(3, sha256("version 3"), START + 90);
        headIs(LIST, 3, sha256("version 3"), START + 90, 101, START + 30);
        (bytes32 digest, uint40 until, uint64 number, uint40 time) = statuses.versionAt(LIST, 1);
        equal("digest", digest, DIGEST);
        equal("until", until, START + 60);
        equal("block", number, 100);
        equal("time", time, START);
        (digest, until, number, time) = statuses.versionAt(LIST, 2);
        equal("absent", digest, 0);
        equal("absent", uint256(until) + number + time, 0);
    }

    function test_publish_again_is_silent() external {
        publish(1, DIGEST, START + 60);
        VM.roll(101);
        VM.warp(START + 61);
        performSilently("resent", PUBLISHER, target, publication(1, DIGEST, START + 60));
        headIs(LIST, 1, DIGEST, START + 60, 100, START);
    }

    function test_publish_is_the_publishers_alone() external {
        address[] memory callers = others();
        bytes4 only = IStatusRegistry.StatusPublisherOnly.selector;
        bytes memory data = publication(1, DIGEST, START + 60);
        for (uint256 i = 0; i < callers.length; i++) {
            if (callers[i] == PUBLISHER) continue;
            bytes memory wanted = abi.encodeWithSelector(only, callers[i], PUBLISHER);
            refuse("publish", callers[i], target, data, wanted);
        }
        refuse("rule", governor, target, data, abi.encodeWithSelector(only, governor, PUBLISHER));
    }

    function test_publish_needs_an_assigned_list() external {
        bytes memory data =
            abi.encodeCall(IStatusRegistry.publish, (OTHER_LIST, 1, DIGEST, START + 60));
        bytes4 unknown = IStatusRegistry.StatusListUnknown.selector;
        denied(data, abi.encodeWithSelector(unknown, OTHER_LIST));
    }

    function test_publish_refuses_what_is_not_newer() external {
        bytes4 older = IStatusRegistry.StatusVersionNotNewer.selector;
        denied(publication(0, DIGEST, START + 60), abi.encodeWithSelector(older, 0, 0));
        publish(5, DIGEST, START + 60);
        denied(publication(4, DIGEST, START + 60), abi.encodeWithSelector(older, 5, 4));
        denied(publication(0, DIGEST, START + 60), abi.encodeWithSelector(older, 5, 0));
        bytes memory wanted = abi.encodeWithSelector(older, 5, 5);
        denied(publication(5, sha256("another"), START + 60), wanted);
        denied(publication(5, DIGEST, START + 61), wanted);
    }

    function test_publish_refuses_what_does_not_serve() external {
        bytes4 past = IStatusRegistry.StatusValidityPast.selector;
        denied(publication(1, DIGEST, START), abi.encodeWithSelector(past, START, START));
        denied(publication(1, DIGEST, 0), abi.encodeWithSelector(past, 0, START));
        bytes4 missing = IStatusRegistry.StatusDigestMissing.selector;
        denied(publication(1, 0, START + 60), abi.encodeWithSelector(missing));
    }

    /// @dev Whatever is tried, in any order, the version never goes back.
    function testFuzz_versions_only_grow(uint64[8] memory versions) external {
        uint64 last = 0;
        for (uint256 i = 0; i < versions.length; i++) {
            bytes memory data = publication(versions[i], bytes32(i + 1), START + 60);
            if (versions[i] > last) {
                perform("newer", PUBLISHER, target, data);
                last = versions[i];
            } else {
                bytes4 older = IStatusRegistry.StatusVersionNotNewer.selector;
                denied(data, abi.encodeWithSelector(older, last, versions[i]));
            }
            (uint64 version,,,,) = statuses.head(LIST);
            equal("version", version, last);
        }
    }

    function publish(uint64 version, bytes32 digest, uint40 until) private {
        perform("publish", PUBLISHER, target, publication(version, digest, until));
    }

    function publication(uint64 version, bytes32 digest, uint40 until)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IStatusRegistry.publish, (LIST, version, digest, until));
    }

    function change(bytes memory data) private {
        perform("change", governor, target, data);
    }

    function refused(bytes memory data, bytes memory wanted) private {
        refuse("change", governor, target, data, wanted);
    }

    function denied(bytes memory data, bytes memory wanted) private {
        refuse("publish", PUBLISHER, target, data, wanted);
    }

    function headIs(
        bytes32 list,
        uint256 version,
        bytes32 digest,
        uint256 until,
        uint256 number,
        uint256 time
    ) private view {
        (uint64 v, bytes32 d, uint40 u, uint64 n, uint40 t) = statuses.head(list);
        equal("version", v, version);
        equal("digest", d, digest);
        equal("until", u, until);
        equal("block", n, number);
        equal("time", t, time);
    }
}
