// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyRegistry} from "../AgencyRegistry.sol";
import {CheckpointRegistry} from "../CheckpointRegistry.sol";
import {Governance} from "../Governance.sol";
import {StatusRegistry} from "../StatusRegistry.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IEmergencies} from "../interfaces/IEmergencies.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IReplaceable} from "../interfaces/IReplaceable.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Obeys, and knows an agency called 0.
contract StrangeRegistry {
    address public governor;
    address public successor;

    constructor(address governor_) {
        governor = governor_;
    }

    function agency(bytes32) external view returns (IAgencyBodies.Agency memory found) {
        found.admittedAt = uint40(block.timestamp);
    }
}

/// @dev Another contract takes the place of one of the consortium's.
contract PlacesTest is Consortium {
    function setUp() external {
        consort();
        agree(admission(MARKET));
    }

    // --- a registry ---

    function test_the_founding_places() external view {
        equal("agencies", governance.agencies(), address(agencies));
        equal("checkpoints", governance.checkpoints(), address(checkpoints));
        equal("statuses", governance.statuses(), address(statuses));
        equal("no successor", governance.successor(), address(0));
    }

    function test_a_registry_is_replaced_and_the_next_one_is_changed_from_then_on() external {
        AgencyRegistry next = new AgencyRegistry(governor);
        uint256 early = propose(0, admission(HEALTH));
        yes(3, early);
        IActions.Action[] memory actions = replacement(address(agencies), address(next));
        uint256 number = propose(0, actions);
        yes(4, number);
        VM.warp(START + 7 days);
        expectEvent(address(agencies));
        emit IReplaceable.ContractSucceeded(address(next));
        expectEvent(governor);
        emit IPlaces.ContractExchanged(address(agencies), address(next));
        execute(number, actions);
        equal("serves", governance.agencies(), address(next));
        equal("succeeded", agencies.successor(), address(next));
        execute(early, admission(HEALTH));
        equal("there", next.agency(HEALTH).admittedAt, START + 7 days);
        equal("not here", agencies.agency(HEALTH).admittedAt, 0);
        equal("here still", agencies.agency(MARKET).admittedAt, START);
    }

    function test_every_registry_can_be_replaced() external {
        CheckpointRegistry heads = new CheckpointRegistry(governor);
        agree(replacement(address(checkpoints), address(heads)));
        equal("checkpoints", governance.checkpoints(), address(heads));
        StatusRegistry lists = new StatusRegistry(governor);
        agree(replacement(address(statuses), address(lists)));
        equal("statuses", governance.statuses(), address(lists));
        equal("agencies stay", governance.agencies(), address(agencies));
    }

    function test_replacing_refuses() external {
        bytes4 unknown = IPlaces.ContractUnknown.selector;
        AgencyRegistry next = new AgencyRegistry(governor);
        refused(STRANGER, address(next), abi.encodeWithSelector(unknown, STRANGER));
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        address registry = address(agencies);
        refused(registry, STRANGER, abi.encodeWithSelector(invalid, STRANGER));
        AgencyRegistry foreign = new AgencyRegistry(address(this));
        refused(registry, address(foreign), abi.encodeWithSelector(invalid, foreign));
        address[4] memory serving =
            [registry, address(checkpoints), address(statuses), governor];
        for (uint256 i = 0; i < serving.length; i++) {
            for (uint256 j = 0; j < serving.length; j++) {
                bytes memory wanted = abi.encodeWithSelector(invalid, serving[j]);
                refused(serving[i], serving[j], wanted);
            }
        }
        agree(replacement(registry, address(next)));
        refused(registry, address(next), abi.encodeWithSelector(unknown, registry));
    }

    function test_attack_what_knows_no_agencies_takes_the_place_of_their_registry() external {
        address strange = address(new StrangeRegistry(governor));
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        refused(address(agencies), strange, abi.encodeWithSelector(invalid, strange));
        address heads = address(new CheckpointRegistry(governor));
        refused(address(agencies), heads, "");
        agree(replacement(address(statuses), heads));
    }

    function test_attack_what_was_replaced_takes_its_place_again() external {
        AgencyRegistry next = new AgencyRegistry(governor);
        agree(replacement(address(agencies), address(next)));
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        bytes memory wanted = abi.encodeWithSelector(invalid, address(agencies));
        refused(address(next), address(agencies), wanted);
    }

    // --- the contract that counts the votes ---

    function test_replaced_votes_do_not_come_back() external {
        address first = governor;
        Governance next = again(address(agencies), address(checkpoints), address(statuses));
        agree(replacement(first, address(next)));
        (governance, governor) = (next, address(next));
        refused(
            governor, first, abi.encodeWithSelector(IReplaceable.SuccessorInvalid.selector, first)
        );
    }

    function test_another_contract_counts_the_votes() external {
        Governance next = again(address(agencies), address(checkpoints), address(statuses));
        uint256 open = propose(0, admission(HEALTH));
        agree(replacement(governor, address(next)));
        equal("successor", governance.successor(), address(next));
        equal("agencies obey", agencies.governor(), address(next));
        equal("checkpoints obey", checkpoints.governor(), address(next));
        equal("statuses obey", statuses.governor(), address(next));
        bytes memory wanted =
            abi.encodeWithSelector(IReplaceable.ContractReplaced.selector, address(next));
        bytes[] memory calls = new bytes[](8);
        calls[0] = abi.encodeCall(IProposals.propose, (admission(HEALTH), REASON));
        calls[1] = abi.encodeCall(IVotes.vote, (open, IVotes.Choice.Yes));
        calls[2] = abi.encodeCall(IVotes.castSigned, (open, new IVotes.Ballot[](0)));
        calls[3] = abi.encodeCall(IVotes.withdraw, (open));
        calls[4] = abi.encodeCall(IProposals.execute, (open, admission(HEALTH)));
        calls[5] = abi.encodeCall(IActions.rehearse, (admission(HEALTH)));
        calls[6] = abi.encodeCall(IEmergencies.suspendInEmergency, (MARKET, REASON));
        calls[7] = abi.encodeCall(IMembers.changeVoter, (STRANGER));
        for (uint256 i = 0; i < calls.length; i++) {
            refuse("replaced", FIRST, governor, calls[i], wanted);
        }
        bytes memory data = abi.encodeCall(IMembers.setMember, (MARKET, STRANGER, 1));
        refuse("itself", governor, governor, data, wanted);
        equal("answers", uint256(governance.proposal(1).yes), 5);
        governance = next;
        governor = address(next);
        agree(admission(HEALTH));
        isTrue("changed by the next one", agencies.agency(HEALTH).admittedAt != 0);
    }

    function test_the_next_one_must_count_for_the_same_registries() external {
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        for (uint256 i = 0; i < 3; i++) {
            address[3] memory other =
                [address(agencies), address(checkpoints), address(statuses)];
            other[i] = STRANGER;
            address next = address(again(other[0], other[1], other[2]));
            refused(governor, next, abi.encodeWithSelector(invalid, next));
        }
        refused(governor, STRANGER, abi.encodeWithSelector(invalid, STRANGER));
    }

    function test_attack_the_next_one_was_replaced_itself() external {
        Governance next = again(address(agencies), address(checkpoints), address(statuses));
        (Governance before, address old) = (governance, governor);
        agree(replacement(old, address(next)));
        (governance, governor) = (next, address(next));
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        refused(governor, old, abi.encodeWithSelector(invalid, old));
        equal("for ever", before.successor(), address(next));
    }

    function test_nothing_is_carried_out_after_a_replacement_in_the_same_proposal() external {
        Governance next = again(address(agencies), address(checkpoints), address(statuses));
        IActions.Action[] memory actions = new IActions.Action[](2);
        actions[0] = replacement(governor, address(next))[0];
        actions[1] = admission(HEALTH)[0];
        bytes memory only = abi.encodeWithSelector(IGoverned.GovernorOnly.selector, governor);
        bytes memory data = abi.encodeCall(IActions.rehearse, (actions));
        bytes memory wanted = abi.encodeWithSelector(IActions.ActionFailed.selector, 1, only);
        refuse("afterwards", STRANGER, governor, data, wanted);
    }

    function refused(address current, address next, bytes memory reason) private {
        bytes memory data = abi.encodeCall(IActions.rehearse, (replacement(current, next)));
        bytes memory wanted =
            abi.encodeWithSelector(IActions.ActionFailed.selector, 0, reason);
        refuse("replacement", STRANGER, governor, data, wanted);
    }

    function again(address agencies_, address checkpoints_, address statuses_)
        private
        returns (Governance)
    {
        return new Governance(seats(), rules(), agencies_, checkpoints_, statuses_);
    }

    function replacement(address current, address next)
        private
        pure
        returns (IActions.Action[] memory)
    {
        return one(IActions.Kind.ReplaceContract, abi.encode(current, next));
    }
}
