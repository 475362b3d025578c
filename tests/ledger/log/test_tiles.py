"""Tiles: paths and contents as other clients of the format write and read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import merkle
from ledger.log.tiles import (
    Tile,
    TileInvalid,
    covers,
    entry_bundle,
    parse_entry_bundle,
    parse_tile,
    parse_tile_path,
    tile_bytes,
    tile_path,
    tiles,
)

FOREIGN = json.loads(
    (Path(__file__).parents[2] / "vectors" / "receipt" / "foreign.json").read_bytes()
)
LEAVES = [b"leaf %d" % i for i in range(300)]


def nodes_of(leaves: Sequence[bytes]) -> merkle.Nodes:
    grown = merkle.grown(lambda wanted: [], 0, merkle.leaf_hashes(leaves))
    stored = {(level, index): hashed for level, index, hashed in grown}
    return lambda wanted: [stored[coordinate] for coordinate in wanted]


NODES = nodes_of(LEAVES)


@pytest.mark.parametrize("vector", FOREIGN["tiles"], ids=lambda vector: vector["path"])
def test_foreign_tile(vector: dict[str, Any]) -> None:
    tile = parse_tile_path(vector["path"])
    assert tile_path(tile.level, tile.index, tile.width) == vector["path"]
    if "sha256_hex" in vector:
        content = tile_bytes(NODES, tile)
        assert hashlib.sha256(content).hexdigest() == vector["sha256_hex"]
        assert b"".join(parse_tile(content, tile.width)) == content
    else:
        level = None if vector["level"] < 0 else vector["level"]
        assert tile == Tile(level, vector["index"], vector["width"])


@pytest.mark.parametrize("vector", FOREIGN["bundles"], ids=lambda vector: str(vector["index"]))
def test_foreign_entry_bundle(vector: dict[str, Any]) -> None:
    leaves = LEAVES[vector["index"] * 256 :][:256]
    bundle = entry_bundle(leaves)
    assert hashlib.sha256(bundle).hexdigest() == vector["sha256_hex"]
    assert parse_entry_bundle(bundle, len(leaves)) == leaves


def test_the_specification_s_own_example() -> None:
    """A tree of 70,000: 273 full and one partial of 112; 1 full and one of 17; one of 1."""
    listed = list(tiles(70_000))
    by_level: dict[int | None, list[Tile]] = {}
    for tile in listed:
        by_level.setdefault(tile.level, []).append(tile)
    assert [tile.width for tile in by_level[0]] == [256] * 273 + [112]
    assert [tile.width for tile in by_level[1]] == [256, 17]
    assert [tile.width for tile in by_level[2]] == [1]
    assert [tile.width for tile in by_level[None]] == [256] * 273 + [112]
    assert listed[-1] == Tile(None, 273, 112)
    assert list(tiles(256)) == [Tile(0, 0), Tile(1, 0, 1), Tile(None, 0)]
    assert list(tiles(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_new_tiles_are_those_the_older_tree_had_not(first: int, second: int) -> None:
    old, new = sorted((first, second))
    assert set(tiles(new)) - set(tiles(old)) == set(tiles(new, old))
    assert all(covers(tile, new) for tile in tiles(new))
    assert not any(covers(tile, old) for tile in tiles(new, old))


def test_a_client_rebuilds_the_root_from_tiles() -> None:
    hashes: list[bytes] = []
    for tile in tiles(300):
        if tile.level == 0:
            hashes += parse_tile(tile_bytes(NODES, tile), tile.width)
    assert merkle.root(hashes) == merkle.root_at(NODES, 300)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/1/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/0/x000/x000/x000/x000/x000/x000/x000/001",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(TileInvalid):
        parse_tile_path(path)


@given(st.none() | st.integers(0, 63), st.integers(0, 10**18), st.integers(1, 256))
def test_a_path_survives(level: int | None, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == Tile(level, index, width)


@pytest.mark.parametrize(
    ("data", "width"),
    [(b"", 1), (b"\0", 1), (b"\0\1", 1), (b"\0\1ab", 1), (b"\0\1a", 2), (b"\0\1a\0", 2)],
)
def test_other_bundles_are_refused(data: bytes, width: int) -> None:
    with pytest.raises(TileInvalid):
        parse_entry_bundle(data, width)


def test_other_tiles_are_refused() -> None:
    with pytest.raises(TileInvalid):
        parse_tile(bytes(33), 1)
    with pytest.raises(TileInvalid):
        entry_bundle([bytes(65_536)])
    for values in ((64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(TileInvalid):
            Tile(*values)
    with pytest.raises(ValueError, match="leaves"):
        tile_bytes(NODES, Tile(None, 0, 1))
