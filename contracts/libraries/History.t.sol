// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {TestCase} from "../testing/TestCase.sol";
import {VM} from "../testing/Vm.sol";
import {History} from "./History.sol";

/// @dev Each list is compared with a model that looks at every row.
contract HistoryTest is TestCase {
    using History for History.Row[];

    struct Span {
        uint40 from;
        uint40 to;
    }

    uint40 private constant START = 1_000;
    uint40 private constant FOR_EVER = type(uint40).max;

    History.Row[] private rows;
    Span[] private model;

    function setUp() external {
        VM.warp(START);
    }

    function add(uint40 from, uint40 to) external returns (uint256 row) {
        (row,) = rows.add(from, to);
    }

    function end(uint256 row, uint40 endAt) external returns (uint40) {
        return rows.end(row, endAt);
    }

    // --- adding ---

    function test_a_row_begins_now_or_later() external {
        this.add(0, 0);
        coveredIs(START - 1, false, 0);
        coveredIs(START, true, 0);
        coveredIs(FOR_EVER - 1, true, 0);
        bytes4 past = IAgencyHistory.AgencyTimePast.selector;
        refusedAdd(START - 1, 0, abi.encodeWithSelector(past, START - 1, START));
        bytes4 empty = IAgencyHistory.AgencyPeriodEmpty.selector;
        refusedAdd(START, START, abi.encodeWithSelector(empty, START, START));
        refusedAdd(0, START - 1, abi.encodeWithSelector(empty, START, START - 1));
    }

    function test_a_row_begins_when_the_last_one_is_over() external {
        this.add(START + 10, START + 20);
        bytes4 overlaps = IAgencyHistory.AgencyPeriodOverlaps.selector;
        bytes memory wanted = abi.encodeWithSelector(overlaps, 0, START + 20, START + 19);
        refusedAdd(START + 19, 0, wanted);
        refusedAdd(0, START + 5, abi.encodeWithSelector(overlaps, 0, START + 20, START));
        this.add(START + 20, 0);
        wanted = abi.encodeWithSelector(overlaps, 1, FOR_EVER, START + 50);
        refusedAdd(START + 50, 0, wanted);
    }

    function test_a_list_can_be_full() external {
        for (uint40 i = 0; i < 256; i++) {
            this.add(START + i * 2, START + i * 2 + 1);
        }
        bytes4 full = IAgencyHistory.AgencyRowsFull.selector;
        refusedAdd(START + 600, 0, abi.encodeWithSelector(full, 256));
        for (uint40 i = 0; i < 256; i++) {
            coveredIs(START + i * 2, true, i);
            coveredIs(START + i * 2 + 1, false, 0);
        }
    }

    // --- ending ---

    function test_an_end_only_moves_to_an_earlier_time_that_is_not_past() external {
        this.add(0, START + 90);
        this.end(0, START + 50);
        VM.warp(START + 10);
        bytes4 later = IAgencyHistory.AgencyEndNotEarlier.selector;
        refusedEnd(0, START + 50, abi.encodeWithSelector(later, START + 50, START + 50));
        bytes4 past = IAgencyHistory.AgencyTimePast.selector;
        refusedEnd(0, START + 9, abi.encodeWithSelector(past, START + 9, START + 10));
        bytes4 unknown = IAgencyHistory.AgencyRowUnknown.selector;
        refusedEnd(1, 0, abi.encodeWithSelector(unknown, 1, 1));
        equal("now", this.end(0, 0), START + 10);
        coveredIs(START + 9, true, 0);
        coveredIs(START + 10, false, 0);
    }

    function test_a_row_that_was_called_off_bars_and_hides_nothing() external {
        this.add(0, START + 10);
        this.add(START + 100, 0);
        this.end(1, START + 50);
        coveredIs(START + 5, true, 0);
        coveredIs(START + 60, false, 0);
        coveredIs(START + 100, false, 0);
        this.add(START + 20, 0);
        coveredIs(START + 5, true, 0);
        coveredIs(START + 19, false, 0);
        coveredIs(START + 20, true, 2);
        coveredIs(START + 100, true, 2);
        IAgencyHistory.Period[] memory shown = rows.page(1, 1);
        equal("plan kept", shown[0].validFrom, START + 100);
        equal("called off", shown[0].endedAt, START + 50);
    }

    function test_rows_that_were_called_off_one_after_the_other() external {
        this.add(START + 30, START + 40);
        this.add(START + 50, START + 60);
        this.add(START + 70, 0);
        this.end(2, 0);
        this.end(1, 0);
        coveredIs(START + 35, true, 0);
        this.add(START + 40, START + 45);
        this.end(0, START + 1);
        coveredIs(START + 35, false, 0);
        coveredIs(START + 44, true, 3);
        coveredIs(START + 55, false, 0);
        bytes4 overlaps = IAgencyHistory.AgencyPeriodOverlaps.selector;
        refusedAdd(START + 2, 0, abi.encodeWithSelector(overlaps, 3, START + 45, START + 2));
    }

    // --- against the model ---

    function testFuzz_a_list_answers_as_its_model(uint256 seed) external {
        for (uint256 i = 0; i < 12; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint40 time = uint40(block.timestamp);
            if (seed % 4 == 0) VM.warp(time + (seed >> 8) % 12);
            else if (seed % 4 == 1 && model.length > 0) tryEnd(seed >> 8, time);
            else tryAdd(seed >> 8, time);
        }
        for (uint40 time = START; time < START + 128; time += 3) {
            (bool held, uint256 row) = modelled(time);
            coveredIs(time, held, row);
        }
    }

    function testFuzz_answers_about_the_past_stay(uint256 seed) external {
        bool[64] memory known;
        for (uint256 i = 0; i < 12; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint40 time = uint40(block.timestamp);
            if (seed % 2 == 0 && model.length > 0) tryEnd(seed >> 8, time);
            else tryAdd(seed >> 8, time);
            uint40 next = time + uint40((seed >> 128) % 6);
            for (uint40 past = time; past < next && past < START + 64; past++) {
                (known[past - START],) = rows.covering(past);
            }
            VM.warp(next);
        }
        for (uint40 past = START; past < block.timestamp && past < START + 64; past++) {
            (bool held,) = rows.covering(past);
            equal("stays", held ? 1 : 0, known[past - START] ? 1 : 0);
        }
    }

    function tryAdd(uint256 seed, uint40 time) private {
        uint40 from = time + uint40(seed % 20) - uint40(seed % 20 == 0 ? 1 : 0);
        uint40 to = (seed >> 16) % 3 == 0 ? 0 : from + uint40((seed >> 24) % 30);
        bool fits = from >= time && (to == 0 || to > from);
        for (uint256 i = 0; i < model.length; i++) {
            bool void = model[i].to <= model[i].from;
            if (!void && from < model[i].to) fits = false;
        }
        try this.add(from, to) returns (uint256 row) {
            isTrue("fits", fits);
            equal("row", row, model.length);
            model.push(Span(from, to == 0 ? FOR_EVER : to));
        } catch {
            isFalse("fits", fits);
        }
    }

    function tryEnd(uint256 seed, uint40 time) private {
        uint256 row = seed % model.length;
        uint40 endAt = time + uint40((seed >> 16) % 20);
        try this.end(row, endAt) {
            isTrue("earlier", endAt < model[row].to);
            model[row].to = endAt;
        } catch {
            isFalse("earlier", endAt < model[row].to);
        }
    }

    function modelled(uint40 time) private view returns (bool held, uint256 row) {
        for (uint256 i = 0; i < model.length; i++) {
            if (model[i].from <= time && time < model[i].to) return (true, i);
        }
    }

    function coveredIs(uint40 time, bool held, uint256 row) private view {
        (bool found, uint256 foundRow) = rows.covering(time);
        equal("held", found ? 1 : 0, held ? 1 : 0);
        equal("row", foundRow, row);
    }

    function refusedAdd(uint40 from, uint40 to, bytes memory wanted) private {
        refuse("add", address(this), address(this), abi.encodeCall(this.add, (from, to)), wanted);
    }

    function refusedEnd(uint256 row, uint40 endAt, bytes memory wanted) private {
        bytes memory data = abi.encodeCall(this.end, (row, endAt));
        refuse("end", address(this), address(this), data, wanted);
    }
}
