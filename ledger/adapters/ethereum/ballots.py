"""Ballots as the Governance contract reads them; made without a node."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ledger.adapters.ethereum.actions import decoded_actions
from ledger.adapters.ethereum.contracts import bytes32
from ledger.adapters.ethereum.moments import seconds
from ledger.adapters.ethereum.typed_data import digest_of, signature, vote_message
from ledger.errors import ChainAway
from ledger.ports.governance import Action, Ballot, Choice

CHOICES = (None, Choice.YES, Choice.NO, Choice.ABSTAIN)
"""By the contract's number."""


def content_of(
    chain_id: int, place: str, number: int, reason: bytes, encoded: Sequence[tuple[int, bytes]]
) -> bytes:
    """What a proposal's ballots are signed over (`Governance.contentOf`): 32 bytes."""
    types = ("uint256", "address", "uint256", "bytes32", "(uint8,bytes)[]")
    return bytes(keccak(encode(types, (chain_id, place, number, reason, list(encoded)))))


def signed_ballot(
    chain_id: int,
    place: str,
    content: bytes,
    ballot: tuple[int, str, Choice, datetime],
    key: bytes,
) -> Ballot:
    """``ballot``: number, member, choice and deadline; ``place`` the contract's address."""
    number, member, choice, deadline = ballot
    message = {
        "number": number,
        "content": content,
        "member": bytes32(member),
        "choice": CHOICES.index(choice),
        "deadline": seconds(deadline),
    }
    digest = digest_of(vote_message(chain_id, place, message))
    return Ballot(number, member, choice, deadline, signature(digest, key))


def proposed_actions(encoded: Sequence[tuple[int, bytes]]) -> tuple[Action, ...]:
    """What somebody says that was proposed. Raises ValueError where it is no list of actions."""
    try:
        return decoded_actions(encoded)
    except (ChainAway, IndexError) as error:
        raise ValueError("no actions of a proposal") from error
