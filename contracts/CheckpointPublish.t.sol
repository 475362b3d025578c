// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {RootHash, TreeSize} from "./libraries/RFC6962.sol";
import {Anchored} from "./testing/Anchored.sol";
import {ReferenceLog} from "./testing/ReferenceLog.sol";
import {VM} from "./testing/Vm.sol";

/// @dev What is taken, and the proofs without which nothing is.
contract CheckpointPublishTest is Anchored {
    function setUp() external {
        openLog();
    }

    function test_publish_keeps_every_head_with_its_block() external {
        expectEvent(target);
        emit ICheckpointRegistry.CheckpointAnchored(
            LOG, TreeSize.wrap(5), RootHash.wrap(rootOf(5))
        );
        publish(LOG, 5);
        headIs(LOG, 5, rootOf(5), 100, START);
        VM.warp(START + 60);
        VM.roll(101);
        publish(LOG, 9);
        headIs(LOG, 9, rootOf(9), 101, START + 60);
        (RootHash root, uint64 number, uint40 time) = checkpoints.rootAt(LOG, TreeSize.wrap(5));
        equal("root", RootHash.unwrap(root), rootOf(5));
        equal("block", number, 100);
        equal("time", time, START);
        (root, number, time) = checkpoints.rootAt(LOG, TreeSize.wrap(6));
        equal("absent root", RootHash.unwrap(root), 0);
        equal("absent block", number, 0);
        equal("absent time", time, 0);
    }

    function test_publish_again_is_silent() external {
        publish(LOG, 5);
        VM.roll(101);
        VM.warp(START + 60);
        performSilently("signed", PUBLISHER, target, growth(LOG, 5, 5));
        bytes[] memory unsigned = new bytes[](0);
        bytes memory bare = publication(LOG, 5, rootOf(5), none(), unsigned);
        performSilently("neither proven nor signed", PUBLISHER, target, bare);
        headIs(LOG, 5, rootOf(5), 100, START);
        publish(LOG, 9);
        performSilently("with its proof", PUBLISHER, target, growth(LOG, 5, 9));
    }

    function test_publish_is_the_anchors_alone() external {
        address[] memory callers = others();
        bytes4 only = ICheckpointRegistry.CheckpointAnchorOnly.selector;
        bytes memory data = growth(LOG, 0, 5);
        for (uint256 i = 0; i < callers.length; i++) {
            if (callers[i] == PUBLISHER) continue;
            bytes memory wanted = abi.encodeWithSelector(only, callers[i], PUBLISHER);
            refuse("publish", callers[i], target, data, wanted);
        }
        for (uint256 i = 0; i < attesters.length; i++) {
            bytes memory wanted = abi.encodeWithSelector(only, attesters[i], PUBLISHER);
            refuse("attester", attesters[i], target, data, wanted);
        }
        refuse("rule", governor, target, data, abi.encodeWithSelector(only, governor, PUBLISHER));
    }

    function test_publish_needs_an_open_log() external {
        bytes4 unknown = ICheckpointRegistry.LogUnknown.selector;
        denied("log", growth(SUCCESSOR, 0, 1), abi.encodeWithSelector(unknown, SUCCESSOR));
    }

    // --- attacks on the history ---

    function test_attack_smaller_head() external {
        publish(LOG, 5);
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("smaller", growth(LOG, 0, 4), abi.encodeWithSelector(older, 5, 4));
        denied("empty", growth(LOG, 0, 0), abi.encodeWithSelector(older, 5, 0));
    }

    function test_attack_empty_first_head() external {
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("empty", growth(LOG, 0, 0), abi.encodeWithSelector(older, 0, 0));
        bytes memory zero = attested(LOG, 0, 0, none());
        denied("zero", zero, abi.encodeWithSelector(older, 0, 0));
    }

    function test_attack_proof_with_the_first_head() external {
        bytes32[] memory path = ReferenceLog.append(none(), hashes[0]);
        inconsistent("first", attested(LOG, 2, rootOf(2), path));
    }

    function test_attack_equal_size_other_root() external {
        publish(LOG, 5);
        inconsistent("no proof", attested(LOG, 5, rootOf(4), none()));
        inconsistent("proof", attested(LOG, 5, rootOf(6), proof(5, 6)));
    }

    function test_attack_replayed_head() external {
        publish(LOG, 3);
        publish(LOG, 5);
        publish(LOG, 9);
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("replay", growth(LOG, 3, 5), abi.encodeWithSelector(older, 9, 5));
        inconsistent("with the proof from an older head", growth(LOG, 3, 12));
    }

    function test_attack_rewritten_history() external {
        publish(LOG, 6);
        hashes[2] ^= bytes32(uint256(1));
        inconsistent("rewritten", growth(LOG, 6, 9));
    }

    function test_attack_dropped_entry() external {
        publish(LOG, 6);
        for (uint256 i = 5; i < 63; i++) {
            hashes[i] = hashes[i + 1];
        }
        inconsistent("dropped", growth(LOG, 6, 9));
    }

    function test_attack_inner_node_as_leaf() external {
        // Two entries passed off as one: what would be the fourth entry becomes the third.
        publish(LOG, 2);
        bytes32[] memory hidden = ReferenceLog.append(none(), hashes[2]);
        bytes32 shallow = ReferenceLog.node(rootOf(2), hashes[2]);
        equal("it looks like three entries", shallow, rootOf(3));
        inconsistent("of two", attested(LOG, 2, shallow, hidden));
        publish(LOG, 5);
        hidden = ReferenceLog.append(hidden, rootOf(2));
        bytes32 deep = ReferenceLog.node(rootOf(5), hashes[5]);
        inconsistent("of six", attested(LOG, 6, deep, hidden));
    }

    /// @dev A root does not tell the size of its log, so a size of the same shape passes. That
    /// gains nothing: no honest head follows, and the log is stopped, not rewritten.
    function test_attack_false_size_only_stops_the_log() external {
        publish(LOG, 6);
        bytes memory data = attested(LOG, 12, rootOf(11), proof(6, 11));
        perform("eleven as twelve", PUBLISHER, target, data);
        inconsistent("honest twelve", attested(LOG, 12, rootOf(12), proof(6, 12)));
        for (uint256 size = 13; size < 40; size++) {
            inconsistent("honest growth", growth(LOG, 12, size));
            inconsistent("growth of eleven", growth(LOG, 11, size));
        }
    }

    function test_attack_proof_bent() external {
        publish(LOG, 6);
        bytes32[] memory good = proof(6, 11);
        bytes32 root = rootOf(11);
        inconsistent("empty", attested(LOG, 11, root, none()));
        inconsistent("truncated", attested(LOG, 11, root, ReferenceLog.shorten(good)));
        inconsistent("extended", attested(LOG, 11, root, ReferenceLog.append(good, hashes[0])));
        inconsistent("other size", attested(LOG, 17, root, good));
        (good[0], good[1]) = (good[1], good[0]);
        inconsistent("siblings swapped", attested(LOG, 11, root, good));
    }

    // --- properties ---

    /// @dev Each pair of sizes: the honest proof is taken, from no other size.
    function test_every_growth_up_to_16() external {
        for (uint256 from = 1; from <= 16; from++) {
            for (uint256 to = from; to <= 16; to++) {
                bytes32 log = sha256(abi.encode(from, to));
                change(opening(log, PUBLISHER));
                publish(log, from);
                if (from > 1) inconsistent("from a smaller one", growth(log, from - 1, to + 1));
                inconsistent("from a larger one", growth(log, from + 1, to + 2));
                publish(log, to);
                headIs(log, to, rootOf(to), 100, START);
            }
        }
    }

    /// @dev Honest heads of any sizes are taken; a dishonest one in between never is.
    function testFuzz_only_growth_is_taken(uint256 seed) external {
        uint256 size = within(seed, 1, 20);
        publish(LOG, size);
        for (uint256 i = 0; i < 4; i++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 next = size + within(draw, 1, 11);
            bytes32[] memory path = proof(size, next);
            inconsistent("forged root", attested(LOG, next, bytes32(draw), path));
            path[(draw >> 8) % path.length] ^= bytes32(1 << ((draw >> 16) % 256));
            inconsistent("forged proof", attested(LOG, next, rootOf(next), path));
            publish(LOG, next);
            headIs(LOG, next, rootOf(next), 100, START);
            size = next;
        }
    }

    function testFuzz_random_proofs_are_refused(uint64 size, bytes32 root, bytes32[] memory path)
        external
    {
        publish(LOG, 6);
        if (size < 6) size += 6;
        if (size == 6 && root == rootOf(6)) return;
        inconsistent("random", attested(LOG, size, root, path));
    }
}
