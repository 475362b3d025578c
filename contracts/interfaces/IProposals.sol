// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "./IActions.sol";

/// @title Proposals: made by a member, carried out by anybody
/// @notice A member proposes actions; what passed may be carried out once its delay is over, for
/// thirty days.
/// @dev Times are Unix seconds. A period covers its first second and not its end.
interface IProposals is IActions {
    /// @notice Where a proposal stands.
    enum Stage {
        Unknown,
        Voting,
        Rejected,
        Waiting,
        Ready,
        Executed,
        Withdrawn,
        Expired
    }

    /// @notice What is known of a proposal; all zero when there is none.
    /// @param content Hash that binds chain, contract, number, reason and actions.
    /// @param reason SHA-256 of the reason's text.
    /// @param proposer Member that made it.
    /// @param gravity Highest gravity of its actions.
    /// @param proposedAt Block time at which it was made.
    /// @param votingEnds First second at which votes are no longer taken, decided earlier or not.
    /// @param decidedAt Block time at which it passed before that; 0 when it did not.
    /// @param executableAt First second at which it may be carried out; 0 while it has not passed.
    /// @param expiresAt First second at which it no longer may; 0 while it has not passed.
    /// @param total Weight of all members when it was made.
    /// @param yes Weight for it.
    /// @param no Weight against it.
    /// @param abstain Weight of abstentions.
    /// @param yesVoters Members for it.
    /// @param executed Whether it was carried out.
    /// @param withdrawn Whether its proposer withdrew it.
    struct Proposal {
        bytes32 content;
        bytes32 reason;
        bytes32 proposer;
        Gravity gravity;
        uint40 proposedAt;
        uint40 votingEnds;
        uint40 decidedAt;
        uint40 executableAt;
        uint40 expiresAt;
        uint40 total;
        uint40 yes;
        uint40 no;
        uint40 abstain;
        uint8 yesVoters;
        bool executed;
        bool withdrawn;
    }

    /// @notice A member proposed actions.
    /// @param number Number of the proposal.
    /// @param proposer Identifier of the member.
    /// @param content Hash that binds chain, contract, number, reason and actions.
    /// @param reason SHA-256 of the reason's text.
    /// @param gravity Highest gravity of the actions.
    /// @param actions The actions.
    /// @param votingEnds First second at which votes are no longer taken.
    event ProposalMade(
        uint256 indexed number,
        bytes32 indexed proposer,
        bytes32 content,
        bytes32 reason,
        Gravity gravity,
        Action[] actions,
        uint40 votingEnds
    );

    /// @notice A proposal was carried out.
    /// @param number Number of the proposal.
    event ProposalExecuted(uint256 indexed number);

    /// @notice Thrown when a proposal holds no action.
    error ProposalEmpty();

    /// @notice Thrown when a proposal holds too many actions.
    /// @param count Actions given.
    /// @param limit Actions allowed.
    error ProposalTooLong(uint256 count, uint256 limit);

    /// @notice Thrown when no proposal has this number.
    /// @param number Number given.
    error ProposalUnknown(uint256 number);

    /// @notice Thrown when actions are not the proposed ones.
    /// @param number Number of the proposal.
    error ProposalContentOther(uint256 number);

    /// @notice Thrown when votes on the proposal are still taken.
    /// @param number Number of the proposal.
    /// @param votingEnds First second at which they no longer are.
    error ProposalUndecided(uint256 number, uint40 votingEnds);

    /// @notice Thrown when the proposal did not pass.
    /// @param number Number of the proposal.
    error ProposalNotPassed(uint256 number);

    /// @notice Thrown when the delay is not over.
    /// @param number Number of the proposal.
    /// @param executableAt First second at which it is.
    error ProposalTooEarly(uint256 number, uint40 executableAt);

    /// @notice Thrown when a proposal passed and was not carried out in time.
    /// @param number Number of the proposal.
    /// @param expiredAt First second at which it was too late.
    error ProposalExpired(uint256 number, uint40 expiredAt);

    /// @notice Thrown when a proposal was already carried out or withdrawn.
    /// @param number Number of the proposal.
    error ProposalClosed(uint256 number);

    /// @notice Proposes actions; by an active member's voter.
    /// @param actions The actions, 1 to 32, carried out in this order once passed.
    /// @param reason SHA-256 of the reason's text.
    /// @return number Number of the proposal, from 1.
    function propose(Action[] calldata actions, bytes32 reason) external returns (uint256 number);

    /// @notice Carries out a proposal that passed; by anybody.
    /// @param number Number of the proposal.
    /// @param actions Exactly the proposed actions.
    function execute(uint256 number, Action[] calldata actions) external;

    /// @notice What is known of a proposal.
    /// @param number Number of the proposal.
    /// @return Everything; all zero when there is none.
    function proposal(uint256 number) external view returns (Proposal memory);

    /// @notice Where a proposal stands now.
    /// @param number Number of the proposal.
    /// @return The stage.
    function stageOf(uint256 number) external view returns (Stage);

    /// @notice Number of proposals ever made, and of the newest one.
    /// @return The number.
    function proposalCount() external view returns (uint256);

    /// @notice Hash of a proposal: it binds chain, contract, number, reason and actions.
    /// @param number Number of the proposal.
    /// @param reason SHA-256 of the reason's text.
    /// @param actions Its actions.
    /// @return The hash.
    function contentOf(uint256 number, bytes32 reason, Action[] calldata actions)
        external
        view
        returns (bytes32);
}
