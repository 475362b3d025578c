// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What one member can do without a vote
/// @notice Suspend an agency for three days: one agency at a time, and each agency once in thirty
/// days. It lapses by itself unless a vote confirms it.
interface IEmergencies {
    /// @notice A member suspended an agency for a short while, without a vote.
    /// @param agency Identifier of the agency.
    /// @param member Identifier of the member.
    /// @param reason SHA-256 of the reason's text.
    /// @param until First second at which the suspension is over.
    event EmergencySuspension(
        bytes32 indexed agency, bytes32 indexed member, bytes32 reason, uint40 until
    );

    /// @notice Thrown when a member would suspend itself in an emergency.
    /// @param member Identifier of the member.
    error EmergencySelf(bytes32 member);

    /// @notice Thrown when an agency was suspended in an emergency not long ago.
    /// @param agency Identifier of the agency.
    /// @param availableFrom First second at which it can be again.
    error EmergencySpent(bytes32 agency, uint40 availableFrom);

    /// @notice Thrown when an emergency suspension by the same member still runs.
    /// @param member Identifier of the member.
    /// @param target Agency that it suspended.
    error EmergencyRunning(bytes32 member, bytes32 target);

    /// @notice Thrown when the agency is suspended already: an emergency must not shorten it.
    /// @param agency Identifier of the agency.
    error EmergencyNeedless(bytes32 agency);

    /// @notice Suspends an agency for three days without a vote; by an active member's voter. One
    /// at a time for each member, once in thirty days for each agency.
    /// @param agency Identifier of the agency.
    /// @param reason SHA-256 of the reason's text.
    function suspendInEmergency(bytes32 agency, bytes32 reason) external;

    /// @notice Last emergency suspension of an agency.
    /// @param agency Identifier of the agency.
    /// @return member Member that suspended it; 0 when none ever did.
    /// @return startedAt Unix seconds at which it began.
    function emergencyOf(bytes32 agency) external view returns (bytes32 member, uint40 startedAt);
}
