// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReplaceable} from "./IReplaceable.sol";

/// @title The consortium's votes, and nothing that is changed without one
/// @notice Members are agencies; each has a voter, an address that speaks for it, and a weight. A
/// member proposes typed actions, the members vote, and what passed may be carried out by anybody
/// once its delay is over. No member decides anything alone, whatever its weight.
/// @dev Times are Unix seconds. A period covers its first second and not its end. Shares are
/// basis points: 10,000 is all.
interface IGovernance is IReplaceable {
    /// @notice What an action does: each kind is one function of one contract.
    enum Kind {
        Admit,
        Rename,
        AddKey,
        EndKey,
        RotateKey,
        CompromiseKey,
        AddScope,
        EndScope,
        GrantBasis,
        EndBasis,
        Suspend,
        Reinstate,
        Expel,
        Dissolve,
        TransferDuty,
        OpenLog,
        ChangeAnchor,
        SetAttesters,
        FreezeLog,
        AssignStatusList,
        SetMember,
        ReplaceContract,
        SetRule
    }

    /// @notice How much an action weighs: each gravity has a rule of its own.
    enum Gravity {
        Ordinary,
        Grave,
        Constitutional
    }

    /// @notice What a member says to a proposal; None says nothing.
    enum Choice {
        None,
        Yes,
        No,
        Abstain
    }

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

    /// @notice A member's seat.
    /// @param member Identifier of the agency.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight in a vote, at least 1.
    struct Seat {
        bytes32 member;
        address voter;
        uint32 weight;
    }

    /// @notice What a decision of one gravity needs.
    /// @param quorum Share of the whole weight that must have voted, abstentions included.
    /// @param pass Share of yes among yes and no that must be reached.
    /// @param votingPeriod Seconds for which votes are taken.
    /// @param delay Seconds between the decision and the earliest execution.
    struct Rule {
        uint16 quorum;
        uint16 pass;
        uint32 votingPeriod;
        uint32 delay;
    }

    /// @notice One change.
    /// @param kind Which function is called.
    /// @param data Its arguments, ABI-encoded, without the selector.
    struct Action {
        Kind kind;
        bytes data;
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

    /// @notice A member got a seat, another voter or another weight.
    /// @param member Identifier of the member.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight.
    event MemberSeated(bytes32 indexed member, address indexed voter, uint32 weight);

    /// @notice A member lost its seat.
    /// @param member Identifier of the member.
    event MemberUnseated(bytes32 indexed member);

    /// @notice A rule was set.
    /// @param gravity Gravity of the decisions that it is for.
    /// @param rule What they need.
    event RuleChanged(Gravity indexed gravity, Rule rule);

    /// @notice Another contract serves in the place of one of the consortium's.
    /// @param current The contract that was replaced.
    /// @param next The contract that goes on.
    event ContractExchanged(address indexed current, address indexed next);

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

    /// @notice A proposal was carried out.
    /// @param number Number of the proposal.
    event ProposalExecuted(uint256 indexed number);

    /// @notice The proposer withdrew a proposal.
    /// @param number Number of the proposal.
    event ProposalWithdrawn(uint256 indexed number);

    /// @notice A member suspended an agency for a short while, without a vote.
    /// @param agency Identifier of the agency.
    /// @param member Identifier of the member.
    /// @param reason SHA-256 of the reason's text.
    /// @param until First second at which the suspension is over.
    event EmergencySuspension(
        bytes32 indexed agency, bytes32 indexed member, bytes32 reason, uint40 until
    );

    /// @notice Thrown when a change is attempted that only a vote can make.
    /// @param caller Who tried.
    error GovernanceOnly(address caller);

    /// @notice Thrown when a member, or the agency to be seated, is unknown.
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

    /// @notice Thrown when a member had no weight yet when the proposal was made.
    /// @param member Identifier of the member.
    /// @param number Number of the proposal.
    error MemberTooNew(bytes32 member, uint256 number);

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

    /// @notice Thrown when a rule lies outside its bounds.
    /// @param gravity Gravity that it is for.
    /// @param rule The rule given.
    error RuleOutOfBounds(Gravity gravity, Rule rule);

    /// @notice Thrown when a contract to be replaced is none of the consortium's.
    /// @param current Address given.
    error ContractUnknown(address current);

    /// @notice Thrown when no reason is given.
    error ReasonMissing();

    /// @notice Thrown when a proposal holds no action.
    error ProposalEmpty();

    /// @notice Thrown when a proposal holds too many actions.
    /// @param count Actions given.
    /// @param limit Actions allowed.
    error ProposalTooLong(uint256 count, uint256 limit);

    /// @notice Thrown when an entitlement is proposed whose region lies outside the proposer's.
    /// @param proposer Identifier of the member.
    /// @param power Region of the proposer.
    /// @param region Region of the entitlement.
    error ScopeBeyondPower(bytes32 proposer, uint32 power, uint32 region);

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

    /// @notice Thrown when any but the proposer withdraws a proposal.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member that tried.
    error ProposalNotYours(uint256 number, bytes32 member);

    /// @notice Thrown when a proposal is withdrawn on which another member has voted.
    /// @param number Number of the proposal.
    error ProposalVotedOn(uint256 number);

    /// @notice Thrown at the end of a rehearsal in which every action succeeded.
    error ProposalRehearsed();

    /// @notice Thrown when an action's arguments cannot be read.
    /// @param index Position of the action in the proposal.
    error ActionMalformed(uint256 index);

    /// @notice Thrown when an action would call an address without a contract.
    /// @param index Position of the action in the proposal.
    /// @param target The address.
    error ActionTargetEmpty(uint256 index, address target);

    /// @notice Thrown when an action fails; none of the proposal's actions then takes effect.
    /// @param index Position of the action in the proposal.
    /// @param reason Error data returned by the called contract.
    error ActionFailed(uint256 index, bytes reason);

    /// @notice Thrown when a vote comes too late.
    /// @param number Number of the proposal.
    /// @param closedAt Unix seconds from which on none was taken.
    error VotingClosed(uint256 number, uint40 closedAt);

    /// @notice Thrown when a member votes again.
    /// @param number Number of the proposal.
    /// @param member Identifier of the member.
    error VotedAlready(uint256 number, bytes32 member);

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

    /// @notice Proposes actions; by an active member's voter.
    /// @param actions The actions, 1 to 32, carried out in this order once passed.
    /// @param reason SHA-256 of the reason's text.
    /// @return number Number of the proposal, from 1.
    function propose(Action[] calldata actions, bytes32 reason) external returns (uint256 number);

    /// @notice Withdraws one's own proposal while no other member has voted on it.
    /// @param number Number of the proposal.
    function withdraw(uint256 number) external;

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

    /// @notice Carries out a proposal that passed; by anybody.
    /// @param number Number of the proposal.
    /// @param actions Exactly the proposed actions.
    function execute(uint256 number, Action[] calldata actions) external;

    /// @notice Carries actions out and always reverts, with `ProposalRehearsed` when all succeeded:
    /// a dry run for a call.
    /// @param actions The actions.
    function rehearse(Action[] calldata actions) external;

    /// @notice Suspends an agency for three days without a vote; by an active member's voter. One
    /// at a time for each member, once in thirty days for each agency.
    /// @param agency Identifier of the agency.
    /// @param reason SHA-256 of the reason's text.
    function suspendInEmergency(bytes32 agency, bytes32 reason) external;

    /// @notice Lets another address speak for one's member; by its present voter.
    /// @param next The other address.
    function changeVoter(address next) external;

    /// @notice Seats a member, changes its seat or takes it away; only by vote.
    /// @param member Identifier of the agency: admitted, active, of government kind.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight; 0 takes the seat away.
    function setMember(bytes32 member, address voter, uint32 weight) external;

    /// @notice Puts another contract in the place of one of the consortium's four; only by vote. A
    /// registry then names its successor; in the place of this contract, the registries obey the
    /// other one.
    /// @param current The contract to be replaced.
    /// @param next The contract that goes on.
    function replaceContract(address current, address next) external;

    /// @notice Sets the rule for decisions of one gravity; only by vote. Open votes keep theirs.
    /// @param gravity The gravity.
    /// @param rule What they need.
    function setRule(Gravity gravity, Rule calldata rule) external;

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

    /// @notice Rule for decisions of one gravity.
    /// @param gravity The gravity.
    /// @return What they need.
    function ruleOf(Gravity gravity) external view returns (Rule memory);

    /// @notice Function behind a kind of action.
    /// @param kind The kind.
    /// @return target Contract that is called, as of now.
    /// @return selector Function that is called.
    /// @return gravity Gravity of the action.
    function routeOf(Kind kind)
        external
        view
        returns (address target, bytes4 selector, Gravity gravity);

    /// @notice Last emergency suspension of an agency.
    /// @param agency Identifier of the agency.
    /// @return member Member that suspended it; 0 when none ever did.
    /// @return startedAt Unix seconds at which it began.
    function emergencyOf(bytes32 agency) external view returns (bytes32 member, uint40 startedAt);

    /// @notice Registry of agencies that serves now.
    /// @return Its address.
    function agencies() external view returns (address);

    /// @notice Registry of log heads that serves now.
    /// @return Its address.
    function checkpoints() external view returns (address);

    /// @notice Registry of status lists that serves now.
    /// @return Its address.
    function statuses() external view returns (address);
}
