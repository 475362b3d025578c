"""The port of the consortium's contracts, with its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint on chain. ``block_time`` is the evidence time of all it covers."""

    size: int
    root: bytes
    chain_id: int
    contract: str
    transaction: str
    block_number: int
    block_hash: str
    block_time: datetime


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Newest head that the contract holds for a log; ``size`` 0 where none was published."""

    size: int
    root: bytes
    block_number: int
    block_time: datetime | None


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """An append-only row of entitlement: agency × licence type × region × period."""

    agency: str
    licence_type: str
    region: int
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An agency's signing key by SHA-256 of its SPKI, with its period and its certificate's
    SHA-256. From ``compromised_at`` on it counts for nothing, whatever the period says."""

    agency: str
    key_id: bytes
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    certificate: bytes
    compromised_at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """An append-only row without a subject of its own: one suspension."""

    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A name that holds from ``since`` until the next one's."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """An agency as the registry has it. ``names`` ascend, the last one holds now; ``ending`` is
    ``""``, ``dissolved`` or ``expelled``; ``legal_code`` has 18 characters or none."""

    id: str
    names: tuple[AgencyName, ...]
    region: int
    legal_code: str
    social: bool
    admitted_at: datetime
    ended_at: datetime | None
    ending: str
    successor: str | None
    suspensions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """From ``since`` on ``body`` answers for what ``issuer`` answered for until then.

    ``licence_type`` ``""`` is every type, ``body`` ``""`` nobody. Of two rows that lead on, the one
    of the smaller ``sequence`` was first (`AgencyRegistry.responsible`)."""

    issuer: str
    licence_type: str
    body: str
    since: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class BasisRow:
    """An append-only row of a granted basis: agency × item × kind × sort × period. ``item`` and
    ``kind`` are ids, those longer than 31 characters the 0x-hex of their SHA-256."""

    agency: str
    item: str
    kind: str
    sort: str
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LogEnding:
    """A log frozen at ``last_good`` entries. ``successor``: id of the log that continues the same
    tree, where one does."""

    last_good: int
    successor: bytes | None


@dataclass(frozen=True, slots=True)
class StatusHead:
    """Newest version of one status list on chain; ``version`` 0 where none was published. Who
    signed it is judged at ``published_at``, the block's time: its own claim would be the
    signer's word."""

    version: int
    digest: bytes
    valid_until: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChainIdentity:
    """What the trust list pins. Addresses are checksummed hex, hashes 0x-hex."""

    chain_id: int
    genesis: str
    contracts: Mapping[str, str]
    code_hashes: Mapping[str, str]


class Chain(Protocol):
    """The consortium's contracts.

    Writes return only after the receipt is final for this engine; a resend of what already
    happened is harmless. Trust: keeps and orders; refuses what is not append-only. A stolen
    anchoring key can append rubbish and so stop anchoring, not rewrite.
    """

    def identity(self) -> ChainIdentity: ...

    def faults(self) -> list[LedgerError]:
        """All in which the chain, the address book and the trust list differ, as `identity` and
        every other method would raise it. Empty where they agree."""
        ...

    def successors(self) -> Mapping[str, str]:
        """Contracts that a vote replaced, by name, with the addresses of those that took over.
        They still answer for their time; trust list and address book are to be renewed."""
        ...

    def now(self) -> datetime:
        """Time of the newest block."""
        ...

    def head(self, log_id: bytes) -> ChainHead: ...

    def root_at(self, log_id: bytes, size: int) -> Anchor | None:
        """The anchor published for exactly this size, with its block and transaction."""
        ...

    def anchored_sizes(self, log_id: bytes) -> list[int]:
        """Every size that the contract took for this log, ascending."""
        ...

    def publish(
        self,
        log_id: bytes,
        size: int,
        root: bytes,
        proof: Sequence[bytes],
        attestations: Sequence[bytes],
    ) -> Anchor:
        """``attestations``: 65-byte signatures over :meth:`checkpoint_digest`, as many as the
        registry asks for, by ascending address of their signers. Raises
        :class:`ledger.errors.Refused` subclasses by the contract's own error."""
        ...

    def checkpoint_digest(self, log_id: bytes, size: int, root: bytes) -> bytes:
        """What an attester signs (EIP-712): 32 bytes over chain, contract, log, size and root."""
        ...

    def log_ending(self, log_id: bytes) -> LogEnding | None:
        """Where and how the log ended; None while it goes on."""
        ...

    def predecessor(self, log_id: bytes) -> tuple[bytes, int] | None:
        """Id of the frozen log whose tree this one continues, and its last good size."""
        ...

    def gas_used(self, transaction: str) -> int:
        """What a transaction of ours cost. Raises ChainAway where it is not known."""
        ...

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool: ...

    def scope_rows(self, agency: str, licence_type: str) -> list[ScopeRow]:
        """All rows of the type, in whatever region."""
        ...

    def all_scope_rows(self, agency: str) -> list[ScopeRow]:
        """All rows of all types, those of one type and region together in order of recording."""
        ...

    def basis_rows(self, agency: str) -> list[BasisRow]:
        """All granted bases, those of one item, kind and sort together in order of recording."""
        ...

    def key_rows(self, agency: str) -> list[KeyRow]: ...

    def key_valid(self, agency: str, key_id: bytes, at: datetime) -> bool:
        """Whether the key counted as the agency's then: registered, and not compromised by then."""
        ...

    def agency(self, agency: str) -> AgencyRecord | None:
        """None for whom the registry never admitted."""
        ...

    def agency_ids(self) -> list[str]:
        """In order of admission."""
        ...

    def duties(self, issuer: str, licence_type: str) -> list[DutyRow]:
        """Every row that may lead from the issuer to the body responsible for such licences, at
        whatever time; empty where the issuer itself answers."""
        ...

    def basis_granted(self, agency: str, item: str, kind: str, sort: str, at: datetime) -> bool:
        """Whether the agency might read papers of this kind for the item on a basis of this sort
        (attended, statutory, assistance, emergency) then."""
        ...

    def status_head(self, list_id: bytes) -> StatusHead: ...

    def publish_status(
        self, list_id: bytes, version: int, digest: bytes, valid_until: datetime
    ) -> StatusHead: ...

    def close(self) -> None: ...
