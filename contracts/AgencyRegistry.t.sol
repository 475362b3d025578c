// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyRegistry} from "./AgencyRegistry.sol";
import {IAgencyBases} from "./interfaces/IAgencyBases.sol";
import {IAgencyBodies} from "./interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "./interfaces/IAgencyDuties.sol";
import {IAgencyKeys} from "./interfaces/IAgencyKeys.sol";
import {IAgencyScopes} from "./interfaces/IAgencyScopes.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {IReplaceable} from "./interfaces/IReplaceable.sol";
import {Registered} from "./testing/Registered.sol";
import {VM} from "./testing/Vm.sol";

/// @dev What holds for every change: who may make it, and of which agencies.
contract AgencyRegistryTest is Registered {
    bytes32 private constant KEY = keccak256("a key");
    bytes32 private constant NEXT = keccak256("the next key");
    bytes32 private constant ITEM = "restaurant-opening";
    bytes32 private constant LEASE = "lease";

    function setUp() external {
        register();
    }

    // --- who may change ---

    function test_it_obeys_a_contract() external {
        equal("governor", agencies.governor(), governor);
        bytes memory wanted = abi.encodeWithSelector(IGoverned.GovernorMissing.selector, FIRST);
        try new AgencyRegistry(FIRST) {
            revert NotRefused("creation", wanted);
        } catch (bytes memory answer) {
            equal("error", keccak256(answer), keccak256(wanted));
        }
    }

    function test_every_change_is_reserved() external {
        bytes[] memory changes = new bytes[](18);
        changes[0] = admission(HEALTH);
        bytes[] memory further = changesOf(HEALTH);
        for (uint256 i = 0; i < further.length; i++) {
            changes[1 + i] = further[i];
        }
        changes[15] = abi.encodeCall(IAgencyBodies.expel, (MARKET));
        changes[16] = abi.encodeCall(IGoverned.obey, (governor));
        changes[17] = abi.encodeCall(IGoverned.replaceBy, (address(this)));
        reserved(target, changes);
    }

    // --- of which agencies ---

    function test_no_change_is_for_an_unknown_agency() external {
        bytes[] memory changes = changesOf(HEALTH);
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyBodies.AgencyUnknown.selector, HEALTH);
        for (uint256 i = 0; i < changes.length; i++) {
            bool compromise = bytes4(changes[i]) == IAgencyKeys.compromiseKey.selector;
            bytes memory key =
                abi.encodeWithSelector(IAgencyKeys.AgencyKeyUnknown.selector, HEALTH, KEY);
            refused(changes[i], compromise ? key : wanted);
        }
        refused(abi.encodeCall(IAgencyBodies.expel, (HEALTH)), wanted);
    }

    function test_no_change_is_for_an_agency_that_ended() external {
        change(admission(HEALTH));
        bytes[] memory changes = changesOf(HEALTH);
        change(changes[1]);
        VM.warp(START + 9);
        expel(HEALTH);
        VM.warp(START + 50);
        bytes memory wanted =
            abi.encodeWithSelector(IAgencyBodies.AgencyDissolved.selector, HEALTH, START + 9);
        for (uint256 i = 0; i < changes.length; i++) {
            bool compromise = bytes4(changes[i]) == IAgencyKeys.compromiseKey.selector;
            if (compromise) change(changes[i]);
            else refused(changes[i], wanted);
        }
        refused(abi.encodeCall(IAgencyBodies.expel, (HEALTH)), wanted);
        bytes4 twice = IAgencyBodies.AgencyAlreadyAdmitted.selector;
        refused(admission(HEALTH), abi.encodeWithSelector(twice, HEALTH));
    }

    // --- another governor, another registry ---

    function test_it_obeys_another_contract_from_then_on() external {
        expectEvent(target);
        emit IGoverned.GovernorChanged(address(this));
        change(abi.encodeCall(IGoverned.obey, (address(this))));
        equal("governor", agencies.governor(), address(this));
        bytes4 only = IGoverned.GovernorOnly.selector;
        refused(admission(HEALTH), abi.encodeWithSelector(only, governor));
        perform("admit", address(this), target, admission(HEALTH));
    }

    function test_it_obeys_no_address_without_a_contract() external {
        bytes4 missing = IGoverned.GovernorMissing.selector;
        bytes memory data = abi.encodeCall(IGoverned.obey, (STRANGER));
        refused(data, abi.encodeWithSelector(missing, STRANGER));
    }

    function test_a_replaced_registry_changes_no_more_and_answers_on() external {
        change(admission(HEALTH));
        equal("none yet", agencies.successor(), address(0));
        expectEvent(target);
        emit IReplaceable.ContractSucceeded(address(this));
        change(abi.encodeCall(IGoverned.replaceBy, (address(this))));
        equal("successor", agencies.successor(), address(this));
        bytes memory wanted =
            abi.encodeWithSelector(IReplaceable.ContractReplaced.selector, address(this));
        bytes[] memory changes = changesOf(HEALTH);
        for (uint256 i = 0; i < changes.length; i++) {
            refused(changes[i], wanted);
        }
        refused(admission("another"), wanted);
        refused(abi.encodeCall(IAgencyBodies.expel, (HEALTH)), wanted);
        refused(abi.encodeCall(IGoverned.obey, (address(this))), wanted);
        refused(abi.encodeCall(IGoverned.replaceBy, (governor)), wanted);
        equal("answers", agencies.agency(HEALTH).admittedAt, START);
    }

    function test_only_another_contract_takes_its_place() external {
        bytes4 invalid = IReplaceable.SuccessorInvalid.selector;
        address[3] memory wrong = [STRANGER, target, address(0)];
        for (uint256 i = 0; i < wrong.length; i++) {
            bytes memory data = abi.encodeCall(IGoverned.replaceBy, (wrong[i]));
            refused(data, abi.encodeWithSelector(invalid, wrong[i]));
        }
    }

    function admission(bytes32 id) private pure returns (bytes memory) {
        IAgencyBodies.UserKind kind = IAgencyBodies.UserKind.Government;
        return abi.encodeCall(IAgencyBodies.admit, (id, "Authority", DISTRICT, 0, kind));
    }

    /// @dev Every change of an admitted agency but its expulsion, each possible after those before.
    function changesOf(bytes32 id) private pure returns (bytes[] memory changes) {
        changes = new bytes[](14);
        changes[0] = abi.encodeCall(IAgencyBodies.rename, (id, "Renamed"));
        changes[1] = abi.encodeCall(IAgencyKeys.addKey, (id, KEY, "certificate", 0, 0));
        changes[2] =
            abi.encodeCall(IAgencyKeys.rotateKey, (id, KEY, 0, NEXT, "certificate", 0, 0));
        changes[3] = abi.encodeCall(IAgencyKeys.endKey, (id, NEXT, 0, 0));
        changes[4] = abi.encodeCall(IAgencyKeys.compromiseKey, (id, KEY, 0));
        changes[5] = abi.encodeCall(IAgencyScopes.addScope, (id, FOOD_PERMIT, 0, 0, 0));
        changes[6] = abi.encodeCall(IAgencyScopes.endScope, (id, FOOD_PERMIT, 0, 0, 0));
        changes[7] = abi.encodeCall(IAgencyBases.grantBasis, (id, ITEM, LEASE, 1, 0, 0));
        changes[8] = abi.encodeCall(IAgencyBases.endBasis, (id, ITEM, LEASE, 1, 0, 0));
        changes[9] = abi.encodeCall(IAgencyBodies.suspend, (id, 0));
        changes[10] = abi.encodeCall(IAgencyBodies.reinstate, (id));
        changes[11] = abi.encodeCall(IAgencyDuties.transferDuty, (id, FOOD_PERMIT, MARKET));
        changes[12] = abi.encodeCall(IAgencyDuties.transferDuty, (id, 0, MARKET));
        changes[13] = abi.encodeCall(IAgencyDuties.dissolve, (id, MARKET));
    }
}
