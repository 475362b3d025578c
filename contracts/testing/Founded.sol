// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyRegistry} from "../AgencyRegistry.sol";
import {Governance} from "../Governance.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {TestCase} from "./TestCase.sol";
import {VM} from "./Vm.sol";

/// @title Fixture: a consortium of three founding members and its registry of agencies, at a known
/// time
abstract contract Founded is TestCase {
    uint40 internal constant START = 1_800_000_000;
    bytes32 internal constant MARKET = "scjg";
    bytes32 internal constant HEALTH = "wjw";
    bytes32 internal constant FOOD_PERMIT = "food-operation-permit";

    /// @dev Founding members, not admitted to the registry; their voters' addresses and keys.
    bytes32 internal constant FIRST_MEMBER = "first";
    bytes32 internal constant SECOND_MEMBER = "second";
    bytes32 internal constant THIRD_MEMBER = "third";
    address internal constant FIRST = 0xF0f71317a2B2eC367A4a659b9a1fb59453759d5D;
    address internal constant SECOND = 0x345BdfB5ebBA3E357b17926ae30C25E9f0fBE264;
    address internal constant THIRD = 0x6ACB1FBe7eb6E04443C6B9D39A972689f322f4bc;
    uint256 internal constant FIRST_KEY = 0xF001;
    uint256 internal constant SECOND_KEY = 0xF002;
    uint256 internal constant THIRD_KEY = 0xF003;

    address internal constant PUBLISHER = address(0xA11CE);
    address internal constant STRANGER = address(0xBAD);

    Governance internal governance;
    AgencyRegistry internal agencies;
    address internal governor;

    /// @dev The registries' addresses are those of the contracts that this one creates next.
    function found() internal {
        VM.warp(START);
        VM.roll(100);
        uint256 nonce = VM.getNonce(address(this));
        governance = new Governance(
            seats(),
            rules(),
            VM.computeCreateAddress(address(this), nonce + 1),
            VM.computeCreateAddress(address(this), nonce + 2),
            VM.computeCreateAddress(address(this), nonce + 3)
        );
        governor = address(governance);
        agencies = new AgencyRegistry(governor);
    }

    function seats() internal pure virtual returns (IMembers.Seat[] memory founding) {
        founding = new IMembers.Seat[](3);
        founding[0] = IMembers.Seat(FIRST_MEMBER, FIRST, 1);
        founding[1] = IMembers.Seat(SECOND_MEMBER, SECOND, 1);
        founding[2] = IMembers.Seat(THIRD_MEMBER, THIRD, 1);
    }

    function rules() internal pure virtual returns (IActions.Rule[3] memory) {
        return [
            IActions.Rule(5_000, 5_001, 4 days, 1 days),
            IActions.Rule(6_000, 6_600, 7 days, 2 days),
            IActions.Rule(6_600, 7_500, 14 days, 7 days)
        ];
    }

    /// @dev Everybody who is not the governor; the last one created the contracts.
    function others() internal view returns (address[] memory callers) {
        callers = new address[](6);
        callers[0] = FIRST;
        callers[1] = SECOND;
        callers[2] = THIRD;
        callers[3] = PUBLISHER;
        callers[4] = STRANGER;
        callers[5] = address(this);
    }

    /// @dev Role matrix: none of the reserved changes is open to anybody but the governor.
    function reserved(address target, bytes[] memory changes) internal {
        address[] memory callers = others();
        for (uint256 i = 0; i < changes.length; i++) {
            for (uint256 j = 0; j < callers.length; j++) {
                bytes memory wanted = abi.encodeWithSelector(
                    IGoverned.GovernorOnly.selector, callers[j]
                );
                string memory what = string.concat("change ", VM.toString(i));
                refuse(what, callers[j], target, changes[i], wanted);
            }
            perform(string.concat("change ", VM.toString(i)), governor, target, changes[i]);
        }
    }
}
