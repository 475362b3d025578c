// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBases} from "../interfaces/IAgencyBases.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

contract BasesTest is Registered {
    bytes32 private constant ITEM = "restaurant-opening";
    bytes32 private constant LEASE = "lease";
    uint8 private constant STATUTORY = 2;

    function setUp() external {
        register();
    }

    function test_a_basis_holds_in_its_period() external {
        expectEvent(target);
        emit IAgencyBases.AgencyBasisGranted(
            MARKET, ITEM, LEASE, STATUTORY, 0, START, START + 20
        );
        grant(STATUTORY, 0, START + 20);
        basisIs(STATUTORY, START - 1, false, 0);
        basisIs(STATUTORY, START, true, 0);
        basisIs(STATUTORY, START + 20, false, 0);
        grant(STATUTORY, START + 20, 0);
        basisIs(STATUTORY, START + 20, true, 1);
    }

    function test_a_basis_is_for_one_item_kind_and_sort() external {
        grant(STATUTORY, 0, 0);
        basisIs(1, START, false, 0);
        isFalse("other item", granted(MARKET, "other", LEASE));
        isFalse("other kind", granted(MARKET, ITEM, "other"));
        isFalse("swapped", granted(MARKET, LEASE, ITEM));
        isFalse("other agency", granted(HEALTH, ITEM, LEASE));
    }

    function test_an_ended_basis_held_for_what_was_before() external {
        grant(STATUTORY, 0, 0);
        VM.warp(START + 10);
        expectEvent(target);
        emit IAgencyBases.AgencyBasisEnded(MARKET, ITEM, LEASE, STATUTORY, 0, START + 10);
        change(ending(0, 0));
        basisIs(STATUTORY, START + 9, true, 0);
        basisIs(STATUTORY, START + 10, false, 0);
        (IAgencyHistory.Period[] memory rows, uint256 total) =
            agencies.basisRows(MARKET, ITEM, LEASE, STATUTORY, 0, 9);
        equal("total", total, 1);
        equal("ended", rows[0].endedAt, START + 10);
    }

    function test_no_basis_holds_while_suspended_or_after_the_end() external {
        grant(STATUTORY, 0, 0);
        VM.warp(START + 10);
        suspend(MARKET, START + 20);
        basisIs(STATUTORY, START + 9, true, 0);
        basisIs(STATUTORY, START + 10, false, 0);
        basisIs(STATUTORY, START + 20, true, 0);
        VM.warp(START + 30);
        expel(MARKET);
        basisIs(STATUTORY, START + 29, true, 0);
        basisIs(STATUTORY, START + 30, false, 0);
    }

    function test_bases_name_every_list_once() external {
        grant(1, 0, START + 10);
        grant(1, START + 10, 0);
        grant(4, 0, 0);
        (IAgencyBases.BasisKey[] memory keys, uint256 total) = agencies.bases(MARKET, 0, 9);
        equal("total", total, 2);
        equal("item", keys[0].item, ITEM);
        equal("kind", keys[0].kind, LEASE);
        equal("sort", keys[0].sort, 1);
        equal("second", keys[1].sort, 4);
        (keys,) = agencies.bases(MARKET, 1, 9);
        equal("page", keys.length, 1);
        equal("page", keys[0].sort, 4);
    }

    function test_granting_refuses() external {
        bytes memory missing = abi.encodeWithSelector(IAgencyBodies.AgencyIdMissing.selector);
        refused(granting(MARKET, 0, LEASE, STATUTORY), missing);
        refused(granting(MARKET, ITEM, 0, STATUTORY), missing);
        bytes4 unknown = IAgencyBases.AgencyBasisUnknown.selector;
        refused(granting(MARKET, ITEM, LEASE, 0), abi.encodeWithSelector(unknown, 0));
        refused(granting(MARKET, ITEM, LEASE, 5), abi.encodeWithSelector(unknown, 5));
        bytes4 row = IAgencyHistory.AgencyRowUnknown.selector;
        refused(ending(0, 0), abi.encodeWithSelector(row, 0, 0));
    }

    function test_a_social_user_gets_no_basis() external {
        admit("bank", IAgencyBodies.UserKind.Social);
        bytes4 social = IAgencyBases.AgencySocial.selector;
        refused(
            granting("bank", ITEM, LEASE, STATUTORY),
            abi.encodeWithSelector(social, bytes32("bank"))
        );
    }

    function basisIs(uint8 sort, uint40 time, bool held, uint256 row) private view {
        (bool found, uint256 foundRow) = agencies.basisGranted(MARKET, ITEM, LEASE, sort, time);
        equal("held", found ? 1 : 0, held ? 1 : 0);
        equal("row", foundRow, row);
    }

    function granted(bytes32 id, bytes32 item, bytes32 kind) private view returns (bool held) {
        (held,) = agencies.basisGranted(id, item, kind, STATUTORY, START);
    }

    function grant(uint8 sort, uint40 from, uint40 to) private {
        change(abi.encodeCall(IAgencyBases.grantBasis, (MARKET, ITEM, LEASE, sort, from, to)));
    }

    function granting(bytes32 id, bytes32 item, bytes32 kind, uint8 sort)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IAgencyBases.grantBasis, (id, item, kind, sort, 0, 0));
    }

    function ending(uint256 row, uint40 endAt) private pure returns (bytes memory) {
        return abi.encodeCall(
            IAgencyBases.endBasis, (MARKET, ITEM, LEASE, STATUTORY, row, endAt)
        );
    }
}
