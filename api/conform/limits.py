"""Limits of one conformance line: its size, the time and the memory that answering may take."""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO

MAX_LINE = 32 << 20
MAX_WIDE_LINE = 4 << 20  # not ASCII: Python keeps such text at up to four bytes a character
MAX_PARTS = 500_000  # commas and brackets: each may become an object of 64 bytes and more
SECONDS = 4.0
MEMORY = 480 << 20


class TimeIsUp(BaseException):
    """Not an Exception, so that nothing below mistakes it for its own."""


def read_line(source: BinaryIO) -> tuple[bytes, bool] | None:
    """One line without its end, and whether it is whole; None at the end of input.

    Of a line over MAX_LINE the first bytes are given, the rest is skipped.
    """
    line = source.readline(MAX_LINE + 1)
    if not line:
        return None
    if line.endswith(b"\n"):
        return line[:-1], True
    if len(line) <= MAX_LINE:
        return line, True
    head = line[:4096]
    del line
    while (more := source.readline(1 << 20)) and not more.endswith(b"\n"):
        pass
    return head, False


def too_large(line: bytes) -> bool:
    """Whether parsing the line could take more memory than there is."""
    if len(line) > MAX_WIDE_LINE and not line.isascii():
        return True
    return len(line) > MAX_PARTS and sum(line.count(mark) for mark in b",[{") > MAX_PARTS


@contextmanager
def deadline(seconds: float = SECONDS) -> Iterator[None]:
    """Raise TimeIsUp inside the block after ``seconds``; only the main thread can be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if armed:
            raise TimeIsUp

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def bound_memory() -> None:
    """No more than MEMORY bytes of data for this process, where the system can hold to it."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
