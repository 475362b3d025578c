"""Everything that a bundle says, however often it is wrapped in JSON, notes and base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from ledger.bundle.container import unpack

_WRAPPED = re.compile(rb"[A-Za-z0-9+/_-]{16,}")


def layers(bundle: bytes) -> list[bytes]:
    """The members, and all that is found inside their base64 texts, and inside those."""
    return [layer for data in unpack(bundle).values() for layer in _opened(data)]


def _opened(data: bytes, depth: int = 0) -> Iterator[bytes]:
    yield data
    if depth == 4:
        return
    for text in set(_WRAPPED.findall(data)):
        try:
            inner = base64.urlsafe_b64decode(text.translate(bytes.maketrans(b"+/", b"-_")) + b"==")
        except binascii.Error:
            continue
        yield from _opened(inner, depth + 1)
