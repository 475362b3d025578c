"""An agency's signing service on one machine: encrypted key files, opened with a passphrase.

Trust: whoever holds folder and passphrase signs as any of these agencies. An official seal or
signing system stands behind the same port elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.keys import P256Private
from ledger.errors import NotFound, Tampered


class SigningFiles:
    """Adapter of :class:`ledger.ports.Signing`: ``<agency>.key.pem`` and ``<agency>.cert.pem``."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._opened: dict[str, tuple[P256Private, tuple[bytes, ...]]] = {}

    def chain(self, agency: str) -> tuple[bytes, ...]:
        return self._open(agency)[1]

    def key(self, agency: str) -> P256Private:
        return self._open(agency)[0]

    def _open(self, agency: str) -> tuple[P256Private, tuple[bytes, ...]]:
        """Raises NotFound, Tampered, KeyInvalid (a damaged key file, or another passphrase)."""
        if agency not in self._opened:
            try:
                pem = (self._folder / f"{agency}.key.pem").read_bytes()
                certificates = x509.load_pem_x509_certificates(
                    (self._folder / f"{agency}.cert.pem").read_bytes()
                )
            except FileNotFoundError as error:
                raise NotFound("There is no signing key for this agency.", agency=agency) from error
            except ValueError as error:
                raise Tampered("A certificate file cannot be read.", agency=agency) from error
            private = cast(P256Private, keys.from_encrypted_pem(pem, self._passphrase))
            if not certificates or not _belongs(certificates[0], private):
                raise Tampered("The certificate is not that of the key.", agency=agency)
            chain = tuple(cert.public_bytes(Encoding.DER) for cert in certificates)
            self._opened[agency] = (private, chain)
        return self._opened[agency]


def _belongs(certificate: x509.Certificate, private: P256Private) -> bool:
    try:
        return certificate.public_key() == private.public_key()
    except ValueError:
        return False


def write_signing_key(
    folder: Path,
    agency: str,
    private: P256Private,
    chain: tuple[x509.Certificate, ...],
    passphrase: bytes,
) -> None:
    """Write an agency's key (encrypted, mode 0600) and certificates, leaf first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = folder / f"{agency}.key.pem"
    key.touch(mode=0o600)
    key.write_bytes(keys.to_encrypted_pem(private, passphrase))
    pems = b"".join(cert.public_bytes(Encoding.PEM) for cert in chain)
    (folder / f"{agency}.cert.pem").write_bytes(pems)
