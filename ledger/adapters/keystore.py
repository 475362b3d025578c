"""The key store on one machine: its own file, its own keys, its own memory of the log.

All secrets in the file are wrapped (AES key wrap, RFC 3394) under a key that is opened with a
passphrase at start. On the embedded profile the operator's machine holds that passphrase too, and
the trust list's profile says so; run by another body, the same code keeps what its port promises.
"""

from __future__ import annotations

import hmac
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from certs import envelope as envelopes
from certs import keys
from certs.canonical import canonical, parse
from certs.errors import CertsError
from certs.trustlist import TrustList
from ledger.disclosure import field_key
from ledger.entry import parse_leaf, withdraw_tag
from ledger.errors import Conflict, LogBusy, NotFound, Tampered
from ledger.handover import (
    ATTESTATION_TYPE,
    WITHDRAWAL_TYPE,
    Use,
    attested,
    check_order,
    checked_checkpoint,
    checked_withdrawal,
    consent_of,
)
from ledger.ports import HandedKey, HandedOver, HandOver, Opening
from ledger.receiving import place
from ledger.rfc6962 import leaf_hash
from ledger.sealing import hand_over_info
from ledger.statement import format_time
from ledger.subtrees import CompactRange

SCHEMA = """
CREATE TABLE IF NOT EXISTS file_keys (file TEXT PRIMARY KEY, wrapped BLOB) STRICT;
CREATE TABLE IF NOT EXISTS followed (id INTEGER PRIMARY KEY CHECK (id = 1), range BLOB) STRICT;
CREATE TABLE IF NOT EXISTS heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tags (tag BLOB PRIMARY KEY, idx INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uses (
    consent TEXT NOT NULL, n INTEGER NOT NULL, release TEXT NOT NULL, attestation BLOB NOT NULL,
    PRIMARY KEY (consent, n)
) STRICT;
CREATE TABLE IF NOT EXISTS withdrawals (
    consent TEXT PRIMARY KEY, acknowledgement BLOB NOT NULL
) STRICT;
"""


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
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA busy_timeout=10000")
            self._db.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise Tampered("The key store's file cannot be read.", path=path.name) from error

    # file keys

    def deposit(self, file_id: str, key: bytes) -> None:
        wrapped = aes_key_wrap(self._secrets.wrapping, key)
        with self._lock, self._writing():
            row = self._one("SELECT wrapped FROM file_keys WHERE file = ?", file_id)
            if row is None:
                self._db.execute("INSERT INTO file_keys VALUES (?, ?)", (file_id, wrapped))
            elif row[0] is None or not hmac.compare_digest(row[0], wrapped):
                raise Conflict("Another key is kept for this file.", file=file_id)

    def open_file_key(self, file_id: str) -> bytes:
        row = self._one("SELECT wrapped FROM file_keys WHERE file = ?", file_id)
        if row is None:
            raise NotFound("No key is kept for this file.", file=file_id)
        if row[0] is None:
            raise KeyDestroyed("The key of this file was destroyed.", file=file_id)
        try:
            return aes_key_unwrap(self._secrets.wrapping, row[0])
        except InvalidUnwrap as error:
            raise Tampered("A kept key does not open.", file=file_id) from error

    def destroy(self, file_id: str) -> None:
        with self._lock, self._writing():
            self._db.execute("INSERT OR REPLACE INTO file_keys VALUES (?, NULL)", (file_id,))

    def lookup(self, purpose: str, value: bytes) -> bytes:
        message = purpose.encode() + b"\x00" + value
        return hmac.digest(self._secrets.lookup, message, "sha256")

    # the log, followed

    def size(self) -> int:
        return self._range().size

    def follow(self, leaves: Sequence[bytes], checkpoint: bytes) -> None:
        head = checked_checkpoint(checkpoint, self._trust(), self._origin)
        with self._lock, self._writing():
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
            self._db.executemany(
                "INSERT OR IGNORE INTO tags VALUES (?, ?)",
                [(parse_leaf(leaf).tag, first + at) for at, leaf in enumerate(leaves)],
            )
            self._db.execute("INSERT OR REPLACE INTO followed VALUES (1, ?)", (followed.encode(),))
            self._db.execute("INSERT INTO heads VALUES (?, ?)", (head.size, head.root))

    # consents

    def withdraw(
        self, consent: Opening, holder_key: Opening, thread_key: bytes, withdrawal: bytes
    ) -> bytes:
        name, digest = checked_withdrawal(
            consent, holder_key, thread_key, withdrawal, self._trust(), self._origin
        )
        with self._lock, self._writing():
            row = self._one("SELECT acknowledgement FROM withdrawals WHERE consent = ?", name)
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
            self._db.execute("INSERT INTO withdrawals VALUES (?, ?)", (name, signed))
            return signed

    def hand_over(self, order: HandOver) -> HandedOver:
        with self._lock, self._writing():
            trust = self._trust()
            head = checked_checkpoint(order.checkpoint, trust, self._origin)
            consent = consent_of(order)
            use = check_order(
                order,
                trust,
                self._origin,
                self._root_at(head.size),
                self._withdrawn_tags(order.thread_key),
                self._withdrawn(consent),
                self._uses(consent),
                self._now(),
            )
            handed = self._wrapped(order, use)
            payload = canonical(attested(use, order, self._origin, head.size, self._now()))
            row = self._one(
                "SELECT attestation FROM uses WHERE consent = ? AND n = ?", use.consent, use.n
            )
            if row is not None:
                return HandedOver(handed, bytes(row[0]))
            signed = self._signed(payload, ATTESTATION_TYPE)
            self._db.execute(
                "INSERT INTO uses VALUES (?, ?, ?, ?)", (use.consent, use.n, use.release, signed)
            )
            return HandedOver(handed, signed)

    def audit(self, leaves: Sequence[bytes]) -> Iterator[tuple[str, str]]:
        for file_id, wrapped in self._db.execute("SELECT file, wrapped FROM file_keys").fetchall():
            if wrapped is not None:
                try:
                    aes_key_unwrap(self._secrets.wrapping, wrapped)
                except (InvalidUnwrap, ValueError):
                    yield f"file_keys {file_id}", "the kept key does not open"
        roots = dict(self._db.execute("SELECT size, root FROM heads"))
        tree = CompactRange()
        tags: dict[bytes, int] = {}
        for index, leaf in enumerate(leaves[: self.size()]):
            tree = tree.append(leaf_hash(leaf))
            tags.setdefault(parse_leaf(leaf).tag, index)
            if roots.pop(tree.size, tree.root()) != tree.root():
                yield f"heads {tree.size}", "the root is not what the leaves give"
        for size in roots:
            yield f"heads {size}", "a head that the log does not have"
        if self._range() != tree:
            yield "followed", "the log followed so far is another"
        if dict(self._db.execute("SELECT tag, idx FROM tags")) != tags:
            yield "tags", "the tags are not those of the leaves"
        yield from self._audit_signed()

    def _audit_signed(self) -> Iterator[tuple[str, str]]:
        public = self._secrets.signer.public_key()
        questions = (
            ("uses", "SELECT consent, n, release, attestation FROM uses", ("n", "release")),
            ("withdrawals", "SELECT consent, acknowledgement FROM withdrawals", ()),
        )
        for table, question, columns in questions:
            for consent, *values, signed in self._db.execute(question).fetchall():
                try:
                    envelope = envelopes.parse_envelope(bytes(signed))
                    envelopes.verify_signature(envelope, envelope.signatures[0], public)
                    said = parse(envelope.payload)
                    assert isinstance(said, dict)
                    if [said["consent"], *(said[name] for name in columns)] != [consent, *values]:
                        yield f"{table} {consent}", "the row is not what was signed"
                except CertsError:
                    yield f"{table} {consent}", "its signature does not hold"

    def close(self) -> None:
        with self._lock:
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

    def _withdrawn_tags(self, thread_key: bytes) -> frozenset[bytes]:
        tag = withdraw_tag(thread_key)
        return (
            frozenset((tag,)) if self._one("SELECT 1 FROM tags WHERE tag = ?", tag) else frozenset()
        )

    def _withdrawn(self, consent: str) -> frozenset[str]:
        row = self._one("SELECT 1 FROM withdrawals WHERE consent = ?", consent)
        return frozenset((consent,)) if row else frozenset()

    def _uses(self, consent: str) -> dict[int, str]:
        rows = self._db.execute("SELECT n, release FROM uses WHERE consent = ?", (consent,))
        return {int(n): str(release) for n, release in rows}

    def _root_at(self, size: int) -> bytes | None:
        row = self._one("SELECT root FROM heads WHERE size = ?", size)
        return bytes(row[0]) if row else None

    def _range(self) -> CompactRange:
        row = self._one("SELECT range FROM followed WHERE id = 1")
        return CompactRange.decode(bytes(row[0])) if row else CompactRange()

    def _signed(self, payload: bytes, payload_type: str) -> bytes:
        return envelopes.sealed(payload, payload_type, self._secrets.signer).encode()

    def _one(self, sql: str, *values: object) -> tuple[bytes, ...] | None:
        with self._lock:
            row: tuple[bytes, ...] | None = self._db.execute(sql, values).fetchone()
        return row

    def _writing(self) -> _Writing:
        return _Writing(self._db)


class _Writing:
    """One immediate transaction; an error leaves nothing behind."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise LogBusy("The key store is busy.", retry_after=1) from error

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
