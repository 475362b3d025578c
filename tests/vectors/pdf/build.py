"""Write the sealed files of this folder, good and bad, and `index.json` that says what each is.

Each bad file differs from a good one in the one thing that its name says. Keys are fixed and worth
nothing. `python -m tests.vectors.pdf.build` writes; `--check` compares and ends 1 on a difference.
"""

import json
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vectors.pdf.forge import (
    ROOT,
    add_certificate,
    add_unsigned,
    appended,
    changed,
    container,
    hole,
    of_another_root,
    ranged,
    replaced,
    sealed,
    sign,
    signed_again,
    streamed,
    unsealed,
    with_container,
    without,
)

HERE = Path(__file__).parent


def cases() -> dict[str, tuple[bytes, str | None]]:
    """Return, by file name, the bytes and the code they are refused with (None: accepted)."""
    good, data = sealed(), container(sealed())
    start, end = hole(good)
    digits, stranger = good[start + 1 : end - 1], ec.derive_private_key(7003, ec.SECP256R1())
    mixed = digits[:400].upper() + digits[400:]
    flipped = data[:-1] + bytes((data[-1] ^ 1,))
    noted = good.replace(b"%\xe2\xe3\xcf\xd3", b"%/ByteRange [0 1 2 3]", 1)
    longer = len(noted) - len(good)
    table, note = good.rindex(b"xref\n0 ", 0, good.rindex(b"startxref")), b"%/ByteRange [0 1 2 3]\n"
    late = good[:table] + note + good[table:].replace(b"%d" % table, b"%d" % (table + len(note)))
    return {
        "sealed.pdf": (good, None),
        "upper-case-container.pdf": (good.replace(digits, digits.upper()), None),
        "compressed-objects.pdf": (streamed(), None),
        "empty_fail.pdf": (b"", "pdf.empty"),
        "not-pdf_fail.pdf": (b"PK\x03\x04 an office file", "pdf.not_pdf"),
        "leading-byte_fail.pdf": (b"\n" + good, "pdf.not_pdf"),
        "header-only_fail.pdf": (b"%PDF-1.7\n", "pdf.truncated"),
        "truncated_fail.pdf": (good[:-9], "pdf.truncated"),
        "truncated-in-half_fail.pdf": (good[: len(good) // 2], "pdf.truncated"),
        "encrypted_fail.pdf": (replaced(b"/Info 7 0 R", b"/Encrypt 7 "), "pdf.encrypted"),
        "unsealed_fail.pdf": (unsealed(), "seal.absent"),
        "signature-not-in-form_fail.pdf": (replaced(b"/V 8 0 R", b"/W 8 0 R"), "seal.absent"),
        "signature-of-another-object_fail.pdf": (
            replaced(b"/V 8 0 R", b"/V 7 0 R"), "seal.coverage"),
        "appended-revision_fail.pdf": (appended(), "seal.revisions"),
        "appended-bytes_fail.pdf": (good + b"tail", "seal.coverage"),
        "appended-line-feed_fail.pdf": (good + b"\n", "seal.coverage"),
        "range-not-from-start_fail.pdf": (
            ranged(lambda b, c, d: (1, b - 1, c, d)), "seal.coverage"),
        "range-leaves-tail_fail.pdf": (ranged(lambda b, c, d: (0, b, c, d - 9)), "seal.coverage"),
        "range-leaves-more_fail.pdf": (ranged(lambda b, c, d: (0, b - 11, c, d)), "seal.coverage"),
        "range-covers-container_fail.pdf": (
            ranged(lambda b, c, d: (0, b + 1, c, d)), "seal.coverage"),
        "range-beyond-end_fail.pdf": (ranged(lambda b, c, d: (0, b, c, d + 1)), "pdf.truncated"),
        "range-in-comment_fail.pdf": (
            sign(noted, (start + longer, end + longer)), "seal.coverage"),
        "earlier-revision-named_fail.pdf": (
            replaced(b"/Info 7 0 R", b"/Prev 12345"), "seal.revisions"),
        "second-range_fail.pdf": (sign(late, (start, end)), "seal.multiple"),
        "other-subfilter_fail.pdf": (
            replaced(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached"), "seal.subfilter"),
        "content-changed_fail.pdf": (good.replace(b"300 200", b"300 201"), "seal.digest"),
        "signature-flipped_fail.pdf": (with_container(good, flipped), "seal.signature"),
        "signed-by-another-key_fail.pdf": (
            replaced(b"300 200", b"300 201", stranger), "seal.signature"),
        "unsigned-attribute_fail.pdf": (
            with_container(good, changed(data, add_unsigned)), "seal.unsigned"),
        "certificate-added_fail.pdf": (
            with_container(good, changed(data, add_certificate)), "seal.container"),
        "certificate-removed_fail.pdf": (
            with_container(good, changed(data, lambda p: p["certificates"].pop())),
            "seal.container"),
        "certificates-reordered_fail.pdf": (
            with_container(good, changed(data, lambda p: p["certificates"].reverse())),
            "seal.container"),
        "attributes-reordered_fail.pdf": (
            with_container(good, changed(data, signed_again(lambda a: a[::-1]))),
            "seal.container"),
        "attribute-twice_fail.pdf": (
            with_container(good, changed(data, signed_again(lambda a: [a[0], *a]))),
            "seal.container"),
        "no-signing-certificate_fail.pdf": (
            with_container(good, changed(data, signed_again(without("2a864886f70d010910022f")))),
            "seal.container"),
        "no-message-digest_fail.pdf": (
            with_container(good, changed(data, signed_again(without("2a864886f70d010904")))),
            "seal.container"),
        "protected-algorithm-is-another_fail.pdf": (
            with_container(good, changed(data, signed_again(
                lambda a: [x.replace(b"\x04\x03\x02", b"\x04\x03\x03") for x in a]))),
            "seal.container"),
        "mixed-case-container_fail.pdf": (good.replace(digits, mixed), "seal.container"),
        "long-form-length_fail.pdf": (
            with_container(good, b"\x30\x83\x00" + data[2:]), "seal.container"),
        "hidden-in-padding_fail.pdf": (
            with_container(good, data + b"hidden".rjust(64, b"\0")), "seal.container"),
        "container-twice_fail.pdf": (with_container(good, data + data), "seal.container"),
        "container-empty_fail.pdf": (with_container(good, b""), "seal.container"),
        "other-root_fail.pdf": (of_another_root(stranger), "seal.untrusted"),
    }  # fmt: skip


def files() -> dict[str, bytes]:
    made = cases()
    index = {
        "roots": [_hex(ROOT)],
        "at": "2026-06-01T00:00:00Z",
        "files": {name: code or "ok" for name, (_, code) in made.items()},
    }
    text = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
    return {name: data for name, (data, _) in made.items()} | {"index.json": text.encode()}


def _hex(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.DER).hex()


def main() -> int:
    wanted, check = files(), "--check" in sys.argv[1:]
    present = {p.name for p in HERE.iterdir() if p.suffix in (".pdf", ".json")}
    wrong = sorted(present - wanted.keys())
    for name, data in wanted.items():
        path = HERE / name
        if not path.is_file() or path.read_bytes() != data:
            wrong.append(name)
            if not check:
                path.write_bytes(data)
    for name in wrong:
        print(f"{'differs' if check else 'written or to be removed'}: {name}")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
