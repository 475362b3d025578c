// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBases} from "../interfaces/IAgencyBases.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "../interfaces/IAgencyDuties.sol";
import {IAgencyKeys} from "../interfaces/IAgencyKeys.sol";
import {IAgencyScopes} from "../interfaces/IAgencyScopes.sol";
import {ICheckpointRegistry} from "../interfaces/ICheckpointRegistry.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {IStatusRegistry} from "../interfaces/IStatusRegistry.sol";

/// @title What each kind of action calls, how much it weighs, and how far rules may go
/// @dev In code, not in storage: the code hash that verifiers pin then covers it.
library Charter {
    /// @notice Which of the consortium's contracts a kind of action calls.
    enum Place {
        Agencies,
        Checkpoints,
        Statuses,
        Governance
    }

    /// @dev All in basis points.
    uint256 internal constant WHOLE = 10_000;
    uint256 private constant LEAST_QUORUM = 5_000;
    uint256 private constant LEAST_PASS = 5_001;

    /// @dev Longer than an emergency suspension (`Emergencies.EMERGENCY_PERIOD`), so that nobody
    /// is kept from a vote by one.
    uint256 private constant LEAST_VOTING = 4 days;

    /// @param kind Kind of action.
    /// @return Contract that it calls.
    function placeOf(IActions.Kind kind) internal pure returns (Place) {
        if (kind <= IActions.Kind.TransferDuty) return Place.Agencies;
        if (kind <= IActions.Kind.FreezeLog) return Place.Checkpoints;
        if (kind == IActions.Kind.AssignStatusList) return Place.Statuses;
        return Place.Governance;
    }

    /// @param kind Kind of action.
    /// @return Function that it calls.
    function selectorOf(IActions.Kind kind) internal pure returns (bytes4) {
        bytes4[23] memory selectors = [
            IAgencyBodies.admit.selector,
            IAgencyBodies.rename.selector,
            IAgencyKeys.addKey.selector,
            IAgencyKeys.endKey.selector,
            IAgencyKeys.rotateKey.selector,
            IAgencyKeys.compromiseKey.selector,
            IAgencyScopes.addScope.selector,
            IAgencyScopes.endScope.selector,
            IAgencyBases.grantBasis.selector,
            IAgencyBases.endBasis.selector,
            IAgencyBodies.suspend.selector,
            IAgencyBodies.reinstate.selector,
            IAgencyBodies.expel.selector,
            IAgencyDuties.dissolve.selector,
            IAgencyDuties.transferDuty.selector,
            ICheckpointRegistry.open.selector,
            ICheckpointRegistry.changeAnchor.selector,
            ICheckpointRegistry.setAttesters.selector,
            ICheckpointRegistry.freeze.selector,
            IStatusRegistry.assign.selector,
            IMembers.setMember.selector,
            IPlaces.replaceContract.selector,
            IActions.setRule.selector
        ];
        return selectors[uint256(kind)];
    }

    /// @param kind Kind of action.
    /// @return How much it weighs.
    function gravityOf(IActions.Kind kind) internal pure returns (IActions.Gravity) {
        if (kind >= IActions.Kind.SetMember) return IActions.Gravity.Constitutional;
        bool grave = kind == IActions.Kind.CompromiseKey || kind == IActions.Kind.Suspend
            || kind == IActions.Kind.Expel || kind == IActions.Kind.Dissolve
            || kind == IActions.Kind.TransferDuty || kind == IActions.Kind.ChangeAnchor
            || kind == IActions.Kind.SetAttesters || kind == IActions.Kind.FreezeLog;
        return grave ? IActions.Gravity.Grave : IActions.Gravity.Ordinary;
    }

    /// @dev Nobody can ever set a rule by which less than half of the weight decides.
    /// @param gravity Gravity that the rule is for.
    /// @param rule The rule.
    function requireSound(IActions.Gravity gravity, IActions.Rule memory rule) internal pure {
        bool sound = rule.quorum >= LEAST_QUORUM && rule.quorum <= WHOLE
            && rule.pass >= LEAST_PASS && rule.pass <= WHOLE && rule.votingPeriod >= LEAST_VOTING
            && rule.votingPeriod <= 90 days && rule.delay <= 90 days;
        if (!sound) revert IActions.RuleOutOfBounds(gravity, rule);
    }

    /// @dev Regions of GB/T 2260: XX0000 is a province and XXXX00 a city.
    /// @param power Region of a member; 0 is everywhere.
    /// @param region Another region; 0 is everywhere.
    /// @return Whether it lies within the member's.
    function covers(uint32 power, uint32 region) internal pure returns (bool) {
        if (power == 0) return true;
        if (power % 10_000 == 0) return region / 10_000 == power / 10_000;
        if (power % 100 == 0) return region / 100 == power / 100;
        return region == power;
    }
}
