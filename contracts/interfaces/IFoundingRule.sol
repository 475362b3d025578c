// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The founding rule: nothing changes unless two founding members confirm it
/// @notice A founding member proposes a list of actions; when a second, different founding
/// member confirms the very same list, all of them take effect together or none does. No single
/// member, and nobody else, can change anything.
interface IFoundingRule {
    /// @notice One change: a call that the founding rule makes in its own name.
    /// @param target Contract to be called: this one, or one that it governs.
    /// @param data The call: function selector and ABI-encoded arguments.
    struct Action {
        address target;
        bytes data;
    }

    /// @notice What is known of a proposal.
    /// @param proposer Founding member who made it; zero when there is none.
    /// @param expiresAt Unix seconds from which on it can no longer be confirmed.
    /// @param closed Whether it was carried out or withdrawn.
    struct Proposal {
        address proposer;
        uint40 expiresAt;
        bool closed;
    }

    /// @notice A founding member took its place.
    /// @param founder Address of the member.
    event FounderSeated(address indexed founder);

    /// @notice A founding member left its place.
    /// @param founder Address of the member.
    event FounderUnseated(address indexed founder);

    /// @notice A founding member proposed actions, which counts as its confirmation.
    /// @param proposal Identifier of the proposal.
    /// @param proposer Founding member who made it.
    /// @param nonce Number of the proposal, needed to confirm it.
    /// @param actions The proposed actions, in the order in which they will be carried out.
    event ActionsProposed(
        bytes32 indexed proposal, address indexed proposer, uint256 nonce, Action[] actions
    );

    /// @notice A second founding member confirmed a proposal and its actions were carried out.
    /// @param proposal Identifier of the proposal.
    /// @param confirmer Founding member who confirmed it.
    event ActionsConfirmed(bytes32 indexed proposal, address indexed confirmer);

    /// @notice The proposer withdrew a proposal before it was carried out.
    /// @param proposal Identifier of the proposal.
    event ActionsWithdrawn(bytes32 indexed proposal);

    /// @notice Thrown when fewer founding members are named than the rule needs.
    /// @param count Members named.
    /// @param needed Members needed at least.
    error FounderCountTooSmall(uint256 count, uint256 needed);

    /// @notice Thrown when a founding member to be seated is the zero address, the contract itself
    /// or already seated.
    /// @param founder The address in question.
    error FounderInvalid(address founder);

    /// @notice Thrown when the caller, or the member to be replaced, is not a founding member.
    /// @param caller The address in question.
    error FounderUnknown(address caller);

    /// @notice Thrown when a proposal holds no action.
    error ProposalEmpty();

    /// @notice Thrown when no proposal has this number and these actions.
    /// @param proposal Identifier computed from what was given.
    error ProposalUnknown(bytes32 proposal);

    /// @notice Thrown when a proposal was already carried out or withdrawn, or when its proposer
    /// is no longer a founding member.
    /// @param proposal Identifier of the proposal.
    error ProposalClosed(bytes32 proposal);

    /// @notice Thrown when a proposal is confirmed too late.
    /// @param proposal Identifier of the proposal.
    /// @param expiredAt Unix seconds from which on it could no longer be confirmed.
    error ProposalExpired(bytes32 proposal, uint256 expiredAt);

    /// @notice Thrown when a founding member confirms its own proposal.
    /// @param proposal Identifier of the proposal.
    /// @param founder The member.
    error ProposalNeedsAnother(bytes32 proposal, address founder);

    /// @notice Thrown when anybody but the proposer withdraws a proposal.
    /// @param proposal Identifier of the proposal.
    /// @param caller Who tried.
    error ProposalNotYours(bytes32 proposal, address caller);

    /// @notice Thrown when an action would call an address without a contract.
    /// @param index Position of the action in the proposal.
    /// @param target The address.
    error ActionTargetEmpty(uint256 index, address target);

    /// @notice Thrown when an action fails; none of the proposal's actions then takes effect.
    /// @param index Position of the action in the proposal.
    /// @param reason Error data returned by the called contract.
    error ActionFailed(uint256 index, bytes reason);

    /// @notice Proposes actions and confirms them in the proposer's name.
    /// @param actions The actions, carried out in this order once confirmed.
    /// @return id Identifier of the proposal.
    function propose(Action[] calldata actions) external returns (bytes32 id);

    /// @notice Confirms a proposal as a second founding member and carries its actions out.
    /// @dev The confirmer hands the actions over again and so states what it agrees to.
    /// @param nonce Number of the proposal.
    /// @param actions Exactly the proposed actions.
    function confirm(uint256 nonce, Action[] calldata actions) external;

    /// @notice Withdraws one's own proposal.
    /// @param id Identifier of the proposal.
    function withdraw(bytes32 id) external;

    /// @notice Gives a founding member's place to another address; only by the founding rule.
    /// @param leaving Member who leaves.
    /// @param arriving Member who takes the place.
    function replaceFounder(address leaving, address arriving) external;

    /// @notice All founding members.
    /// @return Their addresses, in order of their places.
    function founders() external view returns (address[] memory);

    /// @notice Whether an address is a founding member.
    /// @param account The address.
    /// @return Whether it is one.
    function isFounder(address account) external view returns (bool);

    /// @notice Number that the next proposal will carry.
    /// @return The number.
    function nextNonce() external view returns (uint256);

    /// @notice Identifier of a proposal: it binds chain, contract, number and actions.
    /// @param nonce Number of the proposal.
    /// @param actions Its actions.
    /// @return The identifier.
    function proposalId(uint256 nonce, Action[] calldata actions) external view returns (bytes32);

    /// @notice What is known of a proposal.
    /// @param id Identifier of the proposal.
    /// @return Proposer, expiry and whether it is closed; all zero when there is none.
    function proposal(bytes32 id) external view returns (Proposal memory);
}
