"""The key store on one machine: its own file, its own keys, its own memory of the log.

All secrets in the file are wrapped (AES key wrap, RFC 3394) under a key that is opened with a
passphrase at start. On the embedded profile the operator's machine holds that passphrase too, and
the trust list's profile says so; run by another body, the same code keeps what its port promises.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from certs import envelope as envelopes
from certs import keys
from certs.canonical import canonical
from certs.trust.trustlist import TrustList
from ledger.adapters.keystore_audit import (
    audited_keys,
    audited_log,
    audited_memory,
    audited_signatures,
)
from ledger.adapters.keystore_file import SecretsDatabase
from ledger.consent.handover import (
    ATTESTATION_TYPE,
    Use,
    attested,
    check_order,
    check_thread_key,
    checked_checkpoint,
    consent_of,
)
from ledger.consent.receiving import place
from ledger.consent.withdrawal import WITHDRAWAL_TYPE, checked_withdrawal
from ledger.errors import Conflict, LedgerError, LogBusy, NotFound, Tampered
from ledger.log.entry import parse_leaf, withdraw_tag
from ledger.log.rfc6962 import leaf_hash
from ledger.log.statement import format_time
from ledger.log.subtrees import CompactRange
from ledger.ports import HandedKey, HandedOver, HandOver, Opening
from ledger.stored.disclosure import field_key
from ledger.stored.sealing import hand_over_info


class KeyDestroyed(NotFound):
    """The file's key was destroyed; what it sealed cannot be read any more."""

    code = "key.destroyed"


@dataclass(frozen=True, slots=True)
class KeyStoreSecrets:
    """``wrapping`` and ``lookup`` are 32 bytes; ``signer`` signs what the key store attests."""

    wrapping: bytes
    lookup: bytes
    signer: Ed25519PrivateKey


class KeyStoreFile:
    """Adapter of :class:`ledger.ports.KeyStore` over one SQLite file."""

    def __init__(
        self,
        path: Path,
        secrets: KeyStoreSecrets,
        origin: str,
        trust: Callable[[], TrustList],
        now: Callable[[], datetime],
    ) -> None:
        self._secrets = secrets
        self._origin = origin
        self._trust = trust
        self._now = now
        self._db = SecretsDatabase(path)

    # file keys

    def deposit(self, file_id: str, key: bytes) -> None:
        wrapped = aes_key_wrap(self._secrets.wrapping, key)
        with self._db.writing():
            row = self._db.one("SELECT wrapped FROM file_keys WHERE file = ?", file_id)
            if row is None:
                self._db.change("INSERT INTO file_keys VALUES (?, ?)", file_id, wrapped)
            elif row[0] is None or not hmac.compare_digest(row[0], wrapped):
                raise Conflict("Another key is kept for this file.", file=file_id)

    def open_file_key(self, file_id: str) -> bytes:
        row = self._db.one("SELECT wrapped FROM file_keys WHERE file = ?", file_id)
        if row is None:
            raise NotFound("No key is kept for this file.", file=file_id)
        if row[0] is None:
            raise KeyDestroyed("The key of this file was destroyed.", file=file_id)
        try:
            return aes_key_unwrap(self._secrets.wrapping, row[0])
        except InvalidUnwrap as error:
            raise Tampered("A kept key does not open.", file=file_id) from error

    def destroy(self, file_id: str) -> None:
        with self._db.writing():
            self._db.change("INSERT OR REPLACE INTO file_keys VALUES (?, NULL)", file_id)
        self._db.settle()

    def lookup(self, purpose: str, value: bytes) -> bytes:
        message = purpose.encode() + b"\x00" + value
        return hmac.digest(self._secrets.lookup, message, "sha256")

    # the log, followed

    def size(self) -> int:
        return self._range().size

    def follow(self, leaves: Sequence[bytes], checkpoint: bytes) -> None:
        head = checked_checkpoint(checkpoint, self._trust(), self._origin)
        with self._db.writing():
            followed = self._range()
            first = followed.size
            if head.size <= first:  # shown again, or overtaken: it must be what was followed
                known = self._root_at(head.size)
                if known is not None and known != head.root:
                    raise Tampered("The log shows another history than before.", size=head.size)
                return
            if head.size - first != len(leaves):
                raise LogBusy("The leaves do not begin where the last ones ended.", retry_after=1)
            for leaf in leaves:
                followed = followed.append(leaf_hash(leaf))
            if followed.root() != head.root:
                raise Tampered("The log shows another history than before.", size=head.size)
            self._db.change_many(
                "INSERT OR IGNORE INTO tags VALUES (?, ?)",
                [(parse_leaf(leaf).tag, first + at) for at, leaf in enumerate(leaves)],
            )
            self._db.change("INSERT OR REPLACE INTO followed VALUES (1, ?)", followed.encode())
            self._db.change("INSERT INTO heads VALUES (?, ?)", head.size, head.root)

    # consents

    def withdraw(
        self, consent: Opening, holder_key: Opening, thread_key: bytes, withdrawal: bytes
    ) -> bytes:
        name, digest = checked_withdrawal(
            consent, holder_key, thread_key, withdrawal, self._trust(), self._origin
        )
        with self._db.writing():
            row = self._db.one("SELECT acknowledgement FROM withdrawals WHERE consent = ?", name)
            if row is not None:
                return bytes(row[0])
            payload = canonical(
                {
                    "at": format_time(self._now()),
                    "consent": name,
                    "log": self._origin,
                    "size": self._range().size,
                    "v": 1,
                    "withdrawal_sha256": digest,
                }
            )
            signed = self._signed(payload, WITHDRAWAL_TYPE)
            self._db.change("INSERT INTO withdrawals VALUES (?, ?)", name, signed)
            return signed

    def hand_over(self, order: HandOver) -> HandedOver:
        trust = self._trust()
        head = checked_checkpoint(order.checkpoint, trust, self._origin)
        check_thread_key(order.thread_key)
        consent = consent_of(order, self._origin)
        with self._db.writing():
            now = self._now()
            use = check_order(
                order,
                trust,
                self._origin,
                self._root_at(head.size),
                self._thread_tags(order),
                self._withdrawn(consent),
                self._uses(consent),
                now,
            )
            handed = self._wrapped(order, use)
            row = self._db.one(
                "SELECT attestation FROM uses WHERE consent = ? AND n = ?", use.consent, use.n
            )
            if row is not None:
                return HandedOver(handed, bytes(row[0]))
            payload = canonical(attested(use, order, self._origin, head.size, now))
            signed = self._signed(payload, ATTESTATION_TYPE)
            self._db.change(
                "INSERT INTO uses VALUES (?, ?, ?, ?)", use.consent, use.n, use.release, signed
            )
            return HandedOver(handed, signed)

    def audit(
        self,
        leaves: Sequence[bytes],
        withdrawn: Collection[str] = (),
        used: Collection[tuple[str, int, str]] = (),
        heads: Collection[int] | None = None,
    ) -> Iterator[tuple[str, str]]:
        with self._db.reading():
            found = [
                *audited_keys(self._db, self._secrets.wrapping),
                *audited_log(self._db, leaves),
                *audited_signatures(self._db, self._secrets.signer.public_key()),
                *audited_memory(self._db, withdrawn, used, heads),
            ]
        yield from found

    def close(self) -> None:
        self._db.close()

    def _wrapped(self, order: HandOver, use: Use) -> tuple[HandedKey, ...]:
        recipient = keys.x25519_public(order.recipient)
        name = keys.key_id(recipient)
        handed = []
        for file_id, fields in order.files.items():
            key = self.open_file_key(file_id)
            # the issuer-signed part of a credential goes along with any of its fields
            for field in (None,) if not fields else ("", *fields):
                info = hand_over_info(
                    self._origin, place(file_id, field), use.consent, use.release, name
                )
                secret = key if field is None else field_key(key, field)
                handed.append(HandedKey(file_id, field, keys.hpke_seal(recipient, secret, info)))
        return tuple(handed)

    def _thread_tags(self, order: HandOver) -> dict[bytes, int]:
        """Those of the consent's thread that the log carries: withdrawal and this use."""
        wanted = (withdraw_tag(order.thread_key), parse_leaf(order.release.leaf).tag)
        rows = (self._db.one("SELECT tag, idx FROM tags WHERE tag = ?", tag) for tag in wanted)
        return {bytes(row[0]): int(row[1]) for row in rows if row is not None}

    def _withdrawn(self, consent: str) -> frozenset[str]:
        row = self._db.one("SELECT 1 FROM withdrawals WHERE consent = ?", consent)
        return frozenset((consent,)) if row else frozenset()

    def _uses(self, consent: str) -> dict[int, str]:
        rows = self._db.all("SELECT n, release FROM uses WHERE consent = ?", consent)
        return {int(n): str(release) for n, release in rows}

    def _root_at(self, size: int) -> bytes | None:
        row = self._db.one("SELECT root FROM heads WHERE size = ?", size)
        return bytes(row[0]) if row else None

    def _range(self) -> CompactRange:
        row = self._db.one("SELECT range FROM followed WHERE id = 1")
        if row is None:
            return CompactRange()
        try:
            return CompactRange.decode(bytes(row[0] or b""))
        except LedgerError as error:
            raise Tampered("What was followed of the log cannot be read.") from error

    def _signed(self, payload: bytes, payload_type: str) -> bytes:
        return envelopes.sealed(payload, payload_type, self._secrets.signer).encode()
