// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {IAgencyKeys} from "../interfaces/IAgencyKeys.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

contract KeysTest is Registered {
    bytes32 private constant KEY = keccak256("a key");
    bytes32 private constant NEXT = keccak256("the next key");
    bytes32 private constant CERTIFICATE = keccak256("its certificate");
    bytes32 private constant RENEWED = keccak256("its renewed certificate");

    function setUp() external {
        register();
    }

    // --- adding and ending ---

    function test_a_key_counts_from_now_on() external {
        expectEvent(target);
        emit IAgencyKeys.AgencyKeyAdded(MARKET, KEY, 0, CERTIFICATE, START, 0);
        add(KEY, 0, 0);
        isFalse("before", valid(START - 1));
        isTrue("now", valid(START));
        isTrue("long after", valid(FOR_EVER - 1));
        isFalse("another agency's", agencies.keyValid(HEALTH, KEY, START));
        isFalse("another key", agencies.keyValid(MARKET, NEXT, START));
        isFalse("nobody's", agencies.keyValid(0, NEXT, START));
    }

    function test_an_ended_key_counts_for_what_was_before() external {
        add(KEY, 0, 0);
        VM.warp(START + 100);
        expectEvent(target);
        emit IAgencyKeys.AgencyKeyEnded(MARKET, KEY, 0, START + 100);
        change(ending(MARKET, KEY, 0, 0));
        isTrue("before", valid(START + 99));
        isFalse("after", valid(START + 100));
    }

    function test_a_key_is_renewed_with_another_certificate() external {
        add(KEY, START, START + 10);
        change(addition(MARKET, KEY, RENEWED, START + 20, 0));
        isTrue("first", valid(START + 9));
        isFalse("gap", valid(START + 10));
        isTrue("second", valid(START + 20));
        (IAgencyKeys.KeyRow[] memory rows, uint256 total) = agencies.keyRows(KEY, 0, 9);
        equal("total", total, 2);
        equal("certificate", rows[0].certificate, CERTIFICATE);
        equal("end", rows[0].period.validTo, START + 10);
        equal("renewed", rows[1].certificate, RENEWED);
        equal("from", rows[1].period.validFrom, START + 20);
        (rows,) = agencies.keyRows(KEY, 1, 1);
        equal("page", rows[0].certificate, RENEWED);
    }

    function test_keys_of_an_agency() external {
        add(KEY, 0, START + 10);
        add(KEY, START + 10, 0);
        add(NEXT, 0, 0);
        (bytes32[] memory ids, uint256 total) = agencies.keyIds(MARKET, 0, 9);
        equal("total", total, 2);
        equal("first", ids[0], KEY);
        equal("second", ids[1], NEXT);
        (bytes32 holder, uint40 compromisedAt) = agencies.keyOf(KEY);
        equal("holder", holder, MARKET);
        equal("never compromised", compromisedAt, 0);
        (holder,) = agencies.keyOf("unknown");
        equal("nobody's", holder, 0);
    }

    function test_a_key_speaks_for_one_agency_for_ever() external {
        admit(HEALTH);
        add(KEY, 0, START + 10);
        bytes4 held = IAgencyKeys.AgencyKeyHeld.selector;
        refused(
            addition(HEALTH, KEY, CERTIFICATE, START + 20, 0),
            abi.encodeWithSelector(held, KEY, MARKET)
        );
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyKeys.AgencyKeyUnknown.selector, HEALTH, KEY);
        refused(ending(HEALTH, KEY, 0, 0), wanted);
        refused(abi.encodeCall(IAgencyKeys.compromiseKey, (HEALTH, KEY, 0)), wanted);
    }

    function test_adding_and_ending_refuse() external {
        bytes memory missing = abi.encodeWithSelector(IAgencyBodies.AgencyIdMissing.selector);
        refused(addition(MARKET, 0, CERTIFICATE, 0, 0), missing);
        refused(addition(MARKET, KEY, 0, 0, 0), missing);
        add(KEY, 0, 0);
        bytes4 overlaps = IAgencyHistory.AgencyPeriodOverlaps.selector;
        refused(
            addition(MARKET, KEY, RENEWED, START + 5, 0),
            abi.encodeWithSelector(overlaps, 0, FOR_EVER, START + 5)
        );
        bytes4 unknown = IAgencyHistory.AgencyRowUnknown.selector;
        refused(ending(MARKET, KEY, 1, 0), abi.encodeWithSelector(unknown, 1, 1));
    }

    // --- rotation ---

    function test_a_rotation_leaves_no_gap_and_no_overlap() external {
        add(KEY, 0, 0);
        expectEvent(target);
        emit IAgencyKeys.AgencyKeyEnded(MARKET, KEY, 0, START + 50);
        expectEvent(target);
        emit IAgencyKeys.AgencyKeyAdded(MARKET, NEXT, 0, RENEWED, START + 50, START + 90);
        change(rotation(KEY, NEXT, START + 50, START + 90));
        isTrue("old", valid(START + 49));
        isFalse("old ended", valid(START + 50));
        isFalse("new", agencies.keyValid(MARKET, NEXT, START + 49));
        isTrue("new began", agencies.keyValid(MARKET, NEXT, START + 50));
        isFalse("new ended", agencies.keyValid(MARKET, NEXT, START + 90));
    }

    function test_a_rotation_may_be_at_once_and_keep_the_key() external {
        add(KEY, 0, 0);
        VM.warp(START + 7);
        change(rotation(KEY, KEY, 0, 0));
        isTrue("before", valid(START + 6));
        isTrue("after", valid(START + 7));
        (IAgencyKeys.KeyRow[] memory rows,) = agencies.keyRows(KEY, 0, 9);
        equal("ended", rows[0].period.endedAt, START + 7);
        equal("renewed", rows[1].certificate, RENEWED);
    }

    function test_a_rotation_that_fails_ends_nothing() external {
        admit(HEALTH);
        add(KEY, 0, 0);
        change(addition(HEALTH, NEXT, CERTIFICATE, 0, 0));
        bytes4 held = IAgencyKeys.AgencyKeyHeld.selector;
        refused(rotation(KEY, NEXT, 0, 0), abi.encodeWithSelector(held, NEXT, HEALTH));
        isTrue("still", valid(START + 1));
    }

    // --- compromise ---

    function test_a_compromise_may_lie_in_the_past() external {
        add(KEY, 0, 0);
        VM.warp(START + 100);
        expectEvent(target);
        emit IAgencyKeys.AgencyKeyCompromised(MARKET, KEY, START + 40);
        change(compromise(START + 40));
        isTrue("before", valid(START + 39));
        isFalse("from then on", valid(START + 40));
        (, uint40 compromisedAt) = agencies.keyOf(KEY);
        equal("on record", compromisedAt, START + 40);
    }

    function test_a_compromise_only_moves_to_an_earlier_time() external {
        add(KEY, 0, 0);
        VM.warp(START + 100);
        change(compromise(0));
        isTrue("just before", valid(START + 99));
        bytes4 later = IAgencyKeys.AgencyCompromiseNotEarlier.selector;
        refused(compromise(0), abi.encodeWithSelector(later, START + 100, START + 100));
        change(compromise(START));
        isFalse("never", valid(START));
        refused(compromise(START), abi.encodeWithSelector(later, START, START));
    }

    function test_a_compromise_refuses() external {
        add(KEY, START + 10, START + 20);
        bytes4 early = IAgencyKeys.AgencyCompromiseTooEarly.selector;
        refused(compromise(0), abi.encodeWithSelector(early, START + 10, START));
        VM.warp(START + 15);
        refused(compromise(START + 9), abi.encodeWithSelector(early, START + 10, START + 9));
        bytes4 future = IAgencyKeys.AgencyCompromiseFuture.selector;
        refused(compromise(START + 16), abi.encodeWithSelector(future, START + 16, START + 15));
        bytes memory data = abi.encodeCall(IAgencyKeys.compromiseKey, (0, "unknown", 0));
        bytes4 unknown = IAgencyKeys.AgencyKeyUnknown.selector;
        refused(data, abi.encodeWithSelector(unknown, bytes32(0), bytes32("unknown")));
    }

    function test_a_compromised_key_gets_no_further_row() external {
        add(KEY, 0, START + 10);
        VM.warp(START + 5);
        change(compromise(0));
        bytes4 unsafe = IAgencyKeys.AgencyKeyUnsafe.selector;
        refused(
            addition(MARKET, KEY, RENEWED, START + 10, 0),
            abi.encodeWithSelector(unsafe, KEY, START + 5)
        );
        change(rotation(KEY, NEXT, 0, 0));
        isTrue("the next one", agencies.keyValid(MARKET, NEXT, START + 5));
    }

    function test_a_compromise_is_recorded_after_the_agency_ended() external {
        add(KEY, 0, 0);
        VM.warp(START + 50);
        expel(MARKET);
        isTrue("before the end", valid(START + 49));
        isFalse("from the end on", valid(START + 50));
        VM.warp(START + 80);
        change(compromise(START + 20));
        isTrue("before", valid(START + 19));
        isFalse("from then on", valid(START + 20));
    }

    function test_suspension_does_not_touch_keys() external {
        add(KEY, 0, 0);
        suspend(MARKET, 0);
        isTrue("valid", valid(START));
    }

    function valid(uint40 time) private view returns (bool) {
        return agencies.keyValid(MARKET, KEY, time);
    }

    function add(bytes32 key, uint40 from, uint40 to) private {
        change(addition(MARKET, key, CERTIFICATE, from, to));
    }

    function addition(bytes32 id, bytes32 key, bytes32 certificate, uint40 from, uint40 to)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IAgencyKeys.addKey, (id, key, certificate, from, to));
    }

    function ending(bytes32 id, bytes32 key, uint256 row, uint40 endAt)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IAgencyKeys.endKey, (id, key, row, endAt));
    }

    function rotation(bytes32 key, bytes32 next, uint40 time, uint40 to)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IAgencyKeys.rotateKey, (MARKET, key, 0, next, RENEWED, time, to));
    }

    function compromise(uint40 time) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyKeys.compromiseKey, (MARKET, KEY, time));
    }
}
