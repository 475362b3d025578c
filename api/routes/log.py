"""The log as C2SP tlog-tiles: https://c2sp.org/tlog-tiles, under ``/log``.

Checkpoint, hash tiles and verifier key are open: leaves are commitments that name nobody. Entry
bundles need the bearer token of an agency or an auditor all the same, because their kinds and
their numbers tell something.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.edge import PlatformOf, ReaderCaller
from ledger.errors import NotFound
from ledger.log.tiles import (
    WIDTH,
    Tile,
    TileInvalid,
    covers,
    entry_bundle,
    parse_tile_path,
    tile_bytes,
)
from ledger.platform import Platform
from ledger.tlog import newest_head

router = APIRouter(prefix="/log", tags=["log"])
FOREVER = "max-age=31536000, immutable"
_OCTETS = "application/octet-stream"


@router.get("/checkpoint", response_class=Response)
def checkpoint(platform: PlatformOf) -> Response:
    """The newest signed checkpoint (C2SP tlog-checkpoint)."""
    head = newest_head(platform)
    if head is None:
        raise NotFound("The log is empty.")
    return Response(
        head.note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@router.get("/log.vkey", response_class=Response)
def verifier_key(platform: PlatformOf) -> Response:
    """The key that checkpoints verify with, as a note verifier key."""
    return Response(
        f"{platform.log.vkey}\n",
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )


@router.get("/tile/entries/{path:path}", response_class=Response)
def entries(path: str, caller: ReaderCaller, platform: PlatformOf) -> Response:
    """An entry bundle: 1 to 256 leaves, each behind its length (16 bits, big-endian)."""
    tile = _tile(platform, f"tile/entries/{path}")
    start = tile.index * WIDTH
    stored = platform.store.entries(start, start + tile.width)
    data = entry_bundle([one.leaf for one in stored])
    return Response(data, media_type=_OCTETS, headers={"Cache-Control": f"private, {FOREVER}"})


@router.get("/tile/{path:path}", response_class=Response)
def hashes(path: str, platform: PlatformOf) -> Response:
    """A tile of hashes, full or as wide as the path says."""
    tile = _tile(platform, f"tile/{path}")
    data = tile_bytes(platform.store.nodes, tile)
    return Response(data, media_type=_OCTETS, headers={"Cache-Control": f"public, {FOREVER}"})


def _tile(platform: Platform, path: str) -> Tile:
    """The tile of a path, where the published checkpoint covers all of it. Raises NotFound."""
    try:
        tile = parse_tile_path(path)
    except TileInvalid as error:
        raise NotFound("There is no such tile.") from error
    head = platform.store.head()
    if head is None or not covers(tile, head.size):
        raise NotFound("There is no such tile.")
    return tile
