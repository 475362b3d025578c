"""What agencies sign for the contracts (EIP-712): votes on proposals, and heads of logs.

A signature holds for one contract on one chain: both stand in the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

Fields = tuple[tuple[str, str], ...]

VOTE: Fields = (
    ("number", "uint256"),
    ("content", "bytes32"),
    ("member", "bytes32"),
    ("choice", "uint8"),
    ("deadline", "uint40"),
)
CHECKPOINT: Fields = (("log", "bytes32"), ("size", "uint64"), ("root", "bytes32"))


def vote_message(chain_id: int, contract: str, message: Mapping[str, Any]) -> SignableMessage:
    """A vote, to be counted by the Governance contract at this address."""
    return _message("Mianti Governance", chain_id, contract, "Vote", VOTE, message)


def checkpoint_message(
    chain_id: int, contract: str, log_id: bytes, size: int, root: bytes
) -> SignableMessage:
    """A log's head, to be taken by the CheckpointRegistry at this address."""
    values = {"log": log_id, "size": size, "root": root}
    return _message("Mianti Checkpoints", chain_id, contract, "Checkpoint", CHECKPOINT, values)


def digest_of(message: SignableMessage) -> bytes:
    """The 32 bytes that are signed."""
    return bytes(keccak(b"\x19" + message.version + message.header + message.body))


def signature(digest: bytes, key: bytes) -> bytes:
    """r, s and v, 65 bytes; s is in the lower half."""
    return bytes(Account.unsafe_sign_hash(digest, key).signature)


def _message(
    name: str, chain_id: int, contract: str, kind: str, fields: Fields, values: Mapping[str, Any]
) -> SignableMessage:
    return encode_typed_data(
        domain_data={
            "name": name,
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": contract,
        },
        message_types={kind: [{"name": field, "type": abi} for field, abi in fields]},
        message_data=dict(values),
    )
