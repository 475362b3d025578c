"""Root of everything by which a contract refuses."""

from __future__ import annotations

from typing import ClassVar

from ledger.errors import Refused


class ChainRefused(Refused):
    """A contract refused. ``sentence`` is filled with the values that the contract gave, which
    are attributes under the contract's own names."""

    code = "chain.refused"
    sentence: ClassVar[str] = "The contract refuses this, and names no reason that is known here."
