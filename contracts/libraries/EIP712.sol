// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Signatures over typed data
/// @notice Says what is signed, bound to one chain and one contract, and who signed it.
/// @dev EIP-712 with version "1". The domain is computed in each call: it follows the chain's
/// identifier when a chain splits, and a signature for another chain or contract recovers to an
/// address that nobody knows.
library EIP712 {
    bytes32 private constant DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant VERSION = keccak256("1");

    /// @dev Half the order of secp256k1. Above it stands the twin of a signature, which anybody
    /// can compute from it (EIP-2).
    uint256 private constant HALF_ORDER =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice What is to be signed for the contract that asks.
    /// @param nameHash Keccak-256 of the domain's name.
    /// @param structHash Hash of the typed data (EIP-712, `hashStruct`).
    /// @return Digest to be signed.
    function digest(bytes32 nameHash, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, nameHash, VERSION, block.chainid, address(this))
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// @notice Who signed.
    /// @param signed Digest that was signed.
    /// @param signature r, s and v (27 or 28), together 65 bytes, with the lower s.
    /// @return Address of the signer; zero when the signature is none of this form.
    function recover(bytes32 signed, bytes calldata signature) internal pure returns (address) {
        if (signature.length != 65) return address(0);
        bytes32 s = bytes32(signature[32:]);
        if (uint256(s) > HALF_ORDER) return address(0);
        return ecrecover(signed, uint8(signature[64]), bytes32(signature), s);
    }
}
