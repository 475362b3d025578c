"""Annotated copies: noted, marked, whole, the same each time; hostile files are refused."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from certs.errors import Coded
from certs.layout.annotation import HEADLINE, content_box
from ledger.use.copy_errors import MAX_BYTES, CopyMedia, CopyTooLarge, CopyUnreadable
from ledger.use.copy_pages import MAX_PAGES, PDF, annotated, text_of
from ledger.use.marks import FoundMark, marks_in
from tests.ledger.use.copying import COPY, MARK, NOTE, paper, papers, picture


def flat(text: str) -> str:
    return "".join(text.split())


def test_a_copy_says_whose_it_is_and_keeps_what_it_copies() -> None:
    copy = annotated(paper(), PDF, NOTE)
    said = flat(text_of(copy))
    noted = (NOTE.agency, NOTE.officer, NOTE.purpose, NOTE.case, NOTE.copy, NOTE.short)
    days = ("2026年11月28日12:05", "2026年12月31日")
    for part in (
        *noted,
        *days,
        HEADLINE,
        "第1页，共1页",
        "不带电子印章",
        "虚拟云帆餐饮管理有限公司",
    ):
        assert part in said, part
    assert marks_in(text_of(copy)) == (FoundMark(COPY, MARK),)
    assert NOTE.mark in str(PdfReader(io.BytesIO(copy)).metadata)


def test_the_same_inputs_give_the_same_bytes() -> None:
    for data, sort in ((papers(0, 90), PDF), (picture("PNG"), "image/png")):
        assert annotated(data, sort, NOTE) == annotated(data, sort, NOTE)
    other = replace(NOTE, officer="officer-8")
    assert annotated(paper(), PDF, other) != annotated(paper(), PDF, NOTE)


def test_each_page_is_noted_upright_and_its_stamp_goes_along() -> None:
    copy = PdfReader(io.BytesIO(annotated(papers(0, 90, 180, 270), PDF, NOTE)))
    assert [page.mediabox.width > page.mediabox.height for page in copy.pages] == [
        False, True, False, True,
    ]  # fmt: skip
    for number, page in enumerate(copy.pages, 1):
        text = flat(page.extract_text())
        assert f"第{number}页，共4页" in text and NOTE.short in text
        assert page.rotation == 0 and "/Annots" not in page
    first: Any = copy.pages[0]
    assert set(first["/Resources"]["/XObject"]) == {"/Original", "/Mark0"}
    assert b"15 0 0 10 50 550 cm /Mark0 Do" in first.get_contents().get_data()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_original_lies_inside_its_box(turn: int) -> None:
    """Its corners, as the matrix puts them, are the box's or inside it."""
    page: Any = PdfReader(io.BytesIO(annotated(papers(turn), PDF, NOTE))).pages[0]
    head = page.get_contents().get_data().split(b" cm\n")[0].removeprefix(b"q ")
    a, b, c, d, e, f = map(float, head.split())
    left, bottom, width, height = content_box(turn % 180 == 90)
    spots = [(a * x + c * y + e, b * x + d * y + f) for x in (0, 595.28) for y in (0, 841.89)]
    assert all(left - 0.1 <= x <= left + width + 0.1 for x, _ in spots), spots
    assert all(bottom - 0.1 <= y <= bottom + height + 0.1 for _, y in spots), spots
    assert max(y for _, y in spots) - min(y for _, y in spots) > height * 0.9


@pytest.mark.parametrize(
    ("form", "sort", "mode"),
    [
        ("PNG", "image/png", "RGB"),
        ("PNG", "image/png", "RGBA"),
        ("PNG", "image/png", "P"),
        ("PNG", "image/png", "L"),
        ("JPEG", "image/jpeg", "RGB"),
        ("JPEG", "image/jpeg", "L"),
        ("JPEG", "image/jpeg", "CMYK"),
    ],
)
def test_pictures_become_a_page(form: str, sort: str, mode: str) -> None:
    for size in ((60, 40), (40, 60), (1, 1)):
        copy = PdfReader(io.BytesIO(annotated(picture(form, size, mode), sort, NOTE)))
        (page,) = copy.pages
        assert len(page.images) == 1 or "/Original" in page["/Resources"]["/XObject"]
        assert (page.mediabox.width > page.mediabox.height) == (size[0] > size[1])


def test_what_a_font_lacks_is_marked_as_lacking() -> None:
    said = flat(text_of(annotated(paper(), PDF, replace(NOTE, officer="officer-\U00020000"))))
    assert "officer-〓" in said


def refused(data: bytes, sort: str = PDF) -> Coded:
    with pytest.raises(Coded) as found:
        annotated(data, sort, NOTE)
    return found.value


def test_other_types_are_refused() -> None:
    for sort in ("text/plain", "image/gif", "application/zip", "image/svg+xml"):
        assert isinstance(refused(b"x", sort), CopyMedia)


def locked() -> bytes:
    writer = PdfWriter()
    writer.append(io.BytesIO(paper()))
    writer.encrypt("x")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def many(count: int) -> bytes:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_cannot_be_read_is_refused() -> None:
    assert refused(b"").code == refused(b"%PDF-1.7\n%%EOF").code == "copy.unreadable"
    assert refused(locked()).values["reason"] == "encrypted"
    assert refused(many(0)).code == "copy.unreadable"
    assert isinstance(refused(many(MAX_PAGES + 1)), CopyTooLarge)
    assert isinstance(refused(bytes(MAX_BYTES + 1)), CopyTooLarge)
    assert isinstance(refused(picture("PNG"), "image/jpeg"), CopyUnreadable)
    assert isinstance(refused(picture("PNG")[:-30], "image/png"), CopyUnreadable)
    assert isinstance(refused(picture("PNG", (10_000, 7_000), "1"), "image/png"), CopyTooLarge)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_spoilt_pdf_is_copied_or_refused_and_nothing_else(data: st.DataObject) -> None:
    """Bytes changed, cut out, doubled; names changed for others of the same length."""
    spoilt = bytearray(data.draw(st.sampled_from([paper(), papers(0, 90)])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        kind = data.draw(st.sampled_from(["byte", "cut", "twice", "name", "number"]))
        if kind == "byte":
            spoilt[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del spoilt[at : at + data.draw(st.integers(1, 200))]
        elif kind == "twice":
            spoilt[at:at] = spoilt[at : at + data.draw(st.integers(1, 200))]
        else:
            words = [b"/Pages", b"/Kids", b"/Count", b"/Contents", b"/Resources", b"/MediaBox",
                     b"/Annots", b"/AP", b"/Length", b"/Type", b" 0 R", b" 595.28"]  # fmt: skip
            word = data.draw(st.sampled_from(words))
            found = bytes(spoilt).find(word)
            if found >= 0:
                spoilt[found : found + len(word)] = data.draw(
                    st.sampled_from([b"/Kids", b"/Parent", b" 0 R", b" 1 0 R", b" -1", b" null"])
                )
        if not spoilt:
            break
    for act in (lambda: annotated(bytes(spoilt), PDF, NOTE), lambda: text_of(bytes(spoilt))):
        try:
            act()
        except Coded as error:
            assert error.code in ("copy.unreadable", "copy.too_large")
