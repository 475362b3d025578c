"""Papers to be copied, and the note of an invented use."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import cache

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
)

from certs.layout.annotation import CopyNote
from certs.layout.extract import Extract, render_extract
from ledger.use.marks import mark_line, short_mark

MARK = bytes(range(32))
COPY = "cpy_" + "a" * 26
NOTE = CopyNote(
    of="章程",
    agency="区卫生健康委员会",
    officer="officer-7",
    purpose="办理公共场所卫生许可",
    case="case_" + "a" * 26,
    made=datetime(2026, 11, 28, 4, 5, tzinfo=UTC),
    valid_until=date(2026, 12, 31),
    copy=COPY,
    short=short_mark(MARK),
    mark=mark_line(COPY, MARK),
    url=f"https://verify.example/verify?copy={COPY}.{short_mark(MARK).replace('-', '')}",
)


@cache
def paper(value: str = "虚拟云帆餐饮管理有限公司") -> bytes:
    """A page with a text on it."""
    fields = (("名称", "Name", value),)
    return render_extract(Extract("章程", "Articles", fields, "合成", NOTE.made))


@cache
def papers(*turns: int) -> bytes:
    """A page for each turn, degrees clockwise, with a stamp as an annotation."""
    writer = PdfWriter()
    for turn in turns:
        writer.append(io.BytesIO(paper()))
        writer.pages[-1].rotate(turn)
    look = DecodedStreamObject()
    look.set_data(b"1 0 0 rg 0 0 10 10 re f")
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = numbers(0, 0, 10, 10)
    normal = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    stamp = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/Rect"): numbers(50, 550, 200, 650),
            NameObject("/AP"): normal,
        }
    )
    writer.add_annotation(0, stamp)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def picture(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("L", "1") else "red").save(out, form)
    return out.getvalue()
