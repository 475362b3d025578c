"""The cached state of the embedded chain is only a cache."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters.ethereum import embedded
from ledger.adapters.ethereum.errors import (
    JournalBehind,
)
from ledger.adapters.ethereum.journal import Journal
from tests.ledger.adapters.ethereum.stories import cache_now, kill, publish_some, read_again
from tests.ledger.adapters.ethereum.world import (
    LOG,
    Log,
    World,
)


@pytest.mark.parametrize("damage", ["torn", "empty", "missing", "flipped", "another's"])
def test_a_damaged_cache_is_thrown_away(world: World, damage: str, tmp_path: Path) -> None:
    anchors = publish_some(world)
    state = cache_now(world)
    world.chain.close()
    content = bytearray(state.read_bytes())
    if damage == "torn":
        state.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        state.write_bytes(b"")
    elif damage == "missing":
        state.unlink()
    elif damage == "flipped":
        content[len(content) // 2] ^= 1
        state.write_bytes(content)
    else:
        other = World(tmp_path / "other", seed=5)
        publish_some(other)
        cache_now(other)
        other.chain.close()
        shutil.copy(other.folder / "state", state)
    chain = world.reopen()
    assert read_again(world, chain, anchors) == anchors
    assert not state.exists()


def test_a_cache_behind_the_journal_is_used_and_the_rest_replayed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log()
    early = publish_some(world, 3, log)
    cache_now(world)
    late = publish_some(world, 3, log)
    kill(world)
    replayed: list[int] = []
    after = Journal.mined_after

    def counting(self: Journal, block: int) -> Iterator[object]:
        for sent in after(self, block):
            replayed.append(sent.number)
            yield sent

    monkeypatch.setattr(Journal, "mined_after", counting)
    assert read_again(world, world.chain, early + late) == early + late
    assert len(replayed) == 3
    assert publish_some(world, 1, log)[0].block_number == late[-1].block_number + 1


def test_the_cache_is_written_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_CACHE_AFTER", 8)
    anchors = publish_some(world, 4)
    assert (world.folder / "state").exists()
    world.reopen()
    assert read_again(world, world.chain, anchors) == anchors


def test_a_cache_whose_accounts_do_not_hash_to_its_header_is_not_believed(world: World) -> None:
    anchors = publish_some(world)
    assert world.node._rpc is not None
    # Somebody gives a contract other code over the node's own interface, and that is cached.
    world.node._rpc.ask(("anvil_setCode", [world.book.contracts["StatusRegistry"], "0x00"]))
    cache_now(world)
    kill(world)
    world.chain.identity()
    assert read_again(world, world.chain, anchors) == anchors


def test_a_journal_that_lost_lines_waits_for_the_operator(world: World) -> None:
    publish_some(world)
    cache_now(world)
    world.chain.close()
    journal = world.folder / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-4]))
    with pytest.raises(JournalBehind) as behind:
        world.reopen().head(LOG)
    assert behind.value.cached - behind.value.journalled == 2
