// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStatusRegistry} from "./interfaces/IStatusRegistry.sol";
import {Listed} from "./testing/Listed.sol";
import {VM} from "./testing/Vm.sol";

/// @dev Versions of a list.
contract StatusRegistryTest is Listed {
    function setUp() external {
        openList();
    }

    function test_publish_names_the_newest_version() external {
        expectEvent(target);
        emit IStatusRegistry.StatusListPublished(LIST, 1, digestOf(1), UNTIL);
        publish(1);
        headIs(LIST, 1, digestOf(1), UNTIL);
        publish(2);
        headIs(LIST, 2, digestOf(2), UNTIL);
        (,,, uint40 publishedAt) = statuses.head(LIST);
        equal("published", publishedAt, START);
        equal("first", statuses.digestAt(LIST, 1), digestOf(1));
        equal("none yet", statuses.digestAt(LIST, 3), 0);
        ownerIs(LIST, MARKET, PUBLISHER);
    }

    function test_nothing_is_known_of_what_was_not_published() external view {
        headIs(LIST, 0, 0, 0);
        headIs(OTHER, 0, 0, 0);
        equal("digest", statuses.digestAt(OTHER, 1), 0);
        ownerIs(OTHER, 0, address(0));
    }

    function test_publish_again_is_silent() external {
        publish(3);
        bytes memory data = publication(LIST, 3, digestOf(3), UNTIL);
        performSilently("at once", PUBLISHER, target, data);
        VM.warp(UNTIL + 1);
        performSilently("when it no longer serves", PUBLISHER, target, data);
        headIs(LIST, 3, digestOf(3), UNTIL);
    }

    function test_versions_only_grow() external {
        publish(3);
        older("same with another digest", publication(LIST, 3, digestOf(4), UNTIL), 3, 3);
        older("same with another time", publication(LIST, 3, digestOf(3), UNTIL + 1), 3, 3);
        older("smaller", publication(LIST, 2, digestOf(2), UNTIL), 3, 2);
        older("none", publication(LIST, 0, digestOf(2), UNTIL), 3, 0);
        publish(4);
        older("one that was published", publication(LIST, 3, digestOf(3), UNTIL), 4, 3);
        equal("digest", statuses.digestAt(LIST, 3), digestOf(3));
    }

    function test_the_first_version_is_not_none() external {
        older("none", publication(LIST, 0, digestOf(0), UNTIL), 0, 0);
        older("none with no time", publication(LIST, 0, digestOf(0), 0), 0, 0);
    }

    /// @dev A thief who published the largest number would end the list for ever.
    function test_no_version_is_left_out() external {
        beyond(2);
        publish(3);
        uint64[4] memory numbers = [5, type(uint40).max, uint64(1) << 40, type(uint64).max];
        for (uint256 i = 0; i < numbers.length; i++) {
            beyond(numbers[i]);
        }
        headIs(LIST, 3, digestOf(3), UNTIL);
    }

    function test_publish_refuses() external {
        bytes4 unknown = IStatusRegistry.StatusListUnknown.selector;
        bytes memory wanted = abi.encodeWithSelector(unknown, OTHER);
        denied("list", publication(OTHER, 1, digestOf(1), UNTIL), wanted);
        wanted = abi.encodeWithSelector(IStatusRegistry.StatusDigestMissing.selector);
        denied("digest", publication(LIST, 1, 0, UNTIL), wanted);
        bytes4 past = IStatusRegistry.StatusValidityPast.selector;
        wanted = abi.encodeWithSelector(past, START, START);
        denied("time", publication(LIST, 1, digestOf(1), START), wanted);
        uint40 latest = START + type(uint24).max;
        bytes4 tooLong = IStatusRegistry.StatusValidityTooLong.selector;
        wanted = abi.encodeWithSelector(tooLong, latest + 1, latest);
        denied("too long", publication(LIST, 1, digestOf(1), latest + 1), wanted);
        perform("latest", PUBLISHER, target, publication(LIST, 1, digestOf(1), latest));
        perform("later", PUBLISHER, target, publication(LIST, 2, digestOf(1), START + 1));
    }

    function test_publish_is_the_publishers_alone() external {
        address[] memory callers = others();
        bytes4 only = IStatusRegistry.StatusPublisherOnly.selector;
        bytes memory data = publication(LIST, 1, digestOf(1), UNTIL);
        for (uint256 i = 0; i < callers.length; i++) {
            if (callers[i] == PUBLISHER) continue;
            bytes memory wanted = abi.encodeWithSelector(only, callers[i], PUBLISHER);
            refuse("publish", callers[i], target, data, wanted);
        }
        refuse("rule", governor, target, data, abi.encodeWithSelector(only, governor, PUBLISHER));
    }

    function test_lists_do_not_touch_each_other() external {
        change(assignment(OTHER, HEALTH, PUBLISHER));
        publish(3);
        headIs(OTHER, 0, 0, 0);
        perform("other", PUBLISHER, target, publication(OTHER, 1, digestOf(9), UNTIL + 1));
        headIs(OTHER, 1, digestOf(9), UNTIL + 1);
        headIs(LIST, 3, digestOf(3), UNTIL);
    }

    /// @dev Whatever is published in whatever order: a version is taken if it is the next, and then
    /// stays; the last one again changes nothing; all else is refused.
    function testFuzz_versions_only_grow(uint256 seed) external {
        uint64 last = 0;
        for (uint256 i = 0; i < 12; i++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint64 version = uint64(within(draw, 0, 8));
            bytes memory data = publication(LIST, version, digestOf(version), UNTIL);
            VM.prank(PUBLISHER);
            (bool done,) = target.call(data);
            bool resent = version == last && last != 0;
            equal("taken", done ? 1 : 0, version == last + 1 || resent ? 1 : 0);
            if (done) last = version;
            headIs(LIST, last, last == 0 ? bytes32(0) : digestOf(last), last == 0 ? 0 : UNTIL);
        }
    }

    function beyond(uint64 version) private {
        bytes4 large = IStatusRegistry.StatusVersionTooLarge.selector;
        bytes memory data = publication(LIST, version, digestOf(version), UNTIL);
        denied("beyond the next", data, abi.encodeWithSelector(large, version));
    }

    function older(string memory what, bytes memory data, uint64 current, uint64 given) private {
        bytes4 notNewer = IStatusRegistry.StatusVersionNotNewer.selector;
        denied(what, data, abi.encodeWithSelector(notNewer, current, given));
    }
}
