// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Actions} from "./Actions.sol";
import {Charter} from "./Charter.sol";
import {IProposals} from "../interfaces/IProposals.sol";

/// @title Proposals: made by a member, carried out by anybody
abstract contract Proposals is Actions, IProposals {
    /// @dev A proposal with what its vote needs: the rule and the members of its time.
    struct Record {
        bytes32 content;
        bytes32 reason;
        bytes32 proposer;
        uint40 proposedAt;
        uint40 votingEnds;
        uint40 decidedAt;
        uint64 electorate;
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

    /// @notice Actions that a proposal can hold.
    uint256 public constant ACTION_LIMIT = 32;

    /// @notice Seconds for which a proposal that passed can be carried out.
    uint40 public constant EXECUTION_WINDOW = 30 days;

    uint256 private _count;
    mapping(uint256 number => Record) private _proposals;

    /// @inheritdoc IProposals
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
        Rule memory rule = ruleOf(gravity);
        Record storage made = _proposals[number];
        made.content = contentOf(number, reason, actions);
        made.reason = reason;
        made.proposer = member;
        made.proposedAt = _now();
        made.votingEnds = _now() + rule.votingPeriod;
        (made.electorate, made.total) = _electorate();
        made.gravity = gravity;
        (made.quorum, made.pass, made.delay) = (rule.quorum, rule.pass, rule.delay);
        emit ProposalMade(
            number, member, made.content, reason, gravity, actions, made.votingEnds
        );
    }

    /// @inheritdoc IProposals
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

    /// @inheritdoc IProposals
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

    /// @inheritdoc IProposals
    function proposalCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IProposals
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

    /// @inheritdoc IProposals
    function contentOf(uint256 number, bytes32 reason, Action[] calldata actions)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), number, reason, actions));
    }

    /// @param number A number.
    /// @return The proposal; empty when there is none.
    function _proposalOf(uint256 number) internal view returns (Record storage) {
        return _proposals[number];
    }

    /// @param number Number of a proposal that must have been made.
    /// @return made The proposal.
    function _known(uint256 number) internal view returns (Record storage made) {
        made = _proposals[number];
        if (made.proposedAt == 0) revert ProposalUnknown(number);
    }

    /// @param made A proposal.
    /// @return Whether its votes let it pass if no further one comes.
    function _passes(Record storage made) internal view returns (bool) {
        uint256 said = uint256(made.yes) + made.no;
        return (said + made.abstain) * Charter.WHOLE >= uint256(made.quorum) * made.total
            && uint256(made.yes) * Charter.WHOLE >= uint256(made.pass) * said
            && made.yesVoters >= MIN_YES;
    }

    /// @dev No delay when everybody said yes: nobody is left who could object.
    /// @param made A proposal that passed.
    /// @return First second at which it may be carried out.
    function _executableAt(Record storage made) internal view returns (uint40) {
        uint40 closedAt = made.decidedAt != 0 ? made.decidedAt : made.votingEnds;
        return made.yes == made.total ? closedAt : closedAt + made.delay;
    }
}
