// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Members} from "./Members.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IEmergencies} from "../interfaces/IEmergencies.sol";

/// @title What one member can do without a vote
abstract contract Emergencies is Members, IEmergencies {
    struct Emergency {
        bytes32 member;
        uint40 startedAt;
    }

    /// @notice Seconds that an emergency suspension lasts.
    uint40 public constant EMERGENCY_PERIOD = 3 days;

    /// @notice Seconds between the beginnings of two emergency suspensions of one agency.
    uint40 public constant EMERGENCY_INTERVAL = 30 days;

    mapping(bytes32 agency => Emergency) private _emergencies;
    mapping(bytes32 member => bytes32 agency) private _lastTargets;

    /// @inheritdoc IEmergencies
    function suspendInEmergency(bytes32 agency, bytes32 reason) external unlessReplaced {
        bytes32 member = _activeMember();
        if (reason == 0) revert ReasonMissing();
        if (agency == member) revert EmergencySelf(member);
        uint40 blockTime = _now();
        bytes32 target = _lastTargets[member];
        Emergency memory own = _emergencies[target];
        if (own.member == member && blockTime < own.startedAt + EMERGENCY_PERIOD) {
            revert EmergencyRunning(member, target);
        }
        Emergency memory last = _emergencies[agency];
        if (last.member != 0 && blockTime < last.startedAt + EMERGENCY_INTERVAL) {
            revert EmergencySpent(agency, last.startedAt + EMERGENCY_INTERVAL);
        }
        IAgencyBodies registry = IAgencyBodies(agencies());
        if (registry.suspendedAt(agency, blockTime)) revert EmergencyNeedless(agency);
        _emergencies[agency] = Emergency(member, blockTime);
        _lastTargets[member] = agency;
        uint40 until = blockTime + EMERGENCY_PERIOD;
        registry.suspend(agency, until);
        emit EmergencySuspension(agency, member, reason, until);
    }

    /// @inheritdoc IEmergencies
    function emergencyOf(bytes32 agency) external view returns (bytes32 member, uint40 startedAt) {
        return (_emergencies[agency].member, _emergencies[agency].startedAt);
    }
}
