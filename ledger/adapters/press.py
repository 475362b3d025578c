"""The press as a process of its own for each piece of work: no secrets, little memory, a deadline.

To the child: one line of JSON, then the file. From it: ``ok`` and what was made, or ``no`` and a
code. Whatever else it says or does, the file is taken for unreadable.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping

from certs.layout.annotation import CopyNote
from ledger.adapters.press_child import MODULE, written_note
from ledger.errors import Pushback
from ledger.use.copy_errors import CopyMedia, CopyTooLarge, CopyUnreadable

SECONDS = 30.0
AT_ONCE = 2
_REFUSALS = {kind.code: kind for kind in (CopyUnreadable, CopyMedia, CopyTooLarge)}
_SENTENCES = {
    CopyMedia.code: "Copies are made of PDF, PNG and JPEG only.",
    CopyTooLarge.code: "The file has too many bytes, pages or points for a copy.",
    CopyUnreadable.code: "The file cannot be read as what it is said to be.",
}


class PressAway(Pushback):
    """No process could be started, or as many run as may."""

    code = "press.away"


class PressProcess:
    """Adapter of :class:`ledger.ports.Press`; ``seconds`` that one piece of work may take, and
    wait for its turn; ``at_once``: how many run side by side."""

    def __init__(self, seconds: float = SECONDS, at_once: int = AT_ONCE) -> None:
        self._seconds = seconds
        self._turns = threading.BoundedSemaphore(at_once)

    def annotate(self, original: bytes, media_type: str, note: CopyNote) -> bytes:
        head = {"do": "annotate", "media_type": media_type, "note": written_note(note)}
        return self._run(head, original)

    def text(self, data: bytes) -> str:
        return self._run({"do": "text"}, data).decode("utf-8", "replace")

    def _run(self, head: Mapping[str, object], data: bytes) -> bytes:
        if not self._turns.acquire(timeout=self._seconds):
            raise PressAway("The press has too much to do at the moment.", retry_after=10)
        try:
            return self._worked(head, data)
        finally:
            self._turns.release()

    def _worked(self, head: Mapping[str, object], data: bytes) -> bytes:
        line = json.dumps(head).encode("ascii") + b"\n"
        environment = {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
        try:
            done = subprocess.run(  # what it says on the side is of no account
                [sys.executable, "-m", MODULE],
                input=line + data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                env=environment,
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CopyUnreadable(_SENTENCES[CopyUnreadable.code], reason="time") from error
        except OSError as error:
            raise PressAway("The press cannot be started.", retry_after=5) from error
        answer, _, made = done.stdout.partition(b"\n")
        if answer == b"ok" and done.returncode == 0:
            return made
        code = answer.removeprefix(b"no ").decode("ascii", "replace")
        kind = _REFUSALS.get(code, CopyUnreadable)
        raise kind(_SENTENCES[kind.code], reason=code if code in _REFUSALS else "ended")
