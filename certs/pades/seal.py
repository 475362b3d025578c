"""Seal a layout file, and read from a file its seal and the credential inside.

A seal is a PAdES B-B signature (ETSI EN 319 142-1): one signature, one revision, and every byte of
the file covered but the signature's own container. Verification has two entry points, because they
answer different questions at different steps: ``read_seal`` is mathematics only (step 2), and
``check_signer`` asks whether the signer's certificate held at a time (step 6). ``verify_seal`` does
both. Nothing is fetched, and no clock is read.

Even a perfect seal says only that these bytes were sealed. That this file is *the* file issued
follows from the SHA-256 in the statement of issue, which callers compare with ``sha256``.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from certs import keys
from certs.errors import CertsError
from certs.layout.errors import PdfLimits, PdfMalformed
from certs.layout.pdf import PdfFile, moment, text
from certs.layout.reader import PdfReader
from certs.layout.render import ATTACHMENT, SEAL_FIELD
from certs.layout.tokens import Ref
from certs.pades.container import build_container, read_container, verify_container
from certs.pades.errors import (
    CredentialAbsent,
    SealDigest,
    SealPresent,
    SealSubFilter,
    SealUntrusted,
)
from certs.pades.form import container_bytes, date_string, find_hole, signature_field, text_string
from certs.x509.path import Crl, validate_path

_RESERVED = 4096
_BLANK = b"/ByteRange [0 0000000000 0000000000 0000000000]"
_NO_CHANGES = (  # a certification that permits no change at all (ISO 32000-1, 12.8.2.2)
    b"<< /Type /SigRef /TransformMethod /DocMDP"
    b" /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>"
)


@dataclass(frozen=True, slots=True)
class SealFacts:
    """What a seal says and whose it is. ``claimed_at`` is the signer's own word for the time.

    ``sha256``: of the entire file, 32 bytes. ``path``: signer first, root last; empty as long as
    only the mathematics was checked.
    """

    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    digest_name: str
    sha256: bytes
    field: str
    name: str
    reason: str
    claimed_at: datetime | None
    path: tuple[x509.Certificate, ...] = ()


def seal_layout(
    pdf: bytes,
    private_key: keys.P256Private,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    reason: str,
    name: str,
    at: datetime,
) -> bytes:
    """Return the layout file, as ``render_licence`` gave it, with the seal in its seal field.

    ``chain``: further certificates to embed. ``at``: an aware time, written as the claimed time.
    Raises ``SealPresent``, ``PdfMalformed`` (no layout file of ours), ``PdfError``; ``ValueError``
    when key and certificate do not belong together.
    """
    if private_key.public_key() != certificate.public_key() or at.tzinfo is None:
        raise ValueError("the key is not the certificate's, or the time has no zone")
    reader = PdfReader(pdf, PdfLimits())
    if b"/ByteRange" in pdf:
        raise SealPresent("the file is sealed already")
    fields = reader.array(reader.dictionary(reader.root().get("AcroForm")).get("Fields"))
    names = [text_string(reader.dictionary(f).get("T")) for f in fields]
    if names != [SEAL_FIELD] or not isinstance(fields[0], Ref):
        raise PdfMalformed("the file has no seal field")
    file, root, info = PdfFile.reopen(pdf)
    hole = b"<" + b"0" * (2 * _RESERVED) + b">"
    signature = file.add(
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached %s /Contents %s"
        b" /M %s /Name %s /Reason %s /Reference [%s] >>"
        % (_BLANK, hole, moment(at), text(name), text(reason), _NO_CHANGES)
    )
    file.extend(b"%d 0 R" % fields[0].number, b"/V " + signature)
    file.extend(root, b"/Perms << /DocMDP %s >>" % signature)
    out = bytearray(file.finish(root, info))
    place = out.index(_BLANK)
    start = out.index(hole, place)
    end = start + len(hole)
    spans = b"/ByteRange [0 %d %d %d" % (start, end, len(out) - end)
    out[place : place + len(_BLANK)] = spans.ljust(len(_BLANK) - 1) + b"]"
    digest = hashlib.sha256(out[:start] + out[end:]).digest()
    container = build_container(digest, private_key, certificate, chain)
    if len(container) > _RESERVED:
        raise ValueError("the certificates do not fit into the space reserved for the seal")
    out[start + 1 : start + 1 + 2 * len(container)] = container.hex().encode("ascii")
    return bytes(out)


def read_seal(pdf: bytes, limits: PdfLimits | None = None) -> SealFacts:
    """Check form, coverage, digest and signature of the one seal; no certificate is judged.

    Raises a ``CertsError`` for every file that has not exactly one revision with exactly one seal
    over all of it.
    """
    limits = limits or PdfLimits()
    start, end = find_hole(pdf, limits)
    data = container_bytes(pdf[start + 1 : end - 1])
    field, entries = signature_field(PdfReader(pdf, limits), pdf, start, end)
    if entries.get("SubFilter") != "/ETSI.CAdES.detached":
        raise SealSubFilter("the signature is not a PAdES signature")
    container = read_container(data)
    view, whole = memoryview(pdf), hashlib.sha256(pdf)
    covered = hashlib.new(container.digest_name, view[:start])
    covered.update(view[end:])
    if covered.digest() != container.message_digest:
        raise SealDigest("the file is not the one that was sealed")
    verify_container(container)
    return SealFacts(
        signer=container.signer.certificate,
        others=container.others,
        digest_name=container.digest_name,
        sha256=whole.digest(),
        field=field,
        name=text_string(entries.get("Name")),
        reason=text_string(entries.get("Reason")),
        claimed_at=date_string(entries.get("M")),
    )


def check_signer(
    facts: SealFacts,
    roots: Iterable[x509.Certificate],
    at: datetime,
    crls: Iterable[Crl] = (),
) -> tuple[x509.Certificate, ...]:
    """Return the path from the signer to a root, good at ``at``. Raises ``SealUntrusted``."""
    try:
        return validate_path(facts.signer, facts.others, roots, at, crls)
    except CertsError as error:
        message = f"the signer's certificate does not hold: {error}"
        raise SealUntrusted(message, cause=error.code) from error


def verify_seal(
    pdf: bytes,
    roots: Iterable[x509.Certificate],
    at: datetime,
    crls: Iterable[Crl] = (),
    limits: PdfLimits | None = None,
) -> SealFacts:
    """``read_seal`` and ``check_signer`` in one: the facts with the path that held at ``at``."""
    facts = read_seal(pdf, limits)
    path = check_signer(facts, roots, at, crls)
    return replace(facts, path=path)


def extract_credential(pdf: bytes, limits: PdfLimits | None = None) -> bytes:
    """Return the credential attached to a layout file, sealed or not; the seal is not checked.

    Raises ``CredentialAbsent``, ``PdfMalformed``, ``PdfError``.
    """
    limits = limits or PdfLimits()
    reader = PdfReader(pdf, limits)
    names = reader.get(reader.root().get("Names"))
    tree = reader.get(names.get("EmbeddedFiles")) if isinstance(names, dict) else None
    found, waiting = [], [tree] if isinstance(tree, dict) else []
    while waiting:
        node = waiting.pop()
        pairs = reader.array(node.get("Names", []))
        waiting += [reader.dictionary(kid) for kid in reader.array(node.get("Kids", []))]
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            if text_string(reader.get(key)) == ATTACHMENT:
                found.append(reader.dictionary(value))
    if len(found) != 1:
        raise CredentialAbsent("the file has no single credential attached", count=len(found))
    files = reader.dictionary(found[0].get("EF"))
    return reader.inflate(reader.stream(files.get("F", files.get("UF"))), limits.attachment)
