// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {IAgencyScopes} from "../interfaces/IAgencyScopes.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

contract ScopesTest is Registered {
    function setUp() external {
        register();
    }

    function test_an_entitlement_holds_in_its_region_and_period() external {
        expectEvent(target);
        emit IAgencyScopes.AgencyScopeAdded(
            MARKET, FOOD_PERMIT, DISTRICT, 0, START + 10, START + 20
        );
        add(DISTRICT, START + 10, START + 20);
        entitlementIs(DISTRICT, START + 9, false, 0, 0);
        entitlementIs(DISTRICT, START + 10, true, DISTRICT, 0);
        entitlementIs(DISTRICT, START + 19, true, DISTRICT, 0);
        entitlementIs(DISTRICT, START + 20, false, 0, 0);
        entitlementIs(310102, START + 10, false, 0, 0);
        entitlementIs(0, START + 10, false, 0, 0);
    }

    function test_an_entitlement_anywhere_covers_every_region() external {
        add(0, 0, 0);
        entitlementIs(DISTRICT, START, true, 0, 0);
        entitlementIs(0, START, true, 0, 0);
        add(DISTRICT, 0, START + 10);
        add(DISTRICT, START + 10, 0);
        entitlementIs(DISTRICT, START + 10, true, DISTRICT, 1);
        entitlementIs(310102, START + 10, true, 0, 0);
    }

    function test_a_province_does_not_cover_its_districts() external {
        add(310000, 0, 0);
        entitlementIs(310000, START, true, 310000, 0);
        entitlementIs(DISTRICT, START, false, 0, 0);
    }

    function test_an_ended_entitlement_held_for_what_was_before() external {
        add(DISTRICT, 0, START + 90);
        VM.warp(START + 20);
        expectEvent(target);
        emit IAgencyScopes.AgencyScopeEnded(MARKET, FOOD_PERMIT, DISTRICT, 0, START + 30);
        change(ending(0, START + 30));
        entitlementIs(DISTRICT, START + 29, true, DISTRICT, 0);
        entitlementIs(DISTRICT, START + 30, false, 0, 0);
        (IAgencyHistory.Period[] memory rows, uint256 total) =
            agencies.scopeRows(MARKET, FOOD_PERMIT, DISTRICT, 0, 9);
        equal("total", total, 1);
        equal("from", rows[0].validFrom, START);
        equal("plan kept", rows[0].validTo, START + 90);
        equal("recorded", rows[0].recordedAt, START);
        equal("ended", rows[0].endedAt, START + 30);
        equal("end recorded", rows[0].endRecordedAt, START + 20);
    }

    function test_an_agency_is_entitled_to_nothing_while_suspended() external {
        add(DISTRICT, 0, 0);
        VM.warp(START + 10);
        suspend(MARKET, START + 20);
        entitlementIs(DISTRICT, START + 9, true, DISTRICT, 0);
        entitlementIs(DISTRICT, START + 10, false, 0, 0);
        entitlementIs(DISTRICT, START + 20, true, DISTRICT, 0);
    }

    function test_an_agency_is_entitled_to_nothing_after_its_end() external {
        add(DISTRICT, 0, 0);
        VM.warp(START + 10);
        expel(MARKET);
        entitlementIs(DISTRICT, START + 9, true, DISTRICT, 0);
        entitlementIs(DISTRICT, START + 10, false, 0, 0);
    }

    function test_nobody_is_entitled_before_admission() external view {
        entitlementIs(DISTRICT, START - 1, false, 0, 0);
        (bool held,,) = agencies.entitled("nobody", FOOD_PERMIT, DISTRICT, START);
        isFalse("nobody", held);
    }

    function test_scopes_name_every_list_once() external {
        add(DISTRICT, 0, START + 10);
        add(DISTRICT, START + 10, 0);
        add(0, 0, 0);
        (IAgencyScopes.ScopeKey[] memory keys, uint256 total) = agencies.scopes(MARKET, 0, 9);
        equal("total", total, 2);
        equal("type", keys[0].licenceType, FOOD_PERMIT);
        equal("region", keys[0].region, DISTRICT);
        equal("anywhere", keys[1].region, 0);
        (keys,) = agencies.scopes(MARKET, 1, 9);
        equal("page", keys.length, 1);
        equal("page", keys[0].region, 0);
    }

    function test_entitlements_refuse() external {
        bytes memory data = abi.encodeCall(IAgencyScopes.addScope, (MARKET, 0, 0, 0, 0));
        refused(data, abi.encodeWithSelector(IAgencyBodies.AgencyIdMissing.selector));
        bytes4 unknown = IAgencyHistory.AgencyRowUnknown.selector;
        refused(ending(0, 0), abi.encodeWithSelector(unknown, 0, 0));
        add(DISTRICT, 0, START + 10);
        bytes4 overlaps = IAgencyHistory.AgencyPeriodOverlaps.selector;
        data = addition(DISTRICT, START + 9, 0);
        refused(data, abi.encodeWithSelector(overlaps, 0, START + 10, START + 9));
    }

    function entitlementIs(uint32 region, uint40 time, bool held, uint32 by, uint256 row)
        private
        view
    {
        (bool found, uint32 scopeRegion, uint256 scopeRow) =
            agencies.entitled(MARKET, FOOD_PERMIT, region, time);
        equal("held", found ? 1 : 0, held ? 1 : 0);
        equal("region", scopeRegion, by);
        equal("row", scopeRow, row);
    }

    function add(uint32 region, uint40 from, uint40 to) private {
        change(addition(region, from, to));
    }

    function addition(uint32 region, uint40 from, uint40 to) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyScopes.addScope, (MARKET, FOOD_PERMIT, region, from, to));
    }

    function ending(uint256 row, uint40 endAt) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyScopes.endScope, (MARKET, FOOD_PERMIT, DISTRICT, row, endAt));
    }
}
