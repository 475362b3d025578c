"""Decoys: places of a status list that no licence ever has, and that show states all the same, so
that nobody can count the licences that are suspended or ended, nor tell whose a change was.

Which places they are, what each shows and from when follows from a secret key, the list's name and
the time, and from nothing else: whoever has the key makes the list again. What is final stays;
suspensions come and go. The share of decoys (1/192 to 1/96 of all places) is the key's secret too.

    key     = HKDF-SHA-256(record key, salt none, info = "mianti/status-decoys/v1" ‖ 0x00 ‖ URI)
    stream  = AES-256-CTR(key, counter 0): two bytes a place, big-endian; a decoy if below the share
    nature  = HMAC-SHA-256(key, "nature" ‖ place, 8 bytes): kind, beginning, suspension before it
    rest n  = HMAC-SHA-256(key, "rest" ‖ place ‖ n): when a suspension begins and ends in turn n
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from certs.statuslist import Status

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SPREAD = timedelta(days=3652)
"""Over ten years from the first day on, decoys begin; a quarter stands there from the start."""
LEAST, MOST = 341, 682  # of 65,536: 1/192 and 1/96
_INFO = b"mianti/status-decoys/v1\x00"
_DAY = 24 * 3600
_BLOCK = 16  # bytes; eight places
_LOW = re.compile(b"[\x00-\x02]")  # of marks below MOST


def decoy_key(record_key: bytes, uri: str) -> bytes:
    """The key of one list's decoys, from the platform's record key (32 bytes)."""
    return HKDF(SHA256(), 32, salt=None, info=_INFO + uri.encode()).derive(record_key)


class Decoys:
    """The decoys of one list of ``size`` places."""

    def __init__(self, key: bytes, size: int) -> None:
        self._key, self._size = key, size
        drawn = int.from_bytes(self._mac(b"share")[:8], "big")
        self._share = LEAST + drawn % (MOST - LEAST + 1)

    def __contains__(self, place: int) -> bool:
        inside = place % 8 * 2
        mark = self._stream(place // 8, _BLOCK)[inside : inside + 2]
        return int.from_bytes(mark, "big") < self._share

    def __iter__(self) -> Iterator[int]:
        """Their places, ascending."""
        stream = self._stream(0, -(-self._size // 8) * _BLOCK)[: 2 * self._size]
        for found in _LOW.finditer(stream[0::2]):  # the first byte of each mark
            place = found.start()
            if int.from_bytes(stream[2 * place : 2 * place + 2], "big") < self._share:
                yield place

    def shown_at(self, at: datetime) -> dict[int, Status]:
        """What the decoys show at an aware time; places that show VALID are left out."""
        second = int((at - FIRST_DAY).total_seconds())
        shown = ((place, self._shown(place, second)) for place in self)
        return {place: status for place, status in shown if status is not Status.VALID}

    def _shown(self, place: int, second: int) -> Status:
        """At ``second``, counted from the first day."""
        nature = self._mac(b"nature" + place.to_bytes(8, "big"))
        kind, held = nature[0] % 4, nature[1]
        begins = _begins(int.from_bytes(nature[2:6], "big"))
        if kind == 3:
            period = (90 + int.from_bytes(nature[6:8], "big") % 640) * _DAY
            resting = second >= begins and self._rests(place, second - begins, period)
            return Status.SUSPENDED if resting else Status.VALID
        if second >= begins:
            return Status.SUPERSEDED if kind == 2 else Status.INVALID
        # Half of those that end are suspended up to 120 days before, as licences are.
        before = (held - 127) * _DAY if kind < 2 and held > 127 else 0
        return Status.SUSPENDED if second >= begins - before else Status.VALID

    def _rests(self, place: int, second: int, period: int) -> bool:
        """Whether a suspension runs, one in each ``period`` seconds."""
        turn, within = divmod(second, period)
        drawn = self._mac(b"rest" + place.to_bytes(8, "big") + turn.to_bytes(8, "big"))
        begins = int.from_bytes(drawn[:4], "big") % (period // 2)
        lasts = 7 * _DAY + int.from_bytes(drawn[4:8], "big") % (period // 2 - 7 * _DAY)
        return begins <= within < begins + lasts

    def _mac(self, message: bytes) -> bytes:
        return hmac.digest(self._key, message, "sha256")

    def _stream(self, block: int, size: int) -> bytes:
        cipher = Cipher(AES(self._key), CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
        return cipher.update(bytes(size)) + cipher.finalize()


def _begins(drawn: int) -> int:
    """Seconds after the first day, from 32 drawn bits: one in four before it, to be there then."""
    spread = int(SPREAD.total_seconds())
    quarter = 1 << 30
    if drawn < quarter:
        return -(spread * drawn // quarter)
    return spread * (drawn - quarter) // (3 * quarter)
