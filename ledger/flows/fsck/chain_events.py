"""The index of the contracts' events: read again from the chain, and compared row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from ledger.flows.evidence.chain_index import RANGE, rows_between
from ledger.flows.fsck.reading import Reading
from ledger.index.chain import BLOCKS, DEPTH, KEYS, block_rows, event_rows
from ledger.platform import Platform
from ledger.ports import Row, Scalar

Key = tuple[Scalar, ...]


def check(platform: Platform, reading: Reading) -> None:
    """What lies between tip and head is no fault: the worker goes on with it."""
    kept = platform.store.rows(BLOCKS)
    if not kept:
        return
    tip = cast(int, kept[-1]["number"])
    _blocks(platform, reading, kept, tip)
    head = platform.chain_events.newest().number
    for first in range(0, min(tip, head) + 1, RANGE):
        last = min(tip, head, first + RANGE - 1)
        events = platform.chain_events.events(first, last)
        rows = [row for event in events for row in event_rows(event)]
        for table, key in KEYS.items():
            stored = list(rows_between(platform, table, first, last))
            _compare(reading, table, key, [one for one in rows if one.table == table], stored)
        reading.counts["chain events"] += len(events)


def _blocks(
    platform: Platform, reading: Reading, kept: Sequence[Mapping[str, Scalar]], tip: int
) -> None:
    numbers = [0, *range(max(1, tip - DEPTH), tip + 1)]
    found = platform.chain_events.blocks(numbers)
    made = block_rows((), found, cast(int, kept[-1]["tip"]) or 1) if found else []
    _compare(reading, BLOCKS, ("number",), made, kept)


def _compare(
    reading: Reading,
    table: str,
    key: tuple[str, ...],
    made: Sequence[Row],
    stored: Sequence[Mapping[str, Scalar]],
) -> None:
    expected = {_key(key, one.values): one.values for one in made}
    found = {_key(key, row): row for row in stored}
    for place in sorted(expected.keys() | found.keys(), key=str):
        if expected.get(place) != found.get(place):
            named = " ".join(str(part) for part in place)
            reading.found(
                "fsck.chain_event",
                f"{table} {named}",
                f"链上事件索引表 {table} 的一行与链不符：{named}"
                "（mianti chain index --rebuild 重建）",
                f"A row of {table} is not what the chain says: {named} (mianti chain index "
                "--rebuild makes it again)",
            )


def _key(key: tuple[str, ...], values: Mapping[str, object]) -> Key:
    return tuple(cast(Scalar, values[column]) for column in key)
