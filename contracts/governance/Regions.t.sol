// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev A member proposes entitlements within its own region.
contract RegionsTest is Consortium {
    uint32 private constant ANYWHERE = 0;
    uint32 private constant PROVINCE = 310000;
    uint32 private constant CITY = 310100;
    uint32 private constant DISTRICT = 310101;

    function setUp() external {
        consort();
        agree(admission(MARKET));
    }

    function test_a_founding_member_that_is_not_admitted_proposes_for_anywhere() external {
        propose(0, entitlement(ANYWHERE));
        propose(0, entitlement(DISTRICT));
    }

    function test_a_member_without_a_region_proposes_for_anywhere() external {
        agree(located(ANYWHERE));
        propose(0, entitlement(ANYWHERE));
        propose(0, entitlement(440300));
    }

    function test_a_province_proposes_for_its_own() external {
        agree(located(PROVINCE));
        propose(0, entitlement(PROVINCE));
        propose(0, entitlement(CITY));
        propose(0, entitlement(DISTRICT));
        refused(PROVINCE, 320101);
        refused(PROVINCE, ANYWHERE);
    }

    function test_a_city_proposes_for_its_own() external {
        agree(located(CITY));
        propose(0, entitlement(CITY));
        propose(0, entitlement(DISTRICT));
        refused(CITY, PROVINCE);
        refused(CITY, 310201);
        refused(CITY, ANYWHERE);
    }

    function test_a_district_proposes_for_itself() external {
        agree(located(DISTRICT));
        propose(0, entitlement(DISTRICT));
        refused(DISTRICT, 310102);
        refused(DISTRICT, CITY);
        refused(DISTRICT, ANYWHERE);
    }

    function test_the_power_is_that_of_the_proposer() external {
        agree(located(DISTRICT));
        propose(1, entitlement(320101));
        IActions.Action[] memory actions = new IActions.Action[](2);
        (actions[0], actions[1]) = (entitlement(DISTRICT)[0], entitlement(320101)[0]);
        bytes4 beyond = IActions.ScopeBeyondPower.selector;
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, REASON));
        bytes memory wanted = abi.encodeWithSelector(beyond, FIRST_MEMBER, DISTRICT, 320101);
        refuse("among others", FIRST, governor, data, wanted);
    }

    function test_an_entitlement_that_cannot_be_read_is_not_proposed() external {
        bytes memory wanted = abi.encodeWithSelector(IActions.ActionMalformed.selector, 0);
        IActions.Action[] memory actions = entitlement(DISTRICT);
        actions[0].data = abi.encode(MARKET, FOOD_PERMIT);
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, REASON));
        refuse("malformed", FIRST, governor, data, wanted);
    }

    function test_attack_a_region_with_more_bits_than_it_has() external {
        agree(located(DISTRICT));
        uint256 region = (1 << 32) | DISTRICT;
        IActions.Action[] memory actions = one(
            IActions.Kind.AddScope, abi.encode(MARKET, FOOD_PERMIT, region, uint40(0), uint40(0))
        );
        uint256 number = propose(1, actions);
        yes(3, number);
        VM.warp(START + 1 days);
        bytes memory data = abi.encodeCall(IProposals.execute, (number, actions));
        bytes memory wanted = abi.encodeWithSelector(IActions.ActionFailed.selector, 0, "");
        refuse("execution", STRANGER, governor, data, wanted);
    }

    function testFuzz_nobody_proposes_beyond_its_region(uint32 power, uint32 region) external {
        power = uint32(within(power, 110000, 659999));
        region = uint32(within(region, 110000, 659999));
        if (region % 3 == 0) region = power / 10_000 * 10_000 + region % 10_000;
        if (region % 3 == 1) region = power / 100 * 100 + region % 100;
        agree(located(power));
        bool whole = power % 10_000 == 0;
        bool city = !whole && power % 100 == 0;
        bool inside = region == power || (whole && region / 10_000 == power / 10_000)
            || (city && region / 100 == power / 100);
        if (inside) propose(0, entitlement(region));
        else refused(power, region);
    }

    function refused(uint32 power, uint32 region) private {
        bytes4 beyond = IActions.ScopeBeyondPower.selector;
        bytes memory data = abi.encodeCall(IProposals.propose, (entitlement(region), REASON));
        bytes memory wanted = abi.encodeWithSelector(beyond, FIRST_MEMBER, power, region);
        refuse("beyond", FIRST, governor, data, wanted);
    }

    function located(uint32 region) private pure returns (IActions.Action[] memory) {
        return admission(FIRST_MEMBER, region, IAgencyBodies.UserKind.Government);
    }

    function entitlement(uint32 region) private pure returns (IActions.Action[] memory) {
        return one(
            IActions.Kind.AddScope, abi.encode(MARKET, FOOD_PERMIT, region, uint40(0), uint40(0))
        );
    }
}
