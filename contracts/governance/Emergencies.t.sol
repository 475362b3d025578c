// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IEmergencies} from "../interfaces/IEmergencies.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev What one member can do without a vote.
contract EmergenciesTest is Consortium {
    function setUp() external {
        consort();
        agree(admission(MARKET));
        agree(admission(HEALTH));
    }

    function test_a_member_suspends_for_three_days() external {
        (bytes32 none,) = governance.emergencyOf(MARKET);
        equal("none yet", none, 0);
        expectEvent(address(agencies));
        emit IAgencyBodies.AgencySuspended(MARKET, 0, START + 3 days);
        expectEvent(governor);
        emit IEmergencies.EmergencySuspension(MARKET, FIRST_MEMBER, REASON, START + 3 days);
        suspend(FIRST, MARKET);
        isTrue("at once", agencies.suspendedAt(MARKET, START));
        isTrue("to the end", agencies.suspendedAt(MARKET, START + 3 days - 1));
        isFalse("it lapses", agencies.suspendedAt(MARKET, START + 3 days));
        (bytes32 member, uint40 startedAt) = governance.emergencyOf(MARKET);
        equal("member", member, FIRST_MEMBER);
        equal("started", startedAt, START);
    }

    function test_a_vote_confirms_it() external {
        suspend(FIRST, MARKET);
        VM.warp(START + 1 days);
        agree(suspension(MARKET));
        isTrue("lasts", agencies.suspendedAt(MARKET, START + 30 days));
        suspend(FIRST, HEALTH, IEmergencies.EmergencyRunning.selector, FIRST_MEMBER, MARKET);
    }

    function test_a_vote_ends_it() external {
        suspend(FIRST, MARKET);
        agree(one(IActions.Kind.Reinstate, abi.encode(MARKET)));
        isFalse("ended", agencies.suspendedAt(MARKET, START + 1));
    }

    function test_an_agency_is_suspended_once_in_thirty_days() external {
        suspend(FIRST, MARKET);
        VM.warp(START + 30 days - 1);
        for (uint256 i = 0; i < MEMBERS; i++) {
            bytes memory wanted = abi.encodeWithSelector(
                IEmergencies.EmergencySpent.selector, MARKET, START + 30 days
            );
            refuse("spent", voterOf(i), governor, emergency(MARKET), wanted);
        }
        VM.warp(START + 30 days);
        suspend(SECOND, MARKET);
        (bytes32 member,) = governance.emergencyOf(MARKET);
        equal("member", member, SECOND_MEMBER);
        // What another member began does not bind the first one.
        suspend(FIRST, HEALTH);
    }

    function test_a_member_suspends_one_agency_at_a_time() external {
        suspend(FIRST, MARKET);
        VM.warp(START + 3 days - 1);
        suspend(FIRST, HEALTH, IEmergencies.EmergencyRunning.selector, FIRST_MEMBER, MARKET);
        VM.warp(START + 3 days);
        suspend(FIRST, HEALTH);
    }

    function test_a_running_suspension_is_not_shortened() external {
        agree(suspension(MARKET));
        bytes memory wanted =
            abi.encodeWithSelector(IEmergencies.EmergencyNeedless.selector, MARKET);
        refuse("needless", FIRST, governor, emergency(MARKET), wanted);
        isTrue("still", agencies.suspendedAt(MARKET, START + 30 days));
    }

    function test_emergencies_refuse() external {
        bytes memory wanted = abi.encodeWithSelector(IMembers.VoterUnknown.selector, STRANGER);
        refuse("stranger", STRANGER, governor, emergency(MARKET), wanted);
        wanted = abi.encodeWithSelector(IEmergencies.EmergencySelf.selector, FIRST_MEMBER);
        refuse("itself", FIRST, governor, emergency(FIRST_MEMBER), wanted);
        bytes memory data =
            abi.encodeCall(IEmergencies.suspendInEmergency, (MARKET, bytes32(0)));
        wanted = abi.encodeWithSelector(IMembers.ReasonMissing.selector);
        refuse("no reason", FIRST, governor, data, wanted);
        wanted = abi.encodeWithSelector(IAgencyBodies.AgencyUnknown.selector, bytes32("nobody"));
        refuse("nobody", FIRST, governor, emergency("nobody"), wanted);
    }

    function test_attack_a_suspended_member_strikes_back() external {
        agree(admission(FIRST_MEMBER));
        agree(admission(SECOND_MEMBER));
        suspend(SECOND, FIRST_MEMBER);
        bytes memory wanted =
            abi.encodeWithSelector(IMembers.MemberSuspended.selector, FIRST_MEMBER);
        refuse("strikes back", FIRST, governor, emergency(SECOND_MEMBER), wanted);
    }

    function suspend(address voter, bytes32 agency) private {
        perform("emergency", voter, governor, emergency(agency));
    }

    function suspend(address voter, bytes32 agency, bytes4 error_, bytes32 first, bytes32 second)
        private
    {
        bytes memory wanted = abi.encodeWithSelector(error_, first, second);
        refuse("emergency", voter, governor, emergency(agency), wanted);
    }

    function emergency(bytes32 agency) private pure returns (bytes memory) {
        return abi.encodeCall(IEmergencies.suspendInEmergency, (agency, REASON));
    }
}
