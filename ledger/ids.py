"""Surrogate ids: ``prefix_`` + 16 random bytes in lower-case base32 (RFC 4648 §6) without padding.

They say nothing about what they name; legal identifiers are linked to them elsewhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from ledger.errors import Malformed

_ID = re.compile(r"([a-z]{2,8})_([a-z2-7]{26})")
_PREFIX = re.compile(r"[a-z]{2,8}")
_RANDOM_BYTES = 16


class IdInvalid(Malformed):
    """Text that is no id, or the id of another kind of thing."""

    code = "id.malformed"


def new_id(prefix: str, randomness: Callable[[int], bytes]) -> str:
    """A new id; ``prefix`` is two to eight lower-case letters (sub, lic, mat, case, req, con, …).

    Raises ValueError for another prefix, or randomness of another length than asked.
    """
    random = randomness(_RANDOM_BYTES)
    if not _PREFIX.fullmatch(prefix) or len(random) != _RANDOM_BYTES:
        raise ValueError("an id is made of a lower-case prefix and 16 random bytes")
    return f"{prefix}_{base64.b32encode(random).decode('ascii').rstrip('=').lower()}"


def check_id(text: object, *prefixes: str) -> str:
    """``text`` itself, if it is an id with one of ``prefixes`` (any, when none is given).

    Raises IdInvalid, also for the texts that decode to the same bytes as the one proper id.
    """
    found = _ID.fullmatch(text) if isinstance(text, str) else None
    if found is None or (prefixes and found[1] not in prefixes):
        raise IdInvalid("not an id of this kind", expected=prefixes)
    # 26 characters carry 130 bits: the last two must be zero.
    if found[2][-1] not in "aeimquy4":
        raise IdInvalid("not the canonical text of an id", expected=prefixes)
    return found[0]
