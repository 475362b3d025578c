// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointRegistry} from "./CheckpointRegistry.sol";
import {ICheckpointRegistry} from "./interfaces/ICheckpointRegistry.sol";
import {RootHash, TreeSize} from "./libraries/RFC6962.sol";
import {Anchored} from "./testing/Anchored.sol";
import {VM} from "./testing/Vm.sol";

/// @dev Everything short of enough attesters' signatures over the very head.
contract CheckpointAttacksTest is Anchored {
    uint256 private constant ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function setUp() external {
        openLog();
        publish(LOG, 5);
    }

    function test_the_digest_is_that_of_the_standard() external view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,"
                    "address verifyingContract)"
                ),
                keccak256("Mianti Checkpoints"),
                keccak256("1"),
                block.chainid,
                target
            )
        );
        bytes32 checkpoint = keccak256(
            abi.encode(
                keccak256("Checkpoint(bytes32 log,uint64 size,bytes32 root)"),
                LOG,
                uint64(9),
                rootOf(9)
            )
        );
        bytes32 wanted = keccak256(abi.encodePacked(hex"1901", domain, checkpoint));
        equal("digest", digestOf(LOG, 9, rootOf(9)), wanted);
    }

    function test_attack_stolen_anchoring_key_alone() external {
        bytes[] memory signed = new bytes[](0);
        counted("no signature", signed);
        // The thief signs with keys of their own, and in the attesters' names.
        signed = new bytes[](NEEDED);
        uint256 thief = 0x7415F;
        keys[VM.addr(thief)] = thief;
        for (uint256 i = 0; i < NEEDED; i++) {
            signed[i] = signature(VM.addr(thief), digest());
        }
        unknown("own keys", signed, VM.addr(thief));
    }

    function test_any_two_attesters_are_enough() external {
        for (uint256 i = 0; i < 3; i++) {
            for (uint256 j = i + 1; j < 3; j++) {
                (TreeSize last,,,) = checkpoints.head(LOG);
                uint256 from = TreeSize.unwrap(last);
                bytes32 next = digestOf(LOG, from + 1, rootOf(from + 1));
                bytes[] memory signed = pair(
                    signature(attesters[i], next), signature(attesters[j], next)
                );
                bytes32[] memory path = proof(from, from + 1);
                bytes memory data = publication(LOG, from + 1, rootOf(from + 1), path, signed);
                perform("two", PUBLISHER, target, data);
            }
        }
    }

    function test_attack_too_few_or_too_many_attesters() external {
        bytes[] memory signed = new bytes[](1);
        signed[0] = signature(attesters[0], digest());
        counted("one", signed);
        signed = new bytes[](3);
        for (uint256 i = 0; i < 3; i++) {
            signed[i] = signature(attesters[i], digest());
        }
        counted("three", signed);
    }

    function test_attack_the_same_attester_twice() external {
        for (uint256 i = 0; i < 3; i++) {
            bytes memory once = signature(attesters[i], digest());
            unsorted("twice", pair(once, once));
            unsorted("after the last", pair(signature(attesters[2], digest()), once));
        }
    }

    function test_attack_the_twin_of_a_signature() external {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keys[attesters[0]], digest());
        bytes memory twin = abi.encodePacked(r, ORDER - uint256(s), v == 27 ? 28 : uint8(27));
        invalid("twin", pair(signature(attesters[0], digest()), twin), 1);
        invalid("twin alone", pair(twin, signature(attesters[1], digest())), 0);
    }

    function test_attack_attesters_out_of_order() external {
        bytes memory first = signature(attesters[0], digest());
        bytes memory second = signature(attesters[1], digest());
        unsorted("descending", pair(second, first));
    }

    function test_attack_malformed_signatures() external {
        bytes memory good = signature(attesters[0], digest());
        bytes memory second = signature(attesters[1], digest());
        invalid("none", pair("", second), 0);
        invalid("short", pair(good, cut(second, 64)), 1);
        invalid("long", pair(good, abi.encodePacked(second, uint8(0))), 1);
        bytes memory zeros = new bytes(65);
        invalid("zeros", pair(zeros, second), 0);
        second[64] = 0x01;
        invalid("v of another form", pair(good, second), 1);
    }

    function test_attack_signatures_over_another_head() external {
        misused("size", signatures(LOG, 10, rootOf(9)), digestOf(LOG, 10, rootOf(9)));
        misused("root", signatures(LOG, 9, rootOf(10)), digestOf(LOG, 9, rootOf(10)));
        misused("log", signatures(SUCCESSOR, 9, rootOf(9)), digestOf(SUCCESSOR, 9, rootOf(9)));
    }

    function test_attack_signatures_for_another_contract() external {
        ICheckpointRegistry other = new CheckpointRegistry(governor);
        bytes32 elsewhere =
            other.checkpointDigest(LOG, TreeSize.wrap(9), RootHash.wrap(rootOf(9)));
        isTrue("digests differ", elsewhere != digest());
        bytes[] memory signed =
            pair(signature(attesters[0], elsewhere), signature(attesters[1], elsewhere));
        misused("contract", signed, elsewhere);
    }

    function test_attack_signatures_for_another_chain() external {
        uint256 here = block.chainid;
        bytes32 elsewhere = digest();
        bytes[] memory signed = signatures(LOG, 9, rootOf(9));
        VM.chainId(here + 1);
        isTrue("digests differ", elsewhere != digest());
        misused("chain", signed, elsewhere);
        // The chain that they were made for takes them.
        VM.chainId(here);
        perform("here", PUBLISHER, target, head(signed));
    }

    function test_attack_attester_of_another_log() external {
        address[] memory single = new address[](1);
        keys[VM.addr(99)] = 99;
        single[0] = VM.addr(99);
        change(abi.encodeCall(ICheckpointRegistry.open, (SUCCESSOR, PUBLISHER, single, 1)));
        bytes[] memory signed =
            pair(signature(attesters[0], digest()), signature(single[0], digest()));
        unknown("of another log", signed, single[0]);
    }

    /// @dev Whatever single bit of a signature changes, the head is refused.
    function testFuzz_a_changed_signature_is_refused(uint256 which, uint256 bit) external {
        bytes[] memory signed = signatures(LOG, 9, rootOf(9));
        which %= NEEDED;
        bit %= 65 * 8;
        signed[which][bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool done,) = attempt(head(signed));
        isFalse("taken", done);
        headIs(LOG, 5, rootOf(5), 100, START);
    }

    function testFuzz_random_signatures_are_refused(bytes[2] memory random) external {
        bytes[] memory signed = pair(random[0], random[1]);
        (bool done,) = attempt(head(signed));
        isFalse("taken", done);
    }

    // --- the honest head of nine entries, with these signatures ---

    function digest() private view returns (bytes32) {
        return digestOf(LOG, 9, rootOf(9));
    }

    function head(bytes[] memory signed) private view returns (bytes memory) {
        return publication(LOG, 9, rootOf(9), proof(5, 9), signed);
    }

    function counted(string memory what, bytes[] memory signed) private {
        bytes4 count = ICheckpointRegistry.CheckpointAttestersCount.selector;
        denied(what, head(signed), abi.encodeWithSelector(count, signed.length, NEEDED));
    }

    function unsorted(string memory what, bytes[] memory signed) private {
        bytes4 order = ICheckpointRegistry.CheckpointAttestersUnsorted.selector;
        denied(what, head(signed), abi.encodeWithSelector(order));
    }

    function invalid(string memory what, bytes[] memory signed, uint256 index) private {
        bytes4 wrong = ICheckpointRegistry.CheckpointSignatureInvalid.selector;
        denied(what, head(signed), abi.encodeWithSelector(wrong, index));
    }

    function unknown(string memory what, bytes[] memory signed, address signer) private {
        bytes4 nobody = ICheckpointRegistry.CheckpointAttesterUnknown.selector;
        denied(what, head(signed), abi.encodeWithSelector(nobody, signer));
    }

    /// @dev Good signatures over something else recover, over this head, to nobody known.
    function misused(string memory what, bytes[] memory signed, bytes32 meant) private {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keys[attesters[0]], meant);
        unknown(what, signed, ecrecover(digest(), v, r, s));
    }

    function pair(bytes memory first, bytes memory second)
        private
        pure
        returns (bytes[] memory both)
    {
        both = new bytes[](2);
        (both[0], both[1]) = (first, second);
    }

    function cut(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            part[i] = whole[i];
        }
    }
}
