"""The port of the consortium's decisions, with what can be decided.

Each class below :class:`Action` is one kind of change; several make a proposal, which takes effect
whole or not at all. Times are aware and in whole seconds; None is *now* where something begins or
ends, *open* as a planned end. Addresses are 0x hex, ids of agencies and licence types ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Gravity(StrEnum):
    """How much a change weighs; a proposal has the gravity of its gravest action."""

    ORDINARY = "ordinary"
    GRAVE = "grave"
    CONSTITUTIONAL = "constitutional"


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Stage(StrEnum):
    """Where a proposal stands. *Waiting* has passed and waits out its delay."""

    VOTING = "voting"
    REJECTED = "rejected"
    WAITING = "waiting"
    READY = "ready"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member: an agency, the address that votes for it, and its weight."""

    member: str
    voter: str
    weight: int


@dataclass(frozen=True, slots=True)
class Rule:
    """``quorum`` in basis points of all weight, ``passing`` of yes and no; periods in seconds."""

    quorum: int
    passing: int
    voting_period: int
    delay: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote signed off chain (EIP-712), which anybody may send until ``deadline``."""

    number: int
    member: str
    choice: Choice
    deadline: datetime
    signature: bytes


@dataclass(frozen=True, slots=True)
class Action:
    """Root of all that can be decided."""


@dataclass(frozen=True, slots=True)
class Admit(Action):
    """``name`` has 1 to 256 bytes of UTF-8; ``region`` by GB/T 2260, 0 for none; ``legal_code`` has
    18 characters or none; ``social``: a user that is no government body."""

    agency: str
    name: str
    region: int
    legal_code: str = ""
    social: bool = False


@dataclass(frozen=True, slots=True)
class Rename(Action):
    agency: str
    name: str


@dataclass(frozen=True, slots=True)
class AddKey(Action):
    """``key_id``: SHA-256 of the SPKI; ``certificate``: SHA-256 of its DER."""

    agency: str
    key_id: bytes
    certificate: bytes
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndKey(Action):
    agency: str
    key_id: bytes
    row: int
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class RotateKey(Action):
    """The old key's row ends as the new key begins."""

    agency: str
    old_key_id: bytes
    row: int
    key_id: bytes
    certificate: bytes
    at: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompromiseKey(Action):
    """The one change that may lie in the past."""

    agency: str
    key_id: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class AddScope(Action):
    """``region`` 0 is anywhere."""

    agency: str
    licence_type: str
    region: int
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndScope(Action):
    agency: str
    licence_type: str
    region: int
    row: int
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantBasis(Action):
    """``sort``: attended, statutory, assistance or emergency."""

    agency: str
    item: str
    kind: str
    sort: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndBasis(Action):
    agency: str
    item: str
    kind: str
    sort: str
    row: int
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suspend(Action):
    """``until`` None: until it is reinstated."""

    agency: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reinstate(Action):
    agency: str


@dataclass(frozen=True, slots=True)
class Expel(Action):
    agency: str


@dataclass(frozen=True, slots=True)
class Dissolve(Action):
    """``successor`` ``""``: nobody answers for its licences from now on."""

    agency: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class TransferDuty(Action):
    """``body`` answers from now on for licences of this type which the agency answered for."""

    agency: str
    licence_type: str
    body: str


@dataclass(frozen=True, slots=True)
class OpenLog(Action):
    log_id: bytes
    anchor: str
    attesters: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class ChangeAnchor(Action):
    log_id: bytes
    anchor: str


@dataclass(frozen=True, slots=True)
class SetAttesters(Action):
    log_id: bytes
    attesters: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class FreezeLog(Action):
    """``successor``: an open, empty log that goes on with the same tree; 32 zero bytes: none."""

    log_id: bytes
    last_good: int
    successor: bytes


@dataclass(frozen=True, slots=True)
class AssignStatusList(Action):
    list_id: bytes
    agency: str
    publisher: str


@dataclass(frozen=True, slots=True)
class SetMember(Action):
    """``weight`` 0 takes the seat away."""

    member: str
    voter: str
    weight: int


@dataclass(frozen=True, slots=True)
class ReplaceContract(Action):
    current: str
    next: str


@dataclass(frozen=True, slots=True)
class SetRule(Action):
    gravity: Gravity
    rule: Rule


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as the contract has it now. Weights are those of the moment of proposing.

    ``content`` is the digest that ballots are signed over: of chain, contract, number, reason and
    ``encoded``, the actions as they were sent (kind and ABI-encoded arguments)."""

    number: int
    proposer: str
    gravity: Gravity
    reason: bytes
    actions: tuple[Action, ...]
    stage: Stage
    proposed_at: datetime
    voting_ends: datetime
    executable_at: datetime | None
    expires_at: datetime | None
    total: int
    yes: int
    no: int
    abstain: int
    transaction: str
    content: bytes
    encoded: tuple[tuple[int, bytes], ...]


class Governance(Protocol):
    """The vote on everything that the contracts hold.

    Keys are 32 raw bytes of secp256k1. Writes return once final; raise Refused subclasses
    ``chain.…`` by the contract's own errors, and ChainAway. Trust: no member alone changes
    anything, whatever its weight; the past is nobody's to change.
    """

    def rehearse(self, actions: Sequence[Action], key: bytes | None = None) -> None:
        """Raises what carrying them out now would raise, and what proposing them with this key
        would; changes nothing."""
        ...

    def propose(self, key: bytes, actions: Sequence[Action], reason: bytes) -> int:
        """``reason``: SHA-256 of the text. Answers the proposal's number."""
        ...

    def vote(self, key: bytes, number: int, choice: Choice) -> None: ...

    def ballot(
        self, key: bytes, number: int, member: str, choice: Choice, deadline: datetime
    ) -> Ballot:
        """Signed here, sent by nobody yet."""
        ...

    def cast(self, sender: bytes | None, ballots: Sequence[Ballot]) -> None:
        """All of one proposal; ``sender`` is a key of anybody's (None: the platform's own)."""
        ...

    def execute(self, sender: bytes | None, number: int) -> None:
        """``sender`` as for `cast`."""
        ...

    def withdraw(self, key: bytes, number: int) -> None: ...

    def suspend_in_emergency(self, key: bytes, agency: str, reason: bytes) -> None:
        """For three days, by one member alone."""
        ...

    def proposal(self, number: int) -> Proposal | None: ...

    def proposals(self) -> int:
        """How many were ever made; numbers count from 1."""
        ...

    def seats(self) -> list[Seat]: ...

    def member_of(self, key: bytes) -> str | None:
        """The member that this key votes for."""
        ...

    def rule(self, gravity: Gravity) -> Rule: ...

    def choice_of(self, number: int, member: str) -> Choice | None: ...
