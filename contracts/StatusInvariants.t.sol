// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Listed} from "./testing/Listed.sol";
import {VM} from "./testing/Vm.sol";

/// @title Whatever publishers and governor do, and a model of what must come of it
contract StatusHandler is Listed {
    address[2] private _publishers = [PUBLISHER, STRANGER];
    bytes32[2] private _agencies = [MARKET, HEALTH];

    bytes32[] private _lists;
    mapping(bytes32 list => uint64[]) private _versions;
    mapping(bytes32 list => mapping(uint64 version => bytes32)) private _digests;
    mapping(bytes32 list => uint40) private _until;

    constructor() {
        openList();
        change(assignment(OTHER, HEALTH, PUBLISHER));
        _lists = [LIST, OTHER];
    }

    /// @dev Any version with any digest and time, by any of the publishers.
    function publish(uint256 seed, uint64 version, bytes32 digest, uint40 time) external {
        bytes32 list = _lists[seed % 2];
        if (seed & 2 == 0) version = newest(list) + uint64(within(version, 0, 3));
        if (seed & 4 == 0) time = uint40(within(time, block.timestamp, block.timestamp + 9 days));
        if (seed & 8 == 0 && digest == 0) digest = "digest";
        address publisher = _publishers[(seed >> 4) % 2];
        (, address wanted) = statuses.ownerOf(list);
        bytes memory data = publication(list, version, digest, time);
        VM.prank(publisher);
        (bool done,) = target.call(data);
        if (publisher != wanted) isFalse("by another", done);
        if (!done || known(list, version, digest, time)) return;
        equal("the next", version, newest(list) + 1);
        isTrue("of use", digest != 0 && time > block.timestamp);
        _versions[list].push(version);
        _digests[list][version] = digest;
        _until[list] = time;
    }

    /// @dev Another publisher; or another agency, which is refused.
    function assign(uint256 seed) external {
        bytes32 list = _lists[seed % 2];
        bytes32 agency = _agencies[(seed >> 1) % 2];
        bytes memory data = assignment(list, agency, _publishers[(seed >> 2) % 2]);
        VM.prank(governor);
        (bool done,) = target.call(data);
        equal("given", done ? 1 : 0, list == (agency == MARKET ? LIST : OTHER) ? 1 : 0);
    }

    function pass_time(uint32 time) external {
        VM.warp(block.timestamp + time);
    }

    /// @dev The head is the newest version, and each that was published is there unchanged.
    function check() external view {
        for (uint256 i = 0; i < _lists.length; i++) {
            bytes32 list = _lists[i];
            uint64[] storage versions = _versions[list];
            uint64 last = 0;
            for (uint256 j = 0; j < versions.length; j++) {
                isTrue("versions grow", versions[j] > last);
                last = versions[j];
                equal("digest", statuses.digestAt(list, last), _digests[list][last]);
            }
            headIs(list, last, _digests[list][last], _until[list]);
        }
    }

    function known(bytes32 list, uint64 version, bytes32 digest, uint40 time)
        private
        view
        returns (bool)
    {
        return version == newest(list) && version != 0 && digest == _digests[list][version]
            && time == _until[list];
    }

    function newest(bytes32 list) private view returns (uint64) {
        uint64[] storage versions = _versions[list];
        return versions.length == 0 ? 0 : versions[versions.length - 1];
    }
}

/// @dev Invariants after any sequence of the handler's calls.
contract StatusInvariants {
    StatusHandler private handler;

    function setUp() external {
        handler = new StatusHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_versions_only_grow_and_stay() external view {
        handler.check();
    }
}
