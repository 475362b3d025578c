// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "./CheckpointRegistry.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {RootHash, TreeSize} from "./libraries/RFC6962.sol";
import {Founded} from "./testing/Founded.sol";
import {ReferenceLog} from "./testing/ReferenceLog.sol";
import {VM} from "./testing/Vm.sol";

contract CheckpointRegistryTest is Founded {
    bytes32 private constant LOG = sha256("log.example/mianti");
    bytes32 private constant SUCCESSOR = sha256("log.example/mianti-2");
    bytes32 private constant EMPTY_ROOT = sha256("");

    CheckpointRegistry private checkpoints;
    address private target;
    bytes32[] private hashes;

    function setUp() external {
        found();
        checkpoints = new CheckpointRegistry(governor);
        target = address(checkpoints);
        change(abi.encodeCall(ICheckpointRegistry.open, (LOG, PUBLISHER)));
        hashes = ReferenceLog.numbered(64);
    }

    // --- reserved changes ---

    function test_it_obeys_a_contract() external {
        equal("governor", checkpoints.governor(), governor);
        bytes memory wanted = abi.encodeWithSelector(IGoverned.GovernorMissing.selector, FIRST);
        try new CheckpointRegistry(FIRST) {
            revert NotRefused("creation", wanted);
        } catch (bytes memory answer) {
            equal("error", keccak256(answer), keccak256(wanted));
        }
    }

    function test_every_change_is_reserved() external {
        bytes[] memory changes = new bytes[](3);
        changes[0] = abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, PUBLISHER));
        changes[1] = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER));
        changes[2] = abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(0), SUCCESSOR));
        reserved(target, changes);
    }

    function test_open_makes_an_empty_log() external {
        expectEvent(target);
        emit ICheckpointRegistry.LogOpened(SUCCESSOR, STRANGER);
        change(abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, STRANGER)));
        equal("anchor", checkpoints.anchorOf(SUCCESSOR), STRANGER);
        equal("no anchor", checkpoints.anchorOf("unknown"), address(0));
        headIs(SUCCESSOR, 0, 0, 0, 0);
    }

    function test_open_refuses() external {
        bytes memory data = abi.encodeCall(ICheckpointRegistry.open, (0, PUBLISHER));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogIdMissing.selector));
        data = abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, address(0)));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogAnchorMissing.selector));
        data = abi.encodeCall(ICheckpointRegistry.open, (LOG, STRANGER));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogAlreadyOpen.selector, LOG));
    }

    function test_another_anchor_publishes() external {
        publish(3);
        expectEvent(target);
        emit ICheckpointRegistry.LogAnchorChanged(LOG, STRANGER);
        change(abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER)));
        bytes4 only = ICheckpointRegistry.CheckpointAnchorOnly.selector;
        bytes memory data = publication(3, 5);
        refuse("old", PUBLISHER, target, data, abi.encodeWithSelector(only, PUBLISHER, STRANGER));
        perform("new", STRANGER, target, data);
        headIs(LOG, 5, rootOf(5), 100, START);
    }

    function test_another_anchor_refuses() external {
        bytes memory data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, address(0)));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogAnchorMissing.selector));
        data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (SUCCESSOR, STRANGER));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogUnknown.selector, SUCCESSOR));
        freeze(0, 0);
        data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER));
        refused(data, abi.encodeWithSelector(ICheckpointRegistry.LogIsFrozen.selector, LOG));
    }

    function test_frozen_log_takes_nothing_and_names_its_successor() external {
        publish(3);
        publish(7);
        change(abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, STRANGER)));
        (bool frozen,,) = checkpoints.frozenAt(LOG);
        isFalse("frozen", frozen);
        expectEvent(target);
        emit ICheckpointRegistry.LogFrozen(LOG, TreeSize.wrap(3), SUCCESSOR);
        freeze(3, SUCCESSOR);
        (bool now_, TreeSize lastGood, bytes32 successor) = checkpoints.frozenAt(LOG);
        isTrue("frozen", now_);
        equal("last good", TreeSize.unwrap(lastGood), 3);
        equal("successor", successor, SUCCESSOR);
        bytes memory wanted = abi.encodeWithSelector(ICheckpointRegistry.LogIsFrozen.selector, LOG);
        refuse("next", PUBLISHER, target, publication(7, 8), wanted);
        refuse("same", PUBLISHER, target, publication(7, 7), wanted);
        headIs(LOG, 7, rootOf(7), 100, START);
    }

    function test_freeze_refuses() external {
        publish(3);
        bytes4 unknown = ICheckpointRegistry.LogUnknown.selector;
        bytes memory data =
            abi.encodeCall(ICheckpointRegistry.freeze, (SUCCESSOR, TreeSize.wrap(0), 0));
        refused(data, abi.encodeWithSelector(unknown, SUCCESSOR));
        data = abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(3), SUCCESSOR));
        refused(data, abi.encodeWithSelector(unknown, SUCCESSOR));
        data = abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(2), 0));
        bytes4 absent = ICheckpointRegistry.CheckpointUnknown.selector;
        refused(data, abi.encodeWithSelector(absent, LOG, 2));
        bytes memory frozen = abi.encodeWithSelector(ICheckpointRegistry.LogIsFrozen.selector, LOG);
        data = abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(3), LOG));
        refused(data, frozen);
        freeze(3, 0);
        data = abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(3), 0));
        refused(data, frozen);
    }

    // --- publish ---

    function test_publish_keeps_every_head_with_its_block() external {
        expectEvent(target);
        emit ICheckpointRegistry.CheckpointAnchored(
            LOG, TreeSize.wrap(5), RootHash.wrap(rootOf(5))
        );
        publish(5);
        headIs(LOG, 5, rootOf(5), 100, START);
        VM.warp(START + 60);
        VM.roll(101);
        publish(9);
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
        publish(5);
        VM.roll(101);
        VM.warp(START + 60);
        performSilently("without proof", PUBLISHER, target, publication(5, 5));
        bytes memory first = encode(5, rootOf(5), new bytes32[](0));
        performSilently("first resent", PUBLISHER, target, first);
        headIs(LOG, 5, rootOf(5), 100, START);
        publish(9);
        bytes memory data = publication(5, 9);
        performSilently("with its proof", PUBLISHER, target, data);
    }

    function test_publish_is_the_anchors_alone() external {
        address[] memory callers = others();
        bytes4 only = ICheckpointRegistry.CheckpointAnchorOnly.selector;
        bytes memory data = encode(5, rootOf(5), new bytes32[](0));
        for (uint256 i = 0; i < callers.length; i++) {
            if (callers[i] == PUBLISHER) continue;
            bytes memory wanted = abi.encodeWithSelector(only, callers[i], PUBLISHER);
            refuse("publish", callers[i], target, data, wanted);
        }
        refuse("rule", governor, target, data, abi.encodeWithSelector(only, governor, PUBLISHER));
    }

    function test_publish_needs_an_open_log() external {
        bytes memory data = abi.encodeCall(
            ICheckpointRegistry.publish,
            (SUCCESSOR, TreeSize.wrap(1), RootHash.wrap(rootOf(1)), new bytes32[](0))
        );
        bytes4 unknown = ICheckpointRegistry.LogUnknown.selector;
        refuse("log", PUBLISHER, target, data, abi.encodeWithSelector(unknown, SUCCESSOR));
    }

    function test_logs_do_not_touch_each_other() external {
        change(abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, STRANGER)));
        publish(5);
        headIs(SUCCESSOR, 0, 0, 0, 0);
    }

    // --- attacks ---

    function test_attack_smaller_head() external {
        publish(5);
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("smaller", encode(4, rootOf(4), none()), abi.encodeWithSelector(older, 5, 4));
        denied("empty", encode(0, EMPTY_ROOT, none()), abi.encodeWithSelector(older, 5, 0));
    }

    function test_attack_empty_first_head() external {
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("empty", encode(0, EMPTY_ROOT, none()), abi.encodeWithSelector(older, 0, 0));
    }

    function test_attack_proof_with_the_first_head() external {
        inconsistent("first", encode(2, rootOf(2), ReferenceLog.append(none(), hashes[0])));
    }

    function test_attack_equal_size_other_root() external {
        publish(5);
        inconsistent("no proof", encode(5, rootOf(4), none()));
        inconsistent("proof", encode(5, rootOf(6), proof(5, 6)));
    }

    function test_attack_replayed_head() external {
        publish(3);
        publish(5);
        publish(9);
        bytes4 older = ICheckpointRegistry.CheckpointNotNewer.selector;
        denied("replay", publication(3, 5), abi.encodeWithSelector(older, 9, 5));
        inconsistent("with the proof from an older head", publication(3, 12));
    }

    function test_attack_rewritten_history() external {
        publish(6);
        hashes[2] ^= bytes32(uint256(1));
        inconsistent("rewritten", publication(6, 9));
    }

    function test_attack_dropped_entry() external {
        publish(6);
        for (uint256 i = 5; i < 63; i++) {
            hashes[i] = hashes[i + 1];
        }
        inconsistent("dropped", publication(6, 9));
    }

    function test_attack_inner_node_as_leaf() external {
        // Two entries passed off as one: what would be the fourth entry becomes the third.
        publish(2);
        bytes32[] memory hidden = ReferenceLog.append(none(), hashes[2]);
        bytes32 shallow = ReferenceLog.node(rootOf(2), hashes[2]);
        equal("it looks like three entries", shallow, rootOf(3));
        inconsistent("of two", encode(2, shallow, hidden));
        publish(5);
        hidden = ReferenceLog.append(hidden, rootOf(2));
        inconsistent("of six", encode(6, ReferenceLog.node(rootOf(5), hashes[5]), hidden));
    }

    /// @dev A root does not tell the size of its log, so a size of the same shape passes. That
    /// gains nothing: no honest head follows, and the log is stopped, not rewritten.
    function test_attack_false_size_only_stops_the_log() external {
        publish(6);
        perform("eleven as twelve", PUBLISHER, target, encode(12, rootOf(11), proof(6, 11)));
        inconsistent("honest twelve", encode(12, rootOf(12), proof(6, 12)));
        for (uint256 size = 13; size < 40; size++) {
            inconsistent("honest growth", publication(12, size));
            inconsistent("growth of eleven", publication(11, size));
        }
    }

    function test_attack_proof_bent() external {
        publish(6);
        bytes32[] memory good = proof(6, 11);
        bytes32 root = rootOf(11);
        inconsistent("empty", encode(11, root, none()));
        inconsistent("truncated", encode(11, root, ReferenceLog.shorten(good)));
        inconsistent("extended", encode(11, root, ReferenceLog.append(good, hashes[0])));
        inconsistent("other size", encode(17, root, good));
        (good[0], good[1]) = (good[1], good[0]);
        inconsistent("siblings swapped", encode(11, root, good));
    }

    // --- properties ---

    /// @dev Honest heads of any sizes are taken; a dishonest one in between never is.
    function testFuzz_only_growth_is_taken(uint256 seed) external {
        uint256 size = within(seed, 1, 20);
        publish(size);
        for (uint256 i = 0; i < 4; i++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 next = size + within(draw, 1, 11);
            bytes32[] memory path = proof(size, next);
            inconsistent("forged root", encode(next, bytes32(draw), path));
            path[(draw >> 8) % path.length] ^= bytes32(1 << ((draw >> 16) % 256));
            inconsistent("forged proof", encode(next, rootOf(next), path));
            publish(next);
            headIs(LOG, next, rootOf(next), 100, START);
            size = next;
        }
    }

    function testFuzz_random_proofs_are_refused(uint64 size, bytes32 root, bytes32[] memory path)
        external
    {
        publish(6);
        if (size < 6) size += 6;
        if (size == 6 && root == rootOf(6)) return;
        inconsistent("random", encode(size, root, path));
    }

    function publish(uint256 size) private {
        (TreeSize last,,,) = checkpoints.head(LOG);
        perform("publish", PUBLISHER, target, publication(TreeSize.unwrap(last), size));
    }

    function publication(uint256 from, uint256 to) private view returns (bytes memory) {
        return encode(to, rootOf(to), from == 0 ? none() : proof(from, to));
    }

    function encode(uint256 size, bytes32 root, bytes32[] memory path)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(
            ICheckpointRegistry.publish,
            (LOG, TreeSize.wrap(uint64(size)), RootHash.wrap(root), path)
        );
    }

    function rootOf(uint256 size) private view returns (bytes32) {
        return ReferenceLog.root(hashes, 0, size);
    }

    function proof(uint256 from, uint256 to) private view returns (bytes32[] memory) {
        return ReferenceLog.consistency(hashes, from, 0, to, true);
    }

    function none() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    function freeze(uint64 lastGood, bytes32 successor) private {
        change(
            abi.encodeCall(ICheckpointRegistry.freeze, (LOG, TreeSize.wrap(lastGood), successor))
        );
    }

    function change(bytes memory data) private {
        perform("change", governor, target, data);
    }

    function refused(bytes memory data, bytes memory wanted) private {
        refuse("change", governor, target, data, wanted);
    }

    function denied(string memory what, bytes memory data, bytes memory wanted) private {
        refuse(what, PUBLISHER, target, data, wanted);
    }

    function inconsistent(string memory what, bytes memory data) private {
        denied(
            what,
            data,
            abi.encodeWithSelector(ICheckpointRegistry.CheckpointInconsistent.selector)
        );
    }

    function headIs(bytes32 log, uint256 size, bytes32 root, uint256 number, uint256 time)
        private
        view
    {
        (TreeSize foundSize, RootHash foundRoot, uint64 foundNumber, uint40 foundTime) =
            checkpoints.head(log);
        equal("size", TreeSize.unwrap(foundSize), size);
        equal("root", RootHash.unwrap(foundRoot), root);
        equal("block", foundNumber, number);
        equal("time", foundTime, time);
    }
}
