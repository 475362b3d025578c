"""Stream objects of PDF (ISO 32000-1, 7.3.8): stored plainly or by Flate, read within limits."""

import zlib
from dataclasses import dataclass

from certs.layout.errors import PdfMalformed
from certs.layout.tokens import Value

_MOST_ROWS = 300_000


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream object: its dictionary and its bytes as stored (a view, nothing is copied)."""

    entries: dict[str, Value]
    data: memoryview


def inflated(data: memoryview, limit: int) -> bytes:
    """Undo Flate, giving at most ``limit`` bytes and one more. Raises ``PdfMalformed``."""
    try:
        return zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error as error:
        raise PdfMalformed("a stream does not inflate") from error


def unpredicted(data: bytes, parameters: dict[str, Value]) -> bytes:
    """Undo the PNG predictors None, Sub and Up (7.4.4.4) over bytes of one component."""
    if parameters.get("Predictor", 1) == 1:
        return data
    columns = parameters.get("Columns", 1)
    if not isinstance(columns, int) or not 0 < columns <= 4096 or parameters["Predictor"] == 2:
        raise PdfMalformed("a stream has a predictor that is not read here")
    if len(data) // (columns + 1) > _MOST_ROWS:
        raise PdfMalformed("a stream holds too many rows", limit=_MOST_ROWS)
    out, above = bytearray(), bytes(columns)
    for at in range(0, len(data) - columns, columns + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + columns])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above, strict=True))
        elif kind == 1:
            for i in range(1, columns):
                row[i] = (row[i] + row[i - 1]) & 255
        elif kind != 0:
            raise PdfMalformed("a stream has a predictor that is not read here")
        out += row
        above = bytes(row)
    return bytes(out)
