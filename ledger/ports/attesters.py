"""The port of those who attest heads before the contract takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

Consistency = Callable[[int, int], Sequence[bytes]]
"""Proof that the tree at the second size extends that at the first (RFC 9162, section 2.1.4)."""


class Attesters(Protocol):
    """Agencies that each follow a log by themselves and sign the heads that they have followed.

    Trust: each sees sizes and roots, no entry. Fewer than the registry's threshold can neither
    stop nor forge anything; a stolen anchoring key gets no signature for what the log's key did not
    sign, or what does not extend the head that an attester signed last.
    """

    def attest(self, note: bytes, consistency: Consistency) -> list[bytes]:
        """Signatures over the digest of a checkpoint note's head, for `Chain.publish`.

        Each attester asks ``consistency`` for the proof from its own last head. Raises
        AttestersAway (pushback) where too few answer, HeadRefused (`attester.refused`) where too
        many see a false head."""
        ...
