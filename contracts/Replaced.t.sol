// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "./CheckpointRegistry.sol";
import {StatusRegistry} from "./StatusRegistry.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {IReplaceable} from "./interfaces/IReplaceable.sol";
import {Anchored} from "./testing/Anchored.sol";
import {Listed} from "./testing/Listed.sol";

/// @dev Once replaced, a registry of heads takes nothing any more, and answers as before.
contract CheckpointReplacedTest is Anchored {
    function setUp() external {
        openLog();
        publish(LOG, 5);
    }

    function test_a_replaced_registry_takes_nothing_and_still_answers() external {
        address next = address(new CheckpointRegistry(governor));
        bytes memory honest = growth(LOG, 5, 9);
        change(abi.encodeCall(IGoverned.replaceBy, (next)));
        equal("successor", checkpoints.successor(), next);
        bytes memory wanted = abi.encodeWithSelector(IReplaceable.ContractReplaced.selector, next);
        denied("growth", honest, wanted);
        denied("the last head again", growth(LOG, 5, 5), wanted);
        refused("open", opening(SUCCESSOR, PUBLISHER), wanted);
        refused("anchor", abi.encodeCall(ICheckpointRegistry.changeAnchor, (LOG, FIRST)), wanted);
        bytes memory data =
            abi.encodeCall(ICheckpointRegistry.setAttesters, (LOG, attesters, NEEDED));
        refused("attesters", data, wanted);
        refused("freeze", freezing(LOG, 5, 0), wanted);
        headIs(LOG, 5, rootOf(5), 100, START);
        equal("anchor", checkpoints.anchorOf(LOG), PUBLISHER);
    }

    /// @dev Signatures over the old registry's heads are worth nothing in the new one.
    function test_attack_signatures_do_not_move_to_the_next_registry() external {
        bytes memory honest = growth(LOG, 0, 9);
        CheckpointRegistry next = new CheckpointRegistry(governor);
        target = address(next);
        change(opening(LOG, PUBLISHER));
        expectAttesterUnknown(honest);
        checkpoints = next;
        perform("its own", PUBLISHER, target, growth(LOG, 0, 9));
    }

    function expectAttesterUnknown(bytes memory data) private {
        (bool done, bytes memory answer) = attempt(data);
        isFalse("taken", done);
        bytes4 unknown = ICheckpointRegistry.CheckpointAttesterUnknown.selector;
        equal("error", bytes32(bytes4(answer)), bytes32(unknown));
    }
}

/// @dev Once replaced, a registry of lists takes nothing any more, and answers as before.
contract StatusReplacedTest is Listed {
    function setUp() external {
        openList();
        publish(3);
    }

    function test_a_replaced_registry_takes_nothing_and_still_answers() external {
        address next = address(new StatusRegistry(governor));
        change(abi.encodeCall(IGoverned.replaceBy, (next)));
        bytes memory wanted = abi.encodeWithSelector(IReplaceable.ContractReplaced.selector, next);
        denied("next", publication(LIST, 4, digestOf(4), UNTIL), wanted);
        denied("again", publication(LIST, 3, digestOf(3), UNTIL), wanted);
        refused("assign", assignment(LIST, MARKET, STRANGER), wanted);
        headIs(LIST, 3, digestOf(3), UNTIL);
        ownerIs(LIST, MARKET, PUBLISHER);
    }
}
