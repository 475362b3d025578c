"""Draw on a page: the few PDF operators (ISO 32000-1, annex A) that a licence needs.

Coordinates and sizes are points, origin at the lower left. Colours are ``"#RRGGBB"``.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, pi, sin

from certs.layout.font import Glyphs
from certs.layout.pdf import number

Point = tuple[float, float]
_ARC = 0.5522847498


class Ink:
    """A content stream being written."""

    def __init__(self, glyphs: Glyphs | None = None) -> None:
        self._glyphs = glyphs
        self._out: list[bytes] = []

    def content(self) -> bytes:
        return b"\n".join(self._out)

    def op(self, operator: str, *values: float) -> None:
        """Write one operator with its numbers."""
        self._out.append(b" ".join([*map(number, values), operator.encode("ascii")]))

    def save(self) -> None:
        self.op("q")

    def restore(self) -> None:
        self.op("Q")

    def place(self, name: str, x: float = 0.0, y: float = 0.0, angle: float = 0.0) -> None:
        """Paint a named form, moved to (x, y) and turned by ``angle`` radians."""
        self.save()
        self._matrix("cm", angle, x, y)
        self._out.append(b"/%s Do" % name.encode("ascii"))
        self.restore()

    def turn(self, x: float, y: float, angle: float) -> None:
        """Move the origin to (x, y) and turn the axes, until :meth:`restore`."""
        self._matrix("cm", angle, x, y)

    def state(self, name: str) -> None:
        """Take up a named graphics state."""
        self._out.append(b"/%s gs" % name.encode("ascii"))

    def fill(self, colour: str) -> None:
        self.op("rg", *_parts(colour))

    def stroke(self, colour: str, width: float) -> None:
        self.op("RG", *_parts(colour))
        self.op("w", width)

    def rectangle(self, x: float, y: float, width: float, height: float, paint: str) -> None:
        """``paint``: ``f`` fills, ``S`` strokes, ``B`` does both."""
        self.op("re", x, y, width, height)
        self.op(paint)

    def line(self, points: Sequence[Point], paint: str = "S") -> None:
        self.op("m", *points[0])
        for point in points[1:]:
            self.op("l", *point)
        self.op(paint)

    def circle(self, x: float, y: float, radius: float, paint: str) -> None:
        k = radius * _ARC
        self.op("m", x + radius, y)
        self.op("c", x + radius, y + k, x + k, y + radius, x, y + radius)
        self.op("c", x - k, y + radius, x - radius, y + k, x - radius, y)
        self.op("c", x - radius, y - k, x - k, y - radius, x, y - radius)
        self.op("c", x + k, y - radius, x + radius, y - k, x + radius, y)
        self.op(paint)

    def closed_curve(self, points: Sequence[Point]) -> None:
        """Stroke a smooth closed curve through the points (Catmull-Rom as Bézier)."""
        count = len(points)
        self.op("m", *points[0])
        for i in range(count):
            (ax, ay), (bx, by) = points[i - 1], points[i]
            (cx, cy), (dx, dy) = points[(i + 1) % count], points[(i + 2) % count]
            self.op(
                "c", bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6,
                cx, cy,
            )  # fmt: skip
        self.op("s")

    def sine(self, length: float, height: float, phase: float) -> None:
        """Stroke one period of a sine wave from x = 0 to ``length`` (Hermite as Bézier)."""
        count = 8
        step, slope = length / count, 2 * pi * height / length
        spots = [(i * step, 2 * pi * i / count + phase) for i in range(count + 1)]
        self.op("m", 0, height * sin(phase))
        for (ax, at), (bx, bt) in pairwise(spots):
            self.op(
                "c", ax + step / 3, height * sin(at) + slope * cos(at) * step / 3,
                bx - step / 3, height * sin(bt) - slope * cos(bt) * step / 3, bx, height * sin(bt),
            )  # fmt: skip
        self.op("S")

    def squares(self, rows: Iterable[Iterable[int]], x: float, y: float, size: float) -> None:
        """Fill the set cells of a matrix, top row first, from (x, y) at the upper left."""
        for i, row in enumerate(rows):
            cells = [*row, 0]
            start = None
            for j, cell in enumerate(cells):
                if cell and start is None:
                    start = j
                elif not cell and start is not None:
                    self.op("re", x + start * size, y - (i + 1) * size, (j - start) * size, size)
                    start = None
        self.op("f")

    def text(
        self,
        x: float,
        y: float,
        size: float,
        value: str,
        *,
        align: float = 0.0,
        spacing: float = 0.0,
        bold: float = 0.0,
        angle: float = 0.0,
        hidden: bool = False,
    ) -> None:
        """Set a line on the baseline y.

        ``align``: 0 starts at x, 0.5 centres, 1 ends there. ``spacing``: points between
        characters. ``bold``: width of an outline in thousandths of the size, in the fill colour
        set as stroke colour by the caller (the subset has one weight). ``hidden``: nothing is
        painted, but the text can be found and copied.
        """
        if self._glyphs is None:
            raise ValueError("this ink has no glyphs")
        shift = align * (self._glyphs.font.width(value, size, spacing) - spacing)
        self.op("BT")
        self._out.append(b"/F " + number(size) + b" Tf")
        self.op("Tc", spacing)
        self.op("Tr", 3 if hidden else 2 if bold else 0)
        if bold:
            self.op("w", bold * size / 1000)
        self._matrix("Tm", angle, x - shift * cos(angle), y - shift * sin(angle))
        self._out.append(self._glyphs.encode(value) + b" Tj")
        self.op("ET")

    def _matrix(self, operator: str, angle: float, x: float, y: float) -> None:
        c, s = f"{cos(angle):.5f}", f"{sin(angle):.5f}"
        parts = f"{c} {s} {-sin(angle):.5f} {c}".encode("ascii")
        self._out.append(b" ".join((parts, number(x), number(y), operator.encode("ascii"))))


def ring(lobes: int, radius: float, depth: float, steps: int, phase: float = 0.0) -> list[Point]:
    """Return points of a closed curve whose radius swings ``lobes`` times by ``depth``."""
    points = []
    for i in range(steps):
        turn = 2 * pi * i / steps
        reach = radius + depth * sin(lobes * turn + phase)
        points.append((reach * cos(turn), reach * sin(turn)))
    return points


def _parts(colour: str) -> tuple[float, float, float]:
    r, g, b = bytes.fromhex(colour[1:])
    return r / 255, g / 255, b / 255
