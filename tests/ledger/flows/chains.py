"""A chain in memory that grows, forks and hides blocks, and a platform that has nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.adapters.sql.sqlite import SqliteStore
from ledger.index.chain import BLOCKS, EVENTS, SUBJECTS, event_rows
from ledger.platform import LogIdentity, Platform
from ledger.ports import ChainBlock, ChainEvent, ChainEvents
from tests.ledger.world_names import ISSUED_AT

GENESIS = ChainBlock(0, "0x" + "0a" * 32, "0x" + "00" * 32, 1_772_442_000)


class Chain:
    """``mine`` adds blocks of so many events, ``fork`` exchanges the newest ones for others."""

    def __init__(self) -> None:
        self.line: list[tuple[ChainBlock, int]] = [(GENESIS, 0)]
        self.made = 0

    def mine(self, *events: int) -> None:
        for count in events:
            parent, self.made = self.line[-1][0], self.made + 1
            digest = "0x" + hashlib.sha256(f"block {self.made}".encode()).hexdigest()
            block = ChainBlock(parent.number + 1, digest, parent.hash, parent.time + 1)
            self.line.append((block, count))

    def fork(self, depth: int, *events: int) -> None:
        del self.line[max(1, len(self.line) - depth) :]
        self.mine(*events)

    def newest(self) -> ChainBlock:
        return self.line[-1][0]

    def blocks(self, numbers: Sequence[int]) -> list[ChainBlock]:
        return [self.line[number][0] for number in numbers if number < len(self.line)]

    def events(self, first: int, last: int) -> list[ChainEvent]:
        return [
            ChainEvent(
                block,
                index,
                "0x" + hashlib.sha256(f"{block.hash} {index}".encode()).hexdigest(),
                "AgencyRegistry",
                "AgencyAdmitted",
                {"agency": f"a{block.number}", "made": block.hash},
                (f"a{block.number}", f"number:{index}"),
            )
            for block, count in self.line[first : last + 1]
            for index in range(count)
        ]


@contextmanager
def indexing(path: Path, events: ChainEvents) -> Iterator[Platform]:
    nothing: Any = None
    store = SqliteStore(path)
    try:
        yield Platform(
            store=store,
            blobs=nothing,
            keys=nothing,
            chain=nothing,
            chain_events=events,
            signing=nothing,
            press=nothing,
            log=LogIdentity("index.example/log", "", nothing),
            record_key=bytes(32),
            catalogue=nothing,
            trust=nothing,
            trust_data=b"",
            operator="cyzx",
            region=310101,
            verify_url="",
            now=lambda: ISSUED_AT,
            randomness=bytes,
        )
    finally:
        store.close()


def shown(platform: Platform) -> list[dict[str, Any]]:
    """What counts of the index: rows of events and subjects up to the tip."""
    kept = platform.store.rows(BLOCKS)
    tip: Any = kept[-1]["number"] if kept else -1
    rows: list[dict[str, Any]] = [
        row for table in (EVENTS, SUBJECTS) for row in platform.store.rows(table, limit=1 << 20)
    ]
    return sorted((row for row in rows if row["block"] <= tip), key=str)


def expected(events: ChainEvents) -> list[dict[str, Any]]:
    """The same, from the whole chain."""
    rows = [one for event in events.events(0, events.newest().number) for one in event_rows(event)]
    return sorted((dict(one.values) for one in rows), key=str)
