// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyHistory} from "../interfaces/IAgencyHistory.sol";
import {Registered} from "../testing/Registered.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Admission, names, and the end of an agency.
contract BodiesTest is Registered {
    IAgencyBodies.UserKind private constant GOVERNMENT = IAgencyBodies.UserKind.Government;
    bytes32 private constant CODE = "11310000MB2F30211X";

    function setUp() external {
        register();
    }

    // --- admit ---

    function test_admit_records_the_agency() external {
        expectEvent(target);
        emit IAgencyBodies.AgencyAdmitted(HEALTH, DISTRICT, GOVERNMENT, CODE, unicode"卫健委");
        change(admission(HEALTH, unicode"卫健委", CODE, GOVERNMENT));
        IAgencyBodies.Agency memory found = agencies.agency(HEALTH);
        equal("name", found.name, unicode"卫健委");
        equal("code", found.legalCode, CODE);
        equal("region", found.region, DISTRICT);
        equal("kind", uint256(found.kind), 1);
        equal("admitted", found.admittedAt, START);
        equal("ended", found.endedAt, 0);
        equal("ending", uint256(found.ending), 0);
        equal("successor", found.successor, 0);
    }

    function test_a_social_user_is_admitted_as_such() external {
        admit("bank", IAgencyBodies.UserKind.Social);
        equal("kind", uint256(agencies.agency("bank").kind), 2);
    }

    function test_an_unknown_agency_is_empty() external view {
        IAgencyBodies.Agency memory found = agencies.agency("nobody");
        equal("admitted", found.admittedAt, 0);
        equal("name", found.name, "");
        equal("name then", agencies.nameAt("nobody", START), "");
    }

    function test_admit_refuses() external {
        refused(
            admission(0, "Name", 0, GOVERNMENT),
            abi.encodeWithSelector(IAgencyBodies.AgencyIdMissing.selector)
        );
        refused(
            admission(MARKET, "Name", 0, GOVERNMENT),
            abi.encodeWithSelector(IAgencyBodies.AgencyAlreadyAdmitted.selector, MARKET)
        );
        refused(
            admission(HEALTH, "Name", 0, IAgencyBodies.UserKind.None),
            abi.encodeWithSelector(IAgencyBodies.AgencyKindMissing.selector)
        );
    }

    function test_admit_refuses_names_that_are_empty_or_too_long() external {
        bytes4 length = IAgencyBodies.AgencyNameLength.selector;
        refused(
            admission(HEALTH, "", 0, GOVERNMENT), abi.encodeWithSelector(length, 0, 256)
        );
        refused(
            admission(HEALTH, string(new bytes(257)), 0, GOVERNMENT),
            abi.encodeWithSelector(length, 257, 256)
        );
        change(admission(HEALTH, string(new bytes(256)), 0, GOVERNMENT));
    }

    function testFuzz_legal_codes_are_18_digits_and_capitals(bytes32 seed, uint8 place, bytes1 char)
        external
    {
        bytes memory alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        bytes memory code = new bytes(32);
        for (uint256 i = 0; i < 18; i++) {
            code[i] = alphabet[uint8(seed[i]) % alphabet.length];
        }
        change(admission(HEALTH, "Name", bytes32(code), GOVERNMENT));
        code[place % 32] = char;
        bool letter = (char >= "0" && char <= "9") || (char >= "A" && char <= "Z");
        bytes memory again = admission("other", "Name", bytes32(code), GOVERNMENT);
        if (place % 32 < 18 ? letter : char == 0) {
            change(again);
        } else if (bytes32(code) != 0) {
            bytes4 invalid = IAgencyBodies.AgencyLegalCodeInvalid.selector;
            refused(again, abi.encodeWithSelector(invalid, bytes32(code)));
        }
    }

    function test_agencies_pages() external {
        admit(HEALTH);
        (bytes32[] memory ids, uint256 total) = agencies.agencies(0, 10);
        equal("total", total, 2);
        equal("first", ids[0], MARKET);
        equal("second", ids[1], HEALTH);
        (ids, total) = agencies.agencies(1, 1);
        equal("page", ids.length, 1);
        equal("page", ids[0], HEALTH);
        (ids, total) = agencies.agencies(2, type(uint256).max);
        equal("beyond", ids.length, 0);
        equal("total", total, 2);
    }

    // --- names ---

    function test_an_agency_bears_each_name_in_its_time() external {
        VM.warp(START + 100);
        expectEvent(target);
        emit IAgencyBodies.AgencyRenamed(MARKET, "Renamed");
        change(renaming(MARKET, "Renamed"));
        equal("before admission", agencies.nameAt(MARKET, START - 1), "");
        equal("first", agencies.nameAt(MARKET, START), "Authority");
        equal("last second", agencies.nameAt(MARKET, START + 99), "Authority");
        equal("second", agencies.nameAt(MARKET, START + 100), "Renamed");
        equal("now", agencies.agency(MARKET).name, "Renamed");
    }

    function test_names_page() external {
        VM.warp(START + 100);
        change(renaming(MARKET, "Renamed"));
        (IAgencyBodies.Name[] memory rows, uint256 total) = agencies.names(MARKET, 1, 9);
        equal("total", total, 2);
        equal("page", rows.length, 1);
        equal("since", rows[0].since, START + 100);
        equal("name", rows[0].name, "Renamed");
    }

    function test_rename_refuses() external {
        bytes4 length = IAgencyBodies.AgencyNameLength.selector;
        refused(renaming(MARKET, ""), abi.encodeWithSelector(length, 0, 256));
    }

    function test_a_list_of_names_can_be_full() external {
        for (uint256 i = 1; i < 256; i++) {
            VM.warp(START + i);
            change(renaming(MARKET, VM.toString(i)));
        }
        bytes4 full = IAgencyHistory.AgencyRowsFull.selector;
        refused(renaming(MARKET, "one more"), abi.encodeWithSelector(full, 256));
        for (uint40 i = 1; i < 256; i++) {
            equal("name", agencies.nameAt(MARKET, START + i), VM.toString(i));
        }
    }

    // --- expel ---

    function test_expel_ends_an_agency() external {
        VM.warp(START + 100);
        expectEvent(target);
        emit IAgencyBodies.AgencyEnded(MARKET, IAgencyBodies.Ending.Expelled, 0);
        expel(MARKET);
        IAgencyBodies.Agency memory found = agencies.agency(MARKET);
        equal("ended", found.endedAt, START + 100);
        equal("ending", uint256(found.ending), 2);
        equal("successor", found.successor, 0);
        equal("name stays", found.name, "Authority");
    }

    function admission(
        bytes32 id,
        string memory name,
        bytes32 code,
        IAgencyBodies.UserKind kind
    ) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyBodies.admit, (id, name, DISTRICT, code, kind));
    }

    function renaming(bytes32 id, string memory name) private pure returns (bytes memory) {
        return abi.encodeCall(IAgencyBodies.rename, (id, name));
    }
}
