"""The child of the press: reads one piece of work, bounds itself, answers, ends."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from certs.errors import Coded
from certs.layout.annotation import CopyNote

MODULE = "ledger.adapters.press_child"
MEMORY = 1 << 30
SECONDS = 25


def written_note(note: CopyNote) -> dict[str, Any]:
    """The note as JSON values."""
    times = {"made": note.made.isoformat(), "valid_until": note.valid_until.isoformat()}
    return {**asdict(note), **times}


def read_note(said: Mapping[str, Any]) -> CopyNote:
    """The note that :func:`written_note` wrote."""
    made = datetime.fromisoformat(said["made"])
    return CopyNote(
        **{**said, "made": made, "valid_until": date.fromisoformat(said["valid_until"])}
    )


def bound(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """No more memory and time than this, no file to be written, where the system holds to it."""
    for limit, wanted in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(limit, (most, most))


def answer(head: Mapping[str, Any], data: bytes) -> bytes:
    """What the piece of work gives. Raises CopyUnreadable and its kin."""
    from ledger.use.copy_pages import annotated, text_of

    if head["do"] == "annotate":
        return annotated(data, str(head["media_type"]), read_note(head["note"]))
    return text_of(data).encode("utf-8", "replace")


def main() -> int:
    """Standard input to standard output, once."""
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    bound()
    try:
        made = b"ok\n" + answer(json.loads(line), data)
    except Coded as error:
        made = b"no " + error.code.encode("ascii") + b"\n"
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
