// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {TreeSize} from "./libraries/RFC6962.sol";
import {Anchored} from "./testing/Anchored.sol";

/// @dev Frozen logs, and the logs that continue their trees.
contract CheckpointFreezeTest is Anchored {
    bytes32 private constant THIRD_LOG = sha256("log.example/mianti-3");

    function setUp() external {
        openLog();
        change(opening(SUCCESSOR, PUBLISHER));
        change(opening(THIRD_LOG, PUBLISHER));
    }

    function test_frozen_log_takes_nothing_and_names_its_successor() external {
        publish(LOG, 3);
        publish(LOG, 7);
        endingIs(LOG, false, 0, 0);
        continues(SUCCESSOR, 0, 0);
        expectEvent(target);
        emit ICheckpointRegistry.LogFrozen(LOG, TreeSize.wrap(3), SUCCESSOR);
        change(freezing(LOG, 3, SUCCESSOR));
        endingIs(LOG, true, 3, SUCCESSOR);
        continues(SUCCESSOR, LOG, 3);
        bytes memory wanted = frozenError();
        denied("next", growth(LOG, 7, 8), wanted);
        denied("same", growth(LOG, 7, 7), wanted);
        headIs(LOG, 7, rootOf(7), 100, START);
    }

    function test_heads_beyond_the_last_good_one_stay_readable_and_do_not_count() external {
        publish(LOG, 3);
        publish(LOG, 5);
        publish(LOG, 9);
        for (uint64 size = 0; size < 12; size++) {
            bool published = size == 3 || size == 5 || size == 9;
            equal("while it lives", good(LOG, size) ? 1 : 0, published ? 1 : 0);
        }
        change(freezing(LOG, 5, 0));
        for (uint64 size = 0; size < 12; size++) {
            equal("frozen", good(LOG, size) ? 1 : 0, size == 3 || size == 5 ? 1 : 0);
        }
        headIs(LOG, 9, rootOf(9), 100, START);
    }

    function test_a_log_without_a_good_head_has_none_that_counts() external {
        publish(LOG, 3);
        change(freezing(LOG, 0, SUCCESSOR));
        isFalse("three", good(LOG, 3));
        isFalse("none", good(LOG, 0));
        continues(SUCCESSOR, LOG, 0);
        // Nothing is to be continued, so nothing can be proven.
        hashes[0] ^= bytes32(uint256(1));
        inconsistent("with a proof", attested(SUCCESSOR, 2, rootOf(2), proof(1, 2)));
        publish(SUCCESSOR, 2);
    }

    function test_freeze_refuses() external {
        publish(LOG, 3);
        bytes32 absent = sha256("nowhere");
        bytes4 unknown = ICheckpointRegistry.LogUnknown.selector;
        refused("log", freezing(absent, 0, 0), abi.encodeWithSelector(unknown, absent));
        refused("successor", freezing(LOG, 3, absent), abi.encodeWithSelector(unknown, absent));
        bytes4 noHead = ICheckpointRegistry.CheckpointUnknown.selector;
        refused("size", freezing(LOG, 2, 0), abi.encodeWithSelector(noHead, LOG, 2));
        refused("itself", freezing(LOG, 3, LOG), frozenError());
        change(freezing(LOG, 3, 0));
        refused("twice", freezing(LOG, 3, 0), frozenError());
        refused("back to it", freezing(SUCCESSOR, 0, LOG), frozenError());
    }

    function test_a_successor_is_empty_and_goes_on_for_one_log_only() external {
        publish(LOG, 3);
        publish(SUCCESSOR, 2);
        bytes4 notEmpty = ICheckpointRegistry.LogSuccessorNotEmpty.selector;
        bytes memory wanted = abi.encodeWithSelector(notEmpty, SUCCESSOR);
        refused("not empty", freezing(LOG, 3, SUCCESSOR), wanted);
        endingIs(LOG, false, 0, 0);
        change(freezing(LOG, 3, THIRD_LOG));
        bytes4 taken = ICheckpointRegistry.LogSuccessorTaken.selector;
        wanted = abi.encodeWithSelector(taken, THIRD_LOG);
        refused("taken", freezing(SUCCESSOR, 2, THIRD_LOG), wanted);
        continues(THIRD_LOG, LOG, 3);
    }

    // --- the same tree goes on ---

    function test_a_successor_continues_the_same_tree() external {
        publish(LOG, 6);
        change(freezing(LOG, 6, SUCCESSOR));
        perform("first", PUBLISHER, target, growth(SUCCESSOR, 6, 11));
        headIs(SUCCESSOR, 11, rootOf(11), 100, START);
        isTrue("counts", good(SUCCESSOR, 11));
        publish(SUCCESSOR, 13);
        continues(SUCCESSOR, LOG, 6);
    }

    function test_a_successor_may_begin_with_the_very_head() external {
        publish(LOG, 6);
        change(freezing(LOG, 6, SUCCESSOR));
        inconsistent("another", attested(SUCCESSOR, 6, rootOf(5), none()));
        perform("first", PUBLISHER, target, growth(SUCCESSOR, 6, 6));
        headIs(SUCCESSOR, 6, rootOf(6), 100, START);
        performSilently("again", PUBLISHER, target, growth(SUCCESSOR, 6, 6));
    }

    function test_attack_first_head_of_a_successor_without_the_proof() external {
        publish(LOG, 6);
        publish(LOG, 9);
        change(freezing(LOG, 6, SUCCESSOR));
        inconsistent("none", attested(SUCCESSOR, 11, rootOf(11), none()));
        inconsistent("from the bad head", growth(SUCCESSOR, 9, 11));
        inconsistent("from another size", growth(SUCCESSOR, 5, 11));
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("smaller", growth(SUCCESSOR, 0, 5), abi.encodeWithSelector(older, 6, 5));
        denied("empty", growth(SUCCESSOR, 0, 0), abi.encodeWithSelector(older, 6, 0));
        hashes[2] ^= bytes32(uint256(1));
        inconsistent("rewritten", growth(SUCCESSOR, 6, 11));
        headIs(SUCCESSOR, 0, 0, 0, 0);
    }

    function test_a_successor_can_be_succeeded() external {
        publish(LOG, 6);
        change(freezing(LOG, 6, SUCCESSOR));
        perform("first", PUBLISHER, target, growth(SUCCESSOR, 6, 8));
        change(freezing(SUCCESSOR, 8, THIRD_LOG));
        continues(THIRD_LOG, SUCCESSOR, 8);
        inconsistent("from the first log", growth(THIRD_LOG, 6, 12));
        perform("from the second", PUBLISHER, target, growth(THIRD_LOG, 8, 12));
    }

    /// @dev Freezing a successor before it has a good head must not set the tree free.
    function test_what_a_successor_did_not_continue_its_own_successor_must() external {
        publish(LOG, 6);
        change(freezing(LOG, 6, SUCCESSOR));
        hashes[9] ^= bytes32(uint256(1));
        perform("rubbish", PUBLISHER, target, growth(SUCCESSOR, 6, 10));
        hashes[9] ^= bytes32(uint256(1));
        change(freezing(SUCCESSOR, 0, THIRD_LOG));
        isFalse("rubbish", good(SUCCESSOR, 10));
        endingIs(SUCCESSOR, true, 0, THIRD_LOG);
        continues(THIRD_LOG, LOG, 6);
        inconsistent("anything", attested(THIRD_LOG, 12, rootOf(12), none()));
        perform("the tree", PUBLISHER, target, growth(THIRD_LOG, 6, 12));
    }

    function test_logs_do_not_touch_each_other() external {
        publish(LOG, 5);
        headIs(SUCCESSOR, 0, 0, 0, 0);
        publish(SUCCESSOR, 3);
        headIs(LOG, 5, rootOf(5), 100, START);
    }

    /// @dev Whatever sizes: the successor's first head passes with its proof and only with it.
    function testFuzz_a_successor_continues_the_same_tree(uint256 from, uint256 to, uint256 forged)
        external
    {
        from = within(from, 1, 40);
        to = within(to, from, 64);
        publish(LOG, from);
        change(freezing(LOG, uint64(from), SUCCESSOR));
        uint256 entry = within(forged, 0, from - 1);
        hashes[entry] ^= bytes32(uint256(1));
        inconsistent("another tree", growth(SUCCESSOR, from, to));
        hashes[entry] ^= bytes32(uint256(1));
        perform("the same tree", PUBLISHER, target, growth(SUCCESSOR, from, to));
    }

    function frozenError() private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICheckpointRegistry.LogIsFrozen.selector, LOG);
    }

    function good(bytes32 log, uint64 size) private view returns (bool) {
        return checkpoints.goodAt(log, TreeSize.wrap(size));
    }

    function endingIs(bytes32 log, bool frozen, uint256 lastGood, bytes32 successor) private view {
        (bool foundFrozen, TreeSize foundGood, bytes32 foundNext) = checkpoints.frozenAt(log);
        equal("frozen", foundFrozen ? 1 : 0, frozen ? 1 : 0);
        equal("last good", TreeSize.unwrap(foundGood), lastGood);
        equal("successor", foundNext, successor);
    }

    function continues(bytes32 log, bytes32 predecessor, uint256 lastGood) private view {
        (bytes32 foundLog, TreeSize foundGood) = checkpoints.predecessorOf(log);
        equal("predecessor", foundLog, predecessor);
        equal("its last good", TreeSize.unwrap(foundGood), lastGood);
    }
}
