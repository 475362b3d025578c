"""What is verified, and what it is verified with.

An item is what a person holds in their hand; the evidence shows what it says in the log, where it
stands there, and what the chain knew. Everything is bytes as they were received: nothing here has
been checked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ledger.log.evidence import ChainAnchor
from ledger.log.snapshot import Snapshot
from ledger.ports import Opening, Powers


@dataclass(frozen=True, slots=True)
class SealedLicence:
    """A licence's layout file, as issued: a sealed PDF with the credential inside."""

    pdf: bytes


@dataclass(frozen=True, slots=True)
class Presentation:
    """A licence credential (SD-JWT) with all or some of its disclosures."""

    text: str


@dataclass(frozen=True, slots=True)
class GivenFile:
    """Any file, by SHA-256 (32 bytes) and size, so that it need not be held in memory."""

    sha256: bytes
    size: int

    @classmethod
    def of(cls, data: bytes) -> GivenFile:
        return cls(hashlib.sha256(data).digest(), len(data))


@dataclass(frozen=True, slots=True)
class BareEntry:
    """No file: only what the entry itself says."""


@dataclass(frozen=True, slots=True)
class ErasedEntry:
    """An entry whose content was erased: its leaf is all that is left, with its proof."""

    index: int
    leaf: bytes
    proof: tuple[bytes, ...]


Item = SealedLicence | Presentation | GivenFile | BareEntry


@dataclass(frozen=True, slots=True)
class EarlierAnchor:
    """An anchor, as a note or a value, from before the one that covers the item, and the proof that
    its head and the checkpoint are of one history."""

    anchor: bytes | ChainAnchor
    consistency: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it optional: what is missing becomes "could not be checked".

    ``opening``: the item's entry, its proof made for ``checkpoint`` (a signed note). ``anchor`` and
    ``snapshot``: notes by the log's key, or values that the caller has read from the chain itself.
    ``consistency``: between the sizes of anchor and checkpoint where they differ, in either
    direction. ``status_list``: the token. ``holder_key``: the ``holderkey.bound`` entry of the key
    that signed, ``successor``: the ``licence.issued`` entry that replaces this licence, ``issue``:
    the entry of the licence that a change of status is about; all proven in the same checkpoint, as
    are the ``powers`` of one who spoke for the holder. ``earlier``: anchors that covered some of
    these before the item was there: the keys that signed them are judged by their times.
    ``erased``: instead of an opening, where the item's entry was erased; its proof is made for
    ``checkpoint`` too. ``crls``: DER; without any, revocation of certificates is what the chain's
    rows of keys say.
    """

    opening: Opening | None = None
    checkpoint: bytes | None = None
    anchor: bytes | ChainAnchor | None = None
    consistency: tuple[bytes, ...] = ()
    snapshot: bytes | Snapshot | None = None
    status_list: str | None = None
    holder_key: Opening | None = None
    successor: Opening | None = None
    issue: Opening | None = None
    powers: Powers = field(default_factory=Powers)
    earlier: tuple[EarlierAnchor, ...] = ()
    crls: tuple[bytes, ...] = ()
    erased: ErasedEntry | None = None
