// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../Governance.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Consortium} from "../testing/Consortium.sol";
import {Reentrant} from "../testing/Reentrant.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Carrying out what passed, when, and nothing else.
contract ExecutionTest is Consortium {
    function setUp() external {
        consort();
    }

    // --- when ---

    function test_what_was_decided_early_waits_for_its_delay() external {
        propose(0, admission(MARKET));
        bytes4 undecided = IProposals.ProposalUndecided.selector;
        refused(1, abi.encodeWithSelector(undecided, 1, START + 4 days));
        VM.warp(START + 60);
        yes(3, 1);
        uint40 executableAt = START + 60 + 1 days;
        VM.warp(executableAt - 1);
        stageIs(1, IProposals.Stage.Waiting);
        bytes4 early = IProposals.ProposalTooEarly.selector;
        refused(1, abi.encodeWithSelector(early, 1, executableAt));
        VM.warp(executableAt);
        stageIs(1, IProposals.Stage.Ready);
        expectEvent(governor);
        emit IProposals.ProposalExecuted(1);
        execute(1, admission(MARKET));
        stageIs(1, IProposals.Stage.Executed);
        isTrue("executed", governance.proposal(1).executed);
        equal("done", agencies.agency(MARKET).admittedAt, executableAt);
    }

    function test_what_passed_in_the_end_waits_from_then() external {
        propose(0, admission(MARKET));
        yes(2, 1);
        vote(2, 1, IVotes.Choice.No);
        VM.warp(START + 5 days - 1);
        bytes4 early = IProposals.ProposalTooEarly.selector;
        refused(1, abi.encodeWithSelector(early, 1, START + 5 days));
        VM.warp(START + 5 days);
        execute(1, admission(MARKET));
    }

    function test_what_everybody_wants_waits_for_nothing() external {
        uint256 number = agree(admission(MARKET));
        equal("executable", governance.proposal(number).executableAt, START);
        equal("at once", agencies.agency(MARKET).admittedAt, START);
    }

    function test_what_passed_expires() external {
        propose(0, admission(MARKET));
        yes(3, 1);
        VM.warp(START + 31 days - 1);
        stageIs(1, IProposals.Stage.Ready);
        VM.warp(START + 31 days);
        stageIs(1, IProposals.Stage.Expired);
        bytes4 expired = IProposals.ProposalExpired.selector;
        refused(1, abi.encodeWithSelector(expired, 1, START + 31 days));
    }

    function test_what_did_not_pass_is_not_carried_out() external {
        propose(0, admission(MARKET));
        vote(0, 1, IVotes.Choice.Yes);
        VM.warp(START + 4 days);
        refused(1, abi.encodeWithSelector(IProposals.ProposalNotPassed.selector, 1));
    }

    function test_nothing_is_carried_out_twice() external {
        agree(admission(MARKET));
        refused(1, abi.encodeWithSelector(IProposals.ProposalClosed.selector, 1));
    }

    function test_what_was_never_proposed_is_not_carried_out() external {
        refused(1, abi.encodeWithSelector(IProposals.ProposalUnknown.selector, 1));
    }

    // --- what ---

    function test_attack_other_actions_than_proposed() external {
        propose(0, admission(MARKET));
        yes(3, 1);
        VM.warp(START + 1 days);
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalContentOther.selector, 1);
        IActions.Action[] memory actions = admission(MARKET);
        actions[0].kind = IActions.Kind.Expel;
        refuse("kind", FIRST, governor, execution(1, actions), wanted);
        refuse("data", FIRST, governor, execution(1, admission(HEALTH)), wanted);
        IActions.Action[] memory none = new IActions.Action[](0);
        refuse("none", FIRST, governor, execution(1, none), wanted);
        actions = new IActions.Action[](2);
        (actions[0], actions[1]) = (admission(MARKET)[0], admission(HEALTH)[0]);
        refuse("more", FIRST, governor, execution(1, actions), wanted);
        propose(0, admission(HEALTH));
        refuse("another's", FIRST, governor, execution(1, admission(HEALTH)), wanted);
        execute(1, admission(MARKET));
    }

    function test_all_actions_take_effect_or_none() external {
        IActions.Action[] memory actions = new IActions.Action[](2);
        (actions[0], actions[1]) = (admission(MARKET)[0], admission(MARKET)[0]);
        propose(0, actions);
        yes(3, 1);
        VM.warp(START + 1 days);
        bytes memory twice =
            abi.encodeWithSelector(IAgencyBodies.AgencyAlreadyAdmitted.selector, MARKET);
        bytes memory wanted =
            abi.encodeWithSelector(IActions.ActionFailed.selector, 1, twice);
        refuse("second", FIRST, governor, execution(1, actions), wanted);
        equal("first too", agencies.agency(MARKET).admittedAt, 0);
        stageIs(1, IProposals.Stage.Ready);
    }

    function test_arguments_that_cannot_be_read_fail() external {
        IActions.Action[] memory actions = one(IActions.Kind.Admit, hex"1234");
        propose(0, actions);
        yes(3, 1);
        VM.warp(START + 1 days);
        bytes memory wanted = abi.encodeWithSelector(IActions.ActionFailed.selector, 0, "");
        refuse("execution", FIRST, governor, execution(1, actions), wanted);
    }

    function test_an_action_needs_its_contract() external {
        IActions.Action[] memory actions = admission(MARKET);
        Governance early = new Governance(seats(), rules(), STRANGER, STRANGER, STRANGER);
        bytes memory data = abi.encodeCall(IActions.rehearse, (actions));
        bytes4 empty = IActions.ActionTargetEmpty.selector;
        bytes memory wanted = abi.encodeWithSelector(empty, 0, STRANGER);
        refuse("rehearsal", FIRST, address(early), data, wanted);
    }

    function test_attack_carried_out_again_from_within() external {
        Reentrant evil = new Reentrant(governor);
        agree(
            one(
                IActions.Kind.ReplaceContract, abi.encode(address(checkpoints), address(evil))
            )
        );
        IActions.Action[] memory actions =
            one(IActions.Kind.ChangeAnchor, abi.encode(bytes32("log"), STRANGER));
        evil.remember(2, actions);
        propose(0, actions);
        yes(4, 2);
        VM.warp(START + 2 days);
        execute(2, actions);
        bytes memory wanted = abi.encodeWithSelector(IProposals.ProposalClosed.selector, 2);
        equal("refused", keccak256(evil.answer()), keccak256(wanted));
    }

    // --- rehearsals ---

    function test_a_rehearsal_changes_nothing_and_tells_whether_all_would_succeed() external {
        bytes memory data = abi.encodeCall(IActions.rehearse, (admission(MARKET)));
        bytes memory wanted = abi.encodeWithSelector(IActions.ProposalRehearsed.selector);
        refuse("well", STRANGER, governor, data, wanted);
        equal("nothing", agencies.agency(MARKET).admittedAt, 0);
        agree(admission(MARKET));
        bytes memory twice =
            abi.encodeWithSelector(IAgencyBodies.AgencyAlreadyAdmitted.selector, MARKET);
        wanted = abi.encodeWithSelector(IActions.ActionFailed.selector, 0, twice);
        refuse("badly", STRANGER, governor, data, wanted);
    }

    function refused(uint256 number, bytes memory wanted) private {
        bytes memory data = execution(number, admission(MARKET));
        refuse("execute", STRANGER, governor, data, wanted);
    }

    function execution(uint256 number, IActions.Action[] memory actions)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IProposals.execute, (number, actions));
    }
}
