// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Votes on proposals
/// @notice Members vote with the weights that they had when the proposal was made. A vote may be
/// signed elsewhere and handed in by anybody. Nobody votes twice.
interface IVotes {
    /// @notice What a member says to a proposal; None says nothing.
    enum Choice {
        None,
        Yes,
        No,
        Abstain
    }

    /// @notice A vote that was signed elsewhere.
    /// @param member Identifier of the member.
    /// @param choice What it says.
    /// @param deadline First second at which the ballot no longer counts.
    /// @param signature Its voter's EIP-712 signature: r, s and v in 65 bytes.
    struct Ballot {
        bytes32 member;
        Choice choice;
        uint40 deadline;
        bytes signature;
    }

    /// @notice A member voted.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member.
    /// @param choice What it said.
    /// @param weight Its weight when the proposal was made.
    event Voted(
        uint256 indexed number, bytes32 indexed member, Choice choice, uint32 weight
    );

    /// @notice A proposal passed before its voting period was over.
    /// @param number Number of the proposal.
    /// @param executableAt First second at which it may be carried out.
    event ProposalDecided(uint256 indexed number, uint40 executableAt);

    /// @notice The proposer withdrew a proposal.
    /// @param number Number of the proposal.
    event ProposalWithdrawn(uint256 indexed number);

    /// @notice Thrown when a vote comes too late.
    /// @param number Number of the proposal.
    /// @param closedAt Unix seconds from which on none was taken.
    error VotingClosed(uint256 number, uint40 closedAt);

    /// @notice Thrown when a member votes again.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member.
    error VotedAlready(uint256 number, bytes32 member);

    /// @notice Thrown when a member had no weight yet when the proposal was made.
    /// @param member Identifier of the member.
    /// @param number Number of the proposal.
    error MemberTooNew(bytes32 member, uint256 number);

    /// @notice Thrown when a vote says nothing.
    error ChoiceInvalid();

    /// @notice Thrown when a signed vote comes after its deadline.
    /// @param member Identifier of the member.
    /// @param deadline First second at which it no longer counted.
    error BallotExpired(bytes32 member, uint40 deadline);

    /// @notice Thrown when a vote was not signed by the member's voter: for this proposal, on this
    /// chain, for this contract.
    /// @param member Identifier of the member.
    error BallotSignatureInvalid(bytes32 member);

    /// @notice Thrown when any but the proposer withdraws a proposal.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member that tried.
    error ProposalNotYours(uint256 number, bytes32 member);

    /// @notice Thrown when a proposal is withdrawn on which another member has voted.
    /// @param number Number of the proposal.
    error ProposalVotedOn(uint256 number);

    /// @notice Votes as a member's voter.
    /// @param number Number of the proposal.
    /// @param choice Yes, No or Abstain.
    function vote(uint256 number, Choice choice) external;

    /// @notice Hands in votes that members signed; by anybody. All count or none does.
    /// @dev Whether the proposal passed is decided after the last ballot, so that ballots handed
    /// in together can be unanimous.
    /// @param number Number of the proposal.
    /// @param ballots The votes.
    function castSigned(uint256 number, Ballot[] calldata ballots) external;

    /// @notice Withdraws one's own proposal while no other member has voted on it.
    /// @param number Number of the proposal.
    function withdraw(uint256 number) external;

    /// @notice What a member's voter signs to vote.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member.
    /// @param choice What it says.
    /// @param deadline First second at which the ballot no longer counts.
    /// @return EIP-712 hash to be signed.
    function voteDigest(uint256 number, bytes32 member, Choice choice, uint40 deadline)
        external
        view
        returns (bytes32);

    /// @notice What a member said to a proposal.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member.
    /// @return Its choice; None when it did not vote.
    function choiceOf(uint256 number, bytes32 member) external view returns (Choice);

    /// @notice Weight of a member in the vote on a proposal.
    /// @param member Identifier of the member.
    /// @param number Number of the proposal.
    /// @return The weight that it had when the proposal was made.
    function weightAt(bytes32 member, uint256 number) external view returns (uint32);
}
