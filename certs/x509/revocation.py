"""Certificate revocation lists (RFC 5280 §5, §6.3), judged at a given time.

Relied on: complete lists of one issuer, also those limited to user or to CA certificates. Delta,
indirect and partitioned lists are not followed, so a certificate that only they cover stays
"unknown", which is never "not revoked"; but where such a list, signed by the issuer, names the
certificate, it is revoked (an indirect list aside: its serial numbers may be another issuer's).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from certs.x509.certificate import (
    DECODING_ERRORS,
    Parsed,
    PublicKey,
    algorithms_agree,
    verify_signed,
)
from certs.x509.names import NameKey, name_key
from certs.x509.path_errors import PathMalformed, PathRevoked

_LIFTED = x509.ReasonFlags.remove_from_crl
_KNOWN_CRITICAL = frozenset({x509.IssuingDistributionPoint.oid, x509.CRLReason.oid,
                             x509.InvalidityDate.oid})  # fmt: skip


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One decoded list. `usable` is False for a list whose content must not be relied on."""

    crl: x509.CertificateRevocationList
    issuer: NameKey
    this_update: datetime
    next_update: datetime | None
    revoked_since: Mapping[int, datetime]
    usable: bool
    only_users: bool
    only_authorities: bool

    def in_time(self, at: datetime, not_after: datetime) -> bool:
        """Whether the list can speak about `at` for a certificate that ends at `not_after`.

        A later list may speak about an earlier moment, because it dates each revocation, as long
        as the certificate had not yet expired (and so could not have been dropped) when it came.
        """
        if self.next_update is None:
            return False
        if self.this_update > at:
            return self.this_update <= not_after
        return at < self.next_update

    def covers(self, *, authority: bool) -> bool:
        return self.usable and not (self.only_users if authority else self.only_authorities)

    def signed_by(self, key: PublicKey) -> bool:
        try:
            verify_signed(
                key,
                self.crl.signature,
                self.crl.tbs_certlist_bytes,
                self.crl.signature_hash_algorithm,
                self.crl.signature_algorithm_parameters,
            )
        except (InvalidSignature, *DECODING_ERRORS):
            return False
        return True

    def refuse_revoked(self, certificate: Parsed, at: datetime) -> None:
        """Raises PathRevoked when the list says it was revoked, or compromised, by `at`."""
        since = self.revoked_since.get(certificate.serial)
        if since is not None and since <= at:
            raise PathRevoked(
                "revoked by its issuer", subject=certificate.label, revoked_at=since.isoformat()
            )


def load_crl(source: x509.CertificateRevocationList | bytes) -> RevocationList:
    """Decode one list completely. Raises PathMalformed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            crl = x509.load_der_x509_crl(source) if isinstance(source, bytes) else source
            since: dict[int, datetime] = {}
            usable = _usable(crl)
            for entry in crl:
                extensions = entry.extensions
                usable = usable and _understood(extensions)
                moment = _since(entry.revocation_date_utc, extensions)
                if moment is not None:
                    since[entry.serial_number] = moment
            users, authorities, indirect = _scope(crl)
            return RevocationList(
                crl=crl,
                issuer=name_key(crl.issuer),
                this_update=crl.last_update_utc,
                next_update=crl.next_update_utc,
                revoked_since={} if indirect else since,
                usable=usable,
                only_users=users,
                only_authorities=authorities,
            )
    except DECODING_ERRORS as error:
        raise PathMalformed("the revocation list cannot be decoded") from error


def _usable(crl: x509.CertificateRevocationList) -> bool:
    if not algorithms_agree(crl.public_bytes(serialization.Encoding.DER), 1):  # version, signature
        return False
    try:
        number = crl.extensions.get_extension_for_class(x509.CRLNumber)
    except x509.ExtensionNotFound:  # RFC 5280 §5.2.3: always there, never critical
        return False
    return not number.critical and _understood(crl.extensions)


def _understood(extensions: x509.Extensions) -> bool:
    return all(not e.critical or e.oid in _KNOWN_CRITICAL for e in extensions)


def _scope(crl: x509.CertificateRevocationList) -> tuple[bool, bool, bool]:
    """(only user certificates, only authorities, indirect); a partial list is both "only"s."""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return False, False, False
    partial = (
        point.full_name or point.relative_name or point.indirect_crl or point.only_some_reasons
    )
    if partial or point.only_contains_attribute_certs:
        return True, True, point.indirect_crl
    return point.only_contains_user_certs, point.only_contains_ca_certs, False


def _since(revoked: datetime, extensions: x509.Extensions) -> datetime | None:
    """From when an entry counts: its date, or that from which the key is suspect if earlier.

    None for removeFromCRL (RFC 5280 §5.3.1), met in delta lists only: says nothing against it.
    """
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.InvalidityDate):
            revoked = min(revoked, value.invalidity_date_utc)
        elif isinstance(value, x509.CRLReason) and value.reason is _LIFTED:
            return None
    return revoked
