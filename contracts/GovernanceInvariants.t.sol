// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActions} from "./interfaces/IActions.sol";
import {IEmergencies} from "./interfaces/IEmergencies.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IProposals} from "./interfaces/IProposals.sol";
import {IVotes} from "./interfaces/IVotes.sol";
import {Consortium} from "./testing/Consortium.sol";
import {VM} from "./testing/Vm.sol";

/// @title Whatever members and strangers try, and a tally of its own of what must come of it
contract GovernanceHandler is Consortium {
    struct Tally {
        uint256 total;
        uint256[4] said;
        uint256 yesVoters;
        uint256 executions;
    }

    uint256 private constant PROPOSAL_LIMIT = 48;

    /// @dev Only so many of the newest proposals are voted on.
    uint256 private constant NEWEST = 5;

    /// @dev Five agencies found the consortium, a sixth is admitted; all may come and go.
    uint256 private constant AGENCIES = 6;

    mapping(uint256 number => Tally) private _tallies;
    mapping(uint256 number => IActions.Action) private _actions;
    mapping(uint256 number => mapping(bytes32 member => uint256)) private _weights;
    mapping(uint256 number => mapping(bytes32 member => bool)) private _voted;

    /// @dev Proposals that were carried out.
    uint256 public executed;

    constructor() {
        consort();
        for (uint256 i = 0; i < AGENCIES; i++) {
            uint256 number = agree(admission(who(i)));
            remember(number);
            _tallies[number].said[1] = MEMBERS;
            (_tallies[number].yesVoters, _tallies[number].executions) = (MEMBERS, 1);
        }
    }

    function proposeSeat(uint256 by, uint256 whom, uint8 weight) external {
        made(by, seating(who(whom), voterOf(whom % AGENCIES), weight % 4)[0]);
    }

    function proposeSuspension(uint256 by, uint256 whom, uint8 until) external {
        uint40 end = until % 4 == 0 ? 0 : uint40(block.timestamp + uint256(until) * 1 hours);
        made(by, IActions.Action(IActions.Kind.Suspend, abi.encode(who(whom), end)));
    }

    function proposeReinstatement(uint256 by, uint256 whom) external {
        made(by, IActions.Action(IActions.Kind.Reinstate, abi.encode(who(whom))));
    }

    function proposeExpulsion(uint256 by, uint256 whom, uint8 chance) external {
        if (chance % 8 == 0) made(by, expulsion(who(whom))[0]);
    }

    function proposeRule(uint256 by, uint16 quorum, uint16 pass, uint8 gravity) external {
        IActions.Rule memory rule = IActions.Rule(quorum, pass, 5 days, 1 days);
        bytes memory data = abi.encode(IActions.Gravity(gravity % 3), rule);
        made(by, IActions.Action(IActions.Kind.SetRule, data));
    }

    function voteDirectly(uint256 by, uint256 number, uint8 choice) external {
        number = pick(number);
        IVotes.Choice said = IVotes.Choice(choice % 4);
        bytes32 member = governance.memberOf(voterOf(by % AGENCIES));
        if (attempt(voterOf(by % AGENCIES), abi.encodeCall(IVotes.vote, (number, said)))) {
            tally(number, member, said);
        }
    }

    function voteBySignature(uint256 number, uint256 which, uint8 choice) external {
        signTogether(pick(number), which, choice);
    }

    function carryOut() external {
        carryOutAll();
    }

    /// @dev Everything up to the end: votes, delay, execution.
    function settle(uint256 number, uint256 which, uint8 choice) external {
        signTogether(pick(number), which, choice);
        VM.warp(block.timestamp + 21 days);
        carryOutAll();
    }

    function withdraw(uint256 by, uint256 number) external {
        attempt(voterOf(by % AGENCIES), abi.encodeCall(IVotes.withdraw, (pick(number))));
    }

    function emergency(uint256 by, uint256 whom) external {
        bytes memory data = abi.encodeCall(IEmergencies.suspendInEmergency, (who(whom), REASON));
        attempt(voterOf(by % AGENCIES), data);
    }

    function pass_time(uint32 time) external {
        VM.warp(block.timestamp + time % 4 days);
    }

    /// @dev Votes are the tallied ones, no more than all weights, and each counts once.
    function checkVotes() external view {
        for (uint256 number = 1; number <= governance.proposalCount(); number++) {
            IProposals.Proposal memory shown = governance.proposal(number);
            Tally memory known = _tallies[number];
            equal("yes", shown.yes, known.said[1]);
            equal("no", shown.no, known.said[2]);
            equal("abstain", shown.abstain, known.said[3]);
            equal("yes voters", shown.yesVoters, known.yesVoters);
            equal("total", shown.total, known.total);
            isTrue(
                "not above the weights",
                uint256(shown.yes) + shown.no + shown.abstain <= shown.total
            );
        }
    }

    /// @dev What was carried out had passed by a majority of two members at least, and once.
    function checkExecutions() external view {
        for (uint256 number = 1; number <= governance.proposalCount(); number++) {
            IProposals.Proposal memory shown = governance.proposal(number);
            uint256 executions = _tallies[number].executions;
            equal("executed", executions, shown.executed ? 1 : 0);
            if (executions == 0) continue;
            isTrue("majority", uint256(shown.yes) > shown.no);
            isTrue("two members", shown.yesVoters >= 2);
            uint256 said = uint256(shown.yes) + shown.no + shown.abstain;
            isTrue("quorum", said * 2 >= shown.total);
            isTrue("not withdrawn", !shown.withdrawn);
        }
    }

    /// @dev Seats add up, and weights at a proposal stay.
    function checkSeats() external {
        (IMembers.Seat[] memory seated, uint256 total) = governance.members(0, 99);
        isTrue("two at least", total >= 2 && seated.length == total);
        uint256 sum = 0;
        for (uint256 i = 0; i < seated.length; i++) {
            equal("speaks", governance.memberOf(seated[i].voter), seated[i].member);
            isTrue("weight", seated[i].weight > 0);
            sum += seated[i].weight;
        }
        if (governance.proposalCount() < PROPOSAL_LIMIT) {
            VM.prank(seated[0].voter);
            try governance.propose(suspension("nobody"), REASON) returns (uint256 number) {
                equal("total", governance.proposal(number).total, sum);
                _actions[number] = suspension("nobody")[0];
                remember(number);
            } catch {}
        }
        for (uint256 number = 1; number <= governance.proposalCount(); number++) {
            for (uint256 i = 0; i < AGENCIES; i++) {
                uint256 weight = governance.weightAt(who(i), number);
                equal("weight then", weight, _weights[number][who(i)]);
            }
        }
    }

    /// @dev Many members at once, mostly for it; a ballot of one who has voted spoils all.
    function signTogether(uint256 number, uint256 which, uint8 choice) private {
        IVotes.Choice said = choice < 192 ? IVotes.Choice.Yes : IVotes.Choice(2 + choice % 2);
        uint256 count = 0;
        for (uint256 i = 0; i < AGENCIES; i++) {
            if (votes(number, i, which)) count++;
        }
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](count);
        for (uint256 i = AGENCIES; i > 0; i--) {
            if (!votes(number, i - 1, which)) continue;
            bytes32 digest = governance.voteDigest(number, who(i - 1), said, LATE);
            bytes memory signature = signed(keyOf(i - 1), digest);
            ballots[--count] = IVotes.Ballot(who(i - 1), said, LATE, signature);
        }
        if (!attempt(STRANGER, abi.encodeCall(IVotes.castSigned, (number, ballots)))) return;
        for (uint256 i = 0; i < ballots.length; i++) {
            tally(number, ballots[i].member, said);
        }
    }

    /// @dev All of the newest proposals, whether they passed or not.
    function carryOutAll() private {
        uint256 count = governance.proposalCount();
        for (uint256 number = count - NEWEST + 1; number <= count; number++) {
            IActions.Action[] memory actions = new IActions.Action[](1);
            actions[0] = _actions[number];
            if (attempt(STRANGER, abi.encodeCall(IProposals.execute, (number, actions)))) {
                _tallies[number].executions++;
                executed++;
            }
        }
    }

    function made(uint256 by, IActions.Action memory action) private {
        if (governance.proposalCount() >= PROPOSAL_LIMIT) return;
        IActions.Action[] memory actions = new IActions.Action[](1);
        actions[0] = action;
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, REASON));
        if (!attempt(voterOf(by % AGENCIES), data)) return;
        uint256 number = governance.proposalCount();
        _actions[number] = action;
        remember(number);
    }

    /// @dev The seats of now are the electorate of the newest proposal.
    function remember(uint256 number) private {
        (IMembers.Seat[] memory seated,) = governance.members(0, 99);
        for (uint256 i = 0; i < seated.length; i++) {
            _weights[number][seated[i].member] = seated[i].weight;
            _tallies[number].total += seated[i].weight;
        }
    }

    function tally(uint256 number, bytes32 member, IVotes.Choice said) private {
        isFalse("once", _voted[number][member]);
        isTrue("says something", said != IVotes.Choice.None);
        _voted[number][member] = true;
        _tallies[number].said[uint256(said)] += _weights[number][member];
        if (said == IVotes.Choice.Yes) _tallies[number].yesVoters++;
    }

    function attempt(address caller, bytes memory data) private returns (bool done) {
        VM.prank(caller);
        (done,) = governor.call(data);
    }

    /// @dev Mostly members who may still vote; now and then one who did, or is suspended.
    function votes(uint256 number, uint256 agency, uint256 which) private view returns (bool) {
        bool may = governance.weightAt(who(agency), number) > 0
            && governance.memberOf(voterOf(agency)) == who(agency);
        bool did = governance.choiceOf(number, who(agency)) != IVotes.Choice.None;
        bool suspended = agencies.suspendedAt(who(agency), uint40(block.timestamp));
        bool spoils = which % 8 == 1;
        return may && ((!did && !suspended) || spoils) && (which >> (8 + agency)) % 4 != 3;
    }

    function pick(uint256 number) private view returns (uint256) {
        return governance.proposalCount() - number % NEWEST;
    }

    function who(uint256 agency) private pure returns (bytes32) {
        return idOf(agency % AGENCIES);
    }
}

/// @dev Invariants after any sequence of the handler's calls.
contract GovernanceInvariants {
    GovernanceHandler private handler;

    function setUp() external {
        handler = new GovernanceHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_votes_are_those_cast_and_never_exceed_the_weights() external view {
        handler.checkVotes();
    }

    function invariant_only_what_passed_is_carried_out_and_once() external view {
        handler.checkExecutions();
    }

    function invariant_seats_add_up_and_weights_of_old_stay() external {
        handler.checkSeats();
    }
}
