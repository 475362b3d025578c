"""A page that shows single fields of a licence, for copies of what was released field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.layout.annotation import UNWRITABLE
from certs.layout.font import Glyphs, LayoutFont, load_font
from certs.layout.ink import Ink
from certs.layout.ornament import DEEP_GOLD, HAIRLINE, INK, MUTED, PAGE
from certs.layout.pdf import PdfFile, dictionary, moment, number, text
from certs.layout.render import CharactersMissing, LayoutOverflow, composite_font
from certs.layout.text import wrap

_LEFT, _RIGHT = 66.0, PAGE[0] - 66.0
_TOP, _FLOOR, _LABEL = 690.0, 90.0, 128.0


@dataclass(frozen=True, slots=True)
class Extract:
    """``fields``: (label in Chinese, label in English, value), top to bottom; ``source``: where it
    was taken from, such as the entry of the log; ``taken`` aware."""

    title_zh: str
    title_en: str
    fields: tuple[tuple[str, str, str], ...]
    source: str
    taken: datetime


def render_extract(extract: Extract) -> bytes:
    """The page as PDF. A value is never set otherwise than it is: raises CharactersMissing for one
    that the font cannot write, LayoutOverflow for more than a page holds."""
    font = load_font()
    values = "".join(value for _, _, value in extract.fields).replace("\n", "")
    if missing := font.missing(values):
        raise CharactersMissing("the layout font lacks characters", characters=tuple(missing))
    glyphs, pdf = Glyphs(font), PdfFile()
    ink = Ink(glyphs)
    _heading(ink, extract)
    for size in (12.0, 10.0, 8.0, 6.5):
        rows = [_row(font, one, size) for one in extract.fields]
        if sum(height for _, height in rows) <= _TOP - _FLOOR:
            break
    else:
        raise LayoutOverflow("the fields do not fit on the page", part="fields")
    y = _TOP
    for (zh, en, _), (lines, height) in zip(extract.fields, rows, strict=True):
        _draw(ink, font, (zh, en), lines, y, size)
        y -= height
        ink.stroke(HAIRLINE, 0.5)
        ink.line([(_LEFT, y), (_RIGHT, y)])
    root, pages, page = pdf.reserve(), pdf.reserve(), pdf.reserve()
    fonts = dictionary({"Font": dictionary({"F": composite_font(pdf, glyphs)})})
    media = b"[0 0 %s %s]" % (number(PAGE[0]), number(PAGE[1]))
    body = pdf.add_stream(ink.content())
    pdf.put(
        page,
        dictionary(
            {
                "Type": b"/Page", "Parent": pages, "MediaBox": media, "Resources": fonts,
                "Contents": body,
            }
        ),
    )  # fmt: skip
    pdf.put(pages, dictionary({"Type": b"/Pages", "Kids": b"[%s]" % page, "Count": b"1"}))
    pdf.put(root, dictionary({"Type": b"/Catalog", "Pages": pages}))
    info = {"Title": text(extract.title_zh), "CreationDate": moment(extract.taken)}
    return pdf.finish(root, pdf.add(dictionary(info)))


def _heading(ink: Ink, extract: Extract) -> None:
    middle = PAGE[0] / 2
    ink.fill(DEEP_GOLD)
    ink.text(middle, 774, 9, "证照信息摘录 · EXTRACT OF A LICENCE", align=0.5, spacing=1.6)
    ink.fill(INK)
    ink.stroke(INK, 1)
    ink.text(middle, 736, 24, extract.title_zh, align=0.5, spacing=3, bold=24)
    ink.fill(MUTED)
    ink.text(middle, 718, 9, extract.title_en.upper(), align=0.5, spacing=1.2)
    ink.text(middle, 702, 7, extract.source, align=0.5)
    ink.stroke(DEEP_GOLD, 0.8)
    ink.line([(_LEFT, _TOP), (_RIGHT, _TOP)])


def _row(font: LayoutFont, field: tuple[str, str, str], size: float) -> tuple[Sequence[str], float]:
    lines = wrap(font, field[2], size, _RIGHT - _LEFT - _LABEL)
    return lines, max(len(lines) * size * 1.42, 24) + 12


def _draw(
    ink: Ink, font: LayoutFont, label: tuple[str, str], lines: Sequence[str], y: float, size: float
) -> None:
    zh, en = ("".join(c if not font.missing(c) else UNWRITABLE for c in one) for one in label)
    ink.fill(DEEP_GOLD)
    ink.text(_LEFT, y - 17, 10, zh)
    ink.fill(MUTED)
    ink.text(_LEFT, y - 27, 6.6, en)
    ink.fill(INK)
    baseline = y - 7 - size * 1.06
    for line in lines:
        ink.text(_LEFT + _LABEL, baseline, size, line)
        baseline -= size * 1.42
