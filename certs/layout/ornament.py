"""The drawn parts of a licence: guilloche ground, frame, and the picture of the seal.

No state emblem and no official seal is imitated: the pattern is our own, and the seal says on its
face, in two languages, that a test authority made it.
"""

from math import pi, sin

from certs.layout.font import LayoutFont
from certs.layout.ink import Ink, ring

PAGE = (595.28, 841.89)
PAPER, INK, MUTED, HAIRLINE = "#FFFDF8", "#22252A", "#7A6E5F", "#DCD0BA"
GOLD, DEEP_GOLD, RED, SEAL_RED = "#C9AE7C", "#9A7A42", "#8E1B1F", "#D0161B"
TINT = "#F7F0E1"

_OUTER, _BAND = 22.0, 17.0
_WAVE = 24.0


def curve() -> bytes:
    """Return the one closed curve whose turned copies make the ground's rosette."""
    ink = Ink()
    ink.op("w", 0.28)
    ink.closed_curve(ring(8, 118, 74, 64))
    return ink.content()


def wave() -> bytes:
    """Return one wavelength of the frame's woven strands, starting at the origin."""
    ink = Ink()
    for strand in range(6):
        ink.op("w", 0.5 if strand % 2 else 0.32)
        ink.sine(_WAVE, 5.7, strand * pi / 3)
    return ink.content()


def ground() -> bytes:
    """Paint paper, rosette and frame. Needs the forms ``Curve`` and ``Wave``."""
    ink = Ink()
    width, height = PAGE
    ink.fill(PAPER)
    ink.rectangle(0, 0, width, height, "f")
    ink.stroke("#F1E7D1", 0.28)
    for turn in range(15):
        ink.place("Curve", width / 2, 430, turn * 2 * pi / 8 / 15)
    _frame(ink)
    return ink.content()


def _frame(ink: Ink) -> None:
    width, height = PAGE
    inset = _OUTER + _BAND
    ink.stroke(DEEP_GOLD, 1.3)
    ink.rectangle(_OUTER, _OUTER, width - 2 * _OUTER, height - 2 * _OUTER, "S")
    ink.stroke(DEEP_GOLD, 0.5)
    ink.rectangle(inset, inset, width - 2 * inset, height - 2 * inset, "S")
    ink.stroke(GOLD, 0.3)
    ink.rectangle(inset + 3, inset + 3, width - 2 * inset - 6, height - 2 * inset - 6, "S")
    middle = _OUTER + _BAND / 2
    for length, sides in (
        (width - 2 * inset, ((inset, middle, 0.0), (width - inset, height - middle, pi))),
        (height - 2 * inset, ((width - middle, inset, pi / 2), (middle, height - inset, -pi / 2))),
    ):
        count = round(length / _WAVE)
        for x, y, angle in sides:
            ink.save()
            ink.op("RG", 0.706, 0.576, 0.353)
            ink.turn(x, y, angle)
            ink.op("cm", length / count / _WAVE, 0, 0, 1, 0, 0)
            for i in range(count):
                ink.place("Wave", i * _WAVE)
            ink.restore()
    for x in (middle, width - middle):
        for y in (middle, height - middle):
            _corner(ink, x, y)


def _corner(ink: Ink, x: float, y: float) -> None:
    ink.save()
    ink.turn(x, y, 0.0)
    half = _BAND / 2 + 4
    ink.fill(PAPER)
    ink.stroke(DEEP_GOLD, 0.9)
    ink.rectangle(-half, -half, 2 * half, 2 * half, "B")
    ink.stroke(GOLD, 0.35)
    for i in range(6):
        ink.closed_curve(ring(6, half * 0.6, half * 0.28, 36, i * pi / 3))
    ink.fill(RED)
    ink.circle(0, 0, 1.5, "f")
    ink.restore()


def seal_picture(ink: Ink, font: LayoutFont, agency: str, x: float, y: float) -> None:
    """Draw the round red seal, 42 mm wide, centred on (x, y); ``agency`` runs along the arc."""
    ink.save()
    ink.state("Seal")
    ink.fill(SEAL_RED)
    ink.stroke(SEAL_RED, 2.6)
    radius = 58.2
    ink.circle(x, y, radius, "S")
    ink.stroke(SEAL_RED, 0.6)
    ink.circle(x, y, radius - 3.6, "S")
    _star(ink, x, y + 5, 15)
    _on_arc(ink, font, agency, x, y, radius - 7.5)
    ink.text(x, y - 26, 11, "测试机构", align=0.5, spacing=2, bold=26)
    ink.text(x, y - 36.5, 6.6, "TEST AUTHORITY", align=0.5, spacing=0.6, bold=20)
    ink.restore()


def _star(ink: Ink, x: float, y: float, size: float) -> None:
    points = [p for i, p in enumerate(ring(0, size, 0, 5, 0.0)) if i < 5]
    ordered = [points[(2 * i) % 5] for i in range(5)]
    ink.line([(x - py, y + px) for px, py in ordered], "f")


def _on_arc(ink: Ink, font: LayoutFont, text: str, x: float, y: float, reach: float) -> None:
    """Set characters upright along the upper arc, their tops ``reach`` from the centre."""
    count = max(len(text), 1)
    sweep = min(1.33 * pi, (count - 1) * 0.33)
    size = min(13.5, sweep * reach / max(count - 1, 1) * 0.86) if count > 1 else 13.5
    base = reach - size * 0.86
    for i, character in enumerate(text):
        turn = (sweep / 2 - i * sweep / (count - 1)) if count > 1 else 0.0
        half = font.width(character, size) / 2
        foot_x, foot_y = x - base * sin(turn), y + base * sin(pi / 2 - turn)
        ink.text(
            foot_x - half * sin(pi / 2 - turn), foot_y - half * sin(turn), size, character,
            angle=turn, bold=18,
        )  # fmt: skip
