// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyBases} from "./interfaces/IAgencyBases.sol";
import {IAgencyBodies} from "./interfaces/IAgencyBodies.sol";
import {IAgencyDuties} from "./interfaces/IAgencyDuties.sol";
import {IAgencyKeys} from "./interfaces/IAgencyKeys.sol";
import {IAgencyScopes} from "./interfaces/IAgencyScopes.sol";
import {Registered} from "./testing/Registered.sol";
import {VM} from "./testing/Vm.sol";

/// @title Whatever a consortium decides about four agencies, and what was answered at the time
contract AgencyHandler is Registered {
    /// @dev Answers about one agency at one time, as given when that time was over.
    struct Answer {
        uint40 time;
        bytes32 id;
        bytes32 digest;
        bool keyValid;
    }

    bytes32 private constant KIND = "lease";
    uint256 private constant ANSWER_LIMIT = 64;

    /// @dev Changes that were not refused.
    uint256 public made;

    Answer[] private _answers;
    mapping(bytes32 list => uint256) private _counts;

    constructor() {
        register();
        for (uint256 i = 0; i < 4; i++) {
            bytes32 id = idOf(i);
            if (i > 0) admit(id);
            change(abi.encodeCall(IAgencyKeys.addKey, (id, keyOf(id), "certificate", 0, 0)));
        }
    }

    function rename(uint256 who, uint8 name) external {
        attempt(abi.encodeCall(IAgencyBodies.rename, (idOf(who), VM.toString(name))));
    }

    function addKey(uint256 who, uint8 from, uint8 to) external {
        bytes32 id = idOf(who);
        attempt(
            abi.encodeCall(
                IAgencyKeys.addKey, (id, keyOf(id), "certificate", later(from), later(to))
            )
        );
    }

    function endKey(uint256 who, uint256 row, uint8 endAt) external {
        bytes32 id = idOf(who);
        attempt(
            abi.encodeCall(IAgencyKeys.endKey, (id, keyOf(id), row % 8, later(endAt)))
        );
    }

    function compromiseKey(uint256 who, uint8 ago) external {
        bytes32 id = idOf(who);
        uint40 time = uint40(block.timestamp) - ago % 64;
        attempt(abi.encodeCall(IAgencyKeys.compromiseKey, (id, keyOf(id), time)));
    }

    function addScope(uint256 who, bool anywhere, uint8 from, uint8 to) external {
        uint32 region = anywhere ? 0 : DISTRICT;
        attempt(
            abi.encodeCall(
                IAgencyScopes.addScope, (idOf(who), FOOD_PERMIT, region, later(from), later(to))
            )
        );
    }

    function endScope(uint256 who, bool anywhere, uint256 row, uint8 endAt) external {
        uint32 region = anywhere ? 0 : DISTRICT;
        attempt(
            abi.encodeCall(
                IAgencyScopes.endScope, (idOf(who), FOOD_PERMIT, region, row % 8, later(endAt))
            )
        );
    }

    function grantBasis(uint256 who, uint8 from, uint8 to) external {
        attempt(
            abi.encodeCall(
                IAgencyBases.grantBasis, (idOf(who), KIND, KIND, 1, later(from), later(to))
            )
        );
    }

    function endBasis(uint256 who, uint256 row, uint8 endAt) external {
        attempt(
            abi.encodeCall(
                IAgencyBases.endBasis, (idOf(who), KIND, KIND, 1, row % 8, later(endAt))
            )
        );
    }

    function suspension(uint256 who, uint8 until) external {
        attempt(abi.encodeCall(IAgencyBodies.suspend, (idOf(who), later(until))));
    }

    function reinstate(uint256 who) external {
        attempt(abi.encodeCall(IAgencyBodies.reinstate, (idOf(who))));
    }

    function transferDuty(uint256 who, uint256 to, bool general) external {
        bytes32 kind = general ? bytes32(0) : FOOD_PERMIT;
        attempt(abi.encodeCall(IAgencyDuties.transferDuty, (idOf(who), kind, idOf(to))));
    }

    /// @dev Rarely: what ended changes no more.
    function end(uint256 who, uint256 to, uint8 chance) external {
        if (chance > 15) return;
        bytes32 successor = chance < 10 ? bytes32(0) : idOf(to);
        if (chance < 5) attempt(abi.encodeCall(IAgencyBodies.expel, (idOf(who))));
        else attempt(abi.encodeCall(IAgencyDuties.dissolve, (idOf(who), successor)));
    }

    /// @dev What is asked about a time that is over is remembered with its answer.
    function pass_time(uint8 time, uint256 who, uint8 ago) external {
        VM.warp(block.timestamp + 1 + time % 60);
        if (_answers.length == ANSWER_LIMIT) return;
        uint40 past = uint40(block.timestamp) - 1 - ago % 64;
        bytes32 id = idOf(who);
        bool held = agencies.keyValid(id, keyOf(id), past);
        _answers.push(Answer(past, id, digestAt(id, past), held));
    }

    /// @dev Every remembered answer is given again; a key may only have lost.
    function check() external view {
        for (uint256 i = 0; i < _answers.length; i++) {
            Answer memory answer = _answers[i];
            equal("answer", digestAt(answer.id, answer.time), answer.digest);
            bool held = agencies.keyValid(answer.id, keyOf(answer.id), answer.time);
            if (held != answer.keyValid) {
                isTrue("was valid", answer.keyValid);
                (, uint40 compromisedAt) = agencies.keyOf(keyOf(answer.id));
                isTrue("compromised", compromisedAt != 0 && compromisedAt <= answer.time);
            }
        }
    }

    /// @dev Lists only grow.
    function checkCounts() external {
        for (uint256 i = 0; i < 4; i++) {
            bytes32 id = idOf(i);
            uint256[8] memory counts = countsOf(id);
            for (uint256 j = 0; j < counts.length; j++) {
                bytes32 list = keccak256(abi.encode(id, j));
                isTrue("grows", counts[j] >= _counts[list]);
                _counts[list] = counts[j];
            }
        }
    }

    function attempt(bytes memory data) private {
        VM.prank(governor);
        (bool done,) = target.call(data);
        if (done) made++;
    }

    function digestAt(bytes32 id, uint40 time) private view returns (bytes32) {
        (bool here, uint32 region, uint256 row) =
            agencies.entitled(id, FOOD_PERMIT, DISTRICT, time);
        (bool basis, uint256 basisRow) = agencies.basisGranted(id, KIND, KIND, 1, time);
        (bytes32 body, uint256 hops) = agencies.responsible(id, FOOD_PERMIT, time);
        bytes32 names = keccak256(bytes(agencies.nameAt(id, time)));
        bool suspended = agencies.suspendedAt(id, time);
        return keccak256(
            abi.encode(here, region, row, basis, basisRow, body, hops, names, suspended)
        );
    }

    function countsOf(bytes32 id) private view returns (uint256[8] memory counts) {
        (, counts[0]) = agencies.names(id, 0, 0);
        (, counts[1]) = agencies.keyIds(id, 0, 0);
        (, counts[2]) = agencies.keyRows(keyOf(id), 0, 0);
        (, counts[3]) = agencies.scopeRows(id, FOOD_PERMIT, DISTRICT, 0, 0);
        (, counts[4]) = agencies.scopeRows(id, FOOD_PERMIT, 0, 0, 0);
        (, counts[5]) = agencies.basisRows(id, KIND, KIND, 1, 0, 0);
        (, counts[6]) = agencies.suspensions(id, 0, 0);
        (, counts[7]) = agencies.duties(id, FOOD_PERMIT, 0, 0);
    }

    function later(uint8 seconds_) private view returns (uint40) {
        return seconds_ % 8 == 0 ? 0 : uint40(block.timestamp) + seconds_ % 32;
    }

    function idOf(uint256 who) private pure returns (bytes32) {
        bytes32[4] memory ids = [MARKET, HEALTH, bytes32("fire"), bytes32("tax")];
        return ids[who % 4];
    }

    function keyOf(bytes32 id) private pure returns (bytes32) {
        return keccak256(abi.encode(id));
    }
}

/// @dev Invariants after any sequence of the handler's calls.
contract AgencyInvariants {
    AgencyHandler private handler;

    function setUp() external {
        handler = new AgencyHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_answers_about_the_past_stay() external view {
        handler.check();
    }

    function invariant_lists_only_grow() external {
        handler.checkCounts();
    }
}
