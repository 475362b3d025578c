// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Places} from "./Places.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {History} from "../libraries/History.sol";

/// @title Members of the consortium
abstract contract Members is Places, IMembers {
    /// @dev A member's weight from a version of the members on.
    struct Weight {
        uint64 version;
        uint32 weight;
    }

    /// @notice Members that there can be.
    uint256 public constant MEMBER_LIMIT = 64;

    /// @notice Members that must say yes, whatever their weight; so many there must always be.
    uint256 public constant MIN_YES = 2;

    bytes32[] private _seated;
    mapping(bytes32 member => address) private _voters;
    mapping(address voter => bytes32 member) private _members;
    mapping(bytes32 member => Weight[]) private _weights;
    uint64 private _version;
    uint40 private _totalWeight;

    /// @param seats Founding members, at least two, all different.
    constructor(Seat[] memory seats) {
        if (seats.length < MIN_YES) revert MembersTooFew(seats.length, MIN_YES);
        for (uint256 i = 0; i < seats.length; i++) {
            Seat memory seat = seats[i];
            if (seat.member == 0 || seat.weight == 0 || _isSeated(seat.member)) {
                revert MemberInvalid(seat.member, seat.weight);
            }
            _seat(seat.member, seat.voter, seat.weight);
        }
    }

    /// @inheritdoc IMembers
    function setMember(bytes32 member, address voter, uint32 weight) external onlyByVote {
        if (weight == 0) {
            if (!_isSeated(member)) revert MemberUnknown(member);
            _unseat(member);
            return;
        }
        IAgencyBodies.Agency memory agency = _requireActive(member);
        if (agency.admittedAt == 0) revert MemberNotAdmitted(member);
        if (agency.kind != IAgencyBodies.UserKind.Government) revert MemberSocial(member);
        _seat(member, voter, weight);
    }

    /// @inheritdoc IMembers
    function changeVoter(address next) external unlessReplaced {
        bytes32 member = _callingMember();
        _speak(member, next);
        emit MemberSeated(member, next, _weightOf(member));
    }

    /// @inheritdoc IMembers
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

    /// @inheritdoc IMembers
    function memberOf(address voter) external view returns (bytes32) {
        return _members[voter];
    }

    /// @param member Agency that loses its seat.
    function _unseat(bytes32 member) internal {
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

    /// @return version Of the members as they are now.
    /// @return total Weight of all of them.
    function _electorate() internal view returns (uint64 version, uint40 total) {
        return (_version, _totalWeight);
    }

    /// @param member The member.
    /// @param version A version of the members.
    /// @return The member's weight in it.
    function _weightIn(bytes32 member, uint64 version) internal view returns (uint32) {
        Weight[] storage rows = _weights[member];
        uint256 low = 0;
        uint256 high = rows.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (rows[middle].version <= version) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : rows[low - 1].weight;
    }

    /// @param member The member.
    /// @return Address that speaks for it; it must have a seat.
    function _voterOf(bytes32 member) internal view returns (address) {
        if (!_isSeated(member)) revert MemberUnknown(member);
        return _voters[member];
    }

    /// @param agency An agency.
    /// @return Whether it has a seat.
    function _isSeated(bytes32 agency) internal view returns (bool) {
        return _voters[agency] != address(0);
    }

    /// @return member Member for which the caller speaks.
    function _callingMember() internal view returns (bytes32 member) {
        member = _members[msg.sender];
        if (member == 0) revert VoterUnknown(msg.sender);
    }

    /// @return member The same; it must be active.
    function _activeMember() internal view returns (bytes32 member) {
        member = _callingMember();
        _requireActive(member);
    }

    /// @param member Agency that must be neither suspended nor ended.
    /// @return agency What the registry knows of it; founding members need not be admitted yet.
    function _requireActive(bytes32 member)
        internal
        view
        returns (IAgencyBodies.Agency memory agency)
    {
        IAgencyBodies registry = IAgencyBodies(agencies());
        agency = registry.agency(member);
        if (agency.endedAt != 0) revert MemberEnded(member, agency.endedAt);
        if (registry.suspendedAt(member, _now())) revert MemberSuspended(member);
    }

    /// @param member Agency that gets a seat, or another voter or weight.
    /// @param voter Address that speaks for it.
    /// @param weight Its weight.
    function _seat(bytes32 member, address voter, uint32 weight) private {
        bool seated = _isSeated(member);
        if (!seated) {
            if (_seated.length == MEMBER_LIMIT) revert MembersFull(MEMBER_LIMIT);
            _seated.push(member);
        }
        if (!seated || _voters[member] != voter) _speak(member, voter);
        _weigh(member, weight);
        emit MemberSeated(member, voter, weight);
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
        _weights[member].push(Weight(++_version, weight));
    }

    /// @param member The member.
    /// @return Its weight now.
    function _weightOf(bytes32 member) private view returns (uint32) {
        Weight[] storage rows = _weights[member];
        return rows.length == 0 ? 0 : rows[rows.length - 1].weight;
    }
}
