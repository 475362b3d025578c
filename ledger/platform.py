"""What a flow works with: the engines behind their ports, the platform's own keys, the clock.

A flow takes one :class:`Platform` and the caller's input, nothing else; nothing here is global.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certs.trust.payload import TrustedLog
from certs.trust.trustlist import TrustList
from ledger.catalogue.catalogue import Catalogue
from ledger.ports import (
    Attesters,
    BlobStore,
    Chain,
    ChainEvents,
    KeyStore,
    LedgerStore,
    Press,
    Signing,
    Webhooks,
)
from ledger.ports.governance import Governance


@dataclass(frozen=True, slots=True)
class LogIdentity:
    """The log's name and key. ``origin`` is the C2SP origin line, ``vkey`` its note key."""

    origin: str
    vkey: str
    private_key: Ed25519PrivateKey

    @property
    def log_id(self) -> bytes:
        """32 bytes under which the contract knows this log: SHA-256 of the origin."""
        return log_id(self.origin)


def log_id(origin: str) -> bytes:
    """The contract's name of a log, from its origin line."""
    return hashlib.sha256(origin.encode()).digest()


@dataclass(frozen=True, slots=True)
class Platform:
    """Ports, keys and clock of one running platform.

    ``trust_data`` is the signed list that ``trust`` was read from. ``record_key`` (32 bytes) wraps
    the keys of entry records; ``operator`` is the agency id that signs what the platform itself
    states; ``region`` the region code of what is issued here; ``verify_url`` the prefix that a
    licence's QR code leads to; without ``webhooks`` nothing is sent anywhere.
    """

    store: LedgerStore
    blobs: BlobStore
    keys: KeyStore
    chain: Chain
    attesters: Attesters
    chain_events: ChainEvents
    governance: Governance
    signing: Signing
    press: Press
    log: LogIdentity
    record_key: bytes
    catalogue: Catalogue
    trust: TrustList
    trust_data: bytes
    operator: str
    region: int
    verify_url: str
    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    webhooks: Webhooks | None = None

    @property
    def lineage(self) -> tuple[TrustedLog, ...]:
        """This log, then those whose tree it continues, newest first, as the trust list has it."""
        log = self.log
        own = TrustedLog(log.origin, log.vkey, "0x" + log.log_id.hex())
        return self.trust.lineage(log.origin) or (own,)
