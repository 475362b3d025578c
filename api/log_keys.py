"""Secrets of a log by its origin: its own key, its anchoring key, its attesters' keys.

A log that was founded has plain names; one that goes on for it has names of its own, made before
the consortium is asked to open it.
"""

from __future__ import annotations

from collections.abc import Mapping

ATTEST = "eth/attest/"


def log_key(kept: Mapping[str, bytes], origin: str) -> bytes:
    """32 bytes of Ed25519."""
    return kept.get(f"log/{origin}", kept["log"])


def anchor_key(kept: Mapping[str, bytes], origin: str) -> bytes:
    """32 bytes of secp256k1."""
    return kept.get(f"eth/anchor/{origin}", kept["eth/anchor"])


def attester_keys(kept: Mapping[str, bytes], origin: str) -> dict[str, bytes]:
    """By attester: the keys made for this log, else those of the founding."""
    own = f"{ATTEST}{origin}/"
    return _below(kept, own) or _below(kept, ATTEST)


def prepared(kept: Mapping[str, bytes], origin: str) -> bool:
    """Whether a log of this origin has keys of its own."""
    return f"log/{origin}" in kept and f"eth/anchor/{origin}" in kept


def names_for(origin: str, attesters: tuple[str, ...]) -> list[str]:
    """Names of the secrets of a log that is to go on; ``attesters`` whose keys are to be new."""
    names = [f"log/{origin}", f"eth/anchor/{origin}"]
    return names + [f"{ATTEST}{origin}/{attester}" for attester in attesters]


def _below(kept: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    found = {name[len(prefix) :]: key for name, key in kept.items() if name.startswith(prefix)}
    return {name: key for name, key in found.items() if "/" not in name}
