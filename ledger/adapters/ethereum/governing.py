"""The Governance port on the consortium's contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eth_utils.address import to_checksum_address

from certs.trust.payload import Chain as PinnedChain
from ledger.adapters.ethereum import answers
from ledger.adapters.ethereum.actions import GRAVITIES, decoded_actions, encoded_actions
from ledger.adapters.ethereum.address_book import AddressBook
from ledger.adapters.ethereum.ballots import CHOICES, signed_ballot
from ledger.adapters.ethereum.believing import Believed
from ledger.adapters.ethereum.contracts import GOVERNANCE, bytes32, contract, text_of
from ledger.adapters.ethereum.errors import ReceiptFalse
from ledger.adapters.ethereum.logs import blocks_of, logs_between
from ledger.adapters.ethereum.moments import moment, optional_moment, seconds
from ledger.adapters.ethereum.node import Node
from ledger.adapters.ethereum.refused_governance import ProposalRehearsed, ProposalUnknown
from ledger.adapters.ethereum.sending import address_of, call_now, transact, try_transaction
from ledger.ports.governance import Action, Ballot, Choice, Gravity, Proposal, Rule, Seat, Stage

_PAGE = 64
_STAGES = (
    None,
    Stage.VOTING,
    Stage.REJECTED,
    Stage.WAITING,
    Stage.READY,
    Stage.EXECUTED,
    Stage.WITHDRAWN,
    Stage.EXPIRED,
)
_ENDED = (Stage.REJECTED, Stage.EXECUTED, Stage.WITHDRAWN, Stage.EXPIRED)
"""Nothing becomes of these any more; where blocks are final at once, they are read once."""
_NOBODY = bytes(32)
_SOME_REASON = b"\1" * 32


class EthereumGovernance:
    """:class:`ledger.ports.governance.Governance` over a node and an address book.

    Every write checks first that the chain is the one of the address book, reads do from time to
    time (ChainForeign)."""

    def __init__(
        self,
        node: Node,
        book: AddressBook,
        pinned: PinnedChain | None = None,
        *,
        relay: bytes | None = None,
    ) -> None:
        """``relay``: the key of an account that sends what others signed."""
        self._node, self._book, self._relay = node, book, relay
        self._believed = Believed(node, book, pinned)
        self._place = book.contracts[GOVERNANCE]
        self._kind = contract(GOVERNANCE)
        self._ended: dict[int, Proposal] = {}
        self._begun: dict[int, tuple[dict[str, Any], str]] = {}

    def rehearse(self, actions: Sequence[Action], key: bytes | None = None) -> None:
        self._believed.identity()
        encoded = encoded_actions(actions)
        try:
            self._read("rehearse", encoded)
        except ProposalRehearsed:
            if key is not None:
                data = self._kind.functions["propose"].encode(encoded, _SOME_REASON)
                try_transaction(self._node, address_of(key), self._place, data)
            return
        raise ReceiptFalse("The chain's node says that a rehearsal took effect.", transaction="")

    def propose(self, key: bytes, actions: Sequence[Action], reason: bytes) -> int:
        receipt = self._write(key, "propose", encoded_actions(actions), reason)
        for event in receipt.events:
            values = self._kind.events["ProposalMade"].values(event)
            if values is not None and event.address == self._place.lower():
                return int(values["number"])
        raise ReceiptFalse(
            "The receipt of a proposal does not show the proposal.",
            transaction=receipt.transaction,
        )

    def vote(self, key: bytes, number: int, choice: Choice) -> None:
        self._write(key, "vote", number, CHOICES.index(choice))

    def ballot(
        self, key: bytes, number: int, member: str, choice: Choice, deadline: datetime
    ) -> Ballot:
        content = self._known(number)["content"]
        ballot = (number, member, choice, deadline)
        return signed_ballot(self._book.chain_id, self._place, content, ballot, key)

    def cast(self, sender: bytes | None, ballots: Sequence[Ballot]) -> None:
        numbers = {ballot.number for ballot in ballots}
        if len(numbers) != 1:
            raise ValueError("ballots that are sent together are of one proposal")
        given = [
            (bytes32(b.member), CHOICES.index(b.choice), seconds(b.deadline), b.signature)
            for b in ballots
        ]
        self._write(self._payer(sender), "castSigned", numbers.pop(), given)

    def execute(self, sender: bytes | None, number: int) -> None:
        actions = self._known(number)["actions"]
        self._write(self._payer(sender), "execute", number, actions)

    def withdraw(self, key: bytes, number: int) -> None:
        self._write(key, "withdraw", number)

    def suspend_in_emergency(self, key: bytes, agency: str, reason: bytes) -> None:
        self._write(key, "suspendInEmergency", bytes32(agency), reason)

    def proposal(self, number: int) -> Proposal | None:
        if number in self._ended:
            return self._ended[number]
        found = self._proposal(number)
        if found is not None and found.stage in _ENDED and not self._node.finality()[0]:
            self._ended[number] = found
        return found

    def _proposal(self, number: int) -> Proposal | None:
        (now,) = self._read("proposal", number)
        if not now["proposedAt"]:
            return None
        values, transaction = self._made(number, now["proposedAt"])
        stage = _STAGES[self._read("stageOf", number)[0]]
        if stage is None:
            return None
        return Proposal(
            number=number,
            proposer=text_of(values["proposer"]),
            gravity=GRAVITIES[values["gravity"]],
            reason=values["reason"],
            actions=decoded_actions(values["actions"]),
            stage=stage,
            proposed_at=moment(now["proposedAt"]),
            voting_ends=moment(now["votingEnds"]),
            executable_at=optional_moment(now["executableAt"]),
            expires_at=optional_moment(now["expiresAt"]),
            total=now["total"],
            yes=now["yes"],
            no=now["no"],
            abstain=now["abstain"],
            transaction=transaction,
            content=values["content"],
            encoded=tuple((kind, data) for kind, data in values["actions"]),
        )

    def proposals(self) -> int:
        return int(self._read("proposalCount")[0])

    def seats(self) -> list[Seat]:
        seats: list[Seat] = []
        while True:
            found, total = self._read("members", len(seats), _PAGE)
            seats += [
                Seat(text_of(one["member"]), to_checksum_address(one["voter"]), one["weight"])
                for one in found
            ]
            if len(seats) >= total or not found:
                return seats

    def member_of(self, key: bytes) -> str | None:
        (member,) = self._read("memberOf", address_of(key))
        return None if member == _NOBODY else text_of(member)

    def rule(self, gravity: Gravity) -> Rule:
        (rule,) = self._read("ruleOf", GRAVITIES.index(gravity))
        return Rule(*rule.values())

    def choice_of(self, number: int, member: str) -> Choice | None:
        return CHOICES[self._read("choiceOf", number, bytes32(member))[0]]

    def _payer(self, sender: bytes | None) -> bytes:
        key = self._relay if sender is None else sender
        if key is None:
            raise ValueError("this port was opened without an account of its own")
        return key

    def _known(self, number: int) -> dict[str, Any]:
        """What was proposed. Raises ProposalUnknown."""
        (now,) = self._read("proposal", number)
        if not now["proposedAt"]:
            raise ProposalUnknown(f"Proposal {number} does not exist.", number=number)
        return self._made(number, now["proposedAt"])[0]

    def _made(self, number: int, at: int) -> tuple[dict[str, Any], str]:
        """What was proposed, and the transaction that did: looked for in the blocks of the second
        ``at`` that the contract has for it."""
        if number in self._begun:
            return self._begun[number]
        kind = self._kind.events["ProposalMade"]
        topics = ["0x" + kind.topic.hex(), "0x" + number.to_bytes(32, "big").hex()]
        with self._believed.usable() as node:
            blocks = blocks_of(node, at)
            if not blocks:
                raise ReceiptFalse("The chain's node has a proposal of a time without a block.")
            found = logs_between(node, [self._place], topics, blocks[0], blocks[-1])
        for event in found:
            values = kind.values(event)
            if event.address == self._place.lower() and values and values["number"] == number:
                if not self._node.finality()[0]:
                    self._begun[number] = (values, event.transaction)
                return values, event.transaction
        raise ReceiptFalse("The chain's node has a proposal that its events do not bear out.")

    def _read(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        with self._believed.usable() as node:
            return call_now(node, self._place, self._kind.functions[function], *arguments)

    def _write(self, key: bytes, function: str, *arguments: Any) -> answers.Receipt:
        self._believed.identity()
        data = self._kind.functions[function].encode(*arguments)
        return transact(self._node, key, self._place, data)
