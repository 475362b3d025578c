// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Charter} from "./Charter.sol";
import {Members} from "./Members.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";

/// @title What can be decided, what it needs, and how it is carried out
abstract contract Actions is Members, IActions {
    mapping(Gravity gravity => Rule) private _rules;

    /// @param rules Rules for ordinary, grave and constitutional decisions.
    constructor(Rule[3] memory rules) {
        for (uint256 i = 0; i < rules.length; i++) {
            _setRule(Gravity(i), rules[i]);
        }
    }

    /// @inheritdoc IActions
    function rehearse(Action[] calldata actions) external unlessReplaced {
        _carryOut(actions);
        revert ProposalRehearsed();
    }

    /// @inheritdoc IActions
    function setRule(Gravity gravity, Rule calldata rule) external onlyByVote {
        _setRule(gravity, rule);
    }

    /// @inheritdoc IActions
    function ruleOf(Gravity gravity) public view returns (Rule memory) {
        return _rules[gravity];
    }

    /// @inheritdoc IActions
    function routeOf(Kind kind)
        public
        view
        returns (address target, bytes4 selector, Gravity gravity)
    {
        Charter.Place place = Charter.placeOf(kind);
        if (place == Charter.Place.Agencies) target = agencies();
        else if (place == Charter.Place.Checkpoints) target = checkpoints();
        else if (place == Charter.Place.Statuses) target = statuses();
        else target = address(this);
        return (target, Charter.selectorOf(kind), Charter.gravityOf(kind));
    }

    /// @param actions What is to be done, in this order.
    function _carryOut(Action[] calldata actions) internal {
        for (uint256 i = 0; i < actions.length; i++) {
            Action calldata action = actions[i];
            (address target, bytes4 selector,) = routeOf(action.kind);
            if (target.code.length == 0) revert ActionTargetEmpty(i, target);
            (bool done, bytes memory reason) = target.call(bytes.concat(selector, action.data));
            if (!done) revert ActionFailed(i, reason);
            if (action.kind == Kind.Expel || action.kind == Kind.Dissolve) {
                // The call succeeded, so there is an identifier.
                bytes32 ended = bytes32(action.data[:32]);
                if (_isSeated(ended)) _unseat(ended);
            }
        }
    }

    /// @dev Also refuses entitlements that lie outside the proposer's region.
    /// @param proposer Who proposes.
    /// @param actions What it proposes.
    /// @return gravity Highest gravity of the actions.
    function _judge(bytes32 proposer, Action[] calldata actions)
        internal
        view
        returns (Gravity gravity)
    {
        uint32 power = IAgencyBodies(agencies()).agency(proposer).region;
        for (uint256 i = 0; i < actions.length; i++) {
            Action calldata action = actions[i];
            Gravity own = Charter.gravityOf(action.kind);
            if (own > gravity) gravity = own;
            if (action.kind != Kind.AddScope) continue;
            if (action.data.length < 96) revert ActionMalformed(i);
            uint32 region = uint32(uint256(bytes32(action.data[64:96])));
            if (!Charter.covers(power, region)) {
                revert ScopeBeyondPower(proposer, power, region);
            }
        }
    }

    /// @param gravity Gravity that the rule is for.
    /// @param rule The rule.
    function _setRule(Gravity gravity, Rule memory rule) private {
        Charter.requireSound(gravity, rule);
        _rules[gravity] = rule;
        emit RuleChanged(gravity, rule);
    }
}
