"""The container of a seal: a CMS SignedData (RFC 5652) as PAdES B-B asks (ETSI EN 319 142-1, 6).

One signer, no content inside, no revocation data, no unsigned attributes; signed: content type,
message digest, signing-certificate-v2 (RFC 5035) and, if there, algorithm protection (RFC 6211).
Every byte is accounted for: what is neither signed nor checked against something signed is not
accepted. Our own containers list all embedded certificates in signing-certificate-v2.

An ECDSA signature has a twin with the other s that also verifies, and honest signers elsewhere use
either, so a container is not unique: the digest of the whole file, which the statement of issue
names, is what tells a twin.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from certs import keys
from certs.errors import CertsError
from certs.pades.der import (
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    content_of,
    parts_of,
    set_of,
    wrap,
    wrap_set,
)
from certs.pades.errors import ContainerMalformed, SealSignature, SealUnsigned
from certs.x509.certificate import Parsed, load_certificate, parse, verify_signed
from certs.x509.path_errors import PathError

_MOST_CERTIFICATES = 10
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
_PROTECTION = bytes.fromhex("06092a864886f70d010934")
_ONE = bytes.fromhex("020101")

_Hash = type[hashes.SHA256] | type[hashes.SHA384] | type[hashes.SHA512]
_HASHES: tuple[_Hash, ...] = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def _algorithms(arcs: Sequence[str], *, null: bool | None) -> dict[bytes, _Hash]:
    """Return encodings of AlgorithmIdentifiers; ``null``: with NULL, without, or (None) either."""
    found = {}
    for arc, digest in zip(arcs, _HASHES, strict=True):
        name = wrap(OID, bytes.fromhex(arc))
        for parameters in {True: [b"\x05\x00"], False: [b""], None: [b"", b"\x05\x00"]}[null]:
            found[wrap(SEQUENCE, name, parameters)] = digest
    return found


_DIGESTS = _algorithms([f"6086480165030402{n:02x}" for n in (1, 2, 3)], null=None)
_ECDSA = _algorithms([f"2a8648ce3d0403{n:02x}" for n in (2, 3, 4)], null=False)
_RSA = _algorithms([f"2a864886f70d0101{n:02x}" for n in (11, 12, 13)], null=True)
_RSA_PLAIN = wrap(SEQUENCE, bytes.fromhex("06092a864886f70d0101010500"))
_ED25519 = wrap(SEQUENCE, bytes.fromhex("06032b6570"))
_SHA256 = wrap(SEQUENCE, bytes.fromhex("0609608648016503040201"))
_ECDSA_SHA256 = wrap(SEQUENCE, bytes.fromhex("06082a8648ce3d040302"))


@dataclass(frozen=True, slots=True)
class Container:
    """A container taken apart; nothing is verified but its form. ``attributes``: a DER SET."""

    signer: Parsed
    others: tuple[x509.Certificate, ...]
    digest_name: str
    message_digest: bytes
    attributes: bytes
    algorithm: bytes
    digest: _Hash
    signature: bytes


def build_container(
    digest: bytes,
    private_key: keys.P256Private,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
) -> bytes:
    """Return the container for a SHA-256 ``digest``, signed by ES256 with the low s."""
    encoded = [c.public_bytes(Encoding.DER) for c in (certificate, *chain)]
    named = [wrap(SEQUENCE, wrap(OCTETS, hashlib.sha256(c).digest())) for c in encoded]
    attributes = wrap_set(
        SET,
        [
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(_MESSAGE_DIGEST, wrap(OCTETS, digest)),
            _attribute(_SIGNING_CERTIFICATE, wrap(SEQUENCE, wrap(SEQUENCE, *named))),
            _attribute(_PROTECTION, _protection(_SHA256, _ECDSA_SHA256)),
        ],
    )
    # The nonce comes from key and message (RFC 6979): the same inputs give the same file.
    deterministic = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    raw = keys.es256_from_der(private_key.sign(attributes, deterministic))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    signer = wrap(
        SEQUENCE, _ONE, _issuer_and_serial(encoded[0]), _SHA256, b"\xa0" + attributes[1:],
        _ECDSA_SHA256, wrap(OCTETS, encode_dss_signature(r, s)),
    )  # fmt: skip
    data = wrap(
        SEQUENCE, _ONE, wrap(SET, _SHA256), wrap(SEQUENCE, _DATA),
        wrap_set(0xA0, encoded), wrap(SET, signer),
    )  # fmt: skip
    return wrap(SEQUENCE, _SIGNED_DATA, wrap(0xA0, data))


def read_container(data: bytes) -> Container:
    """Take a container apart. Raises ``ContainerMalformed``, ``SealUnsigned``."""
    kind, content = parts_of(data, SEQUENCE, 2, 2)
    (signed,) = parts_of(content, 0xA0, 1, 1)
    parts = parts_of(signed, SEQUENCE, 4, 6)
    if len(parts) != 5 or parts[3][0] != 0xA0:
        raise SealUnsigned("the container carries revocation data, or no certificates")
    version, digests, inner, certificates, signers = parts
    (info,) = parts_of(signers, SET, 1, 1)
    fields = parts_of(info, SEQUENCE, 5, 7)
    if len(fields) != 6:
        raise SealUnsigned("the container carries unsigned attributes, or no signed ones")
    signer_version, sid, digest_id, attributes, algorithm, signature = fields
    fixed = kind == _SIGNED_DATA and version == signer_version == _ONE
    if not fixed or parts_of(digests, SET, 1, 1) != [digest_id] or digest_id not in _DIGESTS:
        raise ContainerMalformed("a version, a type or a digest algorithm is not accepted")
    if parts_of(inner, SEQUENCE, 1, 1) != [_DATA]:
        raise ContainerMalformed("the container has content of its own")
    values = _attributes(attributes)
    if values.get(_CONTENT_TYPE) != _DATA:
        raise ContainerMalformed("the signed content type is not data")
    if values.get(_PROTECTION, b"") not in (b"", _protection(digest_id, algorithm)):
        raise ContainerMalformed("the protected algorithms are others")
    if _MESSAGE_DIGEST not in values or _SIGNING_CERTIFICATE not in values:
        raise ContainerMalformed("a signed attribute is missing")
    embedded = set_of(certificates, 0xA0, 1, _MOST_CERTIFICATES)
    leaf = _signing_certificate(values[_SIGNING_CERTIFICATE], embedded)
    if _issuer_and_serial(leaf) != sid:
        raise ContainerMalformed("the signer named is not the signing certificate")
    try:
        signer = parse(leaf)
        others = tuple(load_certificate(c) for c in embedded if c != leaf)
    except PathError as error:
        raise ContainerMalformed("a certificate in the container is not accepted") from error
    digest = _DIGESTS[digest_id]
    return Container(
        signer=signer, others=others, digest_name=digest.name,
        message_digest=content_of(values[_MESSAGE_DIGEST], OCTETS),
        attributes=b"\x31" + attributes[1:], algorithm=algorithm, digest=digest,
        signature=content_of(signature, OCTETS),
    )  # fmt: skip


def verify_container(container: Container) -> None:
    """Check the signature over the signed attributes. Raises ``SealSignature``."""
    key, algorithm, digest = container.signer.public_key, container.algorithm, container.digest
    message, signature = container.attributes, container.signature
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            if _ECDSA.get(algorithm) is not digest:
                raise SealSignature("the signature algorithm is not the key's")
            keys.integers_from_der(signature)
            verify_signed(key, signature, message, digest(), ec.ECDSA(digest()))
        elif algorithm == _ED25519 and digest is hashes.SHA512:
            verify_signed(key, signature, message, None, None)
        elif algorithm == _RSA_PLAIN or _RSA.get(algorithm) is digest:
            verify_signed(key, signature, message, digest(), padding.PKCS1v15())
        else:
            raise SealSignature("the signature algorithm is not accepted")
    except (InvalidSignature, ValueError, CertsError) as error:
        raise SealSignature("the signature does not hold") from error


def _attribute(kind: bytes, value: bytes) -> bytes:
    return wrap(SEQUENCE, kind, wrap(SET, value))


def _attributes(element: bytes) -> dict[bytes, bytes]:
    """Return signed attributes, each of one value, by the encoding of their type."""
    values: dict[bytes, bytes] = {}
    for attribute in set_of(element, 0xA0, 1, 16):
        kind, held = parts_of(attribute, SEQUENCE, 2, 2)
        if kind in values:
            raise ContainerMalformed("a signed attribute stands twice")
        (values[kind],) = parts_of(held, SET, 1, 1)
    return values


def _protection(digest_id: bytes, algorithm: bytes) -> bytes:
    return wrap(SEQUENCE, digest_id, b"\xa1" + algorithm[1:])


def _signing_certificate(value: bytes, embedded: list[bytes]) -> bytes:
    """Return the embedded certificate that signing-certificate-v2 names first.

    If it names more than one, they are exactly the embedded ones.
    """
    named = []
    for entry in parts_of(parts_of(value, SEQUENCE, 1, 2)[0], SEQUENCE, 1, _MOST_CERTIFICATES):
        parts, digest = parts_of(entry, SEQUENCE, 1, 3), hashes.SHA256.name
        if parts[0][0] == SEQUENCE:
            if parts[0] not in _DIGESTS or len(parts) < 2:
                raise ContainerMalformed("a digest algorithm is not accepted")
            digest = _DIGESTS[parts.pop(0)].name
        wanted = content_of(parts[0], OCTETS)
        match = [c for c in embedded if hashlib.new(digest, c).digest() == wanted]
        if len(match) != 1:
            raise ContainerMalformed("a certificate that was signed for is not there")
        named += match
    if len(named) > 1 and sorted(named) != embedded:
        raise ContainerMalformed("the certificates are not those signed for")
    return named[0]


def _issuer_and_serial(certificate: bytes) -> bytes:
    """Return the IssuerAndSerialNumber of a certificate, in its own encoding."""
    tbs = parts_of(parts_of(certificate, SEQUENCE, 3, 3)[0], SEQUENCE, 6, 10)
    serial, issuer = (tbs[1], tbs[3]) if tbs[0][0] == 0xA0 else (tbs[0], tbs[2])
    if serial[0] != INTEGER:
        raise ContainerMalformed("a certificate has no serial number")
    return wrap(SEQUENCE, issuer, serial)
