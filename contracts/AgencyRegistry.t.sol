// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {Founded} from "./testing/Founded.sol";
import {VM} from "./testing/Vm.sol";

contract AgencyRegistryTest is Founded {
    bytes32 private constant KEY = keccak256("a key");
    bytes32 private constant OTHER_KEY = keccak256("another key");
    uint32 private constant DISTRICT = 310101;
    uint40 private constant FOR_EVER = type(uint40).max;

    function setUp() external {
        found();
        VM.prank(governor);
        agencies.admit(MARKET, "Market authority", DISTRICT);
    }

    // --- admit ---

    function test_admit_records_the_agency() external {
        expectEvent(governor);
        emit IAgencyRegistry.AgencyAdmitted(HEALTH, DISTRICT, unicode"区卫生健康委");
        change(abi.encodeCall(IAgencyRegistry.admit, (HEALTH, unicode"区卫生健康委", DISTRICT)));
        IAgencyRegistry.Agency memory admitted = agencies.agency(HEALTH);
        equal("name", admitted.name, unicode"区卫生健康委");
        equal("region", admitted.region, DISTRICT);
        equal("time", admitted.admittedAt, START);
        equal("unknown", agencies.agency("nobody").admittedAt, 0);
    }

    function test_admit_refuses() external {
        bytes memory data = abi.encodeCall(IAgencyRegistry.admit, (0, "Name", 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyIdMissing.selector));
        data = abi.encodeCall(IAgencyRegistry.admit, (MARKET, "Name", 0));
        bytes4 twice = IAgencyRegistry.AgencyAlreadyAdmitted.selector;
        refused(data, abi.encodeWithSelector(twice, MARKET));
        bytes4 length = IAgencyRegistry.AgencyNameLength.selector;
        data = abi.encodeCall(IAgencyRegistry.admit, (HEALTH, "", 0));
        refused(data, abi.encodeWithSelector(length, 0, 256));
        data = abi.encodeCall(IAgencyRegistry.admit, (HEALTH, string(new bytes(257)), 0));
        refused(data, abi.encodeWithSelector(length, 257, 256));
        change(abi.encodeCall(IAgencyRegistry.admit, (HEALTH, string(new bytes(256)), 0)));
    }

    function test_agencies_pages() external {
        change(abi.encodeCall(IAgencyRegistry.admit, (HEALTH, "Health", 0)));
        (bytes32[] memory ids, uint256 total) = agencies.agencies(0, 10);
        equal("total", total, 2);
        equal("first", ids[0], MARKET);
        equal("second", ids[1], HEALTH);
        (ids, total) = agencies.agencies(1, 1);
        equal("page", ids.length, 1);
        equal("page", ids[0], HEALTH);
        (ids,) = agencies.agencies(0, 1);
        equal("short page", ids.length, 1);
        (ids, total) = agencies.agencies(2, type(uint256).max);
        equal("beyond", ids.length, 0);
        equal("total", total, 2);
    }

    // --- roles ---

    function test_every_change_is_reserved() external {
        bytes[] memory changes = new bytes[](5);
        changes[0] = abi.encodeCall(IAgencyRegistry.admit, (HEALTH, "Health", 0));
        changes[1] = abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, 0));
        changes[2] = abi.encodeCall(IAgencyRegistry.endKey, (MARKET, 0, 0));
        changes[3] = abi.encodeCall(IAgencyRegistry.addScope, (MARKET, FOOD_PERMIT, 0, 0, 0));
        changes[4] = abi.encodeCall(IAgencyRegistry.endScope, (MARKET, FOOD_PERMIT, 0, 0));
        reserved(governor, changes);
    }

    function test_every_change_needs_an_admitted_agency() external {
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyRegistry.AgencyUnknown.selector, HEALTH);
        refused(abi.encodeCall(IAgencyRegistry.addKey, (HEALTH, KEY, 0, 0)), wanted);
        refused(abi.encodeCall(IAgencyRegistry.endKey, (HEALTH, 0, 0)), wanted);
        refused(abi.encodeCall(IAgencyRegistry.addScope, (HEALTH, FOOD_PERMIT, 0, 0, 0)), wanted);
        refused(abi.encodeCall(IAgencyRegistry.endScope, (HEALTH, FOOD_PERMIT, 0, 0)), wanted);
    }

    // --- keys ---

    function test_key_counts_within_its_period() external {
        expectEvent(governor);
        emit IAgencyRegistry.AgencyKeyAdded(MARKET, KEY, 0, START + 10, START + 20);
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START + 10, START + 20)));
        isFalse("before", agencies.keyValid(MARKET, KEY, START + 9));
        isTrue("first second", agencies.keyValid(MARKET, KEY, START + 10));
        isTrue("last second", agencies.keyValid(MARKET, KEY, START + 19));
        isFalse("end", agencies.keyValid(MARKET, KEY, START + 20));
        isFalse("other key", agencies.keyValid(MARKET, OTHER_KEY, START + 10));
        isFalse("other agency", agencies.keyValid(HEALTH, KEY, START + 10));
    }

    function test_key_from_now_on() external {
        expectEvent(governor);
        emit IAgencyRegistry.AgencyKeyAdded(MARKET, KEY, 0, START, 0);
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, 0)));
        isFalse("before", agencies.keyValid(MARKET, KEY, START - 1));
        isTrue("now", agencies.keyValid(MARKET, KEY, START));
        isTrue("long after", agencies.keyValid(MARKET, KEY, FOR_EVER - 1));
    }

    function test_ended_key_counts_for_what_was_before() external {
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, 0)));
        VM.warp(START + 100);
        expectEvent(governor);
        emit IAgencyRegistry.AgencyKeyEnded(MARKET, KEY, 0, START + 100);
        change(abi.encodeCall(IAgencyRegistry.endKey, (MARKET, 0, 0)));
        isTrue("before", agencies.keyValid(MARKET, KEY, START + 99));
        isFalse("after", agencies.keyValid(MARKET, KEY, START + 100));
        (IAgencyRegistry.KeyRow[] memory rows, uint256 total) = agencies.keyRows(MARKET, 0, 9);
        equal("total", total, 1);
        equal("key", rows[0].keyId, KEY);
        equal("plan kept", rows[0].period.validTo, 0);
        equal("recorded", rows[0].period.recordedAt, START);
        equal("end", rows[0].period.endedAt, START + 100);
        equal("end recorded", rows[0].period.endRecordedAt, START + 100);
    }

    function test_key_can_be_renewed_by_its_agency_only() external {
        change(abi.encodeCall(IAgencyRegistry.admit, (HEALTH, "Health", 0)));
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START, START + 10)));
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START + 20, 0)));
        isTrue("first", agencies.keyValid(MARKET, KEY, START));
        isFalse("gap", agencies.keyValid(MARKET, KEY, START + 10));
        isTrue("second", agencies.keyValid(MARKET, KEY, START + 20));
        refused(
            abi.encodeCall(IAgencyRegistry.addKey, (HEALTH, KEY, 0, 0)),
            abi.encodeWithSelector(IAgencyRegistry.AgencyKeyHeld.selector, KEY, MARKET)
        );
    }

    function test_key_rows_never_overlap() external {
        bytes memory held =
            abi.encodeWithSelector(IAgencyRegistry.AgencyKeyHeld.selector, KEY, MARKET);
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, OTHER_KEY, 0, 0)));
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START + 10, START + 20)));
        refused(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, 0)), held);
        refused(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, START + 11)), held);
        refused(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START + 19, 0)), held);
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, START + 10)));
        change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, START + 20, 0)));
        change(abi.encodeCall(IAgencyRegistry.endKey, (MARKET, 3, START + 30)));
        isTrue("until its end", agencies.keyValid(MARKET, KEY, START + 29));
        isFalse("no other row", agencies.keyValid(MARKET, KEY, START + 30));
    }

    function test_key_refuses() external {
        bytes memory data = abi.encodeCall(IAgencyRegistry.addKey, (MARKET, 0, 0, 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyIdMissing.selector));
        data = abi.encodeCall(IAgencyRegistry.endKey, (MARKET, 0, 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyRowUnknown.selector, 0, 0));
    }

    function test_key_rows_are_bounded() external {
        for (uint256 i = 0; i < agencies.ROW_LIMIT(); i++) {
            change(abi.encodeCall(IAgencyRegistry.addKey, (MARKET, bytes32(i + 1), 0, 0)));
        }
        bytes memory data = abi.encodeCall(IAgencyRegistry.addKey, (MARKET, KEY, 0, 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyRowsFull.selector, 256));
        isTrue("last", agencies.keyValid(MARKET, bytes32(uint256(256)), START));
    }

    // --- entitlements ---

    function test_scope_holds_within_its_period_and_region() external {
        expectEvent(governor);
        emit IAgencyRegistry.AgencyScopeAdded(
            MARKET, FOOD_PERMIT, DISTRICT, 0, START + 10, START + 20
        );
        addScope(DISTRICT, START + 10, START + 20);
        entitledIs("before", DISTRICT, START + 9, false, 0);
        entitledIs("first second", DISTRICT, START + 10, true, 0);
        entitledIs("last second", DISTRICT, START + 19, true, 0);
        entitledIs("end", DISTRICT, START + 20, false, 0);
        entitledIs("other region", DISTRICT + 1, START + 10, false, 0);
        entitledIs("anywhere asked", 0, START + 10, false, 0);
        (bool held,) = agencies.entitled(MARKET, "other-permit", DISTRICT, START + 10);
        isFalse("other type", held);
        (held,) = agencies.entitled(HEALTH, FOOD_PERMIT, DISTRICT, START + 10);
        isFalse("other agency", held);
    }

    function test_scope_anywhere_holds_everywhere() external {
        addScope(0, 0, 0);
        entitledIs("district", DISTRICT, START, true, 0);
        entitledIs("anywhere", 0, FOR_EVER - 1, true, 0);
    }

    function test_scope_names_the_first_row_that_says_so() external {
        addScope(DISTRICT, START, START + 10);
        addScope(DISTRICT, START + 5, START + 20);
        addScope(DISTRICT + 1, START, 0);
        entitledIs("both", DISTRICT, START + 5, true, 0);
        entitledIs("second", DISTRICT, START + 10, true, 1);
        entitledIs("third", DISTRICT + 1, START + 30, true, 2);
    }

    function test_ended_scope_holds_for_what_was_before() external {
        addScope(DISTRICT, 0, START + 1000);
        VM.warp(START + 100);
        expectEvent(governor);
        emit IAgencyRegistry.AgencyScopeEnded(MARKET, FOOD_PERMIT, 0, START + 500);
        endScope(START + 500);
        entitledIs("before", DISTRICT, START + 499, true, 0);
        entitledIs("after", DISTRICT, START + 500, false, 0);
        endScope(START + 200);
        entitledIs("brought forward", DISTRICT, START + 200, false, 0);
        (IAgencyRegistry.ScopeRow[] memory rows, uint256 total) =
            agencies.scopeRows(MARKET, FOOD_PERMIT, 0, 1);
        equal("total", total, 1);
        equal("region", rows[0].region, DISTRICT);
        equal("from", rows[0].period.validFrom, START);
        equal("plan kept", rows[0].period.validTo, START + 1000);
        equal("recorded", rows[0].period.recordedAt, START);
        equal("end", rows[0].period.endedAt, START + 200);
        equal("end recorded", rows[0].period.endRecordedAt, START + 100);
    }

    function test_scope_refuses_the_past() external {
        bytes4 past = IAgencyRegistry.AgencyTimePast.selector;
        refused(scope(START - 1, 0), abi.encodeWithSelector(past, START - 1, START));
        addScope(DISTRICT, START, 0);
        VM.warp(START + 100);
        refused(ending(START + 99), abi.encodeWithSelector(past, START + 99, START + 100));
    }

    function test_scope_refuses_an_empty_period() external {
        bytes4 empty = IAgencyRegistry.AgencyPeriodEmpty.selector;
        bytes memory wanted = abi.encodeWithSelector(empty, START + 5, START + 5);
        refused(scope(START + 5, START + 5), wanted);
        refused(scope(0, START), abi.encodeWithSelector(empty, START, START));
    }

    function test_scope_end_only_moves_forward_in_time() external {
        bytes4 later = IAgencyRegistry.AgencyEndNotEarlier.selector;
        addScope(DISTRICT, START, START + 50);
        refused(ending(START + 50), abi.encodeWithSelector(later, START + 50, START + 50));
        endScope(START + 40);
        refused(ending(START + 45), abi.encodeWithSelector(later, START + 40, START + 45));
        VM.warp(START + 60);
        refused(ending(0), abi.encodeWithSelector(later, START + 40, START + 60));
    }

    function test_scope_refuses_what_does_not_exist() external {
        bytes memory data = abi.encodeCall(IAgencyRegistry.addScope, (MARKET, 0, 0, 0, 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyIdMissing.selector));
        addScope(DISTRICT, 0, 0);
        data = abi.encodeCall(IAgencyRegistry.endScope, (MARKET, FOOD_PERMIT, 1, 0));
        refused(data, abi.encodeWithSelector(IAgencyRegistry.AgencyRowUnknown.selector, 1, 1));
    }

    function test_scope_rows_are_bounded_and_paged() external {
        for (uint32 i = 0; i < agencies.ROW_LIMIT(); i++) {
            addScope(i + 1, 0, 0);
        }
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyRegistry.AgencyRowsFull.selector, 256);
        refused(scope(0, 0), wanted);
        entitledIs("last row", 256, START, true, 255);
        (IAgencyRegistry.ScopeRow[] memory rows, uint256 total) =
            agencies.scopeRows(MARKET, FOOD_PERMIT, 250, 100);
        equal("total", total, 256);
        equal("page", rows.length, 6);
        equal("first of page", rows[0].region, 251);
    }

    /// @dev Whatever is added or ended later, no answer about the past changes.
    function testFuzz_answers_about_the_past_never_change(uint256 seed) external {
        for (uint256 i = 0; i < 6; i++) {
            somethingHappens(uint256(keccak256(abi.encode(seed, i))));
        }
        uint40 present = uint40(block.timestamp);
        bytes32 before = answers(START, present);
        for (uint256 i = 6; i < 14; i++) {
            somethingHappens(uint256(keccak256(abi.encode(seed, i))));
        }
        equal("the past", answers(START, present), before);
    }

    /// @dev Time passes, then a row is added or ended, if the registry takes it.
    function somethingHappens(uint256 seed) private {
        VM.warp(block.timestamp + (seed % 4));
        uint40 time = uint40(block.timestamp + ((seed >> 8) % 12)) - 2;
        uint40 end = (seed >> 16) % 3 == 0 ? 0 : time + uint40((seed >> 24) % 20);
        uint32 region = uint32((seed >> 32) % 3);
        bytes32 key = bytes32(uint256(region) + 1);
        bytes[4] memory changes = [
            abi.encodeCall(IAgencyRegistry.addScope, (MARKET, FOOD_PERMIT, region, time, end)),
            abi.encodeCall(
                IAgencyRegistry.endScope, (MARKET, FOOD_PERMIT, (seed >> 40) % 5, time)
            ),
            abi.encodeCall(IAgencyRegistry.addKey, (MARKET, key, time, end)),
            abi.encodeCall(IAgencyRegistry.endKey, (MARKET, (seed >> 40) % 5, time))
        ];
        VM.prank(governor);
        (bool done,) = governor.call(changes[(seed >> 48) % 4]);
        done;
    }

    function answers(uint40 from, uint40 to) private view returns (bytes32 digest) {
        for (uint40 time = from; time < to; time++) {
            for (uint32 region = 0; region < 3; region++) {
                (bool held,) = agencies.entitled(MARKET, FOOD_PERMIT, region, time);
                bool counts = agencies.keyValid(MARKET, bytes32(uint256(region) + 1), time);
                digest = keccak256(abi.encode(digest, held, counts));
            }
        }
    }

    function entitledIs(
        string memory what,
        uint32 region,
        uint40 time,
        bool wanted,
        uint256 wantedRow
    ) private view {
        (bool held, uint256 row) = agencies.entitled(MARKET, FOOD_PERMIT, region, time);
        equal(what, held ? 1 : 0, wanted ? 1 : 0);
        equal(what, row, wantedRow);
    }

    function scope(uint40 from, uint40 to) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyRegistry.addScope, (MARKET, FOOD_PERMIT, DISTRICT, from, to));
    }

    function ending(uint40 time) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyRegistry.endScope, (MARKET, FOOD_PERMIT, 0, time));
    }

    function addScope(uint32 region, uint40 from, uint40 to) private {
        change(abi.encodeCall(IAgencyRegistry.addScope, (MARKET, FOOD_PERMIT, region, from, to)));
    }

    function endScope(uint40 time) private {
        change(ending(time));
    }

    function change(bytes memory data) private {
        perform("change", governor, governor, data);
    }

    function refused(bytes memory data, bytes memory wanted) private {
        refuse("change", governor, governor, data, wanted);
    }
}
