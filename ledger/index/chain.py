"""Rows of what the contracts said: a cache beside the log, which the chain alone explains."""

from __future__ import annotations

from collections.abc import Sequence

from certs.canonical import canonical
from ledger.ports import ChainBlock, ChainEvent, Row

BLOCKS, EVENTS, SUBJECTS = "chain_blocks", "chain_events", "chain_subjects"
KEYS = {EVENTS: ("block", "idx"), SUBJECTS: ("block", "idx", "subject")}
"""What names a row of the tables that a reorganisation changes."""
DEPTH = 12
"""So many of the newest blocks may be exchanged for others, on chains without finality."""


def event_rows(event: ChainEvent) -> list[Row]:
    """The event, and a row for each thing that it is about."""
    place = {"block": event.block.number, "idx": event.index}
    return [
        Row(
            EVENTS,
            {
                **place,
                "block_hash": event.block.hash,
                "time": event.block.time,
                "tx": event.transaction,
                "contract": event.contract,
                "name": event.name,
                "said": canonical(event.values).decode(),
            },
        ),
        *(Row(SUBJECTS, {**place, "subject": subject}) for subject in event.subjects),
    ]


def block_rows(kept: Sequence[int], now: Sequence[ChainBlock], turn: int) -> list[Row]:
    """Make the kept blocks (by number) the first and the newest of ``now``, ascending and
    beginning with block 0; the last of them is the tip, moved for the ``turn``-th time."""
    last = now[-1].number
    staying = [one for one in now if one.number == 0 or one.number >= last - DEPTH]
    numbers = {one.number for one in staying}
    return [
        *(Row(BLOCKS, {"number": one}, "delete") for one in kept if one not in numbers),
        *(
            Row(
                BLOCKS,
                {
                    "number": one.number,
                    "hash": one.hash,
                    "parent": one.parent,
                    "time": one.time,
                    "tip": turn if one.number == last else 0,
                },
                "put",
            )
            for one in staying
        ),
    ]
