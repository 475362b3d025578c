"""Sealing and opening a stored file, beside AES-256-GCM alone over the same bytes."""

from __future__ import annotations

import secrets
import tracemalloc
from collections import deque
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.stored.sealing import open_stream, seal_stream
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, race, say

CHUNK = 1 << 20
ROUNDS = 2  # for each asked: a turn is short
PEAK_MIB = 64
FILE_ID = "file_benchmark"
KEY = bytes(range(32))


def measure(effort: Effort) -> list[Row]:
    say(f"storing: a file of {effort.file / 1e6:.0f} MB")
    rounds, size = ROUNDS * effort.rounds, effort.file
    chunk = secrets.token_bytes(CHUNK)
    cipher = AESGCM(KEY)

    def seal() -> Iterator[bytes]:
        return seal_stream(_chunks(chunk, size), KEY, FILE_ID, secrets.token_bytes)

    def bare() -> None:
        for number, data in enumerate(_chunks(chunk, size)):
            cipher.encrypt(number.to_bytes(12, "big"), data, b"")

    seal_s, bare_s = race(rounds, lambda: _drain(seal()), bare)
    sealed = list(seal())  # held only from here on: a full memory is a slower one
    open_s, bare_open_s = race(rounds, lambda: _drain(open_stream(sealed, KEY, FILE_ID)), bare)
    name = f"file of {size / 1e6:.0f} MB"
    limit_is = "AES-256-GCM encryption of the same bytes in pieces of 1 MiB"
    return [
        *(
            Row("storing", f"{work}, {name}", size / 1e6 / seconds, size / 1e6 / alone, "MB/s",
                limit_is, Bound(0.25))
            for work, seconds, alone in (("seal", seal_s, bare_s), ("open", open_s, bare_open_s))
        ),
        Row(
            "storing",
            f"peak memory of both, {name}",
            max(_peak(seal()), _peak(open_stream(sealed, KEY, FILE_ID))),
            PEAK_MIB,
            "MiB",
            "the memory that a file of any size may take",
            Bound(1.0, most=True),
        ),
    ]  # fmt: skip


def _chunks(chunk: bytes, size: int) -> Iterator[bytes]:
    whole, rest = divmod(size, len(chunk))
    for _ in range(whole):
        yield chunk
    if rest:
        yield chunk[:rest]


def _drain(pieces: Iterator[bytes]) -> None:
    deque(pieces, maxlen=0)


def _peak(pieces: Iterator[bytes]) -> float:
    """MiB that were held at most while the pieces went by."""
    tracemalloc.start()
    try:
        _drain(pieces)
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()
