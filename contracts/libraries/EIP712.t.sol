// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestCase} from "../testing/TestCase.sol";
import {VM} from "../testing/Vm.sol";
import {EIP712} from "./EIP712.sol";

/// @dev The library takes signatures from calldata, which only an external call has.
contract EIP712Harness {
    function digest(bytes32 nameHash, bytes32 structHash) external view returns (bytes32) {
        return EIP712.digest(nameHash, structHash);
    }

    function recover(bytes32 signed, bytes calldata signature) external pure returns (address) {
        return EIP712.recover(signed, signature);
    }
}

contract EIP712Test is TestCase {
    uint256 private constant ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    EIP712Harness private harness;

    function setUp() external {
        harness = new EIP712Harness();
    }

    /// @dev The mail from Cow to Bob with which the standard ends.
    function test_the_example_of_the_standard() external {
        address contract_ = 0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC;
        VM.etch(contract_, address(harness).code);
        VM.chainId(1);
        bytes32 mail = 0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e;
        bytes32 digest = EIP712Harness(contract_).digest(keccak256("Ether Mail"), mail);
        equal(
            "digest", digest, 0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2
        );
        bytes memory signature =
            hex"4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
            hex"07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562" hex"1c";
        equal(
            "signer",
            harness.recover(digest, signature),
            0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826
        );
    }

    function test_each_part_of_the_domain_counts() external {
        bytes32 digest = harness.digest("name", "struct");
        isTrue("name", harness.digest("other", "struct") != digest);
        isTrue("struct", harness.digest("name", "other") != digest);
        isTrue("contract", new EIP712Harness().digest("name", "struct") != digest);
        VM.chainId(block.chainid + 1);
        isTrue("chain", harness.digest("name", "struct") != digest);
    }

    function test_nobody_signed_what_has_another_form() external view {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(1, "signed");
        equal("good", recover(r, s, v), VM.addr(1));
        equal("empty", harness.recover("signed", ""), address(0));
        equal("short", harness.recover("signed", abi.encodePacked(r, s)), address(0));
        equal("long", harness.recover("signed", abi.encodePacked(r, s, v, v)), address(0));
        for (uint256 other = 0; other < 256; other++) {
            if (other == 27 || other == 28) continue;
            equal("v", recover(r, s, uint8(other)), address(0));
        }
        equal("r zero", recover(0, s, v), address(0));
        equal("s zero", recover(r, 0, v), address(0));
        equal("r too large", recover(bytes32(ORDER), s, v), address(0));
    }

    function test_only_the_lower_s_counts() external view {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(1, "signed");
        bytes32 twin = bytes32(ORDER - uint256(s));
        uint8 flipped = v == 27 ? 28 : 27;
        equal("the chain takes it", ecrecover("signed", flipped, r, twin), VM.addr(1));
        equal("the library does not", recover(r, twin, flipped), address(0));
        // The middle itself is the lower one of its two.
        bytes32 middle = bytes32(ORDER / 2);
        equal("middle", recover(r, middle, v), ecrecover("signed", v, r, middle));
        isTrue("somebody", recover(r, middle, v) != address(0));
        equal("above", recover(r, bytes32(ORDER / 2 + 1), v), address(0));
    }

    function testFuzz_the_signer_is_found(uint256 key, bytes32 signed) external view {
        key = within(key, 1, ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, signed);
        bytes memory signature = abi.encodePacked(r, s, v);
        equal("signer", harness.recover(signed, signature), VM.addr(key));
        bytes32 other = bytes32(uint256(signed) ^ 1);
        isTrue("another digest", harness.recover(other, signature) != VM.addr(key));
    }

    function recover(bytes32 r, bytes32 s, uint8 v) private view returns (address) {
        return harness.recover("signed", abi.encodePacked(r, s, v));
    }
}
