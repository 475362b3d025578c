"""The log under ``/log`` as any client of C2SP tlog-tiles reads it."""

from __future__ import annotations

import pytest

from ledger.flows.door.refusal import log_refusal
from ledger.log.checkpoint import open_checkpoint
from ledger.log.merkle import root
from ledger.log.rfc6962 import leaf_hash, node_hash
from ledger.log.tiles import WIDTH, parse_entry_bundle, parse_tile, tile_path, tiles
from tests.api.world import World


@pytest.fixture(scope="module", autouse=True)
def some_entries(world: World) -> None:
    """More than one full tile, so that partial and full ones are both there."""
    _ = world.matter
    while world.platform.store.size() < WIDTH + 20:
        log_refusal(world.platform, "wjw", {}, "consent.absent")
    world.anchored()


def test_a_client_rebuilds_the_tree_from_tiles_and_entries(world: World) -> None:
    origin, vkey = world.platform.log.origin, world.get("/log/log.vkey").text.strip()
    checkpoint = open_checkpoint(world.get("/log/checkpoint").content, origin, vkey)
    hashes: list[bytes] = []
    leaves: list[bytes] = []
    for tile in tiles(checkpoint.size):
        path = f"/log/{tile_path(tile.level, tile.index, tile.width)}"
        answer = world.get(path, None if tile.level is not None else "sjj")
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        if tile.level is None:
            leaves += parse_entry_bundle(answer.content, tile.width)
        elif tile.level == 0:
            hashes += parse_tile(answer.content, tile.width)
    assert len(leaves) == checkpoint.size
    assert hashes == [leaf_hash(leaf) for leaf in leaves]
    assert root(hashes) == checkpoint.root
    upper = parse_tile(world.get("/log/tile/1/000.p/1").content, 1)
    level = hashes[:WIDTH]
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    assert upper == level


def test_every_narrower_tile_is_the_beginning_of_the_full_one(world: World) -> None:
    full = world.get("/log/tile/0/000").content
    for width in (1, 7, 255):
        assert world.get(f"/log/tile/0/000.p/{width}").content == full[: 32 * width]


def test_checkpoint_and_key_may_not_be_kept_for_ever(world: World) -> None:
    assert world.get("/log/checkpoint").headers["cache-control"] == "no-cache"
    assert world.get("/log/checkpoint").headers["content-type"] == "text/plain; charset=utf-8"
    assert "immutable" not in world.get("/log/log.vkey").headers["cache-control"]


def test_entries_are_not_for_shared_caches(world: World) -> None:
    answer = world.get("/log/tile/entries/000", "wjw")
    assert answer.headers["cache-control"].startswith("private")
    assert world.get("/log/tile/entries/000").status_code == 401
    assert world.get("/log/tile/entries/000", world.stranger.subject).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "0/002",
        "0/001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/0",
        "0/0000",
        "0/x000/000",
        "00/000",
        "1/000",
        "64/000",
        "-1/000",
        "0/000/",
        "0/000.p/",
        "0/..%2f000",
        "0/%30%30%30x",
        "0/000.p/1/2",
        "a/000",
        "0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_what_is_no_tile_of_this_log_is_absent(world: World, path: str) -> None:
    answer = world.get(f"/log/tile/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_nothing_is_shown_that_no_checkpoint_covers(world: World) -> None:
    """A sequenced entry stays unseen until a signed checkpoint covers it."""
    log_refusal(world.platform, "wjw", {}, "consent.absent")
    head = world.platform.store.head()
    assert head is not None
    index, width = divmod(head.size + 1, WIDTH)
    path = f"/log/tile/entries/{index:03d}.p/{width}"
    assert world.get(path, "sjj").status_code == 404
    world.anchored()
    assert world.get(path, "sjj").status_code == 200
