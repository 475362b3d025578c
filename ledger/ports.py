"""Ports: what the flows ask of the world. Every adapter keeps the prose here; one contract
suite per port (``tests/ledger/adapters/``) runs against each of them.

All ports are synchronous. Times are aware UTC datetimes. Whatever cannot answer raises
:class:`ledger.errors.Pushback`; nothing else that an engine throws passes a port.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


class OwnIndex(Enum):
    """``INDEX`` in a row's values stands for the index that the row's own entry receives."""

    INDEX = "index"


INDEX = OwnIndex.INDEX
Scalar = str | int | bytes | None
Cell = Scalar | OwnIndex
Node = tuple[int, int, bytes]
"""(level, index, hash) of one complete subtree of the log."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the index beside the log.

    ``insert``: a taken primary key is a :class:`ledger.errors.Conflict`. ``put``: inserts or
    replaces by primary key. ``update``: ``values`` hold the primary key and the columns to
    change; a missing row is :class:`ledger.errors.Stale`.
    """

    table: str
    values: Mapping[str, Cell]
    mode: Literal["insert", "put", "update"] = "insert"


@dataclass(frozen=True, slots=True)
class Expect:
    """A guard checked inside the writing transaction: the row found by ``key`` must show
    exactly ``values``; else :class:`ledger.errors.Stale` and nothing is written."""

    table: str
    key: Mapping[str, Scalar]
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be sequenced.

    ``record`` is the sealed envelope with its salt, ``record_key`` the wrapped key that opens
    it (destroying it erases the content). ``keys`` are the names under which the entry is found
    again, such as ``case:case_…``. ``tag`` is 16 bytes.
    """

    leaf: bytes
    payload_sha256: bytes
    kind: str
    tag: bytes
    record: bytes
    record_key: bytes
    keys: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    expects: tuple[Expect, ...] = ()


@dataclass(frozen=True, slots=True)
class Appended:
    """``fresh`` is False where an entry with the same payload stood already at ``index``."""

    index: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """``record_key`` is None once the content has been erased."""

    index: int
    leaf: bytes
    payload_sha256: bytes
    kind: str
    tag: bytes
    record: bytes | None
    record_key: bytes | None
    sequenced_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """A signed checkpoint that we published: C2SP note bytes over ``size`` and ``root``."""

    size: int
    root: bytes
    note: bytes


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


class LedgerStore(Protocol):
    """The log and the index beside it.

    Durability: when ``append`` or ``integrate`` returns, the data survive a power cut.
    Consistency: an entry, its keys and its rows become visible together or not at all; indexes
    are dense from 0. Concurrency: any number of callers and processes; ``append`` groups
    callers into one commit; ``integrate`` is compare-and-set on the previous size, so that one
    of two sequencers wins. Trust: may be asked to order entries until the next anchor; what it
    rewrites later is refused by the contract and found by ``fsck``.
    """

    def append(self, entries: Sequence[NewEntry]) -> list[Appended]:
        """Sequence all or none. Idempotent by ``payload_sha256``: a twin is not written again
        (neither rows nor keys) and answers the index of the first."""
        ...

    def size(self) -> int: ...

    def entry(self, index: int) -> StoredEntry | None: ...

    def entry_by_payload(self, payload_sha256: bytes) -> StoredEntry | None: ...

    def entries(self, start: int, stop: int) -> list[StoredEntry]: ...

    def find(self, key: str, *, after: int = -1, limit: int = 1000) -> list[int]:
        """Indexes of the entries appended under ``key``, ascending, greater than ``after``."""
        ...

    def nodes(self, coordinates: Sequence[tuple[int, int]]) -> list[bytes]:
        """Hashes of complete subtrees; :class:`ledger.errors.Tampered` where one is missing."""
        ...

    def integrate(self, previous: int, nodes: Sequence[Node], head: Head) -> None:
        """Store new nodes and the head if the newest head's size is still ``previous``
        (0 = none yet); else :class:`ledger.errors.Stale`."""
        ...

    def head(self) -> Head | None: ...

    def head_at(self, size: int) -> Head | None: ...

    def heads(self) -> list[Head]: ...

    def put_anchor(self, anchor: Anchor) -> None:
        """Idempotent by size; another root for the same size is a Conflict."""
        ...

    def anchor_covering(self, index: int) -> Anchor | None:
        """The first anchor whose size is greater than ``index``."""
        ...

    def anchors(self) -> list[Anchor]: ...

    def rows(
        self,
        table: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        after: Scalar = None,
        limit: int = 1000,
    ) -> list[dict[str, Scalar]]:
        """Rows whose columns equal ``where``, ordered by primary key. ``after`` applies to the
        first primary key column that ``where`` leaves open; a page grows past ``limit`` rather
        than split rows that are equal there. Unknown tables or columns are a ValueError."""
        ...

    def write(self, rows: Sequence[Row], expects: Sequence[Expect] = ()) -> None:
        """Rows that belong to no entry (accounts, subjects, status lists), all or none."""
        ...

    def delete(self, table: str, key: Mapping[str, Scalar]) -> int:
        """Delete the rows whose columns equal ``key`` (not empty); how many went."""
        ...

    def erase(self, index: int) -> None:
        """Destroy record and record key of one entry; leaf and proofs stay. Idempotent."""
        ...

    def close(self) -> None: ...


class BlobStore(Protocol):
    """Ciphertext by CID (CIDv1, raw leaves, as Kubo makes them).

    Durability: when ``put`` returns the bytes are stored (and pinned, where there is pinning).
    ``put`` computes the CID itself and the caller compares it with its own. Trust: may lose or
    withhold; cannot alter (the CID is recomputed on every read, before the last chunk is given
    out) nor read (ciphertext only).
    """

    name: str

    def put(self, chunks: Iterable[bytes]) -> str:
        """Store a stream in bounded memory; answers its CID. Idempotent."""
        ...

    def get(self, cid: str) -> Iterator[bytes]:
        """Chunks in order; :class:`ledger.errors.NotFound` where absent,
        :class:`ledger.errors.Tampered` where a block does not match its CID."""
        ...

    def has(self, cid: str) -> bool: ...

    def delete(self, cid: str) -> None:
        """Forget (unpin); absent is no error."""
        ...

    def cids(self) -> Iterator[str]:
        """Roots of everything stored."""
        ...

    def close(self) -> None: ...


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


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry with all that shows what it says and where it stands."""

    index: int
    leaf: bytes
    salt: bytes
    envelope: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the key store is shown before it hands anything over.

    ``checkpoint`` is the signed note that all openings are proven in; ``thread_key`` the
    consent's secret; ``files`` the wanted file ids with the fields wanted of each (empty = the
    whole file); ``recipient`` the requester's X25519 public key, 32 raw bytes.
    """

    checkpoint: bytes
    release: Opening
    consent: Opening
    request: Opening
    holder_key: Opening
    items: tuple[Opening, ...]
    thread_key: bytes
    recipient: bytes
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedKey:
    """HPKE ciphertext for the recipient; ``field`` is None for a whole file's key."""

    file_id: str
    field: str | None
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class HandedOver:
    """``attestation``: the key store's signed envelope over what it handed to whom, and at
    which size of the log."""

    keys: tuple[HandedKey, ...]
    attestation: bytes


class KeyStore(Protocol):
    """Keeper of file keys.

    Follows every leaf, remembers its head, and hands a key over only for a release that is in
    the log, covered by the holder's own consent, not withdrawn, not used up. Run by another
    body than the operator, the operator cannot read what is stored; on one machine it says so.
    """

    def deposit(self, file_id: str, key: bytes) -> None:
        """Keep a file's key; the same again is no error, another key is a Conflict."""
        ...

    def size(self) -> int:
        """How many leaves it has followed."""
        ...

    def follow(self, leaves: Sequence[bytes], checkpoint: bytes) -> None:
        """The leaves after ``size()`` up to the checkpoint; raises Tampered on any other
        history than the one followed so far."""
        ...

    def withdraw(
        self, consent: Opening, holder_key: Opening, thread_key: bytes, withdrawal: bytes
    ) -> bytes:
        """Take a withdrawal (envelope bytes) directly; the signed acknowledgement (envelope
        bytes) is the moment of effect."""
        ...

    def hand_over(self, order: HandOver) -> HandedOver:
        """Raises Refused ``consent.…`` or ``handover.…``, Tampered for a forked log."""
        ...

    def open_file_key(self, file_id: str) -> bytes:
        """The key itself, for the owner's own rendering on the embedded profile."""
        ...

    def destroy(self, file_id: str) -> None: ...

    def lookup(self, purpose: str, value: bytes) -> bytes:
        """HMAC-SHA-256 under a key that never leaves; ``purpose`` separates agencies."""
        ...

    def audit(self, leaves: Sequence[bytes]) -> Iterator[tuple[str, str]]:
        """Recheck what it keeps, against the log's leaves: (where, what is wrong)."""
        ...

    def close(self) -> None: ...


class Signing(Protocol):
    """An agency's signing service (an official seal system stands behind it elsewhere)."""

    def chain(self, agency: str) -> tuple[bytes, ...]:
        """DER certificates, leaf first, without the root."""
        ...

    def key(self, agency: str) -> EllipticCurvePrivateKey:
        """A P-256 key that signs; a key in a device stands behind the same interface. Raises
        NotFound where this service does not sign for the agency."""
        ...
