"""C2SP tlog-tiles: the log as static files, which any client of that format reads and checks.

A tile of level L, index N holds up to 256 hashes of complete subtrees of 256^L leaves; entry
bundles hold the same leaves' data as big-endian uint16 length and bytes. Paths:
``tile/<L>/<N>[.p/<W>]`` and ``tile/entries/<N>[.p/<W>]``, N in groups of three digits, all but the
last with an ``x`` before them; W, 1 to 255, only where the tile is not full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.log.rfc6962 import HASH_BYTES
from ledger.log.subtrees import Nodes

WIDTH = 256
HEIGHT = 8  # levels of the tree in one tile
MAX_ENTRY = 0xFFFF
MAX_LEVEL = 63  # of the format; a log of 2^63 leaves has no more than 8

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class TileInvalid(LedgerError):
    """A path or content that is no tile."""

    code = "tile.malformed"


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """``level`` None is an entry bundle. ``width`` from 1 to 256, the full one."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise TileInvalid("no such level", level=self.level)
        if self.index < 0 or not 1 <= self.width <= WIDTH:
            raise TileInvalid("no such index or width", index=self.index, width=self.width)


def tile_path(level: int | None, index: int, width: int = WIDTH) -> str:
    """Path of a tile, or of an entry bundle for level None. Raises TileInvalid."""
    tile = Tile(level, index, width)
    rest, last = divmod(tile.index, 1000)
    elements = [f"{last:03d}"]
    while rest:
        rest, element = divmod(rest, 1000)
        elements.append(f"x{element:03d}")
    name = "entries" if level is None else str(level)
    part = "" if width == WIDTH else f".p/{width}"
    return f"tile/{name}/{'/'.join(reversed(elements))}{part}"


def parse_tile_path(path: str) -> Tile:
    """Tile of its path; raises TileInvalid for every path that `tile_path` does not write."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise TileInvalid("not the path of a tile")
    level = None if found[1] == "entries" else int(found[1])
    index = int(found[2].replace("/", "").replace("x", ""))
    tile = Tile(level, index, int(found[3]) if found[3] else WIDTH)
    if tile_path(tile.level, tile.index, tile.width) != path:
        raise TileInvalid("not the one path of this tile")
    return tile


def tiles(size: int, since: int = 0) -> Iterator[Tile]:
    """Hash tiles and entry bundles of the tree of ``size`` leaves, level by level, bundles last.

    With ``since`` only those that the tree of that size did not have in the same width.
    """
    level = 0
    while size >> (HEIGHT * level):
        yield from _row(level, size >> (HEIGHT * level), since >> (HEIGHT * level))
        level += 1
    yield from _row(None, size, since)


def _row(level: int | None, count: int, before: int) -> Iterator[Tile]:
    if count == before:
        return
    for index in range(before // WIDTH, count // WIDTH):
        yield Tile(level, index)
    if count % WIDTH:
        yield Tile(level, count // WIDTH, count % WIDTH)


def covers(tile: Tile, size: int) -> bool:
    """Whether the tree of ``size`` leaves has all the tile's hashes or entries."""
    shift = HEIGHT * (tile.level or 0)
    return tile.index * WIDTH + tile.width <= size >> shift


def tile_bytes(nodes: Nodes, tile: Tile) -> bytes:
    """Content of a hash tile, from stored complete nodes: its hashes one after the other."""
    if tile.level is None:
        raise ValueError("an entry bundle is made of leaves")
    first, level = tile.index * WIDTH, HEIGHT * tile.level
    return b"".join(nodes([(level, first + i) for i in range(tile.width)]))


def parse_tile(data: bytes, width: int) -> list[bytes]:
    """Hashes of a tile's content; raises TileInvalid for another length."""
    if len(data) != width * HASH_BYTES:
        raise TileInvalid("a tile of another width", width=width, size=len(data))
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def entry_bundle(leaves: Sequence[bytes]) -> bytes:
    """Content of an entry bundle. Raises TileInvalid for a leaf over 65,535 bytes."""
    if any(len(leaf) > MAX_ENTRY for leaf in leaves):
        raise TileInvalid("a leaf too long for a bundle", limit=MAX_ENTRY)
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def parse_entry_bundle(data: bytes, width: int) -> list[bytes]:
    """Leaves of a bundle's content; raises TileInvalid unless there are exactly ``width``."""
    leaves, position = [], 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        leaves.append(data[start:position])
    if position != len(data) or len(leaves) != width:
        raise TileInvalid("a bundle of another width", width=width, given=len(leaves))
    return leaves
