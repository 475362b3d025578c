"""A holder's wallet: a key file of the holder's own. The platform never opens one.

{"subject": "sub_…", "name": "…", "alg": "es256", "key": "PEM, encrypted with the holder's PIN"}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from api.datafolder import write_private
from certs import keys
from certs.jwk import public_jwk
from certs.keys import P256Private
from ledger.consent.parties import Signer
from ledger.errors import NotFound, Tampered


@dataclass(frozen=True, slots=True)
class Wallet:
    """``subject`` is the surrogate id that the identity agency bound the key to."""

    subject: str
    name: str
    private: P256Private

    @property
    def signer(self) -> Signer:
        return Signer(self.subject, self.private)

    @property
    def jwk(self) -> dict[str, str]:
        """The public half, to be bound by an identity agency."""
        return public_jwk(self.private.public_key())

    def write(self, path: Path, pin: bytes) -> None:
        """Write the wallet, its key encrypted with ``pin`` (mode 0600)."""
        members = {
            "subject": self.subject,
            "name": self.name,
            "alg": "es256",
            "key": keys.to_encrypted_pem(self.private, pin).decode("ascii"),
        }
        write_private(path, json.dumps(members, ensure_ascii=False, indent=2).encode() + b"\n")


def new_wallet(subject: str, name: str) -> Wallet:
    """A wallet with a fresh P-256 key."""
    return Wallet(subject, name, keys.generate_p256())


def read_wallet(path: Path, pin: bytes) -> Wallet:
    """Raises NotFound, Tampered (no wallet), KeyInvalid (another PIN)."""
    try:
        members = json.loads(path.read_text("utf-8"))
        pem, subject, name = (str(members[part]) for part in ("key", "subject", "name"))
    except FileNotFoundError as error:
        raise NotFound(f"There is no wallet at {path}.", path=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Tampered(f"{path} is no wallet.", path=str(path)) from error
    private = keys.from_encrypted_pem(pem.encode(), pin)
    return Wallet(subject, name, cast(P256Private, private))
