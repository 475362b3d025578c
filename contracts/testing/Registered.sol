// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {Founded} from "./Founded.sol";

/// @title Fixture: one admitted agency, and changes made and refused in the consortium's name
abstract contract Registered is Founded {
    uint32 internal constant DISTRICT = 310101;
    uint40 internal constant FOR_EVER = type(uint40).max;

    address internal target;

    function register() internal {
        found();
        target = address(agencies);
        admit(MARKET);
    }

    function admit(bytes32 id) internal {
        admit(id, IAgencyBodies.UserKind.Government);
    }

    function admit(bytes32 id, IAgencyBodies.UserKind kind) internal {
        change(abi.encodeCall(IAgencyBodies.admit, (id, "Authority", DISTRICT, 0, kind)));
    }

    function suspend(bytes32 id, uint40 until) internal {
        change(abi.encodeCall(IAgencyBodies.suspend, (id, until)));
    }

    function expel(bytes32 id) internal {
        change(abi.encodeCall(IAgencyBodies.expel, (id)));
    }

    function change(bytes memory data) internal {
        perform("change", governor, target, data);
    }

    function refused(bytes memory data, bytes memory wanted) internal {
        refuse("change", governor, target, data, wanted);
    }
}
