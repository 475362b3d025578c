// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The test runner's cheat codes, as far as these tests use them
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function sign(uint256 privateKey, bytes32 digest)
        external
        pure
        returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 privateKey) external pure returns (address);
    function etch(address target, bytes calldata code) external;
    function prank(address sender) external;
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function warp(uint256 time) external;
    function chainId(uint256 id) external;
    function roll(uint256 number) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter)
        external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function readFile(string calldata path) external view returns (string memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key)
        external
        pure
        returns (uint256);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonString(string calldata json, string calldata key)
        external
        pure
        returns (string memory);
    function parseJsonStringArray(string calldata json, string calldata key)
        external
        pure
        returns (string[] memory);
    function parseBytes(string calldata value) external pure returns (bytes memory);
    function parseBytes32(string calldata value) external pure returns (bytes32);
    function toString(uint256 value) external pure returns (string memory);
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
