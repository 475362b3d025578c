"""The key store on one machine: its own file, its own keys, its own memory of the log.

All secrets in the file are wrapped (AES key wrap, RFC 3394) under a key that is opened with a
passphrase at start. On the embedded profile the operator's machine holds that passphrase too, and
the trust list's profile says so; run by another body, the same code keeps what its port promises.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

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
from ledger.adapters.keystore_file import BASIS_USES, USES, SecretsDatabase, UsesTable
from ledger.adapters.keystore_log import FollowedLog
from ledger.catalogue.catalogue import Catalogue
from ledger.consent.handover import (
    ATTESTATION_TYPE,
    Origins,
    Use,
    attested,
    check_order,
    check_thread_key,
    checked_checkpoint,
    end_tags,
    ground_of,
    power_end_tags,
)
from ledger.consent.receiving import place
from ledger.consent.withdrawal import WITHDRAWAL_TYPE, checked_withdrawal
from ledger.errors import ChainAway, Conflict, NotFound, Tampered
from ledger.log.entry import parse_leaf
from ledger.log.statement import format_time
from ledger.ports import (
    BasisGround,
    ConsentGround,
    HandedKey,
    HandedOver,
    HandOver,
    Opening,
    Powers,
)
from ledger.stored.disclosure import field_key
from ledger.stored.sealing import hand_over_info

_USES: Mapping[type, UsesTable] = {ConsentGround: USES, BasisGround: BASIS_USES}


class VotedAt(Protocol):
    """Whether the consortium's registry had such a basis then (`Chain.basis_granted`)."""

    def __call__(self, agency: str, item: str, kind: str, sort: str, at: datetime) -> bool: ...


class RegisteredAt(Protocol):
    """Whether the consortium's registry had the key as the agency's then (`Chain.key_valid`)."""

    def __call__(self, agency: str, key_id: bytes, at: datetime) -> bool: ...


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
        catalogue: Callable[[], Catalogue],
        voted: VotedAt,
        registered: RegisteredAt,
    ) -> None:
        self._secrets = secrets
        self._origin = origin
        self._trust = trust
        self._now = now
        self._catalogue = catalogue
        self._voted = voted
        self._asked = registered
        self._db = SecretsDatabase(path)
        self._log = FollowedLog(self._db)

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
        return self._log.size()

    def follow(self, leaves: Sequence[bytes], checkpoint: bytes) -> None:
        trust, origins = self._trust(), self._origins()
        self._log.follow(leaves, checked_checkpoint(checkpoint, trust, origins), origins)

    # consents

    def withdraw(
        self,
        consent: Opening,
        holder_key: Opening,
        thread_key: bytes,
        withdrawal: bytes,
        powers: Powers | None = None,
    ) -> bytes:
        powers = powers or Powers()
        name, digest = checked_withdrawal(
            consent,
            holder_key,
            thread_key,
            withdrawal,
            self._trust(),
            self._origins(),
            self._now(),
            powers,
            self._log.carried(power_end_tags(powers)),
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
                    "size": self._log.size(),
                    "v": 1,
                    "withdrawal_sha256": digest,
                }
            )
            signed = self._signed(payload, WITHDRAWAL_TYPE)
            self._db.change("INSERT INTO withdrawals VALUES (?, ?)", name, signed)
            return signed

    def hand_over(self, order: HandOver) -> HandedOver:
        trust, catalogue = self._trust(), self._catalogue()
        origins = self._origins()
        head = checked_checkpoint(order.checkpoint, trust, origins)
        check_thread_key(order.thread_key)
        ground = ground_of(order, origins)
        table = _USES[type(order.ground)]
        with self._db.writing():
            now = self._now()
            use = check_order(
                order,
                trust,
                catalogue,
                partial(self._voted, at=now),
                origins,
                self._log.root_at(head.size),
                self._log.carried((*end_tags(order), parse_leaf(order.release.leaf).tag)),
                self._withdrawn(ground),
                self._uses(table, ground),
                now,
                self._registered,
            )
            handed = self._wrapped(order, use)
            row = self._db.one(
                f"SELECT attestation FROM {table.name} WHERE {table.ground} = ? AND n = ?",
                use.ground,
                use.n,
            )
            if row is not None:
                return HandedOver(handed, bytes(row[0]))
            payload = canonical(attested(use, order, self._origin, head.size, now))
            signed = self._signed(payload, ATTESTATION_TYPE)
            self._db.change(
                f"INSERT INTO {table.name} VALUES (?, ?, ?, ?)",
                use.ground,
                use.n,
                use.release,
                signed,
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
                *audited_log(self._db, leaves, self._origins()),
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
                    self._origin, place(file_id, field), use.ground, use.release, name
                )
                secret = key if field is None else field_key(key, field)
                handed.append(HandedKey(file_id, field, keys.hpke_seal(recipient, secret, info)))
        return tuple(handed)

    def _registered(self, agency: str, key_id: bytes, at: datetime) -> bool | None:
        try:
            return self._asked(agency, key_id, at)
        except ChainAway:
            return None

    def _origins(self) -> Origins:
        """The log's name, and those of the logs that it continues by the trust list."""
        known = tuple(log.origin for log in self._trust().lineage(self._origin))
        return known or (self._origin,)

    def _withdrawn(self, consent: str) -> frozenset[str]:
        row = self._db.one("SELECT 1 FROM withdrawals WHERE consent = ?", consent)
        return frozenset((consent,)) if row else frozenset()

    def _uses(self, table: UsesTable, ground: str) -> dict[int, str]:
        question = f"SELECT n, release FROM {table.name} WHERE {table.ground} = ?"
        rows = self._db.all(question, ground)
        return {int(n): str(release) for n, release in rows}

    def _signed(self, payload: bytes, payload_type: str) -> bytes:
        return envelopes.sealed(payload, payload_type, self._secrets.signer).encode()
