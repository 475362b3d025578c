"""The test authority, the agencies' keys, and the platform's own secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from api.datafolder import DataFolder, Settings, write_private
from certs import base64url, keys
from certs.keys import P256Private
from certs.x509.authority import new_root, new_signing_certificate
from ledger.adapters.keyfiles import write_signing_key
from ledger.catalogue.catalogue import Agency, Catalogue
from ledger.flows.library.status import list_id

CERTIFICATE_YEARS = 5


def issuing_agencies(catalogue: Catalogue) -> list[str]:
    """Government agencies: each has a status list for what it issues or collects."""
    return [one.id for one in catalogue.agencies.values() if not one.social]


@dataclass(frozen=True, slots=True)
class Roots:
    """The authority's root, and each agency's certificate by its id."""

    root: x509.Certificate
    agencies: Mapping[str, x509.Certificate]


@dataclass(frozen=True, slots=True)
class Authority:
    """The test authority: its key, and the root that names it."""

    key: P256Private
    root: x509.Certificate


def make_authority(
    folder: DataFolder,
    catalogue: Catalogue,
    passphrase: bytes,
    randomness: Callable[[int], bytes],
    now: datetime,
) -> Roots:
    """A test authority, and a key for each agency; keys lie encrypted."""
    root_key = keys.generate_p256()
    root = new_root("Mianti", _begin(now), root_key, _serial(randomness))
    authority = Authority(root_key, root)
    write_private(
        folder.root / "keys" / "x509-root.key.pem", keys.to_encrypted_pem(root_key, passphrase)
    )
    certificates = {}
    for agency in catalogue.agencies.values():
        certificates[agency.id] = make_signing_key(
            folder.agency_keys, agency, authority, passphrase, randomness, now
        )
        wrapping = keys.generate_x25519()
        write_private(folder.hpke_key(agency.id), keys.to_encrypted_pem(wrapping, passphrase))
    return Roots(root, certificates)


def make_signing_key(
    place: Path,
    agency: Agency,
    authority: Authority,
    passphrase: bytes,
    randomness: Callable[[int], bytes],
    now: datetime,
) -> x509.Certificate:
    """A new key of the agency, encrypted in the folder ``place``, and its certificate."""
    private: P256Private = keys.generate_p256()
    begin = _begin(now)
    certificate = new_signing_certificate(
        authority.key,
        authority.root,
        agency.id,
        agency.zh,
        private.public_key(),
        begin,
        begin + timedelta(days=365 * CERTIFICATE_YEARS),
        _serial(randomness),
    )
    write_signing_key(place, agency.id, private, (certificate,), passphrase)
    return certificate


def make_secrets(
    settings: Settings,
    catalogue: Catalogue,
    members: Sequence[str],
    attesters: Sequence[str],
    randomness: Callable[[int], bytes],
) -> dict[str, bytes]:
    """Fresh 32-byte secrets by name; a status list's publisher is named by its list id."""
    names = ["record", "log", "swarm", "keystore/wrapping", "keystore/lookup", "keystore/signer"]
    names += ["token", "eth/deploy", "eth/anchor"]
    names += [f"eth/vote/{member}" for member in members]
    names += [f"eth/attest/{attester}" for attester in attesters]
    names += [
        f"eth/status/{list_id(f'{settings.verify_url}/v1/status-lists/{agency}').hex()}"
        for agency in issuing_agencies(catalogue)
    ]
    return {name: randomness(32) for name in names}


def certificate_digest(certificate: x509.Certificate) -> bytes:
    """SHA-256 of the certificate's DER: what stands beside its key on chain."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()


def key_digest(certificate: x509.Certificate) -> bytes:
    """SHA-256 of the certificate's SubjectPublicKeyInfo: its key's id on chain."""
    public = certificate.public_key()
    assert isinstance(public, keys.P256Public)
    return base64url.decode(keys.key_id(public))


def _begin(now: datetime) -> datetime:
    """When a certificate that is made now begins: earlier, for clocks that are slow."""
    return now.replace(microsecond=0) - timedelta(minutes=5)


def _serial(randomness: Callable[[int], bytes]) -> int:
    return int.from_bytes(b"\x01" + randomness(15), "big")
