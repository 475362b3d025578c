"""The font of layout files: measure text, and cut a document's own glyphs out of the subset.

The committed font holds simple glyphs only (``scripts/font`` flattens composites), so that a
document's font is made by joining slices of ``glyf``: no outline is parsed.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

FONT_FILE = "NotoSansSC-GB2312.ttf"
_TABLES_COPIED = ("head", "hhea", "maxp")


@dataclass(frozen=True, slots=True)
class LayoutFont:
    """A TrueType font taken apart. Lengths are in font units, ``units`` of them to the em."""

    units: int
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    glyph_of: dict[int, int]
    advances: tuple[int, ...]
    bearings: tuple[int, ...]
    outlines: bytes
    offsets: tuple[int, ...]
    tables: dict[str, bytes]

    def missing(self, text: str) -> list[str]:
        """Return the characters of ``text`` that the font cannot write, in order, each once."""
        return list(dict.fromkeys(c for c in text if ord(c) not in self.glyph_of))

    def width(self, text: str, size: float, spacing: float = 0.0) -> float:
        """Return the width of ``text`` in points; unknown characters count as nothing."""
        glyph_of, advances = self.glyph_of, self.advances
        total = sum(advances[glyph_of[ord(c)]] for c in text if ord(c) in glyph_of)
        return total * size / self.units + spacing * len(text)


@cache
def load_font() -> LayoutFont:
    """Read the committed subset; a constant of the package, read once."""
    data = resources.files("certs.layout").joinpath(f"fonts/{FONT_FILE}").read_bytes()
    tables = {}
    for i in range(int.from_bytes(data[4:6], "big")):
        tag, _, start, size = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        tables[tag.decode("ascii")] = data[start : start + size]
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    head, metrics = tables["head"], struct.unpack_from(">H", tables["hhea"], 34)[0]
    longs = struct.unpack_from(">h", head, 50)[0] == 1
    raw = struct.unpack_from(f">{count + 1}{'I' if longs else 'H'}", tables["loca"])
    pairs = struct.unpack_from(">" + "Hh" * metrics, tables["hmtx"])
    rest = struct.unpack_from(f">{count - metrics}h", tables["hmtx"], 4 * metrics)
    return LayoutFont(
        units=struct.unpack_from(">H", head, 18)[0],
        ascent=struct.unpack_from(">h", tables["hhea"], 4)[0],
        descent=struct.unpack_from(">h", tables["hhea"], 6)[0],
        cap_height=struct.unpack_from(">h", tables["OS/2"], 88)[0],
        box=struct.unpack_from(">4h", head, 36),
        glyph_of=_characters(tables["cmap"]),
        advances=pairs[::2] + (pairs[-2],) * (count - metrics),
        bearings=pairs[1::2] + rest,
        outlines=tables["glyf"],
        offsets=tuple(n if longs else 2 * n for n in raw),
        tables={tag: tables[tag] for tag in _TABLES_COPIED},
    )


class Glyphs:
    """The glyphs one document uses, numbered in the order of their first use."""

    def __init__(self, font: LayoutFont) -> None:
        self.font = font
        self._number: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Return ``text`` as a PDF hexadecimal string of two-byte glyph numbers."""
        number = self._number
        for character in text:
            if character not in number:
                number[character] = len(number) + 1
        return b"<%s>" % "".join(f"{number[c]:04X}" for c in text).encode("ascii")

    def widths(self) -> list[int]:
        """Return the advances in thousandths of the em, by glyph number."""
        font = self.font
        return [font.advances[g] * 1000 // font.units for g in self._sources()]

    def character_map(self) -> bytes:
        """Return the ToUnicode CMap, so that text can be searched and copied."""
        lines = [f"<{n:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, n in self._items()]
        blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
        body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode("ascii")

    def name(self) -> str:
        """Return the PostScript name with the six-letter tag of a subset (PDF 32000-1, 9.6.4)."""
        number = zlib.crc32("".join(self._number).encode())
        tag = "".join(chr(65 + number // 26**i % 26) for i in range(6))
        return f"{tag}+NotoSansSC-Regular"

    def font_file(self) -> bytes:
        """Return a TrueType font of just these glyphs, ``.notdef`` first."""
        font, sources = self.font, self._sources()
        outlines, offsets = bytearray(), [0]
        for glyph in sources:
            outlines += font.outlines[font.offsets[glyph] : font.offsets[glyph + 1]]
            outlines += bytes(-len(outlines) % 4)
            offsets.append(len(outlines))
        metrics = [n for g in sources for n in (font.advances[g], font.bearings[g])]
        count = len(sources)
        head, hhea, maxp = (bytearray(font.tables[tag]) for tag in _TABLES_COPIED)
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, count)
        struct.pack_into(">H", maxp, 4, count)
        return _assemble(
            {
                b"glyf": bytes(outlines),
                b"head": bytes(head),
                b"hhea": bytes(hhea),
                b"hmtx": struct.pack(">" + "Hh" * count, *metrics),
                b"loca": struct.pack(f">{count + 1}I", *offsets),
                b"maxp": bytes(maxp),
            }
        )

    def _items(self) -> list[tuple[str, int]]:
        return list(self._number.items())

    def _sources(self) -> list[int]:
        return [0, *(self.font.glyph_of[ord(c)] for c in self._number)]


def _characters(cmap: bytes) -> dict[int, int]:
    """Read the format 4 table of the Unicode basic plane (OpenType, cmap)."""
    for i in range(int.from_bytes(cmap[2:4], "big")):
        platform, encoding, start = struct.unpack_from(">HHI", cmap, 4 + 8 * i)
        if (platform, encoding) == (3, 1):
            break
    else:
        raise ValueError("the font has no Windows Unicode character map")
    count = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    at = start + 14
    ends = struct.unpack_from(f">{count}H", cmap, at)
    starts = struct.unpack_from(f">{count}H", cmap, at + 2 * count + 2)
    deltas = struct.unpack_from(f">{count}H", cmap, at + 4 * count + 2)
    ranges_at = at + 6 * count + 2
    found = {}
    for i in range(count):
        offset = struct.unpack_from(">H", cmap, ranges_at + 2 * i)[0]
        for code in range(starts[i], min(ends[i], 0xFFFE) + 1):
            glyph = code
            if offset:
                place = ranges_at + 2 * i + offset + 2 * (code - starts[i])
                glyph = struct.unpack_from(">H", cmap, place)[0]
            if glyph:
                found[code] = (glyph + deltas[i]) % 65536
    return {code: glyph for code, glyph in found.items() if glyph}


def _assemble(tables: dict[bytes, bytes]) -> bytes:
    """Join tables into a font file with checksums (OpenType, table directory)."""
    count = len(tables)
    power = count.bit_length() - 1
    span = 16 << power
    directory = struct.pack(">IHHHH", 0x00010000, count, span, power, 16 * count - span)
    at, body = 12 + 16 * count, bytearray()
    for tag, data in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, _checksum(data), at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    font = bytearray(directory) + body
    adjustment = (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF
    struct.pack_into(">I", font, _start(directory, b"head") + 8, adjustment)
    return bytes(font)


def _start(directory: bytes, tag: bytes) -> int:
    return int.from_bytes(directory[directory.index(tag) + 8 :][:4], "big")


def _checksum(data: bytes) -> int:
    data += bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
