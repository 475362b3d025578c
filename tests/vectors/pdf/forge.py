"""Make sealed files and spoil them in one place each; what `build` puts into files."""

import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from certs.layout.pdf import PdfFile
from certs.pades.container import build_container
from certs.pades.der import wrap
from certs.pades.seal import seal_layout
from certs.x509.authority import new_root, new_signing_certificate
from certs.x509.der import children

SEALED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ROOT_KEY = ec.derive_private_key(7001, ec.SECP256R1())
KEY = ec.derive_private_key(7002, ec.SECP256R1())
ROOT = new_root("向量", datetime(2026, 1, 1, tzinfo=UTC), ROOT_KEY, 1)
CERTIFICATE = new_signing_certificate(
    ROOT_KEY, ROOT, "scjg", "区市场监管局", KEY.public_key(), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2028, 1, 1, tzinfo=UTC), 2,
)  # fmt: skip
RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+) *\]")


def unsealed() -> bytes:
    """Return the smallest file that can be sealed: one empty page, one attachment."""
    file = PdfFile()
    root, pages, page = file.reserve(), file.reserve(), file.reserve()
    field = file.add(b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] >>")
    stream = file.add_stream(b"header.payload.signature~", b"/Type /EmbeddedFile", packed=False)
    held = file.add(b"<< /Type /Filespec /F (credential.sd-jwt) /EF << /F %s >> >>" % stream)
    file.put(pages, b"<< /Type /Pages /Kids [%s] /Count 1 >>" % page)
    box = b"/MediaBox [0 0 300 200] /Resources << >>"
    file.put(page, b"<< /Type /Page /Parent %s %s /Annots [%s] >>" % (pages, box, field))
    names = b"<< /EmbeddedFiles << /Names [(credential.sd-jwt) %s] >> >>" % held
    form = b"<< /Fields [%s] /SigFlags 3 >>" % field
    catalog = b"<< /Type /Catalog /Pages %s /Names %s /AcroForm %s >>" % (pages, names, form)
    file.put(root, catalog)
    return file.finish(root, file.add(b"<< /Producer (Mianti) >>"))


def sealed() -> bytes:
    return seal_layout(unsealed(), KEY, CERTIFICATE, [ROOT], "vector", "Sealer", SEALED_AT)


def hole(pdf: bytes) -> tuple[int, int]:
    """Return where the container's hexadecimal string starts and ends."""
    found = RANGE.search(pdf)
    assert found is not None
    return int(found[1]), int(found[2])


def container(pdf: bytes) -> bytes:
    start, end = hole(pdf)
    data = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    return data[: 4 + int.from_bytes(data[2:4], "big")]


def with_container(pdf: bytes, data: bytes, place: tuple[int, int] | None = None) -> bytes:
    start, end = place or hole(pdf)
    return pdf[: start + 1] + data.hex().encode().ljust(end - start - 2, b"0") + pdf[end - 1 :]


def sign(
    pdf: bytes,
    place: tuple[int, int],
    numbers: tuple[int, int, int, int] | None = None,
    key: ec.EllipticCurvePrivateKey = KEY,
) -> bytes:
    """Write a byte range, right for ``place`` or as given, and sign the bytes that it names."""
    found, (start, end) = RANGE.search(pdf), place
    assert found is not None
    a, b, c, d = numbers or (0, start, end, len(pdf) - end)
    text = b"/ByteRange [%d %d %d %d" % (a, b, c, d)
    pdf = pdf.replace(found[0], text.ljust(len(found[0]) - 1) + b"]")
    digest = hashlib.sha256(pdf[a : a + b] + pdf[c : c + d]).digest()
    return with_container(pdf, build_container(digest, key, CERTIFICATE, [ROOT]), place)


def ranged(change: Callable[[int, int, int], tuple[int, int, int, int]]) -> bytes:
    """Return a file signed over another byte range than the right one."""
    pdf = sealed()
    start, end = hole(pdf)
    return sign(pdf, (start, end), change(start, end, len(pdf) - end))


def replaced(old: bytes, new: bytes, key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    """Return a file with covered bytes replaced by others as long, signed again."""
    pdf = sealed()
    assert len(old) == len(new) and pdf.count(old) == 1
    return sign(pdf.replace(old, new), hole(pdf), key=key)


def appended() -> bytes:
    """Return a proper incremental update (ISO 32000-1, 7.5.6) that adds a second page content."""
    pdf = sealed()
    previous = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    body, at = b"99 0 obj\n<< /Shadow true >>\nendobj\n", len(pdf)
    table = b"xref\n99 1\n%010d 00000 n \ntrailer\n<< /Size 100 /Root 1 0 R /Prev %d >>\n"
    return pdf + body + table % (at, previous) + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def changed(data: bytes, change: Callable[[dict[str, list[bytes]]], object]) -> bytes:
    """Take a container apart, let ``change`` edit its lists, and put it together again.

    ``certificates`` and ``attributes`` hold elements; ``more``: elements after the signature.
    """
    kind, content = children(data)
    (signed,) = children(content, 0xA0)
    version, digests, inner, certificates, signers = children(signed)
    *head, attributes, algorithm, signature = children(children(signers, 0x31)[0])
    parts = {
        "certificates": children(certificates, 0xA0),
        "attributes": children(attributes, 0xA0),
        "signature": [signature],
        "more": [],
    }
    change(parts)
    info = wrap(
        0x30, *head, wrap(0xA0, *parts["attributes"]), algorithm, *parts["signature"],
        *parts["more"],
    )  # fmt: skip
    certificates = wrap(0xA0, *parts["certificates"])
    body = wrap(0x30, version, digests, inner, certificates, wrap(0x31, info))
    return wrap(0x30, kind, wrap(0xA0, body))


def signed_again(
    change: Callable[[list[bytes]], list[bytes]],
) -> Callable[[dict[str, list[bytes]]], None]:
    """Return an edit of the signed attributes that signs them anew."""

    def edit(parts: dict[str, list[bytes]]) -> None:
        parts["attributes"] = change(parts["attributes"])
        message = wrap(0x31, *parts["attributes"])
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        parts["signature"] = [wrap(0x04, KEY.sign(message, algorithm))]

    return edit


def add_unsigned(parts: dict[str, list[bytes]]) -> None:
    attribute = wrap(0x30, bytes.fromhex("06032a0304"), wrap(0x31, b"\x05\x00"))
    parts["more"].append(wrap(0xA1, attribute))


def add_certificate(parts: dict[str, list[bytes]]) -> None:
    key = ec.derive_private_key(7004, ec.SECP256R1())
    extra = new_root("另一", datetime(2026, 1, 1, tzinfo=UTC), key, 3)
    embedded = [*parts["certificates"], extra.public_bytes(Encoding.DER)]
    parts["certificates"] = sorted(embedded)


def without(oid: str) -> Callable[[list[bytes]], list[bytes]]:
    return lambda attributes: [a for a in attributes if bytes.fromhex(oid) not in a]


def streamed() -> bytes:
    """Return a sealed file whose catalog and cross-references lie in compressed streams."""
    pdf = sealed()
    table = pdf.rindex(b"xref\n0 ", 0, pdf.rindex(b"startxref"))
    places = [int(n) for n in re.findall(rb"(\d{10}) 00000 n", pdf[table:])]
    catalog = pdf[places[0] : places[1]].split(b"obj\n", 1)[1].rsplit(b"\nendobj", 1)[0]
    out, holder = bytearray(pdf[: places[0]]), len(places) + 1
    moved = {n + 2: at - places[1] + len(out) for n, at in enumerate(places[1:])}
    out += pdf[places[1] : table]
    moved[holder] = len(out)
    out += _stream(holder, b"/Type /ObjStm /N 1 /First 4", b"1 0 " + catalog)
    moved[holder + 1] = len(out)
    rows, above = bytearray(), bytes(5)
    for number in range(holder + 2):
        kind, at = (2, holder) if number == 1 else (int(number > 0), moved.get(number, 0))
        row = bytes((kind,)) + at.to_bytes(3, "big") + b"\0"
        rows += b"\x02" + bytes((a - b) & 255 for a, b in zip(row, above, strict=True))
        above = row
    entries = b"/Type /XRef /Size %d /W [1 3 1] /Root 1 0 R" % (holder + 2)
    entries += b" /DecodeParms << /Predictor 12 /Columns 5 >>"
    out += _stream(holder + 1, entries, bytes(rows))
    out += b"startxref\n%d\n%%%%EOF\n" % moved[holder + 1]
    start, end = hole(pdf)
    place = out.index(pdf[start : start + 40])
    return sign(bytes(out), (place, place + end - start))


def _stream(number: int, entries: bytes, content: bytes) -> bytes:
    data = zlib.compress(content, 0)  # stored: the same bytes with any zlib
    head = b"%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n"
    return head % (number, entries, len(data)) + data + b"\nendstream\nendobj\n"


def of_another_root(key: ec.EllipticCurvePrivateKey) -> bytes:
    root = new_root("向量", datetime(2026, 1, 1, tzinfo=UTC), key, 1)
    certificate = new_signing_certificate(
        key, root, "scjg", "区市场监管局", KEY.public_key(), datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2028, 1, 1, tzinfo=UTC), 2,
    )  # fmt: skip
    return seal_layout(unsealed(), KEY, certificate, [root], "vector", "Sealer", SEALED_AT)
