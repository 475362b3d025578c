"""An annotated copy's pages: the original's, made smaller, under the note that says whose it is.

Of the original's pages the drawn content goes along, and how its annotations look (stamps, filled
fields); scripts, links, attachments and forms stay behind. Foreign bytes are parsed here: whoever
calls this bounds memory and time (`ledger.ports.Press`).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)

from certs.layout.annotation import CopyNote, annotation, content_box
from ledger.use.copy_errors import MAX_BYTES, CopyMedia, CopyTooLarge, CopyUnreadable
from ledger.use.copy_picture import exactly, picture_page

MAX_PAGES = 200
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
PDF = "application/pdf"
_MAX_ANNOTATIONS = 500
_HIDDEN = 2  # ISO 32000-1, 12.5.3: annotation flag
# What a parser of foreign bytes comes upon, besides its own errors.
_BROKEN = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, ImportError, LookupError,
    NotImplementedError, OSError, RecursionError, TypeError, ValueError, zlib.error,
    SyntaxError,
)  # fmt: skip


def annotated(original: bytes, media_type: str, note: CopyNote) -> bytes:
    """The copy as PDF; the same inputs give the same bytes. Raises CopyMedia, CopyTooLarge,
    CopyUnreadable, LayoutOverflow."""
    if media_type != PDF and media_type not in PICTURES:
        raise CopyMedia("Copies are made of PDF, PNG and JPEG only.", media_type=media_type)
    if len(original) > MAX_BYTES:
        raise CopyTooLarge(f"A copy is made of {MAX_BYTES >> 20} MB at most.", limit=MAX_BYTES)
    try:
        pdf = original if media_type == PDF else picture_page(original, PICTURES[media_type])
        return _copied(pdf, note)
    except _BROKEN as error:
        raise CopyUnreadable(
            "The original cannot be read as what it is said to be.", reason=type(error).__name__
        ) from error


def text_of(data: bytes) -> str:
    """Text and metadata of a PDF, painted or not, for marks to be found in. Raises CopyUnreadable,
    CopyTooLarge."""
    if len(data) > MAX_BYTES:
        raise CopyTooLarge(f"A file of {MAX_BYTES >> 20} MB at most is read.", limit=MAX_BYTES)
    try:
        reader = _reader(data)
        return "\n".join(_texts(reader))
    except _BROKEN as error:
        raise CopyUnreadable("The file is no readable PDF.", reason=type(error).__name__) from error


def _texts(reader: PdfReader) -> Iterator[str]:
    for value in (reader.metadata or {}).values():
        yield str(value)
    packet: Any = reader.root_object.get("/Metadata")
    if packet is not None:
        yield packet.get_object().get_data().decode("utf-8", "replace")
    for page in reader.pages:
        try:
            yield page.extract_text()
        except _BROKEN:
            continue  # the mark stands on every page


def _reader(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise CopyUnreadable("The PDF is locked by a password.", reason="encrypted")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise CopyTooLarge(f"A copy has {MAX_PAGES} pages at most.", limit=MAX_PAGES)
    if count == 0:
        raise CopyUnreadable("The PDF has no page.", reason="pages")
    return reader


def _copied(data: bytes, note: CopyNote) -> bytes:
    reader = _reader(data)
    shapes = [_shape(page) for page in reader.pages]
    broadside = [width > height for _, _, width, height, _ in shapes]
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(annotation(note, broadside))), import_outline=False)
    for page, shape, turned, under in zip(
        writer.pages, shapes, broadside, reader.pages, strict=True
    ):
        _lay_under(writer, page, under, shape, turned)
    writer.metadata = _metadata(note, data)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _metadata(note: CopyNote, data: bytes) -> dict[str, str]:
    made = f"D:{note.made:%Y%m%d%H%M%S}Z"
    return {
        "/Title": f"加注件 {note.of}", "/Author": note.agency, "/Keywords": note.mark,
        "/Creator": "Mianti", "/Producer": "Mianti", "/CreationDate": made, "/ModDate": made,
    }  # fmt: skip


Shape = tuple[float, float, float, float, int]
"""Left, bottom, and width and height as seen, points; quarter turns clockwise."""


def _shape(page: Any) -> Shape:
    box = page.cropbox
    left, bottom = float(min(box.left, box.right)), float(min(box.bottom, box.top))
    width, height = abs(float(box.width)), abs(float(box.height))
    if not (1 <= width <= 20_000 and 1 <= height <= 20_000):
        raise CopyUnreadable("A page has no usable size.", reason="size")
    turns = int(page.rotation) // 90 % 4
    return (left, bottom, *((height, width) if turns % 2 else (width, height)), turns)


def _lay_under(writer: PdfWriter, page: Any, original: Any, shape: Shape, broadside: bool) -> None:
    """Place the original's page, scaled to fit and upright, below what the page has."""
    names, drawn = _forms(writer, original)
    matrix = _fitted(shape, broadside)
    contents = page.get_contents()
    overlay = contents.get_data() if contents is not None else b""
    stream = DecodedStreamObject()
    placed = b"q " + b" ".join(map(exactly, matrix)) + b" cm\n" + drawn + b"\nQ\n"
    stream.set_data(placed + overlay)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    resources = DictionaryObject(page["/Resources"].get_object())
    resources[NameObject("/XObject")] = names
    page[NameObject("/Resources")] = resources


def _forms(writer: PdfWriter, original: Any) -> tuple[DictionaryObject, bytes]:
    """The original's content and the looks of its annotations as forms, and how to paint them."""
    contents = original.get_contents()
    body = DecodedStreamObject()
    body.set_data(contents.get_data() if contents is not None else b"")
    packed = body.flate_encode()
    packed[NameObject("/Type")] = NameObject("/XObject")
    packed[NameObject("/Subtype")] = NameObject("/Form")
    box = original.cropbox
    packed[NameObject("/BBox")] = ArrayObject(
        FloatObject(side) for side in (box.left, box.bottom, box.right, box.top)
    )
    given = original.get("/Resources")
    packed[NameObject("/Resources")] = (
        given.get_object().clone(writer) if given is not None else DictionaryObject()
    )
    names = DictionaryObject({NameObject("/Original"): writer._add_object(packed)})
    drawn = [b"/Original Do"]
    for index, (form, matrix) in enumerate(_appearances(original)):
        name = f"/Mark{index}"
        names[NameObject(name)] = form.clone(writer).indirect_reference
        drawn.append(b"q " + b" ".join(map(exactly, matrix)) + b" cm %s Do Q" % name.encode())
    return names, b"\n".join(drawn)


def _appearances(original: Any) -> Iterator[tuple[Any, tuple[float, ...]]]:
    """Normal appearances of what is annotated, with the matrix that puts each into its rectangle
    (ISO 32000-1, 12.5.5; of a turned appearance only its place is kept)."""
    listed = original.get("/Annots")
    for reference in list(listed.get_object())[:_MAX_ANNOTATIONS] if listed is not None else []:
        one = reference.get_object()
        form = one.get("/AP", {}).get_object().get("/N") if "/AP" in one else None
        form = form.get_object() if form is not None else None
        if isinstance(form, DictionaryObject) and not isinstance(form, StreamObject):
            state = form.get(one.get("/AS", "/Off"))
            form = state.get_object() if state is not None else None
        if not isinstance(form, StreamObject) or int(one.get("/F", 0)) & _HIDDEN:
            continue
        left, bottom, right, top = _corners(one["/Rect"])
        x0, y0, x1, y1 = _corners(form.get("/BBox", [0, 0, 1, 1]))
        if x1 - x0 < 1e-3 or y1 - y0 < 1e-3:
            continue
        across, up = (right - left) / (x1 - x0), (top - bottom) / (y1 - y0)
        yield form, (across, 0, 0, up, left - x0 * across, bottom - y0 * up)


def _corners(box: Any) -> tuple[float, float, float, float]:
    a, b, c, d = (float(side.get_object() if hasattr(side, "get_object") else side) for side in box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _fitted(shape: Shape, broadside: bool) -> tuple[float, ...]:
    """The matrix that turns a page upright and fits it into the box, in its middle."""
    left, bottom, width, height, turns = shape
    x, y, room, tall = content_box(broadside)
    scale = min(room / width, tall / height, 4.0)
    dx, dy = x + (room - width * scale) / 2, y + (tall - height * scale) / 2
    a, b, c, d, e, f = (
        (1, 0, 0, 1, -left, -bottom),
        (0, -1, 1, 0, -bottom, left + height),
        (-1, 0, 0, -1, left + width, bottom + height),
        (0, 1, -1, 0, bottom + width, -left),
    )[turns]
    return (a * scale, b * scale, c * scale, d * scale, e * scale + dx, f * scale + dy)
