// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The definitions of RFC 9162, section 2.1, written down recursively
/// @dev Shares no code with the library that it is compared with.
library ReferenceLog {
    function leaf(bytes memory data) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", data));
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"01", left, right));
    }

    /// @dev Leaf hashes of the entries "0", "1", … as 32-byte numbers.
    function numbered(uint256 size) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](size);
        for (uint256 i = 0; i < size; i++) {
            hashes[i] = leaf(abi.encode(i));
        }
    }

    function root(bytes32[] memory hashes, uint256 from, uint256 to)
        internal
        pure
        returns (bytes32)
    {
        if (to == from) return sha256("");
        if (to - from == 1) return hashes[from];
        uint256 middle = from + split(to - from);
        return node(root(hashes, from, middle), root(hashes, middle, to));
    }

    function inclusion(bytes32[] memory hashes, uint256 index, uint256 from, uint256 to)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (to - from == 1) return new bytes32[](0);
        uint256 middle = from + split(to - from);
        return index < middle
            ? append(inclusion(hashes, index, from, middle), root(hashes, middle, to))
            : append(inclusion(hashes, index, middle, to), root(hashes, from, middle));
    }

    function consistency(bytes32[] memory hashes, uint256 old, uint256 from, uint256 to, bool whole)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (old == to) {
            return whole ? new bytes32[](0) : append(new bytes32[](0), root(hashes, from, to));
        }
        uint256 middle = from + split(to - from);
        return old <= middle
            ? append(consistency(hashes, old, from, middle, whole), root(hashes, middle, to))
            : append(consistency(hashes, old, middle, to, false), root(hashes, from, middle));
    }

    /// @dev Largest power of two smaller than the size.
    function split(uint256 size) internal pure returns (uint256 k) {
        k = 1;
        while (k * 2 < size) k *= 2;
    }

    function append(bytes32[] memory list, bytes32 item)
        internal
        pure
        returns (bytes32[] memory longer)
    {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; i++) {
            longer[i] = list[i];
        }
        longer[list.length] = item;
    }

    /// @dev The list without its last item.
    function shorten(bytes32[] memory list) internal pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](list.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) {
            shorter[i] = list[i];
        }
    }
}
