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
class Powers:
    """Who spoke for the holder: ``delegations`` from the holder to the signer, in order; ``keys``:
    the bindings of the holders' keys that signed them, and of any other signer's."""

    delegations: tuple[Opening, ...] = ()
    keys: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentGround:
    """A release rests on a holder's consent: its request, the binding of the key that signed it,
    and the powers of a delegate who gave it."""

    consent: Opening
    request: Opening
    holder_key: Opening
    powers: Powers = field(default_factory=Powers)


@dataclass(frozen=True, slots=True)
class BasisGround:
    """A release rests on another granted basis."""

    basis: Opening


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the key store is shown before it hands anything over.

    ``checkpoint`` is the signed note that all openings are proven in; ``ground`` what the release
    rests on, and ``thread_key`` its secret; ``files`` the wanted file ids with the fields wanted of
    each (empty = the whole file); ``recipient`` the requester's X25519 public key, 32 raw bytes.
    """

    checkpoint: bytes
    release: Opening
    ground: ConsentGround | BasisGround
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
    the log, covered by the holder's consent or by another basis that the signed catalogue grants,
    not withdrawn or ended, not used up; it checks whoever spoke for a holder itself. Run by
    another body than the operator, the operator cannot read what is stored; on one machine it
    says so.
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
        self,
        consent: Opening,
        holder_key: Opening,
        thread_key: bytes,
        withdrawal: bytes,
        powers: Powers | None = None,
    ) -> bytes:
        """Take a withdrawal (envelope bytes) directly: by whoever granted, by the holder, or by one
        whom ``powers`` let speak for the holder. ``holder_key``: of the key that granted. The
        signed acknowledgement (envelope bytes) is the moment of effect."""
        ...

    def hand_over(self, order: HandOver) -> HandedOver:
        """Raises Refused ``consent.…``, ``basis.…``, ``delegation.…`` or ``handover.…``, Tampered
        for a forked log."""
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
        whose withdrawal the log holds; ``used``: (consent or basis, n, release) that it must
        remember;
        ``heads``: sizes of the log's own checkpoints, of which it may have followed no other."""
        ...

    def close(self) -> None: ...
