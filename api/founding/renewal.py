"""A new signing key for an agency, from the test authority of one machine.

First it is made and lies beside the old one (`prepare`); then the consortium registers it; then it
takes the old one's place (`switch`), which is kept. A crash between two steps is met by the same
call again. A real authority's certificate comes from outside; only `prepare` is then another.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cryptography import x509

from api.datafolder import DataFolder
from api.founding.authority import (
    Authority,
    certificate_digest,
    key_digest,
    make_signing_key,
)
from certs import keys
from certs.keys import P256Private
from ledger.errors import NotFound, Refused
from ledger.platform import Platform


class KeyNotRegistered(Refused):
    """The consortium has not registered the new key yet; ``key_id`` in hex."""

    code = "keys.not_registered"


@dataclass(frozen=True, slots=True)
class NewKey:
    """SHA-256 of the SPKI, and of the certificate's DER: what a proposal names."""

    key_id: bytes
    certificate: bytes


def prepare(folder: DataFolder, platform: Platform, agency: str) -> NewKey:
    """A new key and certificate for the agency, or the ones that wait already, also where a crash
    left `switch` half done. Raises NotFound."""
    known = platform.catalogue.agency(agency)
    waiting = _next(folder)
    if not (_complete(waiting, agency) or _half_switched(folder, agency)):
        phrase, now = folder.passphrase(), platform.now()
        authority = _authority(folder, platform)
        make_signing_key(waiting, known, authority, phrase, platform.randomness, now)
    return _named(waiting, agency)


def switch(folder: DataFolder, platform: Platform, agency: str) -> NewKey:
    """Sign with the new key from now on. Raises NotFound where none waits, KeyNotRegistered."""
    waiting = _next(folder)
    if not (waiting / f"{agency}.cert.pem").exists():
        raise NotFound("No new key waits; make one with: mianti keys renew", agency=agency)
    made = _named(waiting, agency)
    if not platform.chain.key_valid(agency, made.key_id, platform.chain.now()):
        raise KeyNotRegistered(
            "The consortium has not registered the new key; propose it: mianti agency propose",
            agency=agency,
            key_id=made.key_id.hex(),
        )
    _former(folder).mkdir(mode=0o700, exist_ok=True)
    # The certificate goes last, so that its presence says that the step is not done.
    for kind in ("key", "cert"):
        name = f"{agency}.{kind}.pem"
        if not (waiting / name).exists():
            continue
        current = folder.agency_keys / name
        kept = _replaced(folder, made, name)
        if not kept.exists():
            os.link(current, kept)
        os.replace(waiting / name, current)
    return made


def _next(folder: DataFolder) -> Path:
    return folder.agency_keys / "next"


def _former(folder: DataFolder) -> Path:
    return folder.agency_keys / "former"


def _replaced(folder: DataFolder, made: NewKey, name: str) -> Path:
    """Where the file is kept whose place the new key's takes."""
    return _former(folder) / f"{made.key_id.hex()[:16]}.replaced.{name}"


def _half_switched(folder: DataFolder, agency: str) -> bool:
    """Whether the new key has taken its place already, and its certificate still waits: another
    one must not be made over it."""
    waiting, name = _next(folder), f"{agency}.key.pem"
    if (waiting / name).exists() or not (waiting / f"{agency}.cert.pem").exists():
        return False
    return _replaced(folder, _named(waiting, agency), name).exists()


def _complete(waiting: Path, agency: str) -> bool:
    return all((waiting / f"{agency}.{kind}.pem").exists() for kind in ("key", "cert"))


def _named(waiting: Path, agency: str) -> NewKey:
    certificate = x509.load_pem_x509_certificate((waiting / f"{agency}.cert.pem").read_bytes())
    return NewKey(key_digest(certificate), certificate_digest(certificate))


def _authority(folder: DataFolder, platform: Platform) -> Authority:
    """With the root that the trust list names. Raises NotFound."""
    try:
        pem = (folder.root / "keys" / "x509-root.key.pem").read_bytes()
    except FileNotFoundError as error:
        raise NotFound("The test authority's key is not in this data folder.") from error
    key = cast(P256Private, keys.from_encrypted_pem(pem, folder.passphrase()))
    for der in platform.trust.x509_roots:
        root = x509.load_der_x509_certificate(der)
        if root.public_key() == key.public_key():
            return Authority(key, root)
    raise NotFound("The trust list does not name the test authority.")
