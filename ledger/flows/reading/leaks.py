"""Where an annotated copy came from: for auditors and the operator, when one turns up somewhere.

The file itself is known by its SHA-256; one that was printed anew, cut or saved by another program
by the mark in it; what somebody typed off a picture by number and short mark. A number alone can be
anybody's word: it is told, and said to be unproven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from certs import base64url
from certs.errors import Base64Invalid
from ledger import tlog
from ledger.errors import NotFound
from ledger.flows.reading.copies import mark_of
from ledger.platform import Platform
from ledger.ports import Scalar
from ledger.use.copy_errors import MAX_BYTES, CopyTooLarge
from ledger.use.marks import marks_in, numbers_in, opens, short_marks_in

Row = Mapping[str, Scalar]
How = Literal["file", "mark", "short_mark", "number"]


@dataclass(frozen=True, slots=True)
class Leak:
    """A copy and whose it was. ``how`` it was recognised: all but ``number`` prove it."""

    copy: str
    how: How
    agency: str
    officer: str
    case: str
    purpose: str
    object: str
    release: str
    made_at: str
    valid_until: str
    entry: int

    @property
    def proven(self) -> bool:
        return self.how != "number"


def trace_copy(platform: Platform, data: bytes) -> tuple[Leak, ...]:
    """Every copy that a file is or holds, the surest first. Raises NotFound where there is none,
    CopyUnreadable, CopyTooLarge, Pushback."""
    if len(data) > MAX_BYTES:
        raise CopyTooLarge(f"A file of {MAX_BYTES >> 20} MB at most is read.", limit=MAX_BYTES)
    rows = platform.store.rows("copies", {"sha256": hashlib.sha256(data).digest()})
    found = [_leak(platform, row, "file") for row in rows]
    return _all(found or list(_read(platform, platform.press.text(data))))


def find_copy(platform: Platform, name: str) -> tuple[Leak, ...]:
    """By what people have: the file's SHA-256 (hexadecimal or base64url), the line of a mark, a
    copy's number with its short mark, or the number alone. Raises NotFound."""
    digest = _digest(name)
    rows = platform.store.rows("copies", {"sha256": digest}) if digest is not None else []
    found = [_leak(platform, row, "file") for row in rows]
    return _all(found or list(_read(platform, name)))


def _all(found: list[Leak]) -> tuple[Leak, ...]:
    if not found:
        raise NotFound("No copy of ours is recognised in this.")
    order = ("file", "mark", "short_mark", "number")
    return tuple(sorted(found, key=lambda one: (order.index(one.how), one.entry)))


def _read(platform: Platform, text: str) -> Iterator[Leak]:
    proven = set()
    for one in marks_in(text):
        digest = hashlib.sha256(one.mark).digest()
        for row in platform.store.rows("copies", {"watermark": digest}):
            if row["id"] == one.copy and row["id"] not in proven:
                proven.add(row["id"])
                yield _leak(platform, row, "mark")
    shorts = short_marks_in(text)
    for number in numbers_in(text):
        for row in platform.store.rows("copies", {"id": number}):
            if row["id"] not in proven:
                mark = mark_of(platform, number, *_named(row))
                sure = any(opens(short, mark) for short in shorts)
                yield _leak(platform, row, "short_mark" if sure else "number")


def _named(row: Row) -> tuple[str, str, str]:
    return str(row["release_id"]), str(row["object"]), str(row["agency"])


def _leak(platform: Platform, row: Row, how: How) -> Leak:
    index = cast(int, row["entry_index"])
    body = cast(Mapping[str, Any], tlog.read(platform, index).body)
    return Leak(
        copy=str(row["id"]),
        how=how,
        agency=body["agency"],
        officer=body["officer"],
        case=body["case"],
        purpose=body["purpose"],
        object=body["object"],
        release=body["release"],
        made_at=body["made_at"],
        valid_until=body["valid_until"],
        entry=index,
    )


def _digest(name: str) -> bytes | None:
    try:
        digest = bytes.fromhex(name) if len(name) == 64 else base64url.decode(name)
    except (ValueError, Base64Invalid):
        return None
    return digest if len(digest) == 32 else None
