// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Members of the consortium
/// @notice Members are agencies; each has a voter, an address that speaks for it, and a weight.
/// @dev Founding members need not be admitted to the registry of agencies; they found it.
interface IMembers {
    /// @notice A member's seat.
    /// @param member Identifier of the agency.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight in a vote, at least 1.
    struct Seat {
        bytes32 member;
        address voter;
        uint32 weight;
    }

    /// @notice A member got a seat, another voter or another weight.
    /// @param member Identifier of the member.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight.
    event MemberSeated(bytes32 indexed member, address indexed voter, uint32 weight);

    /// @notice A member lost its seat.
    /// @param member Identifier of the member.
    event MemberUnseated(bytes32 indexed member);

    /// @notice Thrown when an agency has no seat.
    /// @param member Identifier given.
    error MemberUnknown(bytes32 member);

    /// @notice Thrown when the agency to be seated was never admitted.
    /// @param member Identifier given.
    error MemberNotAdmitted(bytes32 member);

    /// @notice Thrown when a social user is to be seated.
    /// @param member Identifier of the user.
    error MemberSocial(bytes32 member);

    /// @notice Thrown when a suspended member proposes, votes or is to be seated.
    /// @param member Identifier of the member.
    error MemberSuspended(bytes32 member);

    /// @notice Thrown when a member that was dissolved or expelled proposes, votes or is to be
    /// seated.
    /// @param member Identifier of the member.
    /// @param endedAt Unix seconds at which it ended.
    error MemberEnded(bytes32 member, uint40 endedAt);

    /// @notice Thrown when a founding seat is given twice, or without an identifier or a weight.
    /// @param member Identifier given.
    /// @param weight Weight given.
    error MemberInvalid(bytes32 member, uint32 weight);

    /// @notice Thrown when fewer members would remain than a decision needs.
    /// @param count Members that would remain.
    /// @param needed Members needed at least.
    error MembersTooFew(uint256 count, uint256 needed);

    /// @notice Thrown when there is no seat left.
    /// @param limit Seats that there are.
    error MembersFull(uint256 limit);

    /// @notice Thrown when an address speaks for no member.
    /// @param voter The address.
    error VoterUnknown(address voter);

    /// @notice Thrown when a voter's address is zero or already speaks for a member.
    /// @param voter The address.
    error VoterTaken(address voter);

    /// @notice Thrown when no reason is given.
    error ReasonMissing();

    /// @notice Seats a member, changes its seat or takes it away; only by vote.
    /// @param member Identifier of the agency: admitted, active, of government kind.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight; 0 takes the seat away.
    function setMember(bytes32 member, address voter, uint32 weight) external;

    /// @notice Lets another address speak for one's member; by its present voter.
    /// @param next The other address.
    function changeVoter(address next) external;

    /// @notice Members, one page of them, in no lasting order.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return seats Their seats.
    /// @return total Number of members.
    function members(uint256 offset, uint256 limit)
        external
        view
        returns (Seat[] memory seats, uint256 total);

    /// @notice Member that an address speaks for.
    /// @param voter The address.
    /// @return Identifier of the member; 0 when it speaks for none.
    function memberOf(address voter) external view returns (bytes32);
}
