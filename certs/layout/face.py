"""Set a licence on one A4 page: title, fields, QR code, seal, identifier and notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from certs.errors import CertsError
from certs.layout.font import Glyphs, LayoutFont
from certs.layout.ink import Ink
from certs.layout.ornament import (
    DEEP_GOLD,
    HAIRLINE,
    INK,
    MUTED,
    PAGE,
    RED,
    TINT,
    seal_picture,
)
from certs.layout.text import wrap

SEAL_CENTRE = (444.0, 208.0)
SEAL_BOX = (384.0, 148.0, 504.0, 268.0)
"""Where the seal is drawn and where its signature field lies: left, bottom, right, top, points."""

_LEFT, _RIGHT = 66.0, PAGE[0] - 66.0
_TOP, _FLOOR = 664.0, 282.0
_LABEL = 104.0
_SCALES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52)
_LONGEST = 6000
_NOTE_ZH = (
    "本证照由测试机构制发，不具有法律效力。版面供阅读，"
    "证照内容以文件中的数字签名和所附电子凭证为准。"
)
_NOTE_EN = (
    "Made by a test authority, without legal effect. The page is for reading; what counts is the "
    "digital signature in this file and the credential attached to it."
)


class LayoutOverflow(CertsError):
    """The text does not fit on the page even in the smallest size. ``values``: ``part``."""

    code = "layout.overflow"


@dataclass(frozen=True, slots=True)
class LicenceFace:
    """What stands on the face of a licence (after the metadata of GB/T 36903).

    ``holder_code`` is shown as given, so give it masked. ``valid_until`` None means long-term.
    ``fields``: further (label in Chinese, label in English, value), top to bottom; a value may
    have several lines.
    """

    title_zh: str
    title_en: str
    identifier: str
    number: str
    holder_name: str
    holder_code: str
    issuer_name: str
    issued: date
    valid_from: date
    valid_until: date | None
    fields: tuple[tuple[str, str, str], ...] = ()

    def texts(self) -> Iterable[str]:
        """Yield every text of the face, line by line where lines are allowed."""
        yield from (self.title_zh, self.title_en, self.identifier, self.number)
        yield from (self.holder_name, self.holder_code, self.issuer_name)
        for zh, en, value in self.fields:
            yield from (zh, en, *value.split("\n"))


@dataclass(frozen=True, slots=True)
class _Row:
    zh: str
    en: str
    lines: Sequence[str]
    size: float


def draw_face(
    glyphs: Glyphs, face: LicenceFace, url: str, code: Iterable[Iterable[int]], modules: int
) -> bytes:
    """Return the page's content above the ground; ``code``: the QR matrix, ``modules`` wide.

    Raises ``LayoutOverflow``.
    """
    if sum(map(len, face.texts())) > _LONGEST:
        raise LayoutOverflow("the face holds too much text", part="face", limit=_LONGEST)
    ink, font = Ink(glyphs), glyphs.font
    _title(ink, font, face)
    _fields(ink, font, face)
    _verification(ink, font, url, code, modules)
    _issuer(ink, font, face)
    _foot(ink, font, face)
    return ink.content()


def _title(ink: Ink, font: LayoutFont, face: LicenceFace) -> None:
    middle = PAGE[0] / 2
    ink.fill(DEEP_GOLD)
    ink.text(middle, 774, 8.5, "电子证照 · ELECTRONIC LICENCE", align=0.5, spacing=2.2)
    ink.stroke(DEEP_GOLD, 0.6)
    for side in (-1, 1):
        ink.line([(middle + side * 118, 777), (middle + side * 182, 777)])
    ink.fill(RED)
    ink.stroke(RED, 1)
    size = _shrunk(font, face.title_zh, 36, 430, 0.16)
    ink.text(middle, 722, size, face.title_zh, align=0.5, spacing=size * 0.16, bold=30)
    ink.fill(MUTED)
    english = face.title_en.upper()
    size = _shrunk(font, english, 11, 430, 0.16)
    ink.text(middle, 698, size, english, align=0.5, spacing=size * 0.16)
    ink.stroke(DEEP_GOLD, 0.6)
    ink.line([(_LEFT, 676), (middle - 9, 676)])
    ink.line([(middle + 9, 676), (_RIGHT, 676)])
    ink.fill(DEEP_GOLD)
    for x, half in ((middle, 3.6), (middle - 7.5, 1.8), (middle + 7.5, 1.8)):
        ink.line([(x - half, 676), (x, 676 + half), (x + half, 676), (x, 676 - half)], "f")


def _shrunk(font: LayoutFont, text: str, size: float, width: float, spacing: float = 0.0) -> float:
    """Return the size at which one line fits; below a quarter it would be unreadable."""
    need = font.width(text, 1, spacing)
    fitting = min(size, width / need) if need else size
    if fitting < size / 4:
        raise LayoutOverflow("a line is too long", part=text[:40])
    return fitting


def _fields(ink: Ink, font: LayoutFont, face: LicenceFace) -> None:
    for scale in _SCALES:
        rows = _rows(font, face, scale)
        heights = [_height(row, scale) for row in rows]
        if sum(heights) <= _TOP - _FLOOR:
            break
    else:
        raise LayoutOverflow("the fields do not fit on the page", part="fields")
    slack = min(13.0, (_TOP - _FLOOR - sum(heights)) / len(rows))
    y = _TOP
    for index, (row, height) in enumerate(zip(rows, heights, strict=True)):
        if index:
            ink.stroke(HAIRLINE, 0.5)
            ink.line([(_LEFT, y), (_RIGHT, y)])
        _row(ink, font, row, y - slack / 2, scale)
        y -= height + slack


def _rows(font: LayoutFont, face: LicenceFace, scale: float) -> list[_Row]:
    until = _day(face.valid_until) if face.valid_until else "长期 Long-term"
    validity = f"{_day(face.valid_from)} 至 {until}"
    room = _RIGHT - _LEFT - _LABEL * scale

    def row(zh: str, en: str, value: str, size: float = 12.0) -> _Row:
        return _Row(zh, en, wrap(font, value, size * scale, room), size * scale)

    return [
        row("持证主体", "Holder", face.holder_name, 16.5),
        row("持证主体代码", "Holder code", face.holder_code),
        *(row(*field) for field in face.fields),
        row("证照编号", "Licence number", face.number),
        row("有效期限", "Valid", validity),
    ]


def _height(row: _Row, scale: float) -> float:
    return max(len(row.lines) * row.size * 1.42, 21 * scale) + 11 * scale


def _row(ink: Ink, font: LayoutFont, row: _Row, top: float, scale: float) -> None:
    y = top - 5.5 * scale - 11.5 * scale
    ink.fill(DEEP_GOLD)
    room = (_LABEL - 8) * scale
    ink.text(_LEFT, y, _shrunk(font, row.zh, 10 * scale, room), row.zh)
    ink.fill(MUTED)
    ink.text(_LEFT, y - 9.2 * scale, _shrunk(font, row.en, 6.4 * scale, room), row.en)
    ink.fill(INK)
    ink.stroke(INK, 1)
    bold = 22 if row.size > 12.5 * scale else 0
    y = top - 5.5 * scale - max(row.size * 1.06, 13 * scale)
    for line in row.lines:
        ink.text(_LEFT + _LABEL * scale, y, row.size, line, bold=bold)
        y -= row.size * 1.42


def _verification(
    ink: Ink, font: LayoutFont, url: str, code: Iterable[Iterable[int]], modules: int
) -> None:
    size, bottom = 100.0, 140.0
    ink.fill("#FFFFFF")
    ink.stroke(HAIRLINE, 0.6)
    ink.rectangle(_LEFT, bottom, size + 10, size + 10, "B")
    ink.fill(INK)
    ink.squares(code, _LEFT + 5, bottom + size + 5, size / modules)
    x, y = _LEFT + size + 24, bottom + size - 6
    ink.stroke(INK, 1)
    ink.text(x, y, 11.5, "扫码核验", spacing=1.5, bold=24)
    ink.fill(MUTED)
    ink.text(x, y - 12, 7.5, "Scan to verify")
    y -= 30
    for line in wrap(font, url, 6.6, 138)[:5]:
        ink.text(x, y, 6.6, line)
        y -= 9.2
    y -= 5
    for line in ("内附电子凭证 credential.sd-jwt", "Credential attached to this file"):
        ink.text(x, y, 6.6, line)
        y -= 9.2


def _issuer(ink: Ink, font: LayoutFont, face: LicenceFace) -> None:
    x, y = SEAL_CENTRE
    room = 2 * (_RIGHT - x)
    size = next((n for n in (12.5, 10.5, 8.5) if font.width(face.issuer_name, n) <= room), 7.0)
    lines = wrap(font, face.issuer_name, size, room)
    if len(lines) > 2:
        raise LayoutOverflow("the issuer's name is too long", part="issuer")
    ink.fill(INK)
    for i, line in enumerate(lines):
        ink.text(x, y - 66.5 - i * 9, size, line, align=0.5)
    ink.fill(MUTED)
    ink.text(x, y - 81.5, 8.5, f"{_day(face.issued)} 签发 Issued", align=0.5)
    seal_picture(ink, font, face.issuer_name, x, y)


def _foot(ink: Ink, font: LayoutFont, face: LicenceFace) -> None:
    width = _RIGHT - _LEFT
    ink.fill(TINT)
    ink.rectangle(_LEFT, 91, width, 27, "f")
    ink.fill(DEEP_GOLD)
    ink.text(_LEFT + 9, 105.5, 8, "证照标识")
    ink.fill(MUTED)
    ink.text(_LEFT + 9, 96.5, 5.8, "Licence identifier")
    ink.fill(INK)
    size = _shrunk(font, face.identifier, 9, width - 88, 0.03)
    ink.text(_LEFT + 78, 101.2, size, face.identifier, spacing=size * 0.03)
    ink.fill(MUTED)
    y = 77.0
    for note, points in ((_NOTE_ZH, 7.0), (_NOTE_EN, 6.2)):
        for line in wrap(font, note, points, width):
            ink.text(PAGE[0] / 2, y, points, line, align=0.5)
            y -= points * 1.5


def _day(day: date) -> str:
    return f"{day.year:04}年{day.month:02}月{day.day:02}日"
