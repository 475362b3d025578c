"""The port of the file store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class BlobStore(Protocol):
    """Ciphertext by CID (CIDv1, raw leaves, as Kubo makes them), and what is published anyway:
    status lists, in clear.

    Durability: when ``put`` returns the bytes are stored (and pinned, where there is pinning).
    ``put`` computes the CID itself and the caller compares it with its own. Trust: may lose or
    withhold; cannot alter (the CID is recomputed on every read, before the last chunk is given
    out) nor read (ciphertext, or public).
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
