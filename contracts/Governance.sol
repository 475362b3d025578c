// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Replaceable} from "./Replaceable.sol";
import {IAgencyRegistry} from "./interfaces/IAgencyRegistry.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {Charter} from "./libraries/Charter.sol";
import {EIP712} from "./libraries/EIP712.sol";
import {History} from "./libraries/History.sol";

/// @title The consortium's votes
contract Governance is IGovernance, Replaceable {
    /// @dev A proposal with what its vote needs: the rule and the members of its time.
    struct Record {
        bytes32 content;
        bytes32 reason;
        bytes32 proposer;
        uint40 proposedAt;
        uint40 votingEnds;
        uint40 decidedAt;
        uint64 membersVersion;
        Gravity gravity;
        bool executed;
        bool withdrawn;
        uint40 total;
        uint40 yes;
        uint40 no;
        uint40 abstain;
        uint8 yesVoters;
        uint16 quorum;
        uint16 pass;
        uint32 delay;
    }

    /// @dev A member's weight from a version of the members on.
    struct Weight {
        uint64 version;
        uint32 weight;
    }

    struct Emergency {
        bytes32 member;
        uint40 startedAt;
    }

    /// @notice Members that there can be.
    uint256 public constant MEMBER_LIMIT = 64;

    /// @notice Members that must say yes, whatever their weight; so many there must always be.
    uint256 public constant MIN_YES = 2;

    /// @notice Actions that a proposal can hold.
    uint256 public constant ACTION_LIMIT = 32;

    /// @notice Seconds for which a proposal that passed can be carried out.
    uint40 public constant EXECUTION_WINDOW = 30 days;

    /// @notice Seconds that an emergency suspension lasts.
    uint40 public constant EMERGENCY_PERIOD = 3 days;

    /// @notice Seconds between two emergency suspensions of one agency.
    uint40 public constant EMERGENCY_INTERVAL = 30 days;

    bytes32 private constant DOMAIN_NAME = keccak256("Mianti Governance");
    bytes32 private constant VOTE_TYPE = keccak256(
        "Vote(uint256 number,bytes32 content,bytes32 member,uint8 choice,uint40 deadline)"
    );

    address private _agencies;
    address private _checkpoints;
    address private _statuses;

    mapping(Gravity gravity => Rule) private _rules;

    bytes32[] private _seated;
    mapping(bytes32 member => address) private _voters;
    mapping(address voter => bytes32 member) private _members;
    mapping(bytes32 member => Weight[]) private _weights;
    uint64 private _membersVersion;
    uint40 private _totalWeight;

    uint256 private _count;
    mapping(uint256 number => Record) private _proposals;
    mapping(uint256 number => mapping(bytes32 member => Choice)) private _choices;

    mapping(bytes32 agency => Emergency) private _emergencies;
    mapping(bytes32 member => bytes32 agency) private _lastTargets;

    modifier onlyByVote() {
        if (msg.sender != address(this)) revert GovernanceOnly(msg.sender);
        _;
    }

    /// @param seats Founding members, at least two, all different.
    /// @param rules Rules for ordinary, grave and constitutional decisions.
    /// @param agencies_ Where the registry of agencies is, or will be.
    /// @param checkpoints_ Where the registry of log heads is, or will be.
    /// @param statuses_ Where the registry of status lists is, or will be.
    constructor(
        Seat[] memory seats,
        Rule[3] memory rules,
        address agencies_,
        address checkpoints_,
        address statuses_
    ) {
        (_agencies, _checkpoints, _statuses) = (agencies_, checkpoints_, statuses_);
        for (uint256 i = 0; i < rules.length; i++) {
            _setRule(Gravity(i), rules[i]);
        }
        if (seats.length < MIN_YES) revert MembersTooFew(seats.length, MIN_YES);
        for (uint256 i = 0; i < seats.length; i++) {
            Seat memory seat = seats[i];
            bool seated = _voters[seat.member] != address(0);
            if (seat.member == 0 || seat.weight == 0 || seated) {
                revert MemberInvalid(seat.member, seat.weight);
            }
            _seat(seat.member, seat.voter, seat.weight);
        }
    }

    /// @inheritdoc IGovernance
    function propose(Action[] calldata actions, bytes32 reason)
        external
        unlessReplaced
        returns (uint256 number)
    {
        bytes32 member = _activeMember();
        if (reason == 0) revert ReasonMissing();
        if (actions.length == 0) revert ProposalEmpty();
        if (actions.length > ACTION_LIMIT) revert ProposalTooLong(actions.length, ACTION_LIMIT);
        Gravity gravity = _judge(member, actions);
        number = ++_count;
        Rule memory rule = _rules[gravity];
        Record storage made = _proposals[number];
        made.content = contentOf(number, reason, actions);
        made.reason = reason;
        made.proposer = member;
        made.proposedAt = _now();
        made.votingEnds = _now() + rule.votingPeriod;
        made.membersVersion = _membersVersion;
        made.gravity = gravity;
        made.total = _totalWeight;
        (made.quorum, made.pass, made.delay) = (rule.quorum, rule.pass, rule.delay);
        emit ProposalMade(
            number, member, made.content, reason, gravity, actions, made.votingEnds
        );
    }

    /// @inheritdoc IGovernance
    function withdraw(uint256 number) external unlessReplaced {
        Record storage open = _known(number);
        bytes32 member = _callingMember();
        if (open.proposer != member) revert ProposalNotYours(number, member);
        if (open.executed || open.withdrawn) revert ProposalClosed(number);
        uint40 own = _choices[number][member] == Choice.None ? 0 : weightAt(member, number);
        if (open.yes + open.no + open.abstain != own) revert ProposalVotedOn(number);
        open.withdrawn = true;
        emit ProposalWithdrawn(number);
    }

    /// @inheritdoc IGovernance
    function vote(uint256 number, Choice choice) external unlessReplaced {
        Record storage open = _open(number);
        _cast(number, open, _callingMember(), choice);
        _decide(number, open);
    }

    /// @inheritdoc IGovernance
    function castSigned(uint256 number, Ballot[] calldata ballots) external unlessReplaced {
        Record storage open = _open(number);
        for (uint256 i = 0; i < ballots.length; i++) {
            Ballot calldata ballot = ballots[i];
            bytes32 member = ballot.member;
            address voter = _voters[member];
            if (voter == address(0)) revert MemberUnknown(member);
            if (_now() >= ballot.deadline) revert BallotExpired(member, ballot.deadline);
            bytes32 signed = voteDigest(number, member, ballot.choice, ballot.deadline);
            if (EIP712.recover(signed, ballot.signature) != voter) {
                revert BallotSignatureInvalid(member);
            }
            _cast(number, open, member, ballot.choice);
        }
        _decide(number, open);
    }

    /// @inheritdoc IGovernance
    function execute(uint256 number, Action[] calldata actions) external unlessReplaced {
        Record storage passed = _known(number);
        if (contentOf(number, passed.reason, actions) != passed.content) {
            revert ProposalContentOther(number);
        }
        Stage stage = stageOf(number);
        if (stage == Stage.Voting) revert ProposalUndecided(number, passed.votingEnds);
        if (stage == Stage.Rejected) revert ProposalNotPassed(number);
        if (stage == Stage.Waiting) revert ProposalTooEarly(number, _executableAt(passed));
        if (stage == Stage.Expired) {
            revert ProposalExpired(number, _executableAt(passed) + EXECUTION_WINDOW);
        }
        if (stage != Stage.Ready) revert ProposalClosed(number);
        // Closed before the calls, so that no action can lead back into its own proposal.
        passed.executed = true;
        _carryOut(actions);
        emit ProposalExecuted(number);
    }

    /// @inheritdoc IGovernance
    function rehearse(Action[] calldata actions) external unlessReplaced {
        _carryOut(actions);
        revert ProposalRehearsed();
    }

    /// @inheritdoc IGovernance
    function suspendInEmergency(bytes32 agency, bytes32 reason) external unlessReplaced {
        bytes32 member = _activeMember();
        if (reason == 0) revert ReasonMissing();
        if (agency == member) revert EmergencySelf(member);
        bytes32 target = _lastTargets[member];
        if (target != 0 && _now() < _emergencies[target].startedAt + EMERGENCY_PERIOD) {
            revert EmergencyRunning(member, target);
        }
        Emergency storage last = _emergencies[agency];
        if (last.member != 0 && _now() < last.startedAt + EMERGENCY_INTERVAL) {
            revert EmergencySpent(agency, last.startedAt + EMERGENCY_INTERVAL);
        }
        IAgencyRegistry registry = IAgencyRegistry(_agencies);
        if (registry.suspendedAt(agency, _now())) revert EmergencyNeedless(agency);
        (last.member, last.startedAt) = (member, _now());
        _lastTargets[member] = agency;
        uint40 until = _now() + EMERGENCY_PERIOD;
        registry.suspend(agency, until);
        emit EmergencySuspension(agency, member, reason, until);
    }

    /// @inheritdoc IGovernance
    function changeVoter(address next) external unlessReplaced {
        bytes32 member = _callingMember();
        _speak(member, next);
        emit MemberSeated(member, next, _weightOf(member));
    }

    /// @inheritdoc IGovernance
    function setMember(bytes32 member, address voter, uint32 weight) external onlyByVote {
        if (weight == 0) {
            if (_voters[member] == address(0)) revert MemberUnknown(member);
            _unseat(member);
            return;
        }
        IAgencyRegistry.Agency memory agency = _requireActive(member);
        if (agency.admittedAt == 0) revert MemberNotAdmitted(member);
        if (agency.kind != IAgencyRegistry.UserKind.Government) revert MemberSocial(member);
        _seat(member, voter, weight);
    }

    /// @inheritdoc IGovernance
    function replaceContract(address current, address next) external onlyByVote {
        if (current == address(this)) {
            _handOver(next);
        } else {
            if (current == _agencies) _agencies = next;
            else if (current == _checkpoints) _checkpoints = next;
            else if (current == _statuses) _statuses = next;
            else revert ContractUnknown(current);
            IGoverned(current).replaceBy(next);
            if (IGoverned(next).governor() != address(this)) revert SuccessorInvalid(next);
        }
        emit ContractExchanged(current, next);
    }

    /// @inheritdoc IGovernance
    function setRule(Gravity gravity, Rule calldata rule) external onlyByVote {
        _setRule(gravity, rule);
    }

    /// @inheritdoc IGovernance
    function proposal(uint256 number) external view returns (Proposal memory shown) {
        Record storage made = _proposals[number];
        shown.content = made.content;
        shown.reason = made.reason;
        shown.proposer = made.proposer;
        shown.gravity = made.gravity;
        shown.proposedAt = made.proposedAt;
        shown.votingEnds = made.votingEnds;
        shown.decidedAt = made.decidedAt;
        (shown.total, shown.yes) = (made.total, made.yes);
        (shown.no, shown.abstain) = (made.no, made.abstain);
        shown.yesVoters = made.yesVoters;
        (shown.executed, shown.withdrawn) = (made.executed, made.withdrawn);
        if (made.decidedAt != 0 || (_now() >= made.votingEnds && _passes(made))) {
            shown.executableAt = _executableAt(made);
            shown.expiresAt = shown.executableAt + EXECUTION_WINDOW;
        }
    }

    /// @inheritdoc IGovernance
    function proposalCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IGovernance
    function choiceOf(uint256 number, bytes32 member) external view returns (Choice) {
        return _choices[number][member];
    }

    /// @inheritdoc IGovernance
    function members(uint256 offset, uint256 limit)
        external
        view
        returns (Seat[] memory seats, uint256 total)
    {
        total = _seated.length;
        seats = new Seat[](History.pageLength(offset, limit, total));
        for (uint256 i = 0; i < seats.length; i++) {
            bytes32 member = _seated[offset + i];
            seats[i] = Seat(member, _voters[member], _weightOf(member));
        }
    }

    /// @inheritdoc IGovernance
    function memberOf(address voter) external view returns (bytes32) {
        return _members[voter];
    }

    /// @inheritdoc IGovernance
    function ruleOf(Gravity gravity) external view returns (Rule memory) {
        return _rules[gravity];
    }

    /// @inheritdoc IGovernance
    function emergencyOf(bytes32 agency)
        external
        view
        returns (bytes32 member, uint40 startedAt)
    {
        return (_emergencies[agency].member, _emergencies[agency].startedAt);
    }

    /// @inheritdoc IGovernance
    function agencies() external view returns (address) {
        return _agencies;
    }

    /// @inheritdoc IGovernance
    function checkpoints() external view returns (address) {
        return _checkpoints;
    }

    /// @inheritdoc IGovernance
    function statuses() external view returns (address) {
        return _statuses;
    }

    /// @inheritdoc IGovernance
    function stageOf(uint256 number) public view returns (Stage) {
        Record storage made = _proposals[number];
        if (made.proposedAt == 0) return Stage.Unknown;
        if (made.withdrawn) return Stage.Withdrawn;
        if (made.executed) return Stage.Executed;
        if (made.decidedAt == 0) {
            if (_now() < made.votingEnds) return Stage.Voting;
            if (!_passes(made)) return Stage.Rejected;
        }
        uint40 executableAt = _executableAt(made);
        if (_now() < executableAt) return Stage.Waiting;
        return _now() < executableAt + EXECUTION_WINDOW ? Stage.Ready : Stage.Expired;
    }

    /// @inheritdoc IGovernance
    function contentOf(uint256 number, bytes32 reason, Action[] calldata actions)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), number, reason, actions));
    }

    /// @inheritdoc IGovernance
    function voteDigest(uint256 number, bytes32 member, Choice choice, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 content = _proposals[number].content;
        return EIP712.digest(
            DOMAIN_NAME, keccak256(abi.encode(VOTE_TYPE, number, content, member, choice, deadline))
        );
    }

    /// @inheritdoc IGovernance
    function weightAt(bytes32 member, uint256 number) public view returns (uint32) {
        Weight[] storage rows = _weights[member];
        uint64 version = _proposals[number].membersVersion;
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].version <= version) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : rows[low - 1].weight;
    }

    /// @inheritdoc IGovernance
    function routeOf(Kind kind)
        public
        view
        returns (address target, bytes4 selector, Gravity gravity)
    {
        Charter.Place place = Charter.placeOf(kind);
        if (place == Charter.Place.Agencies) target = _agencies;
        else if (place == Charter.Place.Checkpoints) target = _checkpoints;
        else if (place == Charter.Place.Statuses) target = _statuses;
        else target = address(this);
        return (target, Charter.selectorOf(kind), Charter.gravityOf(kind));
    }

    /// @param actions What is to be done, in this order.
    function _carryOut(Action[] calldata actions) private {
        for (uint256 i = 0; i < actions.length; i++) {
            Action calldata action = actions[i];
            (address target, bytes4 selector,) = routeOf(action.kind);
            if (target.code.length == 0) revert ActionTargetEmpty(i, target);
            (bool done, bytes memory reason) = target.call(bytes.concat(selector, action.data));
            if (!done) revert ActionFailed(i, reason);
            if (action.kind == Kind.Expel || action.kind == Kind.Dissolve) {
                // The call succeeded, so there is an identifier.
                bytes32 ended = bytes32(action.data[:32]);
                if (_voters[ended] != address(0)) _unseat(ended);
            }
        }
    }

    /// @param number Number of the proposal.
    /// @param open The proposal.
    /// @param member Who votes.
    /// @param choice What it says.
    function _cast(uint256 number, Record storage open, bytes32 member, Choice choice) private {
        if (choice == Choice.None) revert ChoiceInvalid();
        _requireActive(member);
        if (_choices[number][member] != Choice.None) revert VotedAlready(number, member);
        uint32 weight = weightAt(member, number);
        if (weight == 0) revert MemberTooNew(member, number);
        _choices[number][member] = choice;
        if (choice == Choice.Yes) {
            open.yes += weight;
            open.yesVoters++;
        } else if (choice == Choice.No) {
            open.no += weight;
        } else {
            open.abstain += weight;
        }
        emit Voted(number, member, choice, weight);
    }

    /// @dev Closes the voting when no further vote could turn it.
    /// @param number Number of the proposal.
    /// @param open The proposal.
    function _decide(uint256 number, Record storage open) private {
        if (uint256(open.yes) * Charter.WHOLE < uint256(open.pass) * open.total) return;
        if (!_passes(open)) return;
        open.decidedAt = _now();
        emit ProposalDecided(number, _executableAt(open));
    }

    /// @param member Agency that gets a seat, or another voter or weight.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight.
    function _seat(bytes32 member, address voter, uint32 weight) private {
        if (_voters[member] == address(0)) {
            if (_seated.length == MEMBER_LIMIT) revert MembersFull(MEMBER_LIMIT);
            _seated.push(member);
        }
        if (_voters[member] != voter) _speak(member, voter);
        _weigh(member, weight);
        emit MemberSeated(member, voter, weight);
    }

    /// @param member Agency that loses its seat.
    function _unseat(bytes32 member) private {
        uint256 left = _seated.length - 1;
        if (left < MIN_YES) revert MembersTooFew(left, MIN_YES);
        for (uint256 i = 0; i < left; i++) {
            if (_seated[i] == member) _seated[i] = _seated[left];
        }
        _seated.pop();
        delete _members[_voters[member]];
        delete _voters[member];
        _weigh(member, 0);
        emit MemberUnseated(member);
    }

    /// @param member The member.
    /// @param voter Address that speaks for it from now on.
    function _speak(bytes32 member, address voter) private {
        if (voter == address(0) || _members[voter] != 0) revert VoterTaken(voter);
        delete _members[_voters[member]];
        _voters[member] = voter;
        _members[voter] = member;
    }

    /// @param member The member.
    /// @param weight Its weight from now on.
    function _weigh(bytes32 member, uint32 weight) private {
        _totalWeight = _totalWeight - _weightOf(member) + weight;
        _weights[member].push(Weight(++_membersVersion, weight));
    }

    /// @param gravity Gravity that the rule is for.
    /// @param rule The rule.
    function _setRule(Gravity gravity, Rule memory rule) private {
        Charter.requireSound(gravity, rule);
        _rules[gravity] = rule;
        emit RuleChanged(gravity, rule);
    }

    /// @param next Contract that counts the votes from now on, for the same registries.
    function _handOver(address next) private {
        _succeed(next);
        IGovernance other = IGovernance(next);
        bool fits = other.agencies() == _agencies && other.checkpoints() == _checkpoints
            && other.statuses() == _statuses;
        if (!fits) revert SuccessorInvalid(next);
        IGoverned(_agencies).obey(next);
        IGoverned(_checkpoints).obey(next);
        IGoverned(_statuses).obey(next);
    }

    /// @return member Member for which the caller speaks.
    function _callingMember() private view returns (bytes32 member) {
        member = _members[msg.sender];
        if (member == 0) revert VoterUnknown(msg.sender);
    }

    /// @return member The same; it must be active.
    function _activeMember() private view returns (bytes32 member) {
        member = _callingMember();
        _requireActive(member);
    }

    /// @param member Agency that must be neither suspended nor ended.
    /// @return agency What the registry knows of it; founding members need not be admitted yet.
    function _requireActive(bytes32 member)
        private
        view
        returns (IAgencyRegistry.Agency memory agency)
    {
        IAgencyRegistry registry = IAgencyRegistry(_agencies);
        agency = registry.agency(member);
        if (agency.endedAt != 0) revert MemberEnded(member, agency.endedAt);
        if (registry.suspendedAt(member, _now())) revert MemberSuspended(member);
    }

    /// @param number Number of a proposal that must have been made.
    /// @return made The proposal.
    function _known(uint256 number) private view returns (Record storage made) {
        made = _proposals[number];
        if (made.proposedAt == 0) revert ProposalUnknown(number);
    }

    /// @param number Number of a proposal on which votes must still be taken.
    /// @return open The proposal.
    function _open(uint256 number) private view returns (Record storage open) {
        open = _known(number);
        if (open.withdrawn) revert ProposalClosed(number);
        if (open.decidedAt != 0) revert VotingClosed(number, open.decidedAt);
        if (_now() >= open.votingEnds) revert VotingClosed(number, open.votingEnds);
    }

    /// @dev Also refuses entitlements that lie outside the proposer's region.
    /// @param proposer Who proposes.
    /// @param actions What it proposes.
    /// @return gravity Highest gravity of the actions.
    function _judge(bytes32 proposer, Action[] calldata actions)
        private
        view
        returns (Gravity gravity)
    {
        uint32 power = IAgencyRegistry(_agencies).agency(proposer).region;
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

    /// @param member The member.
    /// @return Its weight now.
    function _weightOf(bytes32 member) private view returns (uint32) {
        Weight[] storage rows = _weights[member];
        return rows.length == 0 ? 0 : rows[rows.length - 1].weight;
    }

    /// @param made A proposal.
    /// @return Whether its votes let it pass if no further one comes.
    function _passes(Record storage made) private view returns (bool) {
        uint256 said = uint256(made.yes) + made.no;
        return (said + made.abstain) * Charter.WHOLE >= uint256(made.quorum) * made.total
            && uint256(made.yes) * Charter.WHOLE >= uint256(made.pass) * said
            && made.yesVoters >= MIN_YES;
    }

    /// @dev No delay when everybody said yes: nobody is left who could object.
    /// @param made A proposal that passed.
    /// @return First second at which it may be carried out.
    function _executableAt(Record storage made) private view returns (uint40) {
        uint40 closedAt = made.decidedAt != 0 ? made.decidedAt : made.votingEnds;
        return made.yes == made.total ? closedAt : closedAt + made.delay;
    }

    /// @return Time of the block in Unix seconds.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
