"""Repeats of fixed work, taken in turns, so that a slow moment of the machine hits all alike."""

from __future__ import annotations

import gc
import hashlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BLOCK = 64
"""Bytes that SHA-256 compresses at a time."""

_BEGUN = time.monotonic()
_FILLER = bytes(range(256)) * 4096


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done. ``rounds``: repeats, the best of which counts; ``batch``: documents of the
    large batch; ``licences``: issued for verification; ``rows``: entries of one bulk append;
    ``papers``: of the large plan; ``crowd``: papers of a full store; ``relying``: cases of the
    cascade; ``file``: bytes sealed; ``seconds``: of each load over HTTP."""

    rounds: int
    batch: int = 100_000
    licences: int = 100
    rows: int = 2_000
    papers: int = 5_000
    crowd: int = 1_000_000
    relying: int = 10_000
    file: int = 100_000_000
    seconds: float = 1.5


QUICK = Effort(rounds=5, rows=1_000, relying=2_000, seconds=1.0)
FULL = Effort(rounds=25, rows=5_000, seconds=4.0)


Clock = Callable[[], float]
CORE: Clock = time.process_time
"""Seconds of a core that this process had: what others take meanwhile is not counted."""

WALL: Clock = time.perf_counter
"""Seconds that went by: for work that waits for a disk or another process."""


def race(rounds: int, *lanes: Callable[[], object], clock: Clock = CORE) -> list[float]:
    """Best seconds of each lane over ``rounds``; the lanes take turns. Make them alike in length:
    a short lane has the luck of a quiet moment more often."""
    best = [float("inf")] * len(lanes)
    for _ in range(rounds):
        gc.collect()  # what came before is not paid by this round
        for place, lane in enumerate(lanes):
            begun = clock()
            lane()
            best[place] = min(best[place], clock() - begun)
    return best


def blocks_of(size: int) -> int:
    """Blocks that SHA-256 compresses for a message of ``size`` bytes (FIPS 180-4 §5.1.1)."""
    return (size + 9 + BLOCK - 1) // BLOCK


def hash_blocks(blocks: int) -> bytes:
    """Compress this many blocks as one message: what the hash function itself costs here, with no
    cost of single calls. A native loop over short messages cannot be faster."""
    whole = hashlib.sha256()
    left = blocks * BLOCK
    while left > 0:
        whole.update(_FILLER if left >= len(_FILLER) else _FILLER[:left])
        left -= len(_FILLER)
    return whole.digest()


@dataclass(slots=True)
class Noise:
    """How evenly the machine ran: the same hashing again and again during the run."""

    seconds: list[float] = field(default_factory=list)

    def look(self) -> None:
        self.seconds += race(3, lambda: hash_blocks(1 << 16), clock=WALL)

    @property
    def spread(self) -> float:
        """Slowest over fastest look; 1.0 is a quiet machine."""
        return max(self.seconds) / min(self.seconds)


def say(text: str) -> None:
    """A line of progress, with the seconds since the start."""
    print(f"{time.monotonic() - _BEGUN:4.0f} s  {text}", file=sys.stderr, flush=True)
