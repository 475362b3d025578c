// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyRegistry} from "../interfaces/IAgencyRegistry.sol";
import {ICheckpointRegistry} from "../interfaces/ICheckpointRegistry.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
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

    /// @param kind Kind of action.
    /// @return Contract that it calls.
    function placeOf(IGovernance.Kind kind) internal pure returns (Place) {
        if (kind <= IGovernance.Kind.TransferDuty) return Place.Agencies;
        if (kind <= IGovernance.Kind.FreezeLog) return Place.Checkpoints;
        if (kind == IGovernance.Kind.AssignStatusList) return Place.Statuses;
        return Place.Governance;
    }

    /// @param kind Kind of action.
    /// @return Function that it calls.
    function selectorOf(IGovernance.Kind kind) internal pure returns (bytes4) {
        bytes4[23] memory selectors = [
            IAgencyRegistry.admit.selector,
            IAgencyRegistry.rename.selector,
            IAgencyRegistry.addKey.selector,
            IAgencyRegistry.endKey.selector,
            IAgencyRegistry.rotateKey.selector,
            IAgencyRegistry.compromiseKey.selector,
            IAgencyRegistry.addScope.selector,
            IAgencyRegistry.endScope.selector,
            IAgencyRegistry.grantBasis.selector,
            IAgencyRegistry.endBasis.selector,
            IAgencyRegistry.suspend.selector,
            IAgencyRegistry.reinstate.selector,
            IAgencyRegistry.expel.selector,
            IAgencyRegistry.dissolve.selector,
            IAgencyRegistry.transferDuty.selector,
            ICheckpointRegistry.open.selector,
            ICheckpointRegistry.changeAnchor.selector,
            ICheckpointRegistry.setAttesters.selector,
            ICheckpointRegistry.freeze.selector,
            IStatusRegistry.assign.selector,
            IGovernance.setMember.selector,
            IGovernance.replaceContract.selector,
            IGovernance.setRule.selector
        ];
        return selectors[uint256(kind)];
    }

    /// @param kind Kind of action.
    /// @return How much it weighs.
    function gravityOf(IGovernance.Kind kind) internal pure returns (IGovernance.Gravity) {
        if (kind >= IGovernance.Kind.SetMember) return IGovernance.Gravity.Constitutional;
        bool grave = kind == IGovernance.Kind.CompromiseKey || kind == IGovernance.Kind.Suspend
            || kind == IGovernance.Kind.Expel || kind == IGovernance.Kind.Dissolve
            || kind == IGovernance.Kind.TransferDuty || kind == IGovernance.Kind.ChangeAnchor
            || kind == IGovernance.Kind.SetAttesters || kind == IGovernance.Kind.FreezeLog;
        return grave ? IGovernance.Gravity.Grave : IGovernance.Gravity.Ordinary;
    }

    /// @dev Nobody can ever set a rule by which less than half of the weight decides.
    /// @param gravity Gravity that the rule is for.
    /// @param rule The rule.
    function requireSound(IGovernance.Gravity gravity, IGovernance.Rule memory rule)
        internal
        pure
    {
        bool sound = rule.quorum >= LEAST_QUORUM && rule.quorum <= WHOLE
            && rule.pass >= LEAST_PASS && rule.pass <= WHOLE && rule.votingPeriod >= 1 hours
            && rule.votingPeriod <= 90 days && rule.delay <= 90 days;
        if (!sound) revert IGovernance.RuleOutOfBounds(gravity, rule);
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
