// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Charter} from "./Charter.sol";
import {Proposals} from "./Proposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {EIP712} from "../libraries/EIP712.sol";

/// @title Votes on proposals
abstract contract Votes is Proposals, IVotes {
    bytes32 private constant DOMAIN_NAME = keccak256("Mianti Governance");
    bytes32 private constant VOTE_TYPE = keccak256(
        "Vote(uint256 number,bytes32 content,bytes32 member,uint8 choice,uint40 deadline)"
    );

    mapping(uint256 number => mapping(bytes32 member => Choice)) private _choices;

    /// @inheritdoc IVotes
    function vote(uint256 number, Choice choice) external unlessReplaced {
        Record storage open = _open(number);
        _cast(number, open, _callingMember(), choice);
        _decide(number, open);
    }

    /// @inheritdoc IVotes
    function castSigned(uint256 number, Ballot[] calldata ballots) external unlessReplaced {
        Record storage open = _open(number);
        for (uint256 i = 0; i < ballots.length; i++) {
            Ballot calldata ballot = ballots[i];
            bytes32 member = ballot.member;
            address voter = _voterOf(member);
            if (_now() >= ballot.deadline) revert BallotExpired(member, ballot.deadline);
            bytes32 signed = voteDigest(number, member, ballot.choice, ballot.deadline);
            if (EIP712.recover(signed, ballot.signature) != voter) {
                revert BallotSignatureInvalid(member);
            }
            _cast(number, open, member, ballot.choice);
        }
        _decide(number, open);
    }

    /// @inheritdoc IVotes
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

    /// @inheritdoc IVotes
    function choiceOf(uint256 number, bytes32 member) external view returns (Choice) {
        return _choices[number][member];
    }

    /// @inheritdoc IVotes
    function voteDigest(uint256 number, bytes32 member, Choice choice, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 content = _proposalOf(number).content;
        return EIP712.digest(
            DOMAIN_NAME, keccak256(abi.encode(VOTE_TYPE, number, content, member, choice, deadline))
        );
    }

    /// @inheritdoc IVotes
    function weightAt(bytes32 member, uint256 number) public view returns (uint32) {
        return _weightIn(member, _proposalOf(number).electorate);
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

    /// @param number Number of a proposal on which votes must still be taken.
    /// @return open The proposal.
    function _open(uint256 number) private view returns (Record storage open) {
        open = _known(number);
        if (open.withdrawn) revert ProposalClosed(number);
        if (open.decidedAt != 0) revert VotingClosed(number, open.decidedAt);
        if (_now() >= open.votingEnds) revert VotingClosed(number, open.votingEnds);
    }
}
