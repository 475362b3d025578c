"""A certificate read once and completely: every field the path rules look at, typed.

`cryptography` decodes lazily and raises a handful of unrelated exceptions; here they all become
PathMalformed, so that no certificate, however spoilt, can surprise the rules in `path`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from certs.x509 import der
from certs.x509.names import NameKey, name_key
from certs.x509.path_errors import PathMalformed, PathSignature

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
MIN_RSA_BITS, MAX_RSA_BITS, MAX_RSA_EXPONENT = 2048, 8192, 1 << 32
MAX_DER = 1 << 18  # bytes; certificates are a few kilobytes
POLICY_MAPPINGS = x509.ObjectIdentifier("2.5.29.33")  # not decoded by `cryptography`
STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)

# What `cryptography` raises for a certificate it cannot make sense of.
DECODING_ERRORS = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

Extension = TypeVar("Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One certificate with its decoded parts; names in the comparable form of `names`."""

    certificate: x509.Certificate
    der: bytes
    serial: int
    subject: NameKey
    issuer: NameKey
    not_before: datetime
    not_after: datetime
    public_key: PublicKey
    extensions: x509.Extensions
    mappings: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """Subject for messages (RFC 4514)."""
        return self.certificate.subject.rfc4514_string()

    @property
    def self_issued(self) -> bool:
        return self.subject == self.issuer

    def extension(self, kind: type[Extension]) -> Extension | None:
        found = self._entry(kind)
        return None if found is None else found.value

    def critical(self, kind: type[Extension]) -> bool:
        found = self._entry(kind)
        return found is not None and found.critical

    def _entry(self, kind: type[Extension]) -> x509.Extension[Extension] | None:
        try:
            return self.extensions.get_extension_for_class(kind)
        except x509.ExtensionNotFound:
            return None


def load_certificate(source: x509.Certificate | bytes) -> x509.Certificate:
    """DER bytes (or an object, passed through). Raises PathMalformed."""
    if isinstance(source, x509.Certificate):
        return source
    if len(source) > MAX_DER:
        raise PathMalformed("the certificate is too large", size=len(source), limit=MAX_DER)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about old encodings; the rules decide, not stderr
            return x509.load_der_x509_certificate(source)
    except DECODING_ERRORS as error:
        raise PathMalformed("not an X.509 certificate in DER") from error


def parse(source: x509.Certificate | bytes) -> Parsed:
    """Decode every part the path rules use. Raises PathMalformed, PathSignature (weak key)."""
    certificate = load_certificate(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if certificate.version is not x509.Version.v3:
                raise PathMalformed("only X.509 version 3 is accepted")
            encoded = certificate.public_bytes(serialization.Encoding.DER)
            agree = algorithms_agree(encoded, 2)  # version, serialNumber, signature
            parsed = Parsed(
                certificate=certificate,
                der=encoded,
                serial=certificate.serial_number,
                subject=name_key(certificate.subject),
                issuer=name_key(certificate.issuer),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                public_key=_strong_key(certificate),
                extensions=certificate.extensions,
                mappings=_policy_mappings(certificate.extensions),
            )
    except DECODING_ERRORS as error:
        raise PathMalformed("the certificate cannot be decoded") from error
    if not parsed.issuer:
        raise PathMalformed("the issuer name is empty (RFC 5280 §4.1.2.4)")
    if not agree:
        raise PathMalformed("the two signature algorithm fields differ (RFC 5280 §4.1.1.2)")
    return parsed


def verify_link(child: Parsed, issuer: PublicKey) -> None:
    """The child's signature under this key. Raises PathSignature, PathMalformed."""
    certificate = child.certificate
    try:
        digest = certificate.signature_hash_algorithm
        parameters = certificate.signature_algorithm_parameters
        verify_signed(
            issuer, certificate.signature, certificate.tbs_certificate_bytes, digest, parameters
        )
    except DECODING_ERRORS as error:
        raise PathSignature("unknown signature algorithm", subject=child.label) from error
    except InvalidSignature as error:
        raise PathSignature("not signed by its issuer's key", subject=child.label) from error


def verify_signed(
    key: PublicKey,
    signature: bytes,
    message: bytes,
    digest: hashes.HashAlgorithm | None,
    parameters: object,
) -> None:
    """Raises InvalidSignature; ValueError for an algorithm that is weak or not this key's."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        if digest is not None:
            raise ValueError("not an Ed25519 signature")
        key.verify(signature, message)
        return
    if not isinstance(digest, STRONG_HASHES):
        raise ValueError("only SHA-256, SHA-384 and SHA-512 are accepted")
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(parameters, ec.ECDSA):
            raise ValueError("not an ECDSA signature")
        key.verify(signature, message, ec.ECDSA(digest))
    else:
        if not isinstance(parameters, padding.PKCS1v15 | padding.PSS):
            raise ValueError("not an RSA signature")
        key.verify(signature, message, parameters, digest)


def _strong_key(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(
        key.curve, ec.SECP256R1 | ec.SECP384R1
    ):
        return key
    if (
        isinstance(key, rsa.RSAPublicKey)
        and MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS
        and key.public_numbers().e < MAX_RSA_EXPONENT  # a huge exponent is a denial of service
    ):
        return key
    raise PathSignature("only P-256, P-384, RSA of 2048 bits or more, and Ed25519 keys")


def _policy_mappings(extensions: x509.Extensions) -> tuple[tuple[str, str], ...]:
    """RFC 5280 §4.2.1.5: SEQUENCE OF SEQUENCE {issuer domain policy, subject domain policy}."""
    for extension in extensions:
        if extension.oid == POLICY_MAPPINGS and isinstance(
            extension.value, x509.UnrecognizedExtension
        ):
            pairs = [der.children(pair) for pair in der.children(extension.value.value)]
            return tuple(
                (der.object_identifier(issuer), der.object_identifier(subject))
                for issuer, subject in pairs
            )
    return ()


def algorithms_agree(element: bytes, position: int) -> bool:
    """Whether the algorithm inside the signed part (its n-th element) is the one outside."""
    signed, outer = der.children(element)[:2]
    return der.children(signed)[position] == outer
