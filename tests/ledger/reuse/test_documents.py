"""What is held, and the first look at a file: each bad file by its name."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ledger.reuse.documents import Grade, day, inspect_file
from ledger.stored.media import (
    HEAD,
    MAX_SIZE,
    OCTETS,
    TAIL,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentInvalid,
    DocumentTooLarge,
    DocumentTruncated,
    DocumentTypeMismatch,
    FileProbe,
)
from tests.ledger.papers import licence, material


def a_pdf(password: str | None = None) -> bytes:
    page = FPDF()
    page.add_page()
    writer = PdfWriter(PdfReader(io.BytesIO(bytes(page.output()))))
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


PDF = a_pdf()
ZIP = a_zip()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20) + b"IEND\xaeB`\x82"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_grades_best_first() -> None:
    assert [grade.rank for grade in Grade] == [0, 1, 2, 3]
    assert Grade.ISSUED.reaches(Grade.SCAN) and Grade.DECLARED.reaches(Grade.DECLARED)
    assert not Grade.SCAN.reaches(Grade.DECLARED)


def test_objects_are_named_as_consents_name_them() -> None:
    assert licence("business-licence").object == "licence:lic_business-licence"
    assert material("lease").object == "material:mat_lease"


def test_days_are_china_s() -> None:
    assert day(datetime(2026, 1, 1, 16, tzinfo=UTC)) == date(2026, 1, 2)
    with pytest.raises(ValueError, match="aware"):
        day(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("data", "declared", "found"),
    [
        (PDF, None, "application/pdf"),
        (PDF, "application/pdf", "application/pdf"),
        (PDF, "Application/PDF; charset=binary", "application/pdf"),
        (b"\n\n" + PDF, OCTETS, "application/pdf"),
        (PNG, None, "image/png"),
        (JPEG, "image/jpg", "image/jpg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", None, "image/webp"),
        (ZIP, None, "application/zip"),
        (ZIP, DOCX, DOCX),
        (ZIP, "application/ofd", "application/ofd"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9),
            "application/msword",
            "application/msword",
        ),
        (b"MZ\x90\x00", None, "application/x-msdownload"),
        (b"\x7fELF\x02", OCTETS, "application/x-executable"),
        ("事项说明".encode(), "text/plain", "text/plain"),
        (b"\x00\x01\x02", None, OCTETS),
        (b"\x00", "application/x-our-own", "application/x-our-own"),
    ],
)
def test_what_a_file_is(data: bytes, declared: str | None, found: str) -> None:
    assert inspect_file(data, len(data), declared) == found


@pytest.mark.parametrize(
    ("data", "declared", "error", "code"),
    [
        pytest.param(b"", None, DocumentEmpty, "document.empty", id="empty"),
        pytest.param(
            a_pdf("s3cret"), None, DocumentEncrypted, "document.encrypted", id="encrypted"
        ),
        pytest.param(a_pdf(""), None, DocumentEncrypted, "document.encrypted", id="owner password"),
        pytest.param(
            PDF[: len(PDF) // 2], None, DocumentTruncated, "document.truncated", id="half a PDF"
        ),
        pytest.param(PDF[:-6], None, DocumentTruncated, "document.truncated", id="no end mark"),
        pytest.param(PNG[:-1], None, DocumentTruncated, "document.truncated", id="cut PNG"),
        pytest.param(JPEG[:-1], None, DocumentTruncated, "document.truncated", id="cut JPEG"),
        pytest.param(ZIP[:-22], DOCX, DocumentTruncated, "document.truncated", id="cut DOCX"),
        pytest.param(
            PNG, "application/pdf", DocumentTypeMismatch, "document.type_mismatch", id="PNG as PDF"
        ),
        pytest.param(
            b"MZ\x90\x00", "image/png", DocumentTypeMismatch, "document.type_mismatch",
            id="program as picture",
        ),
        pytest.param(
            b"hello", "application/pdf", DocumentTypeMismatch, "document.type_mismatch",
            id="text as PDF",
        ),
        pytest.param(
            b"hello", "image/png", DocumentTypeMismatch, "document.type_mismatch", id="text as PNG"
        ),
        pytest.param(b"x", "no type", DocumentInvalid, "document.invalid", id="no media type"),
        pytest.param(
            b"x", "text/plain\r\nX: y", DocumentInvalid, "document.invalid", id="header injection"
        ),
    ],
)  # fmt: skip
def test_what_is_not_taken_in(
    data: bytes, declared: str | None, error: type[DocumentInvalid], code: str
) -> None:
    with pytest.raises(error) as caught:
        inspect_file(data, len(data), declared)
    assert caught.value.code == code
    probe = FileProbe(declared)
    for start in range(0, len(data), 7):
        probe.update(data[start : start + 7])
    with pytest.raises(error):
        probe.conclude(len(data))


def test_too_large_is_told_before_the_last_byte() -> None:
    assert inspect_file(b"x", MAX_SIZE, None, b"x") == OCTETS
    with pytest.raises(DocumentTooLarge) as caught:
        inspect_file(b"x", MAX_SIZE + 1, None, b"x")
    assert caught.value.values == {"size": MAX_SIZE + 1, "limit": MAX_SIZE}
    probe, chunk = FileProbe(), bytes(1 << 20)
    for _ in range(100):
        probe.update(chunk)
    with pytest.raises(DocumentTooLarge):
        probe.update(b"x")


def test_a_word_in_the_text_is_no_lock() -> None:
    named = PDF.replace(b"%%EOF", b"% /EncryptMetadata true\n%%EOF")
    assert inspect_file(named, len(named), None) == "application/pdf"


def test_wrong_use() -> None:
    with pytest.raises(ValueError, match="last bytes"):
        inspect_file(PDF, len(PDF) + 1, None)
    probe = FileProbe()
    probe.update(b"abc")
    with pytest.raises(ValueError, match="went by"):
        probe.conclude(4)


@pytest.mark.parametrize("middle", [0, HEAD, HEAD + TAIL + 5])
def test_a_long_file_is_seen_by_its_ends(middle: int) -> None:
    data = PDF[:20] + bytes(middle) + PDF[20:]
    assert inspect_file(data[:HEAD], len(data), None, data[-TAIL:]) == "application/pdf"
    cut = data[: -len(PDF) // 2]
    with pytest.raises(DocumentTruncated):
        inspect_file(cut[:HEAD], len(cut), None, cut[-TAIL:])


@given(st.binary(min_size=1, max_size=300), st.lists(st.integers(1, 50), max_size=20))
def test_streaming_sees_what_the_whole_shows(data: bytes, steps: list[int]) -> None:
    def outcome(look: object) -> str:
        try:
            return str(look())  # type: ignore[operator]
        except DocumentInvalid as error:
            return error.code

    probe, rest = FileProbe(), data
    for step in [*steps, len(data)]:
        probe.update(rest[:step])
        rest = rest[step:]
    assert outcome(lambda: probe.conclude(len(data))) == outcome(
        lambda: inspect_file(data, len(data), None)
    )
