"""Ports: what the flows ask of the world. Every adapter keeps the prose here; one contract
suite per port (``tests/ledger/adapters/``) runs against each of them.

All ports are synchronous. Times are aware UTC datetimes. Whatever cannot answer raises
:class:`ledger.errors.Pushback`; nothing else that an engine throws passes a port.
"""

from ledger.ports.attesters import Attesters, Consistency
from ledger.ports.blobs import BlobStore
from ledger.ports.chain import (
    AgencyName,
    AgencyRecord,
    Anchor,
    BasisRow,
    Chain,
    ChainHead,
    ChainIdentity,
    DutyRow,
    KeyRow,
    LogEnding,
    ScopeRow,
    Span,
    StatusHead,
)
from ledger.ports.chain_events import ChainBlock, ChainEvent, ChainEvents
from ledger.ports.entries import (
    INDEX,
    Appended,
    Cell,
    Expect,
    Head,
    NewEntry,
    Node,
    OwnIndex,
    Quiet,
    Row,
    Scalar,
    StoredEntry,
)
from ledger.ports.keystore import (
    BasisGround,
    ConsentGround,
    HandedKey,
    HandedOver,
    HandOver,
    KeyStore,
    Opening,
    Powers,
)
from ledger.ports.press import Press
from ledger.ports.signing import Signing
from ledger.ports.store import LedgerStore
from ledger.ports.webhooks import Webhooks

__all__ = [
    "INDEX",
    "AgencyName",
    "AgencyRecord",
    "Anchor",
    "Appended",
    "Attesters",
    "BasisGround",
    "BasisRow",
    "BlobStore",
    "Cell",
    "Chain",
    "ChainBlock",
    "ChainEvent",
    "ChainEvents",
    "ChainHead",
    "ChainIdentity",
    "ConsentGround",
    "Consistency",
    "DutyRow",
    "Expect",
    "HandOver",
    "HandedKey",
    "HandedOver",
    "Head",
    "KeyRow",
    "KeyStore",
    "LedgerStore",
    "LogEnding",
    "NewEntry",
    "Node",
    "Opening",
    "OwnIndex",
    "Powers",
    "Press",
    "Quiet",
    "Row",
    "Scalar",
    "ScopeRow",
    "Signing",
    "Span",
    "StatusHead",
    "StoredEntry",
    "Webhooks",
]
