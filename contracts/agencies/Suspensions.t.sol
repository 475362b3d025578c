// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {IAgencyScopes} from "../interfaces/IAgencyScopes.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

contract SuspensionsTest is Registered {
    function setUp() external {
        register();
    }

    function test_a_suspension_lapses() external {
        expectEvent(target);
        emit IAgencyBodies.AgencySuspended(MARKET, 0, START + 60);
        suspend(MARKET, START + 60);
        isFalse("before", agencies.suspendedAt(MARKET, START - 1));
        isTrue("at once", agencies.suspendedAt(MARKET, START));
        isTrue("until", agencies.suspendedAt(MARKET, START + 59));
        isFalse("then", agencies.suspendedAt(MARKET, START + 60));
        isFalse("others", agencies.suspendedAt(HEALTH, START));
    }

    function test_a_suspension_lasts_until_reinstatement() external {
        suspend(MARKET, 0);
        isTrue("for ever", agencies.suspendedAt(MARKET, FOR_EVER - 1));
        VM.warp(START + 50);
        expectEvent(target);
        emit IAgencyBodies.AgencyReinstated(MARKET);
        change(abi.encodeCall(IAgencyBodies.reinstate, (MARKET)));
        isTrue("was", agencies.suspendedAt(MARKET, START + 49));
        isFalse("is not", agencies.suspendedAt(MARKET, START + 50));
    }

    function test_a_running_suspension_is_replaced() external {
        suspend(MARKET, START + 60);
        VM.warp(START + 10);
        expectEvent(target);
        emit IAgencyBodies.AgencySuspended(MARKET, 1, 0);
        suspend(MARKET, 0);
        (IAgencyHistory.Period[] memory rows, uint256 total) = agencies.suspensions(MARKET, 0, 9);
        equal("total", total, 2);
        equal("first plan", rows[0].validTo, START + 60);
        equal("first end", rows[0].endedAt, START + 10);
        equal("second", rows[1].validFrom, START + 10);
        isTrue("still", agencies.suspendedAt(MARKET, START + 60));
    }

    function test_a_suspension_is_replaced_in_its_own_block() external {
        suspend(MARKET, START + 60);
        suspend(MARKET, START + 30);
        isTrue("second", agencies.suspendedAt(MARKET, START + 29));
        isFalse("not the first", agencies.suspendedAt(MARKET, START + 30));
    }

    function test_a_suspension_refuses() external {
        bytes4 empty = IAgencyHistory.AgencyPeriodEmpty.selector;
        bytes memory data = abi.encodeCall(IAgencyBodies.suspend, (MARKET, START));
        refused(data, abi.encodeWithSelector(empty, START, START));
        data = abi.encodeCall(IAgencyBodies.reinstate, (MARKET));
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyBodies.AgencyNotSuspended.selector, MARKET);
        refused(data, wanted);
        suspend(MARKET, START + 10);
        VM.warp(START + 10);
        refused(data, wanted);
    }

    function test_a_suspended_agency_is_still_changed() external {
        suspend(MARKET, 0);
        change(abi.encodeCall(IAgencyBodies.rename, (MARKET, "Renamed")));
        change(abi.encodeCall(IAgencyScopes.addScope, (MARKET, FOOD_PERMIT, 0, 0, 0)));
        (bool held,,) = agencies.entitled(MARKET, FOOD_PERMIT, 0, START);
        isFalse("entitled", held);
    }

    function test_a_list_of_suspensions_can_be_full() external {
        for (uint256 i = 0; i < 256; i++) {
            VM.warp(START + i);
            suspend(MARKET, 0);
        }
        bytes memory data = abi.encodeCall(IAgencyBodies.suspend, (MARKET, 0));
        refused(data, abi.encodeWithSelector(IAgencyHistory.AgencyRowsFull.selector, 256));
    }
}
