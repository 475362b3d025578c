// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../Governance.sol";
import {IActions} from "../interfaces/IActions.sol";

/// @title A registry that, asked for any change, first has the proposal carried out once more
contract Reentrant {
    address public governor;
    address public successor;
    bytes public answer;
    uint256 private _number;
    IActions.Action[] private _actions;

    constructor(address governor_) {
        governor = governor_;
    }

    function remember(uint256 number, IActions.Action[] calldata actions) external {
        _number = number;
        for (uint256 i = 0; i < actions.length; i++) {
            _actions.push(actions[i]);
        }
    }

    fallback() external {
        try Governance(governor).execute(_number, _actions) {
            answer = "executed again";
        } catch (bytes memory reason) {
            answer = reason;
        }
    }
}
