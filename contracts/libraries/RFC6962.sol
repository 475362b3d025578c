// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice Number of entries in a log.
type TreeSize is uint64;

/// @notice RFC 6962 Merkle tree hash of a log's first entries.
type RootHash is bytes32;

using {sizeEquals as ==, sizeBelow as <} for TreeSize global;
using {rootEquals as ==} for RootHash global;

/// @dev Operator `==` of TreeSize.
function sizeEquals(TreeSize a, TreeSize b) pure returns (bool) {
    return TreeSize.unwrap(a) == TreeSize.unwrap(b);
}

/// @dev Operator `<` of TreeSize.
function sizeBelow(TreeSize a, TreeSize b) pure returns (bool) {
    return TreeSize.unwrap(a) < TreeSize.unwrap(b);
}

/// @dev Operator `==` of RootHash.
function rootEquals(RootHash a, RootHash b) pure returns (bool) {
    return RootHash.unwrap(a) == RootHash.unwrap(b);
}

/// @title Proofs of an RFC 6962 log
/// @notice Says whether an entry stands in a log, and whether a log has only grown.
/// @dev SHA-256, leaf = H(0x00 ‖ data), node = H(0x01 ‖ left ‖ right), order by index. Both
/// checks walk the path of RFC 9162, sections 2.1.3.2 and 2.1.4.2, and accept a proof only of
/// the exact length that the sizes demand. They answer false for whatever does not hold and
/// never revert. A root does not commit to the size of its log: sizes whose trees have the same
/// shape along the path cannot be told apart, so sizes must come with the root from a signed
/// checkpoint or from a head on chain.
///
/// The RFC stops shifting right at zero too. Zero does not occur there: the position is odd, or
/// the last one where `last` is not zero.
library RFC6962 {
    /// @notice Hash of one entry.
    /// @param data The entry's bytes.
    /// @return The leaf hash.
    function leafHash(bytes memory data) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), data));
    }

    /// @notice Hash of an inner node.
    /// @param left Hash of the left subtree.
    /// @param right Hash of the right subtree.
    /// @return hash The node hash.
    /// @dev The one assembly block of these contracts. `sha256(abi.encodePacked(…))` copies its
    /// bytes twice, which costs some 550 gas a hash, a fifth of an anchor. The 65 bytes are
    /// written behind the memory in use, which stays as it is, and hashed by the precompile at
    /// address 2. That fails for want of gas only; the call then ends without an answer.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, 0x01)
            mstore(add(input, 1), left)
            mstore(add(input, 33), right)
            if iszero(staticcall(gas(), 2, input, 65, 0, 32)) { revert(0, 0) }
            hash := mload(0)
        }
    }

    /// @notice Whether the entry with this leaf hash stands at this index of the log.
    /// @param leaf Leaf hash of the entry.
    /// @param index Position of the entry, from 0.
    /// @param size Number of entries under the root.
    /// @param root Root of the log at that size.
    /// @param proof Sibling hashes from the leaf upwards.
    /// @return Whether the proof holds.
    function includes(
        bytes32 leaf,
        uint64 index,
        TreeSize size,
        RootHash root,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (index >= TreeSize.unwrap(size)) return false;
        uint256 position = index;
        uint256 last = TreeSize.unwrap(size) - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < proof.length; i++) {
            if (last == 0) return false;
            bytes32 sibling = proof[i];
            if (position & 1 == 1 || position == last) {
                hash = nodeHash(sibling, hash);
                // A right border without a sibling on this level is carried up unhashed.
                while (position & 1 == 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, sibling);
            }
            position >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == RootHash.unwrap(root);
    }

    /// @notice Whether the newer log begins with every entry of the older one, unchanged.
    /// @param oldSize Number of entries of the older log.
    /// @param oldRoot Root of the older log.
    /// @param newSize Number of entries of the newer log.
    /// @param newRoot Root of the newer log.
    /// @param proof Node hashes as in RFC 9162, section 2.1.4.1; empty for equal sizes.
    /// @return Whether the proof holds. False for an older log without entries, about which
    /// nothing can be proven, unless both are empty.
    function extends(
        TreeSize oldSize,
        RootHash oldRoot,
        TreeSize newSize,
        RootHash newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (newSize < oldSize) return false;
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;
        if (TreeSize.unwrap(oldSize) == 0) return false;
        uint256 position = TreeSize.unwrap(oldSize) - 1;
        uint256 last = TreeSize.unwrap(newSize) - 1;
        while (position & 1 == 1) {
            position >>= 1;
            last >>= 1;
        }
        // An older log that is one complete subtree is itself the first node of the path.
        uint256 first = position == 0 ? 0 : 1;
        if (proof.length < first) return false;
        bytes32 oldHash = first == 0 ? RootHash.unwrap(oldRoot) : proof[0];
        bytes32 newHash = oldHash;
        for (uint256 i = first; i < proof.length; i++) {
            if (last == 0) return false;
            bytes32 sibling = proof[i];
            if (position & 1 == 1 || position == last) {
                oldHash = nodeHash(sibling, oldHash);
                newHash = nodeHash(sibling, newHash);
                while (position & 1 == 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = nodeHash(newHash, sibling);
            }
            position >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash == RootHash.unwrap(oldRoot)
            && newHash == RootHash.unwrap(newRoot);
    }
}
