"""What an agency signs without a platform and without a node: ballots."""

from __future__ import annotations

from datetime import datetime

from ledger.adapters.ethereum.ballots import content_of, proposed_actions, signed_ballot
from ledger.agencies.ballots import ProposalForged, ToSign
from ledger.ports.governance import Action, Ballot, Choice


def sign_offline(
    made: ToSign, key: bytes, member: str, choice: Choice, deadline: datetime
) -> tuple[Ballot, tuple[Action, ...]]:
    """A ballot made without a node, and the actions that it is about, decoded from what is signed.
    Raises ProposalForged where the digest is not that of the actions."""
    try:
        actions = proposed_actions(made.encoded)
        said = (made.chain_id, made.contract, made.number, made.reason, made.encoded)
        content = content_of(*said)
    except ValueError as error:
        raise ProposalForged("The file holds no actions of a proposal.") from error
    if content != made.content:
        raise ProposalForged("The digest in the file is not that of the proposal beside it.")
    ballot = (made.number, member, choice, deadline)
    return signed_ballot(made.chain_id, made.contract, content, ballot, key), actions
