// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RootHash, TreeSize} from "./libraries/RFC6962.sol";
import {Anchored} from "./testing/Anchored.sol";
import {ReferenceLog} from "./testing/ReferenceLog.sol";
import {VM} from "./testing/Vm.sol";

/// @title Whatever anchors, attesters and governor do, and a model of what must come of it
contract CheckpointHandler is Anchored {
    struct Taken {
        uint64 size;
        bytes32 root;
        uint256 number;
        uint256 time;
    }

    uint256 private constant LEAF_LIMIT = 64;

    bytes32[] public logs;
    mapping(bytes32 log => bytes32[]) private _leaves;
    mapping(bytes32 log => Taken[]) private _taken;
    mapping(bytes32 log => bool) private _frozen;
    mapping(bytes32 log => uint64) private _lastGood;

    constructor() {
        openLog();
        logs.push(LOG);
        change(opening(SUCCESSOR, PUBLISHER));
        logs.push(SUCCESSOR);
    }

    /// @dev Entries are appended, honest ones or rubbish, and the head is published.
    function grow(uint256 seed, uint256 more) external {
        (bytes32 log, bool live) = pick(seed);
        if (!live) return;
        more = within(more, 1, 9);
        if (_leaves[log].length + more > LEAF_LIMIT) return;
        uint256 from = proven(log);
        for (uint256 i = 0; i < more; i++) {
            _leaves[log].push(keccak256(abi.encode(seed, i)));
        }
        pass(log, from, uint64(_leaves[log].length));
    }

    /// @dev The last head again, by somebody whose answer was lost.
    function resend(uint256 seed) external {
        (bytes32 log, bool live) = pick(seed);
        Taken[] storage taken = _taken[log];
        if (!live || taken.length == 0) return;
        Taken memory last = taken[taken.length - 1];
        bytes memory data = publication(log, last.size, last.root, none(), new bytes[](0));
        performSilently("resend", PUBLISHER, target, data);
    }

    /// @dev Anything that is not the honest growth of a log, signed by all who must.
    function forge(uint256 seed, uint64 size, bytes32 root, bytes32[] calldata path) external {
        bytes32 log = logs[seed % logs.length];
        (TreeSize last, RootHash known,,) = checkpoints.head(log);
        if (proven(log) == 0) return;
        if (size == TreeSize.unwrap(last) && root == RootHash.unwrap(known)) return;
        (bool done,) = attempt(attested(log, size, root, path));
        isFalse("forged", done);
    }

    /// @dev A head of before, with its honest proof.
    function replay(uint256 seed, uint256 which) external {
        bytes32 log = logs[seed % logs.length];
        Taken[] storage taken = _taken[log];
        if (taken.length < 2) return;
        Taken memory old = taken[which % (taken.length - 1)];
        (bool done,) = attempt(attested(log, old.size, old.root, none()));
        isFalse("replayed", done);
    }

    /// @dev Frozen at any of its heads or at none; a new log continues the tree.
    function freeze(uint256 seed, uint256 which, bool succeeded) external {
        (bytes32 log, bool live) = pick(seed);
        if (!live || logs.length == 12) return;
        Taken[] storage taken = _taken[log];
        which %= taken.length + 1;
        uint64 lastGood = which < taken.length ? taken[which].size : 0;
        bytes32 successor = succeeded ? sha256(abi.encode(logs.length)) : bytes32(0);
        if (succeeded) {
            change(opening(successor, PUBLISHER));
            logs.push(successor);
            uint256 shared = lastGood == 0 ? inherited(log) : lastGood;
            for (uint256 i = 0; i < shared; i++) {
                _leaves[successor].push(_leaves[log][i]);
            }
        }
        change(freezing(log, lastGood, successor));
        _frozen[log] = true;
        _lastGood[log] = lastGood;
    }

    function pass_time(uint32 time) external {
        VM.warp(block.timestamp + time);
        VM.roll(block.number + 1);
    }

    /// @dev All that was ever taken is there, in ascending sizes; the head is the last of it.
    function check() external view {
        for (uint256 i = 0; i < logs.length; i++) {
            bytes32 log = logs[i];
            Taken[] storage taken = _taken[log];
            uint64 last = 0;
            for (uint256 j = 0; j < taken.length; j++) {
                isTrue("sizes ascend", taken[j].size > last);
                last = taken[j].size;
                kept(log, taken[j]);
            }
            (TreeSize size,,,) = checkpoints.head(log);
            equal("head", TreeSize.unwrap(size), last);
            (bool frozen, TreeSize lastGood,) = checkpoints.frozenAt(log);
            equal("frozen", frozen ? 1 : 0, _frozen[log] ? 1 : 0);
            equal("last good", TreeSize.unwrap(lastGood), _lastGood[log]);
        }
    }

    function kept(bytes32 log, Taken storage taken) private view {
        (RootHash root, uint64 number, uint40 time) =
            checkpoints.rootAt(log, TreeSize.wrap(taken.size));
        equal("root", RootHash.unwrap(root), taken.root);
        equal("block", number, taken.number);
        equal("time", time, taken.time);
        bool counts = !_frozen[log] || taken.size <= _lastGood[log];
        bool found = checkpoints.goodAt(log, TreeSize.wrap(taken.size));
        equal("counts", found ? 1 : 0, counts ? 1 : 0);
    }

    function pass(bytes32 log, uint256 from, uint64 size) private {
        bytes32 root = ReferenceLog.root(_leaves[log], 0, size);
        bytes32[] memory path =
            from == 0 ? none() : ReferenceLog.consistency(_leaves[log], from, 0, size, true);
        perform("grow", PUBLISHER, target, attested(log, size, root, path));
        _taken[log].push(Taken(size, root, block.number, block.timestamp));
    }

    /// @dev Size from which the next head must be proven.
    function proven(bytes32 log) private view returns (uint256) {
        Taken[] storage taken = _taken[log];
        return taken.length == 0 ? inherited(log) : taken[taken.length - 1].size;
    }

    /// @dev Size of the predecessor's head that a log continues, as the registry says.
    function inherited(bytes32 log) private view returns (uint256) {
        (, TreeSize lastGood) = checkpoints.predecessorOf(log);
        return TreeSize.unwrap(lastGood);
    }

    function pick(uint256 seed) private view returns (bytes32 log, bool live) {
        log = logs[seed % logs.length];
        live = !_frozen[log];
    }
}

/// @dev Invariants after any sequence of the handler's calls.
contract CheckpointInvariants {
    CheckpointHandler private handler;

    function setUp() external {
        handler = new CheckpointHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_heads_only_grow_and_stay() external view {
        handler.check();
    }
}
