// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "./CheckpointRegistry.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {Anchored} from "./testing/Anchored.sol";
import {VM} from "./testing/Vm.sol";

/// @dev Who may publish and who must attest.
contract CheckpointRegistryTest is Anchored {
    function setUp() external {
        openLog();
    }

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
        bytes[] memory changes = new bytes[](4);
        changes[0] = opening(SUCCESSOR, PUBLISHER);
        changes[1] = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER));
        changes[2] = abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, attesters, 3));
        changes[3] = freezing(LOG, 0, SUCCESSOR);
        reserved(target, changes);
    }

    // --- opening ---

    function test_open_makes_an_empty_log() external {
        expectEvent(target);
        emit ICheckpointRegistry.LogOpened(SUCCESSOR, STRANGER);
        expectEvent(target);
        emit ICheckpointRegistry.LogAttestersSet(SUCCESSOR, attesters, NEEDED);
        change(opening(SUCCESSOR, STRANGER));
        equal("anchor", checkpoints.anchorOf(SUCCESSOR), STRANGER);
        attestersAre(SUCCESSOR, attesters, NEEDED);
        headIs(SUCCESSOR, 0, 0, 0, 0);
    }

    function test_nothing_is_known_of_a_log_that_was_never_opened() external view {
        equal("anchor", checkpoints.anchorOf(SUCCESSOR), address(0));
        attestersAre(SUCCESSOR, new address[](0), 0);
        headIs(SUCCESSOR, 0, 0, 0, 0);
    }

    function test_open_refuses() external {
        bytes memory wanted = abi.encodeWithSelector(ICheckpointRegistry.LogIdMissing.selector);
        refused("id", opening(0, PUBLISHER), wanted);
        wanted = abi.encodeWithSelector(ICheckpointRegistry.LogAnchorMissing.selector);
        refused("anchor", opening(SUCCESSOR, address(0)), wanted);
        wanted = abi.encodeWithSelector(ICheckpointRegistry.LogAlreadyOpen.selector, LOG);
        refused("again", opening(LOG, STRANGER), wanted);
    }

    function test_logs_pages() external {
        bytes32[] memory opened = new bytes32[](4);
        opened[0] = LOG;
        for (uint256 i = 1; i < 4; i++) {
            opened[i] = bytes32(i);
            change(opening(bytes32(i), PUBLISHER));
        }
        for (uint256 offset = 0; offset < 6; offset++) {
            for (uint256 limit = 0; limit < 6; limit++) {
                (bytes32[] memory page, uint256 total) = checkpoints.logs(offset, limit);
                equal("total", total, 4);
                uint256 rest = offset < 4 ? 4 - offset : 0;
                equal("length", page.length, limit < rest ? limit : rest);
                for (uint256 i = 0; i < page.length; i++) {
                    equal("log", page[i], opened[offset + i]);
                }
            }
        }
    }

    // --- anchoring address ---

    function test_another_anchor_publishes() external {
        publish(LOG, 3);
        expectEvent(target);
        emit ICheckpointRegistry.LogAnchorChanged(LOG, STRANGER);
        change(abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER)));
        equal("anchor", checkpoints.anchorOf(LOG), STRANGER);
        bytes4 only = ICheckpointRegistry.CheckpointAnchorOnly.selector;
        bytes memory data = growth(LOG, 3, 5);
        refuse("old", PUBLISHER, target, data, abi.encodeWithSelector(only, PUBLISHER, STRANGER));
        perform("new", STRANGER, target, data);
        headIs(LOG, 5, rootOf(5), 100, START);
    }

    function test_another_anchor_refuses() external {
        bytes memory data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, address(0)));
        bytes4 missing = ICheckpointRegistry.LogAnchorMissing.selector;
        bytes memory wanted = abi.encodeWithSelector(missing);
        refused("none", data, wanted);
        data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (SUCCESSOR, STRANGER));
        wanted = abi.encodeWithSelector(ICheckpointRegistry.LogUnknown.selector, SUCCESSOR);
        refused("log", data, wanted);
        data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, attesters[1]));
        refused("an attester", data, attesterInvalid(attesters[1]));
        change(freezing(LOG, 0, 0));
        data = abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, STRANGER));
        wanted = abi.encodeWithSelector(ICheckpointRegistry.LogIsFrozen.selector, LOG);
        refused("frozen", data, wanted);
    }

    // --- attesters ---

    function test_other_attesters_take_over() external {
        publish(LOG, 3);
        bytes memory former = growth(LOG, 3, 5);
        address gone = attesters[0];
        attesters[0] = attesters[1];
        attesters[1] = attesters[2];
        attesters.pop();
        expectEvent(target);
        emit ICheckpointRegistry.LogAttestersSet(LOG, attesters, NEEDED);
        change(abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, attesters, NEEDED)));
        attestersAre(LOG, attesters, NEEDED);
        bytes4 unknown = ICheckpointRegistry.CheckpointAttesterUnknown.selector;
        denied("by the former", former, abi.encodeWithSelector(unknown, gone));
        publish(LOG, 5);
        // Who left can come back, and can publish meanwhile.
        change(abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, gone)));
        equal("anchor", checkpoints.anchorOf(LOG), gone);
    }

    function test_the_threshold_alone_can_change() external {
        change(abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, attesters, 3)));
        attestersAre(LOG, attesters, 3);
        bytes4 count = ICheckpointRegistry.CheckpointAttestersCount.selector;
        denied("two", growth(LOG, 0, 5), abi.encodeWithSelector(count, 2, 3));
        bytes[] memory signed = new bytes[](3);
        for (uint256 i = 0; i < 3; i++) {
            signed[i] = signature(attesters[i], digestOf(LOG, 5, rootOf(5)));
        }
        bytes memory data = publication(LOG, 5, rootOf(5), none(), signed);
        perform("three", PUBLISHER, target, data);
    }

    function test_attesters_refuse() external {
        setRefused("log", SUCCESSOR, attesters, 1, ICheckpointRegistry.LogUnknown.selector);
        change(freezing(LOG, 0, 0));
        setRefused("frozen", LOG, attesters, 1, ICheckpointRegistry.LogIsFrozen.selector);
    }

    /// @dev The same is refused when a log is opened and later.
    function test_attesters_are_enough_and_all_different() external {
        countRefused("nobody", 0, 1);
        countRefused("none needed", 3, 0);
        countRefused("more needed than there are", 3, 4);
        countRefused("most needed", 16, 255);
        countRefused("too many", 17, 2);
        equal("limit", checkpoints.ATTESTER_LIMIT(), 16);
        address[] memory most = numberedAddresses(16);
        change(abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, most, 16)));
        attestersAre(LOG, most, 16);

        address[] memory wrong = numberedAddresses(3);
        wrong[2] = address(0);
        listRefused("zero", wrong, address(0));
        wrong[2] = wrong[0];
        listRefused("twice", wrong, wrong[0]);
        wrong[2] = PUBLISHER;
        listRefused("the anchor", wrong, PUBLISHER);
        attestersAre(LOG, most, 16);
    }

    function countRefused(string memory what, uint256 count, uint8 needed) private {
        bytes memory wanted = abi.encodeWithSelector(
            ICheckpointRegistry.LogAttestersInvalid.selector, count, needed
        );
        bothRefused(what, numberedAddresses(count), needed, wanted);
    }

    function listRefused(string memory what, address[] memory list, address named) private {
        bothRefused(what, list, 2, attesterInvalid(named));
    }

    function bothRefused(
        string memory what,
        address[] memory list,
        uint8 needed,
        bytes memory wanted
    ) private {
        bytes memory data =
            abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, PUBLISHER, list, needed));
        refused(string.concat("open: ", what), data, wanted);
        data = abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, list, needed));
        refused(string.concat("set: ", what), data, wanted);
    }

    function setRefused(
        string memory what,
        bytes32 log,
        address[] memory list,
        uint8 needed,
        bytes4 wanted
    ) private {
        bytes memory data = abi.encodeCall(ICheckpointRegistry.setAttesters, (log, list, needed));
        refused(what, data, abi.encodeWithSelector(wanted, log));
    }

    function attestersAre(bytes32 log, address[] memory wanted, uint8 needed) private view {
        (address[] memory found, uint8 threshold) = checkpoints.attestersOf(log);
        equal("attesters", keccak256(abi.encode(found)), keccak256(abi.encode(wanted)));
        equal("threshold", threshold, needed);
    }

    function attesterInvalid(address attester) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICheckpointRegistry.LogAttesterInvalid.selector, attester);
    }

    function numberedAddresses(uint256 count) private pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; i++) {
            list[i] = VM.addr(i + 1);
        }
    }
}
