"""Marks of annotated copies: one for each use, that nobody can make up and nobody can connect.

    mark   HMAC-SHA-256 by the key store (purpose "copy-mark") over
           "mianti/copy/v1" ‖ 0x00 ‖ copy ‖ 0x00 ‖ release ‖ 0x00 ‖ object ‖ 0x00 ‖ agency
    line   mianti-copy:1:COPY:MARK   (MARK: 52 characters of base32, RFC 4648 §6, lower case)

The log holds SHA-256(mark). Who has a copy has its mark, which leads to one entry of the log; who
has not cannot tell two copies of one paper from copies of two.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass

PURPOSE = "copy-mark"
SHORT_BYTES = 10
_FOUND = re.compile(r"mianti-copy:1:(cpy_[a-z2-7]{26}):([a-z2-7]{52})")
_ID = re.compile(r"cpy_[a-z2-7]{26}")
_SHORT = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{4}(?:-?[A-Z2-7]{4}){3}(?![A-Z2-7])")


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark as read somewhere, believed in nothing yet; ``mark``: 32 bytes."""

    copy: str
    mark: bytes


def mark_message(copy: str, release: str, object: str, agency: str) -> bytes:
    """What the key store makes the mark of."""
    return b"\x00".join(part.encode() for part in ("mianti/copy/v1", copy, release, object, agency))


def mark_line(copy: str, mark: bytes) -> str:
    """The line that stands in a copy for machines."""
    return f"mianti-copy:1:{copy}:{base64.b32encode(mark).decode().rstrip('=').lower()}"


def short_mark(mark: bytes) -> str:
    """The first 80 bits as people read them: ``ABCD-EFGH-IJKL-MNOP``."""
    text = base64.b32encode(mark[:SHORT_BYTES]).decode()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def marks_in(text: str) -> tuple[FoundMark, ...]:
    """Every mark in a text, each once; white space in between does not matter."""
    found = _FOUND.findall("".join(text.split()))
    pairs = dict.fromkeys(found)
    return tuple(FoundMark(copy, _bytes(mark)) for copy, mark in pairs)


def numbers_in(text: str) -> tuple[str, ...]:
    """Every copy's number in a text, each once."""
    return tuple(dict.fromkeys(_ID.findall("".join(text.split()))))


def short_marks_in(text: str) -> tuple[str, ...]:
    """Everything in a text that could be a short mark, without hyphens."""
    return tuple(dict.fromkeys(one.replace("-", "") for one in _SHORT.findall(text)))


def opens(short: str, mark: bytes) -> bool:
    """Whether a short mark (hyphens or not) is this mark's."""
    wanted = short_mark(mark).replace("-", "")
    return hmac.compare_digest(short.replace("-", "").upper().encode(), wanted.encode())


def _bytes(text: str) -> bytes:
    return base64.b32decode(text.upper() + "====")
