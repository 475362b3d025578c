"""The port of the consortium's contracts, with its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
    """An agency's signing key by SHA-256 of its SPKI, with its period."""

    agency: str
    key_id: bytes
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StatusHead:
    """Newest version of one status list on chain; ``version`` 0 where none was published."""

    version: int
    digest: bytes
    valid_until: datetime | None


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

    def publish(self, log_id: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> Anchor:
        """Raises :class:`ledger.errors.Refused` subclasses by the contract's own error."""
        ...

    def gas_used(self, transaction: str) -> int:
        """What a transaction of ours cost. Raises ChainAway where it is not known."""
        ...

    def entitled(self, agency: str, licence_type: str, region: int, at: datetime) -> bool: ...

    def scope_rows(self, agency: str, licence_type: str) -> list[ScopeRow]: ...

    def key_rows(self, agency: str) -> list[KeyRow]: ...

    def status_head(self, list_id: bytes) -> StatusHead: ...

    def publish_status(
        self, list_id: bytes, version: int, digest: bytes, valid_until: datetime
    ) -> StatusHead: ...

    def close(self) -> None: ...
