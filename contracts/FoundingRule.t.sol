// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyRegistry} from "./AgencyRegistry.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {IFoundingRule} from "./interfaces/IFoundingRule.sol";
import {Founded} from "./testing/Founded.sol";
import {VM} from "./testing/Vm.sol";

/// @dev The rule is tested in the registry that carries it.
contract FoundingRuleTest is Founded {
    function setUp() external {
        found();
    }

    // --- founding members ---

    function test_members_take_their_places() external {
        address[] memory seated = agencies.founders();
        equal("count", seated.length, 3);
        equal("first", seated[0], FIRST);
        equal("last", seated[2], THIRD);
        isTrue("first", agencies.isFounder(FIRST));
        isFalse("stranger", agencies.isFounder(STRANGER));
        equal("governor", agencies.governor(), governor);
        address[] memory members = new address[](2);
        (members[0], members[1]) = (FIRST, SECOND);
        VM.recordLogs();
        new AgencyRegistry(members);
        equal("events", VM.getRecordedLogs().length, 2);
    }

    function test_one_member_is_too_few() external {
        address[] memory members = new address[](1);
        members[0] = FIRST;
        creationFails(
            members,
            abi.encodeWithSelector(IFoundingRule.FounderCountTooSmall.selector, uint256(1), 2)
        );
    }

    function test_one_member_cannot_take_two_places() external {
        address[] memory members = new address[](2);
        (members[0], members[1]) = (FIRST, FIRST);
        creationFails(
            members, abi.encodeWithSelector(IFoundingRule.FounderInvalid.selector, FIRST)
        );
    }

    function test_nobody_is_no_member() external {
        address[] memory members = new address[](2);
        members[0] = FIRST;
        creationFails(
            members, abi.encodeWithSelector(IFoundingRule.FounderInvalid.selector, address(0))
        );
    }

    function test_two_members_replace_a_third() external {
        IFoundingRule.Action[] memory actions =
            one(abi.encodeCall(IFoundingRule.replaceFounder, (THIRD, PUBLISHER)));
        propose(FIRST, actions);
        expectEvent(governor);
        emit IFoundingRule.FounderSeated(PUBLISHER);
        expectEvent(governor);
        emit IFoundingRule.FounderUnseated(THIRD);
        confirm(SECOND, 0, actions);
        isFalse("left", agencies.isFounder(THIRD));
        isTrue("arrived", agencies.isFounder(PUBLISHER));
        equal("in the same place", agencies.founders()[2], PUBLISHER);
        equal("as many as before", agencies.founders().length, 3);
    }

    function test_replacing_is_reserved() external {
        bytes[] memory changes = new bytes[](1);
        changes[0] = abi.encodeCall(IFoundingRule.replaceFounder, (THIRD, address(0xF004)));
        reserved(governor, changes);
    }

    function test_only_a_member_is_replaced_and_only_by_somebody_new() external {
        bytes memory data = abi.encodeCall(IFoundingRule.replaceFounder, (STRANGER, PUBLISHER));
        bytes4 unknown = IFoundingRule.FounderUnknown.selector;
        refuse("no member", governor, governor, data, abi.encodeWithSelector(unknown, STRANGER));
        address[3] memory arriving = [SECOND, address(0), governor];
        for (uint256 i = 0; i < arriving.length; i++) {
            data = abi.encodeCall(IFoundingRule.replaceFounder, (FIRST, arriving[i]));
            bytes4 invalid = IFoundingRule.FounderInvalid.selector;
            refuse("new", governor, governor, data, abi.encodeWithSelector(invalid, arriving[i]));
        }
    }

    // --- proposing ---

    function test_a_proposal_alone_changes_nothing() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = agencies.proposalId(0, actions);
        expectEvent(governor);
        emit IFoundingRule.ActionsProposed(id, FIRST, 0, actions);
        equal("id", propose(FIRST, actions), id);
        equal("not admitted", agencies.agency(MARKET).admittedAt, 0);
        IFoundingRule.Proposal memory made = agencies.proposal(id);
        equal("proposer", made.proposer, FIRST);
        equal("expiry", made.expiresAt, START + agencies.PROPOSAL_LIFETIME());
        isFalse("closed", made.closed);
        equal("next", agencies.nextNonce(), 1);
    }

    function test_the_same_actions_can_be_proposed_twice() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 earlier = propose(FIRST, actions);
        isFalse("same id", earlier == propose(FIRST, actions));
    }

    function test_a_proposal_belongs_to_one_contract_on_one_chain() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = agencies.proposalId(0, actions);
        AgencyRegistry twin = new AgencyRegistry(agencies.founders());
        isFalse("contract", twin.proposalId(0, actions) == id);
        VM.chainId(block.chainid + 1);
        isFalse("chain", agencies.proposalId(0, actions) == id);
    }

    function test_a_proposal_needs_actions() external {
        bytes memory data =
            abi.encodeCall(IFoundingRule.propose, (new IFoundingRule.Action[](0)));
        refuse("empty", FIRST, governor, data, only(IFoundingRule.ProposalEmpty.selector));
    }

    function test_only_members_take_part() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        address[3] memory callers = [PUBLISHER, STRANGER, governor];
        for (uint256 i = 0; i < callers.length; i++) {
            bytes memory wanted =
                abi.encodeWithSelector(IFoundingRule.FounderUnknown.selector, callers[i]);
            bytes memory data = abi.encodeCall(IFoundingRule.propose, (actions));
            refuse("propose", callers[i], governor, data, wanted);
            data = abi.encodeCall(IFoundingRule.confirm, (0, actions));
            refuse("confirm", callers[i], governor, data, wanted);
            data = abi.encodeCall(IFoundingRule.withdraw, (id));
            refuse("withdraw", callers[i], governor, data, wanted);
        }
    }

    // --- confirming ---

    function test_a_second_member_carries_it_out() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        expectEvent(governor);
        emit IAgencyRegistry.AgencyAdmitted(MARKET, 310101, "Market authority");
        expectEvent(governor);
        emit IFoundingRule.ActionsConfirmed(id, SECOND);
        confirm(SECOND, 0, actions);
        equal("admitted", agencies.agency(MARKET).admittedAt, START);
        isTrue("closed", agencies.proposal(id).closed);
    }

    function test_one_member_is_not_two() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        refuseConfirmation(
            FIRST,
            0,
            actions,
            abi.encodeWithSelector(IFoundingRule.ProposalNeedsAnother.selector, id, FIRST)
        );
    }

    function test_a_confirmation_binds_the_very_actions() external {
        propose(FIRST, one(admission(MARKET)));
        IFoundingRule.Action[] memory other = one(admission(HEALTH));
        bytes4 unknown = IFoundingRule.ProposalUnknown.selector;
        bytes32 id = agencies.proposalId(0, other);
        refuseConfirmation(SECOND, 0, other, abi.encodeWithSelector(unknown, id));
        IFoundingRule.Action[] memory same = one(admission(MARKET));
        id = agencies.proposalId(1, same);
        refuseConfirmation(SECOND, 1, same, abi.encodeWithSelector(unknown, id));
    }

    function test_a_proposal_is_carried_out_once() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        confirm(SECOND, 0, actions);
        bytes memory wanted = abi.encodeWithSelector(IFoundingRule.ProposalClosed.selector, id);
        refuseConfirmation(THIRD, 0, actions, wanted);
        refuseConfirmation(SECOND, 0, actions, wanted);
    }

    function test_a_proposal_expires() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        propose(FIRST, actions);
        uint256 expiry = START + agencies.PROPOSAL_LIFETIME();
        VM.warp(expiry - 1);
        confirm(SECOND, 1, actions);
        VM.warp(expiry);
        refuseConfirmation(
            SECOND,
            0,
            actions,
            abi.encodeWithSelector(IFoundingRule.ProposalExpired.selector, id, expiry)
        );
    }

    function test_a_member_who_left_confirms_nothing_any_more() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(THIRD, actions);
        perform(
            "replace",
            governor,
            governor,
            abi.encodeCall(IFoundingRule.replaceFounder, (THIRD, PUBLISHER))
        );
        refuseConfirmation(
            SECOND, 0, actions, abi.encodeWithSelector(IFoundingRule.ProposalClosed.selector, id)
        );
    }

    function test_many_actions_take_effect_in_order() external {
        IFoundingRule.Action[] memory actions = new IFoundingRule.Action[](2);
        actions[0] = IFoundingRule.Action(governor, admission(MARKET));
        actions[1] = IFoundingRule.Action(
            governor, abi.encodeCall(IAgencyRegistry.addScope, (MARKET, FOOD_PERMIT, 0, 0, 0))
        );
        propose(FIRST, actions);
        confirm(THIRD, 0, actions);
        (bool held,) = agencies.entitled(MARKET, FOOD_PERMIT, 310101, START);
        isTrue("entitled", held);
    }

    function test_all_actions_or_none() external {
        IFoundingRule.Action[] memory actions = new IFoundingRule.Action[](2);
        actions[0] = IFoundingRule.Action(governor, admission(MARKET));
        actions[1] = actions[0];
        bytes32 id = propose(FIRST, actions);
        bytes memory reason =
            abi.encodeWithSelector(IAgencyRegistry.AgencyAlreadyAdmitted.selector, MARKET);
        refuseConfirmation(
            SECOND,
            0,
            actions,
            abi.encodeWithSelector(IFoundingRule.ActionFailed.selector, 1, reason)
        );
        equal("first action undone", agencies.agency(MARKET).admittedAt, 0);
        isFalse("still open", agencies.proposal(id).closed);
    }

    function test_an_action_needs_a_contract() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        actions[0].target = STRANGER;
        propose(FIRST, actions);
        refuseConfirmation(
            SECOND,
            0,
            actions,
            abi.encodeWithSelector(IFoundingRule.ActionTargetEmpty.selector, 0, STRANGER)
        );
    }

    function test_an_action_cannot_confirm_another_proposal() external {
        IFoundingRule.Action[] memory hidden = one(admission(MARKET));
        propose(FIRST, hidden);
        IFoundingRule.Action[] memory actions =
            one(abi.encodeCall(IFoundingRule.confirm, (0, hidden)));
        propose(FIRST, actions);
        bytes memory reason =
            abi.encodeWithSelector(IFoundingRule.FounderUnknown.selector, governor);
        refuseConfirmation(
            SECOND,
            1,
            actions,
            abi.encodeWithSelector(IFoundingRule.ActionFailed.selector, 0, reason)
        );
    }

    // --- withdrawing ---

    function test_the_proposer_withdraws() external {
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        bytes32 id = propose(FIRST, actions);
        expectEvent(governor);
        emit IFoundingRule.ActionsWithdrawn(id);
        perform("withdraw", FIRST, governor, abi.encodeCall(IFoundingRule.withdraw, (id)));
        bytes memory closed = abi.encodeWithSelector(IFoundingRule.ProposalClosed.selector, id);
        refuseConfirmation(SECOND, 0, actions, closed);
        refuse("twice", FIRST, governor, abi.encodeCall(IFoundingRule.withdraw, (id)), closed);
    }

    function test_nobody_else_withdraws() external {
        bytes32 id = propose(FIRST, one(admission(MARKET)));
        refuse(
            "another's",
            SECOND,
            governor,
            abi.encodeCall(IFoundingRule.withdraw, (id)),
            abi.encodeWithSelector(IFoundingRule.ProposalNotYours.selector, id, SECOND)
        );
        refuse(
            "of nobody",
            FIRST,
            governor,
            abi.encodeCall(IFoundingRule.withdraw, (MARKET)),
            abi.encodeWithSelector(IFoundingRule.ProposalUnknown.selector, MARKET)
        );
    }

    function testFuzz_one_member_never_suffices(uint256 member, uint8 tries) external {
        address caller = others()[within(member, 0, 2)];
        IFoundingRule.Action[] memory actions = one(admission(MARKET));
        for (uint256 i = 0; i <= tries % 8; i++) {
            bytes32 id = propose(caller, actions);
            refuseConfirmation(
                caller,
                i,
                actions,
                abi.encodeWithSelector(IFoundingRule.ProposalNeedsAnother.selector, id, caller)
            );
        }
        equal("not admitted", agencies.agency(MARKET).admittedAt, 0);
    }

    function creationFails(address[] memory members, bytes memory wanted) private {
        try new AgencyRegistry(members) {
            revert NotRefused("creation", wanted);
        } catch (bytes memory answer) {
            equal("error", keccak256(answer), keccak256(wanted));
        }
    }

    function one(bytes memory data) private view returns (IFoundingRule.Action[] memory actions) {
        actions = new IFoundingRule.Action[](1);
        actions[0] = IFoundingRule.Action(governor, data);
    }

    function admission(bytes32 id) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyRegistry.admit, (id, "Market authority", 310101));
    }

    function only(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodePacked(selector);
    }

    function propose(address caller, IFoundingRule.Action[] memory actions)
        private
        returns (bytes32)
    {
        VM.prank(caller);
        return agencies.propose(actions);
    }

    function confirm(address caller, uint256 nonce, IFoundingRule.Action[] memory actions)
        private
    {
        VM.prank(caller);
        agencies.confirm(nonce, actions);
    }

    function refuseConfirmation(
        address caller,
        uint256 nonce,
        IFoundingRule.Action[] memory actions,
        bytes memory wanted
    ) private {
        bytes memory data = abi.encodeCall(IFoundingRule.confirm, (nonce, actions));
        refuse("confirmation", caller, governor, data, wanted);
    }
}
