"""The index of what the contracts said: up to the chain's head, and back where the chain went back.

The first block and the newest that were read are kept with their hashes. The newest is the tip: the
events of all blocks up to it count, rows beyond it are left over from a branch that is gone, and
go with the next step. Each step is one commit that is guarded by the tip, so that any number of
workers do each step once. Blocks that were exchanged for others are noticed by their hashes:
the tip goes back to the newest block that still stands, and reading goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from ledger.errors import ChainAway, Conflict, Tampered
from ledger.index.chain import BLOCKS, DEPTH, KEYS, block_rows, event_rows
from ledger.platform import Platform
from ledger.ports import ChainBlock, Expect, Row, Scalar

RANGE = 2_000
"""Blocks whose events are read at once, and written in one commit."""
STEPS = 8
"""Steps of one round."""
_PAGE = 1_000
_EVER = 1 << 62


class ReorgTooDeep(Tampered):
    """The chain exchanged more than ``limit`` blocks that were indexed; an operator looks at it
    and has the index made again."""

    code = "chain.reorg_too_deep"


class IndexWrong(Tampered):
    """The index was made from another chain, or its own rows were changed; make it again."""

    code = "chain.index_wrong"


class ChainBehind(ChainAway):
    """The node has not yet the blocks that were read before; ``indexed`` and ``head``."""

    code = "chain.behind"


@dataclass(frozen=True, slots=True)
class Standing:
    """Events of the blocks up to ``indexed`` (-1: of none) count; the chain has ``head``."""

    indexed: int
    head: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a round did: where the index stands, events read, blocks taken back."""

    standing: Standing
    events: int
    undone: int


@dataclass(frozen=True, slots=True)
class _Step:
    events: int = 0
    undone: int = 0


def index_chain(platform: Platform) -> Indexed:
    """Bring the index nearer to the head, in a bounded number of steps.

    Raises ReorgTooDeep, IndexWrong, ChainBehind, ChainAway.
    """
    events = undone = 0
    for _ in range(STEPS):
        try:
            done = _step(platform)
        except Conflict:
            continue  # another worker was faster, and did the same
        if done is None:
            break
        events, undone = events + done.events, undone + done.undone
    return Indexed(standing(platform), events, undone)


def index_whole_chain(platform: Platform) -> Iterator[Indexed]:
    """Rounds until the index has the head that the chain had at the beginning."""
    wanted = platform.chain_events.newest().number
    while True:
        done = index_chain(platform)
        yield done
        if done.standing.indexed >= wanted:
            return


def forget(platform: Platform) -> None:
    """Begin the index anew: no event counts until it is read again. Raises ChainAway."""
    kept = platform.store.rows(BLOCKS)
    if not kept:
        return
    turn = max(cast(int, row["tip"]) for row in kept) + 1
    numbers = [cast(int, row["number"]) for row in kept]
    first = platform.chain_events.blocks([0])
    platform.store.write(block_rows(numbers, first, turn), [_guard(kept[-1])])


def indexed_to(platform: Platform) -> int:
    """The number of the tip; -1 where nothing was read."""
    kept = platform.store.rows(BLOCKS)
    return cast(int, kept[-1]["number"]) if kept else -1


def standing(platform: Platform) -> Standing:
    """Where the index and the chain are. Raises ChainAway."""
    return Standing(indexed_to(platform), platform.chain_events.newest().number)


def check_standing(platform: Platform) -> Standing:
    """As `standing`, after the kept blocks were looked for on the chain. Raises what
    `index_chain` raises."""
    kept, _ = _kept(platform)
    head = platform.chain_events.newest()
    if kept:
        _common(platform, kept, head)
    return Standing(kept[-1].number if kept else -1, head.number)


def _step(platform: Platform) -> _Step | None:
    """One move of the tip; None where it stands at the head. Raises Conflict where another
    worker moved it meanwhile."""
    kept, turn = _kept(platform)
    if not kept:
        first = platform.chain_events.blocks([0])
        rows = block_rows((), first, 1)
        platform.store.write([Row(row.table, row.values, "insert") for row in rows])
        return _Step()
    tip, head = kept[-1], platform.chain_events.newest()
    if head == tip:
        return None
    base = _common(platform, kept, head)
    if base < tip.number:
        still = [one for one in kept if one.number <= base]
        _move(platform, kept, still, turn, [])
        return _Step(undone=tip.number - base)
    return _advance(platform, kept, turn, head.number)


def _advance(platform: Platform, kept: Sequence[ChainBlock], turn: int, head: int) -> _Step:
    tip = kept[-1]
    last = min(head, tip.number + RANGE)
    numbers = range(max(tip.number + 1, last - DEPTH), last + 1)
    # The blocks first and the last of them again, so that events of another branch do not pass.
    blocks = platform.chain_events.blocks(numbers)
    events = platform.chain_events.events(tip.number + 1, last)
    line = [*kept[-1:], *blocks] if numbers[0] == tip.number + 1 else blocks
    standing = {one.number: one for one in blocks}
    if (
        [one.number for one in blocks] != list(numbers)
        or any(one.parent != before.hash for before, one in pairwise(line))
        or any(standing.get(one.block.number, one.block) != one.block for one in events)
        or platform.chain_events.blocks([last]) != blocks[-1:]
    ):
        raise ChainAway("The chain is reorganised while it is read.")
    rows = [
        *_left_over(platform, tip.number, last if last < head else _EVER),
        *(row for event in events for row in event_rows(event)),
    ]
    _move(platform, kept, [*kept, *blocks], turn, rows)
    return _Step(events=len(events))


def _common(platform: Platform, kept: Sequence[ChainBlock], head: ChainBlock) -> int:
    """Number of the newest kept block that the chain still has."""
    found = {one.number: one for one in platform.chain_events.blocks([k.number for k in kept])}
    if found.get(0) != kept[0]:
        raise IndexWrong(
            "The index of the contracts' events was made from another chain; make it again: "
            "mianti chain index --rebuild"
        )
    base = max(one.number for one in kept if found.get(one.number) == one)
    tip = kept[-1].number
    if tip - base <= DEPTH:
        return base
    if head.number < kept[1].number:
        raise ChainBehind(
            f"The chain's node is at block {head.number}; block {tip} was read before.",
            indexed=tip,
            head=head.number,
        )
    raise ReorgTooDeep(
        f"The chain exchanged more than {DEPTH} blocks before block {tip}. If that is right, make "
        "the index again: mianti chain index --rebuild",
        limit=DEPTH,
        indexed=tip,
    )


def _kept(platform: Platform) -> tuple[list[ChainBlock], int]:
    """The kept blocks, ascending from block 0, and the turn of the next move."""
    rows = platform.store.rows(BLOCKS)
    turns = [cast(int, row["tip"]) for row in rows]
    if rows and (rows[0]["number"] != 0 or turns[-1] < 1 or any(turns[:-1])):
        raise IndexWrong(
            "The index of the contracts' events was changed; make it again: "
            "mianti chain index --rebuild"
        )
    blocks = [
        ChainBlock(
            cast(int, row["number"]), str(row["hash"]), str(row["parent"]), cast(int, row["time"])
        )
        for row in rows
    ]
    return blocks, turns[-1] + 1 if turns else 1


def _move(
    platform: Platform,
    kept: Sequence[ChainBlock],
    now: Sequence[ChainBlock],
    turn: int,
    rows: Sequence[Row],
) -> None:
    guard = _guard({"number": kept[-1].number, "hash": kept[-1].hash, "tip": turn - 1})
    moved = block_rows([one.number for one in kept], now, turn)
    platform.store.write([*moved, *rows], [guard])


def _guard(tip: Mapping[str, Scalar]) -> Expect:
    return Expect(BLOCKS, {"number": tip["number"]}, {"hash": tip["hash"], "tip": tip["tip"]})


def _left_over(platform: Platform, after: int, last: int) -> Iterator[Row]:
    """Rows beyond the tip, up to block ``last``, to be deleted."""
    for table, key in KEYS.items():
        for row in rows_between(platform, table, after + 1, last):
            yield Row(table, {column: row[column] for column in key}, "delete")


def rows_between(
    platform: Platform, table: str, first: int, last: int
) -> Iterator[dict[str, Scalar]]:
    """Rows of these blocks, both included, in order."""
    at: Scalar = first - 1
    while page := platform.store.rows(table, after=at, limit=_PAGE):
        for row in page:
            if cast(int, row["block"]) > last:
                return
            yield row
        at = page[-1]["block"]
