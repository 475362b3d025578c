"""The port of the key store, with what it is shown and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


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

    def audit(
        self,
        leaves: Sequence[bytes],
        withdrawn: Collection[str] = (),
        used: Collection[tuple[str, int, str]] = (),
        heads: Collection[int] | None = None,
    ) -> Iterator[tuple[str, str]]:
        """Recheck what it keeps, against the log: (where, what is wrong). ``withdrawn``: consents
        whose withdrawal the log holds; ``used``: (consent, n, release) that it must remember;
        ``heads``: sizes of the log's own checkpoints, of which it may have followed no other."""
        ...

    def close(self) -> None: ...
