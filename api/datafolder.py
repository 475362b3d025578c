"""A data folder: where everything of one platform lies, and its secrets under one passphrase.

mianti.json          what was chosen at init: origin, region, profile, store, operator
ledger.db            log and index            keystore.db   file keys, withdrawals, uses
keys/                agencies' signing keys, log key, secrets; all encrypted (mode 0600)
trust/               trust-list.json, roots/ (encrypted)
chain/ blobs/ ipfs/  the engines' own folders
clients/             what belongs to others: agencies' HPKE keys, accounts (demo only)
wallets/             holders' own keys; the platform never reads them
passphrase           embedded profile only; MIANTI_PASSPHRASE stands before it
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certs import base64url
from certs.canonical import canonical, parse
from certs.errors import CertsError
from ledger.errors import LedgerError, NotFound, Tampered


class FolderMissing(NotFound):
    """There is no data folder here; ``mianti init`` makes one."""

    code = "data.missing"


class PassphraseWrong(LedgerError):
    """The passphrase does not open this folder's secrets."""

    code = "data.passphrase"


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``mianti init`` fixed. ``store`` is ``directory`` or ``kubo``; ``chain_node`` the URL of
    the consortium's node, ``""`` where the folder has a chain of its own; ``confirmations`` are
    blocks that must follow, on chains without finality."""

    profile: str
    origin: str
    region: int
    operator: str
    verify_url: str
    store: str
    chain_node: str = ""
    confirmations: int = 0


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths of one data folder; makes nothing by itself."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / "mianti.json"

    @property
    def ledger_db(self) -> Path:
        return self.root / "ledger.db"

    @property
    def keystore_db(self) -> Path:
        return self.root / "keystore.db"

    @property
    def agency_keys(self) -> Path:
        return self.root / "keys" / "agencies"

    @property
    def secrets_file(self) -> Path:
        return self.root / "keys" / "secrets.sealed"

    @property
    def trust_list(self) -> Path:
        return self.root / "trust" / "trust-list.json"

    @property
    def chain(self) -> Path:
        return self.root / "chain"

    @property
    def address_book(self) -> Path:
        return self.root / "chain" / "address-book.json"

    def attester(self, agency: str) -> Path:
        """What an attester of this machine remembers."""
        return self.root / "chain" / "attesters" / f"{agency}.json"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def ipfs(self) -> Path:
        return self.root / "ipfs"

    @property
    def clients(self) -> Path:
        return self.root / "clients"

    @property
    def accounts(self) -> Path:
        return self.clients / "accounts.json"

    @property
    def wallets(self) -> Path:
        return self.root / "wallets"

    def hpke_key(self, agency: str) -> Path:
        """An agency's own X25519 key, which the platform does not need."""
        return self.clients / "agencies" / f"{agency}.hpke.pem"

    def settings(self) -> Settings:
        """Raises FolderMissing, Tampered."""
        try:
            return Settings(**json.loads(self.settings_file.read_text("utf-8")))
        except FileNotFoundError as error:
            raise FolderMissing(
                f"There is no data folder at {self.root}; make one with: mianti init"
            ) from error
        except (ValueError, TypeError) as error:
            raise Tampered("mianti.json cannot be read.", path="mianti.json") from error

    def write_settings(self, settings: Settings) -> None:
        text = json.dumps(asdict(settings), ensure_ascii=False, indent=2) + "\n"
        write_private(self.settings_file, text.encode())

    def passphrase(self) -> bytes:
        """From MIANTI_PASSPHRASE, else the embedded profile's file. Raises PassphraseWrong."""
        given = os.environ.get("MIANTI_PASSPHRASE")
        if given:
            return given.encode()
        try:
            return (self.root / "passphrase").read_bytes().strip()
        except FileNotFoundError as error:
            raise PassphraseWrong("Set MIANTI_PASSPHRASE to open this data folder.") from error

    def write_passphrase(self, passphrase: bytes) -> None:
        write_private(self.root / "passphrase", passphrase + b"\n")

    def seal_secrets(
        self, secrets: Mapping[str, bytes], passphrase: bytes, randomness: Callable[[int], bytes]
    ) -> None:
        """Write named secrets, AES-256-GCM under scrypt(passphrase)."""
        salt, nonce = randomness(16), randomness(12)
        plain = canonical({name: base64url.encode(value) for name, value in secrets.items()})
        sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, plain, b"mianti/secrets/v1")
        write_private(self.secrets_file, salt + nonce + sealed)

    def secrets(self, passphrase: bytes) -> dict[str, bytes]:
        """Raises FolderMissing, PassphraseWrong."""
        try:
            data = self.secrets_file.read_bytes()
        except FileNotFoundError as error:
            raise FolderMissing("This data folder has no secrets.") from error
        salt, nonce, sealed = data[:16], data[16:28], data[28:]
        try:
            plain = AESGCM(_stretched(passphrase, salt)).decrypt(
                nonce, sealed, b"mianti/secrets/v1"
            )
            named = parse(plain)
        except (InvalidTag, ValueError, CertsError) as error:
            raise PassphraseWrong("The passphrase does not open this data folder.") from error
        assert isinstance(named, dict)
        return {name: base64url.decode(str(value)) for name, value in named.items()}


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads (mode 0600), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(path.name + ".new")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=1 << 14, r=8, p=1, dklen=32)
