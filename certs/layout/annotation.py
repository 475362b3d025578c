"""What is laid over the pages of an annotated copy (加注件): who may use it, for what, until when.

One A4 page each, upright or broadside. The original goes into `content_box`, made smaller; below it
stands the note with its QR code, over it a faint line repeated, and in three places the copy's mark
as text that is not painted. The same inputs give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from math import cos, pi, sin

from certs.layout.font import Glyphs, LayoutFont, load_font
from certs.layout.ink import Ink
from certs.layout.ornament import HAIRLINE, INK, MUTED, PAGE, RED
from certs.layout.pdf import PdfFile, dictionary, moment, number, packet, text
from certs.layout.render import composite_font, qr_matrix
from certs.layout.text import wrap

UNWRITABLE = "〓"  # what a compositor sets for a character that is missing
HEADLINE = "仅限本次办理使用"
_CHINA = timezone(timedelta(hours=8))
_MARGIN, _BAND, _QR = 22.0, 112.0, 80.0
_ANGLE = pi / 7
_LABEL = 50.0
_NOTE = (
    "本件为加注副本，所见印章仅为影像，不带电子印章，不能代替原件。扫码可核验原件状态。",
    "Annotated copy without seal, for this one use only. Scan to verify the original.",
)


@dataclass(frozen=True, slots=True)
class CopyNote:
    """``agency``, ``officer``, ``purpose``, ``case``: who uses the copy, for what; ``made`` aware;
    ``copy``: its number, ``short``: the mark as people read it, ``mark``: the line that machines
    find; ``url``: what the QR code leads to; ``of``: what it is a copy of."""

    of: str
    agency: str
    officer: str
    purpose: str
    case: str
    made: datetime
    valid_until: date
    copy: str
    short: str
    mark: str
    url: str


def page_size(broadside: bool) -> tuple[float, float]:
    """Width and height of a copy's page, points."""
    return (PAGE[1], PAGE[0]) if broadside else PAGE


def content_box(broadside: bool) -> tuple[float, float, float, float]:
    """Where the original's page is placed: left, bottom, width, height, points."""
    width, height = page_size(broadside)
    bottom = _MARGIN + _BAND + 8
    return _MARGIN, bottom, width - 2 * _MARGIN, height - _MARGIN - bottom


def annotation(note: CopyNote, broadside: Sequence[bool]) -> bytes:
    """A PDF of one overlay page for each page of the original. Raises ``LayoutOverflow`` for an
    address that no QR code holds."""
    font = load_font()
    glyphs, pdf = Glyphs(font), PdfFile()
    matrix = qr_matrix(note.url)
    root, pages, resources = pdf.reserve(), pdf.reserve(), pdf.reserve()
    kids = []
    for index, turned in enumerate(broadside):
        ink = Ink(glyphs)
        _repeated(ink, font, note, turned)
        _band(ink, font, note, matrix, turned, f"第 {index + 1} 页，共 {len(broadside)} 页")
        width, height = page_size(turned)
        page = {
            "Type": b"/Page", "Parent": pages, "Resources": resources,
            "MediaBox": b"[0 0 %s %s]" % (number(width), number(height)),
            "Contents": pdf.add_stream(ink.content()),
        }  # fmt: skip
        kids.append(pdf.add(dictionary(page)))
    faint = dictionary({"Faint": b"<< /Type /ExtGState /ca 0.13 >>"})
    fonts = dictionary({"F": composite_font(pdf, glyphs)})
    pdf.put(resources, dictionary({"Font": fonts, "ExtGState": faint}))
    listed = b"[%s]" % b" ".join(kids)
    count = b"%d" % len(kids)
    pdf.put(pages, dictionary({"Type": b"/Pages", "Kids": listed, "Count": count}))
    title, made = f"加注件 {note.of}", moment(note.made)
    meta = packet(title, note.agency, note.mark, note.made)
    entries = {
        "Type": b"/Catalog", "Pages": pages, "Lang": b"(zh-CN)",
        "Metadata": pdf.add_stream(meta, b"/Type /Metadata /Subtype /XML", packed=False),
    }  # fmt: skip
    pdf.put(root, dictionary(entries))
    info = {
        "Title": text(title), "Author": text(note.agency), "Keywords": text(note.mark),
        "Creator": b"(Mianti)", "Producer": b"(Mianti)", "CreationDate": made, "ModDate": made,
    }  # fmt: skip
    return pdf.finish(root, pdf.add(dictionary(info)))


def written(font: LayoutFont, value: str) -> str:
    """The text with what the font lacks replaced, on one line."""
    lacking = set(font.missing(value))
    return "".join(UNWRITABLE if c in lacking else c for c in value.replace("\n", " "))


def _repeated(ink: Ink, font: LayoutFont, note: CopyNote, broadside: bool) -> None:
    left, bottom, width, height = content_box(broadside)
    said = written(
        font, f"仅限{note.agency}办理本次事项使用　{note.made.astimezone(_CHINA):%Y-%m-%d}"
    )
    size = 13.0
    step = font.width(said, size) + 60
    ink.save()
    ink.op("re", left, bottom, width, height)
    ink.op("W")
    ink.op("n")
    ink.state("Faint")
    ink.fill("#8A2A2E")
    rows = int((width + height) / 104) + 2
    for row in range(-rows // 2, rows + 1):
        across = -(row % 2) * step / 2
        while across < width + height:
            x = left + across * cos(_ANGLE) - row * 104 * sin(_ANGLE)
            y = bottom + across * sin(_ANGLE) + row * 104 * cos(_ANGLE)
            if x < left + width and y < bottom + height and x + step > left:
                ink.text(x, y, size, said, angle=_ANGLE)
            across += step
    ink.restore()
    for part in (0.25, 0.75):
        ink.text(left + 4, bottom + height * part, 1, note.mark, hidden=True)


def _band(
    ink: Ink,
    font: LayoutFont,
    note: CopyNote,
    matrix: Sequence[bytearray],
    broadside: bool,
    page: str,
) -> None:
    width, _ = page_size(broadside)
    right, top = width - _MARGIN, _MARGIN + _BAND
    ink.fill("#FFFFFF")
    ink.rectangle(0, 0, width, top + 4, "f")
    ink.stroke(RED, 1.2)
    ink.line([(_MARGIN, top), (right, top)])
    ink.stroke(HAIRLINE, 0.5)
    ink.line([(_MARGIN, top - 2.6), (right, top - 2.6)])
    ink.fill(INK)
    ink.squares(matrix, _MARGIN, top - 11, _QR / len(matrix))
    ink.fill(MUTED)
    ink.text(_MARGIN + _QR / 2, top - 11 - _QR - 9, 6.4, "扫码核验 Scan to verify", align=0.5)
    x = _MARGIN + _QR + 16
    ink.fill(RED)
    ink.stroke(RED, 1)
    ink.text(x, top - 20, 13, HEADLINE, spacing=2, bold=26)
    ink.fill(MUTED)
    ink.text(right, top - 18, 7, page, align=1)
    y = _rows(ink, font, note, x, top - 36, right - x)
    ink.fill(MUTED)
    for line, size in zip(_NOTE, (7.0, 6.2), strict=True):
        ink.text(x, y, size, line)
        y -= size * 1.42
    ink.text(x, y, 6.2, f"副本编号 {note.copy}　防伪标记 {note.short}")
    ink.text(x, y - 4, 1, note.mark, hidden=True)


def _rows(ink: Ink, font: LayoutFont, note: CopyNote, x: float, y: float, width: float) -> float:
    made = f"{note.made.astimezone(_CHINA):%Y年%m月%d日 %H:%M}（北京时间）"
    until = f"{note.valid_until:%Y年%m月%d日}"
    for label, value in (
        ("使用机关", f"{note.agency}（经办 {note.officer}）"),
        ("办理事项", f"{note.purpose}　办件 {note.case}"),
        ("制作时间", f"{made}　有效期至 {until}"),
    ):
        ink.fill(MUTED)
        ink.text(x, y, 8, label)
        ink.fill(INK)
        ink.text(x + _LABEL, y, 8.6, _cut(font, written(font, value), 8.6, width - _LABEL))
        y -= 13.6
    return y - 1.5


def _cut(font: LayoutFont, value: str, size: float, width: float) -> str:
    """One line of at most ``width`` points, with an ellipsis where it was longer."""
    lines = wrap(font, value, size, width)
    if len(lines) == 1:
        return value
    while value and font.width(value + "…", size) > width:
        value = value[:-1]
    return value + "…"
