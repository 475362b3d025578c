"""The chain's keys that lie in a data folder: their addresses, and what they sign."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.adapters.ethereum.sending import address_of
from ledger.adapters.ethereum.typed_data import signature

__all__ = ["address_of", "attestations"]


def attestations(digest: bytes, keys: Iterable[bytes]) -> list[bytes]:
    """Each key's signature over a head's digest, in the order that the registry asks for."""
    ascending = sorted(keys, key=lambda key: int(address_of(key), 16))
    return [signature(digest, key) for key in ascending]
