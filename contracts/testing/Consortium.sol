// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../CheckpointRegistry.sol";
import {StatusRegistry} from "../StatusRegistry.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IAgencyBodies} from "../interfaces/IAgencyBodies.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {IVotes} from "../interfaces/IVotes.sol";
import {Founded} from "./Founded.sol";
import {VM} from "./Vm.sol";

/// @title Fixture: five members of weight 1 with all four contracts, who propose, vote and execute
abstract contract Consortium is Founded {
    uint256 internal constant MEMBERS = 5;
    bytes32 internal constant REASON = sha256("a reason");
    uint40 internal constant LATE = type(uint40).max;

    CheckpointRegistry internal checkpoints;
    StatusRegistry internal statuses;

    function consort() internal {
        found();
        checkpoints = new CheckpointRegistry(governor);
        statuses = new StatusRegistry(governor);
    }

    function seats() internal pure virtual override returns (IMembers.Seat[] memory founding) {
        founding = new IMembers.Seat[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; i++) {
            founding[i] = IMembers.Seat(idOf(i), voterOf(i), 1);
        }
    }

    // --- who ---

    function idOf(uint256 member) internal pure returns (bytes32) {
        bytes32[5] memory ids =
            [FIRST_MEMBER, SECOND_MEMBER, THIRD_MEMBER, bytes32("fourth"), bytes32("fifth")];
        return member < MEMBERS ? ids[member] : keccak256(abi.encode(member));
    }

    function keyOf(uint256 member) internal pure returns (uint256) {
        return FIRST_KEY + member;
    }

    function voterOf(uint256 member) internal pure returns (address) {
        return VM.addr(keyOf(member));
    }

    // --- what they do ---

    function propose(uint256 member, IActions.Action[] memory actions)
        internal
        returns (uint256)
    {
        bytes memory data = abi.encodeCall(IProposals.propose, (actions, REASON));
        return abi.decode(perform("propose", voterOf(member), governor, data), (uint256));
    }

    function vote(uint256 member, uint256 number, IVotes.Choice choice) internal {
        bytes memory data = abi.encodeCall(IVotes.vote, (number, choice));
        perform("vote", voterOf(member), governor, data);
    }

    function yes(uint256 count, uint256 number) internal {
        for (uint256 i = 0; i < count; i++) {
            vote(i, number, IVotes.Choice.Yes);
        }
    }

    function execute(uint256 number, IActions.Action[] memory actions) internal {
        bytes memory data = abi.encodeCall(IProposals.execute, (number, actions));
        perform("execute", STRANGER, governor, data);
    }

    /// @dev Everybody agrees, so nothing waits.
    function agree(IActions.Action[] memory actions) internal returns (uint256 number) {
        number = propose(0, actions);
        IVotes.Ballot[] memory ballots = new IVotes.Ballot[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; i++) {
            ballots[i] = ballot(i, number, IVotes.Choice.Yes, LATE);
        }
        bytes memory data = abi.encodeCall(IVotes.castSigned, (number, ballots));
        perform("cast", STRANGER, governor, data);
        execute(number, actions);
    }

    function ballot(uint256 member, uint256 number, IVotes.Choice choice, uint40 deadline)
        internal
        view
        returns (IVotes.Ballot memory)
    {
        bytes32 digest = governance.voteDigest(number, idOf(member), choice, deadline);
        return IVotes.Ballot(idOf(member), choice, deadline, signed(keyOf(member), digest));
    }

    function stageIs(uint256 number, IProposals.Stage wanted) internal view {
        equal("stage", uint256(governance.stageOf(number)), uint256(wanted));
    }

    // --- what they decide on ---

    function one(IActions.Kind kind, bytes memory data)
        internal
        pure
        returns (IActions.Action[] memory actions)
    {
        actions = new IActions.Action[](1);
        actions[0] = IActions.Action(kind, data);
    }

    function admission(bytes32 id) internal pure returns (IActions.Action[] memory) {
        return admission(id, 0, IAgencyBodies.UserKind.Government);
    }

    function admission(bytes32 id, uint32 region, IAgencyBodies.UserKind kind)
        internal
        pure
        returns (IActions.Action[] memory)
    {
        return one(IActions.Kind.Admit, abi.encode(id, "Authority", region, bytes32(0), kind));
    }

    function seating(bytes32 id, address voter, uint32 weight)
        internal
        pure
        returns (IActions.Action[] memory)
    {
        return one(IActions.Kind.SetMember, abi.encode(id, voter, weight));
    }

    function suspension(bytes32 id) internal pure returns (IActions.Action[] memory) {
        return one(IActions.Kind.Suspend, abi.encode(id, uint40(0)));
    }

    function expulsion(bytes32 id) internal pure returns (IActions.Action[] memory) {
        return one(IActions.Kind.Expel, abi.encode(id));
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
