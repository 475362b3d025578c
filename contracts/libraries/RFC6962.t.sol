// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReferenceLog} from "../testing/ReferenceLog.sol";
import {TestCase} from "../testing/TestCase.sol";
import {VM} from "../testing/Vm.sol";
import {RFC6962, RootHash, TreeSize} from "./RFC6962.sol";

/// @dev The library takes proofs from calldata, which only an external call has.
contract RFC6962Harness {
    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return RFC6962.nodeHash(left, right);
    }

    function includes(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return RFC6962.includes(leaf, index, TreeSize.wrap(size), RootHash.wrap(root), proof);
    }

    function extends(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return RFC6962.extends(
            TreeSize.wrap(oldSize),
            RootHash.wrap(oldRoot),
            TreeSize.wrap(newSize),
            RootHash.wrap(newRoot),
            proof
        );
    }
}

contract RFC6962Test is TestCase {
    string private constant VECTORS = "tests/vectors/merkle/";

    RFC6962Harness private harness;

    function setUp() external {
        harness = new RFC6962Harness();
    }

    function test_inclusion_vectors() external view {
        string memory json = VM.readFile(string.concat(VECTORS, "inclusion.json"));
        uint256 count = 0;
        for (; VM.keyExistsJson(json, keyOf(count)); count++) {
            string memory key = keyOf(count);
            bool found = harness.includes(
                hash(json, key, ".leaf_hash_hex"),
                size(json, key, ".index"),
                size(json, key, ".size"),
                hash(json, key, ".root_hex"),
                proof(json, key)
            );
            bool wanted = VM.parseJsonBool(json, string.concat(key, ".ok"));
            if (found != wanted) revert NotTrue(name(json, key));
        }
        isTrue("all cases were read", count > 200);
    }

    function test_consistency_vectors() external view {
        string memory json = VM.readFile(string.concat(VECTORS, "consistency.json"));
        uint256 count = 0;
        for (; VM.keyExistsJson(json, keyOf(count)); count++) {
            string memory key = keyOf(count);
            bool found = harness.extends(
                size(json, key, ".size1"),
                hash(json, key, ".root1_hex"),
                size(json, key, ".size2"),
                hash(json, key, ".root2_hex"),
                proof(json, key)
            );
            bool wanted = VM.parseJsonBool(json, string.concat(key, ".ok"));
            if (found != wanted) revert NotTrue(name(json, key));
        }
        isTrue("all cases were read", count > 200);
    }

    function test_every_inclusion_up_to_64() external view {
        (string memory json, bytes32[] memory hashes, bytes32[] memory roots) = tree();
        bytes32 digest = 0;
        for (uint256 n = 1; n <= 64; n++) {
            for (uint256 i = 0; i < n; i++) {
                bytes32[] memory path = ReferenceLog.inclusion(hashes, i, 0, n);
                digest = sha256(abi.encodePacked(digest, path));
                isTrue("holds", harness.includes(hashes[i], uint64(i), uint64(n), roots[n], path));
                bytes32[] memory longer = ReferenceLog.append(path, hashes[0]);
                isFalse(
                    "longer", harness.includes(hashes[i], uint64(i), uint64(n), roots[n], longer)
                );
            }
        }
        equal("digest of all proofs", digest, hash(json, "", ".inclusion_digest_hex"));
    }

    function test_every_consistency_up_to_64() external view {
        (string memory json, bytes32[] memory hashes, bytes32[] memory roots) = tree();
        bytes32 digest = 0;
        for (uint256 n = 1; n <= 64; n++) {
            for (uint256 m = 1; m <= n; m++) {
                bytes32[] memory path = ReferenceLog.consistency(hashes, m, 0, n, true);
                digest = sha256(abi.encodePacked(digest, path));
                isTrue("holds", extends(m, roots[m], n, roots[n], path));
                isFalse(
                    "longer",
                    extends(m, roots[m], n, roots[n], ReferenceLog.append(path, hashes[0]))
                );
                if (path.length != 0) {
                    isFalse(
                        "shorter",
                        extends(m, roots[m], n, roots[n], ReferenceLog.shorten(path))
                    );
                }
                isFalse("another old root", extends(m, roots[m - 1], n, roots[n], path));
                isFalse("another new root", extends(m, roots[m], n, roots[n - 1], path));
            }
        }
        equal("digest of all proofs", digest, hash(json, "", ".consistency_digest_hex"));
    }

    function test_hashes_are_those_of_the_vectors() external view {
        string memory json = VM.readFile(string.concat(VECTORS, "tree.json"));
        string[] memory leaves = VM.parseJsonStringArray(json, ".leaves_hex");
        bytes32 first = RFC6962.leafHash(VM.parseBytes(string.concat("0x", leaves[0])));
        bytes32 second = RFC6962.leafHash(VM.parseBytes(string.concat("0x", leaves[1])));
        string[] memory roots = VM.parseJsonStringArray(json, ".roots_hex");
        equal("size 1", first, VM.parseBytes32(roots[1]));
        equal("size 2", RFC6962.nodeHash(first, second), VM.parseBytes32(roots[2]));
    }

    function test_nothing_extends_an_empty_log() external view {
        bytes32 empty = sha256("");
        bytes32[] memory none = new bytes32[](0);
        isTrue("empty is empty", harness.extends(0, empty, 0, empty, none));
        isFalse("from nothing", harness.extends(0, empty, 1, bytes32(uint256(1)), none));
        isFalse("in nothing", harness.includes(empty, 0, 0, empty, none));
    }

    function test_largest_sizes_do_not_revert() external view {
        uint64 most = type(uint64).max;
        bytes32[] memory path = new bytes32[](64);
        isFalse("inclusion", harness.includes(0, most - 1, most, 0, path));
        isFalse("index", harness.includes(0, most, most, 0, path));
        isFalse("consistency", harness.extends(most - 1, 0, most, 0, path));
        isFalse("long", harness.extends(most - 1, 0, most, 0, new bytes32[](300)));
    }

    /// @dev Short of gas the precompile fails; the hash is then none, not a wrong one.
    function test_a_hash_is_right_or_none_whatever_the_gas() external view {
        bytes memory data = abi.encodeCall(RFC6962Harness.nodeHash, ("left", "right"));
        bytes32 wanted = ReferenceLog.node("left", "right");
        uint256 refused = 0;
        for (uint256 gas_ = 100; gas_ < 2_000; gas_++) {
            (bool done, bytes memory answer) = address(harness).staticcall{gas: gas_}(data);
            if (done) equal("hash", abi.decode(answer, (bytes32)), wanted);
            else if (answer.length == 0) refused++;
        }
        isTrue("both were seen", refused > 100 && refused < 1_800);
    }

    function test_a_hash_leaves_memory_in_use_alone() external view {
        bytes memory before = abi.encode("in use", block.timestamp);
        bytes32 digest = keccak256(before);
        equal("hash", RFC6962.nodeHash("left", "right"), ReferenceLog.node("left", "right"));
        bytes memory later = new bytes(96);
        equal("new memory is empty", keccak256(later), keccak256(abi.encode(0, 0, 0)));
        equal("memory in use", keccak256(before), digest);
    }

    function testFuzz_changed_inclusion_is_refused(uint256 n, uint256 i, uint256 what, uint256 bit)
        external
        view
    {
        n = within(n, 1, 80);
        i = within(i, 0, n - 1);
        bytes32[] memory hashes = ReferenceLog.numbered(n);
        bytes32 root = ReferenceLog.root(hashes, 0, n);
        bytes32[] memory path = ReferenceLog.inclusion(hashes, i, 0, n);
        bytes32 leaf = hashes[i];
        bytes32 change = bytes32(1 << (bit % 256));
        isTrue("before", harness.includes(leaf, uint64(i), uint64(n), root, path));
        what = within(what, 0, path.length + 1);
        if (what < path.length) path[what] ^= change;
        else if (what == path.length) leaf ^= change;
        else root ^= change;
        isFalse("after", harness.includes(leaf, uint64(i), uint64(n), root, path));
    }

    function testFuzz_changed_consistency_is_refused(
        uint256 m,
        uint256 n,
        uint256 what,
        uint256 bit
    ) external view {
        n = within(n, 1, 80);
        m = within(m, 1, n);
        bytes32[] memory hashes = ReferenceLog.numbered(n);
        bytes32 oldRoot = ReferenceLog.root(hashes, 0, m);
        bytes32 newRoot = ReferenceLog.root(hashes, 0, n);
        bytes32[] memory path = ReferenceLog.consistency(hashes, m, 0, n, true);
        bytes32 change = bytes32(1 << (bit % 256));
        isTrue("before", extends(m, oldRoot, n, newRoot, path));
        what = within(what, 0, path.length + 1);
        if (what < path.length) path[what] ^= change;
        else if (what == path.length) oldRoot ^= change;
        else newRoot ^= change;
        isFalse("after", extends(m, oldRoot, n, newRoot, path));
    }

    function testFuzz_rewritten_entry_is_refused(uint256 m, uint256 n, uint256 entry)
        external
        view
    {
        n = within(n, 2, 80);
        m = within(m, 1, n - 1);
        bytes32[] memory hashes = ReferenceLog.numbered(n);
        bytes32 oldRoot = ReferenceLog.root(hashes, 0, m);
        hashes[within(entry, 0, m - 1)] ^= bytes32(uint256(1));
        bytes32 newRoot = ReferenceLog.root(hashes, 0, n);
        bytes32[] memory path = ReferenceLog.consistency(hashes, m, 0, n, true);
        isFalse("rewritten", extends(m, oldRoot, n, newRoot, path));
    }

    function extends(uint256 m, bytes32 oldRoot, uint256 n, bytes32 newRoot, bytes32[] memory path)
        private
        view
        returns (bool)
    {
        return harness.extends(uint64(m), oldRoot, uint64(n), newRoot, path);
    }

    function tree()
        private
        view
        returns (string memory json, bytes32[] memory hashes, bytes32[] memory roots)
    {
        json = VM.readFile(string.concat(VECTORS, "tree.json"));
        string[] memory leaves = VM.parseJsonStringArray(json, ".leaves_hex");
        hashes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; i++) {
            hashes[i] = ReferenceLog.leaf(VM.parseBytes(string.concat("0x", leaves[i])));
        }
        string[] memory written = VM.parseJsonStringArray(json, ".roots_hex");
        roots = new bytes32[](written.length);
        for (uint256 n = 0; n < written.length; n++) {
            roots[n] = VM.parseBytes32(written[n]);
            equal("root", ReferenceLog.root(hashes, 0, n), roots[n]);
        }
    }

    function keyOf(uint256 index) private pure returns (string memory) {
        return string.concat(".cases[", VM.toString(index), "]");
    }

    function name(string memory json, string memory key) private pure returns (string memory) {
        return VM.parseJsonString(json, string.concat(key, ".name"));
    }

    function size(string memory json, string memory key, string memory field)
        private
        pure
        returns (uint64)
    {
        return uint64(VM.parseJsonUint(json, string.concat(key, field)));
    }

    function hash(string memory json, string memory key, string memory field)
        private
        pure
        returns (bytes32)
    {
        return VM.parseBytes32(VM.parseJsonString(json, string.concat(key, field)));
    }

    function proof(string memory json, string memory key)
        private
        pure
        returns (bytes32[] memory path)
    {
        string[] memory written =
            VM.parseJsonStringArray(json, string.concat(key, ".proof_hex"));
        path = new bytes32[](written.length);
        for (uint256 i = 0; i < path.length; i++) {
            path[i] = VM.parseBytes32(written[i]);
        }
    }
}
