"""The built-in test authority: a root, one signing certificate per agency, revocation lists.

It exists so that the product runs on one machine from the first minute. It is no trust service
and says so: each certificate has "TEST AUTHORITY 测试机构" in its issuer and subject. A real
authority's certificates take its place through the trust list; nothing else changes.

Deterministic: the same arguments give the same bytes (ECDSA nonces by RFC 6979).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certs.errors import CertsError
from certs.keys import P256Private, SigningPublic
from certs.x509.chain import DOCUMENT_SIGNING

TEST_MARK = "TEST AUTHORITY 测试机构"
# 2.25.<UUID> (ITU-T X.667): identifiers that anyone may make, so none is claimed from a registry.
POLICY_OID = "2.25.226350327893372962184307325471036157229"
ROOT_VALIDITY = timedelta(days=7305)
AGENCY_URI = "urn:mianti:agency:"
MAX_COMMON_NAME = 64  # RFC 5280 appendix A.1 (ub-common-name); `cryptography` counts UTF-8 bytes


class CertificateNotOurs(CertsError):
    """A certificate that does not name exactly one agency in our form."""

    code = "certificate.agency"


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of a revocation list; `since` and `compromised` are aware UTC times."""

    serial: int
    since: datetime
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified
    compromised: datetime | None = None


def new_root(name: str, at: datetime, key: P256Private, serial: int) -> x509.Certificate:
    """Self-signed root, valid twenty years from `at`; it issues signing certificates only."""
    subject = _name(_marked(name), TEST_MARK)
    return (
        _certificate(subject, subject, key.public_key(), at, at + ROOT_VALIDITY, serial)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def new_signing_certificate(
    root_key: P256Private,
    root_cert: x509.Certificate,
    agency_id: str,
    agency_name: str,
    public_key: SigningPublic,
    valid_from: datetime,
    valid_to: datetime,
    serial: int,
) -> x509.Certificate:
    """One agency's certificate for signing documents (RFC 9336), under our policy.

    The agency's id stands as the URI `urn:mianti:agency:<id>` in the alternative name; `agency_of`
    reads it. Raises ValueError for keys that are not the root's.
    """
    if root_cert.public_key() != root_key.public_key():
        raise ValueError("the key is not the root's")
    uri = x509.UniformResourceIdentifier(AGENCY_URI + agency_id)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(POLICY_OID), None)
    own_id = x509.SubjectKeyIdentifier.from_public_key(public_key)
    return (
        _certificate(
            root_cert.subject,
            _name(_marked(agency_name), agency_name),
            public_key,
            valid_from,
            valid_to,
            serial,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
        .add_extension(x509.SubjectAlternativeName([uri]), critical=False)
        .add_extension(own_id, critical=False)
        .add_extension(_issuer_key(root_key), critical=False)
        .sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def new_crl(
    root_key: P256Private,
    root_cert: x509.Certificate,
    revoked: Iterable[Revoked],
    this_update: datetime,
    next_update: datetime,
    number: int,
) -> x509.CertificateRevocationList:
    """Complete list of the root, sorted by serial number; `number` grows with each list."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root_cert.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer_key(root_key), critical=False)
    )
    for line in sorted(revoked, key=lambda line: line.serial):
        entry = (
            x509.RevokedCertificateBuilder().serial_number(line.serial).revocation_date(line.since)
        )
        if line.reason is not x509.ReasonFlags.unspecified:  # RFC 5280 §5.3.1: then left out
            entry = entry.add_extension(x509.CRLReason(line.reason), critical=False)
        if line.compromised is not None:
            moment = line.compromised.astimezone(UTC).replace(tzinfo=None)
            entry = entry.add_extension(x509.InvalidityDate(moment), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)


def agency_of(certificate: x509.Certificate) -> str:
    """Id of the agency a signing certificate was issued to. Raises CertificateNotOurs.

    Says nothing about trust: validate the path first.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError) as error:
        raise CertificateNotOurs("the certificate names no agency") from error
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    ours = [uri.removeprefix(AGENCY_URI) for uri in uris if uri.startswith(AGENCY_URI)]
    if len(ours) != 1 or not ours[0]:
        raise CertificateNotOurs("the certificate does not name exactly one agency")
    return ours[0]


def _marked(name: str) -> str:
    """The name, cut where it must be, and that it comes from a test authority."""
    mark = f" {TEST_MARK}"
    room = MAX_COMMON_NAME - len(mark.encode("utf-8"))
    return name.encode("utf-8")[:room].decode("utf-8", "ignore") + mark


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    issuer: x509.Name,
    subject: x509.Name,
    public_key: SigningPublic,
    valid_from: datetime,
    valid_to: datetime,
    serial: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer_key(root_key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
