"""Attesters of one machine: each a key and a file with the last head that it signed.

Embedded, all of them lie in one data folder, and the trust list's profile says so. In a city each
agency runs its own beside its own node; what one of them checks is the same.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from certs.trust.trustlist import TrustList
from ledger.adapters.ethereum.sending import address_of
from ledger.adapters.ethereum.typed_data import signature
from ledger.errors import Pushback, Refused
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.platform import log_id
from ledger.ports import Chain, Consistency


class AttestersAway(Pushback):
    """Too few attesters answer; ``given`` and ``needed``."""

    code = "attesters.away"


class HeadRefused(Refused):
    """An attester does not sign this head (``origin``, ``size``); it follows size ``known``."""

    code = "attester.refused"


class AttesterFile:
    """One attester: ``key`` has 32 raw bytes, ``memory`` is its file (made where there is none).

    ``trust`` names the logs and their keys; ``chain`` says what is signed, and which log a new one
    continues.
    """

    def __init__(
        self, key: bytes, memory: Path, chain: Chain, trust: Callable[[], TrustList]
    ) -> None:
        self._key, self._memory, self._chain, self._trust = key, memory, chain, trust
        self.address = address_of(key)

    def attest(self, note: bytes, consistency: Consistency) -> bytes:
        """A signature over the note's head. Raises HeadRefused, and what opening the note does."""
        origin = note.partition(b"\n")[0].decode("utf-8", "replace")
        log = self._trust().log(origin)
        if log is None:
            raise HeadRefused("The trust list names no such log.", origin=origin[:128])
        head = open_checkpoint(note, origin, log.vkey)
        with self._remembering() as heads:
            size, root = heads.get(origin) or self._beginning(origin)
            self._follow(head, size, root, consistency)
            if head.size > size:
                heads[origin] = (head.size, head.root)
        named = log_id(origin)
        return signature(self._chain.checkpoint_digest(named, head.size, head.root), self._key)

    def _follow(self, head: Checkpoint, size: int, root: bytes, consistency: Consistency) -> None:
        """Raises HeadRefused unless one of the two heads extends the other."""
        if size == 0 or head.size == 0:
            return
        (old, old_root), (new, new_root) = sorted(((size, root), (head.size, head.root)))
        try:
            proof = consistency(old, new) if old != new else ()
            merkle.verify_consistency(old, new, old_root, new_root, proof)
        except merkle.ProofInvalid as error:
            raise HeadRefused(
                "The head does not extend the one that was followed.",
                origin=head.origin[:128],
                size=head.size,
                known=size,
            ) from error

    def _beginning(self, origin: str) -> tuple[int, bytes]:
        """Where a log begins that was never followed: empty, or at its predecessor's last good
        head, which the consortium has named."""
        before = self._chain.predecessor(log_id(origin))
        if before is None or before[1] == 0:
            return 0, b""
        anchored = self._chain.root_at(*before)
        if anchored is None:
            raise HeadRefused("The chain has not the head that this log continues.", origin=origin)
        return before[1], anchored.root

    @contextmanager
    def _remembering(self) -> Iterator[dict[str, tuple[int, bytes]]]:
        """The heads by origin; on disk before this ends, so before anything is signed."""
        self._memory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._memory.with_name(self._memory.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            heads = _read(self._memory)
            before = dict(heads)
            yield heads
            if heads != before:
                _write(self._memory, heads)


class OwnAttesters:
    """:class:`ledger.ports.attesters.Attesters` over attesters of this machine; ``needed`` of them
    must sign."""

    def __init__(self, attesters: Sequence[AttesterFile], needed: Callable[[], int]) -> None:
        self._attesters = sorted(attesters, key=lambda one: int(one.address, 16))
        self._needed = needed

    def attest(self, note: bytes, consistency: Consistency) -> list[bytes]:
        needed, given = self._needed(), list[bytes]()
        refused: HeadRefused | None = None
        for one in self._attesters:
            if len(given) == needed:
                break
            try:
                given.append(one.attest(note, consistency))
            except HeadRefused as error:
                refused = error
        if len(given) == needed:
            return given
        if refused is not None:
            raise refused
        raise AttestersAway("Too few attesters answer.", given=len(given), needed=needed)


def _read(path: Path) -> dict[str, tuple[int, bytes]]:
    try:
        found = json.loads(path.read_text("ascii"))
        return {str(o): (int(size), bytes.fromhex(root)) for o, (size, root) in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        # Forgetting what was followed would let a second history in.
        raise HeadRefused("An attester's memory cannot be read.", path=str(path)) from error


def _write(path: Path, heads: dict[str, tuple[int, bytes]]) -> None:
    made = path.with_name(path.name + ".new")
    with made.open("w", encoding="ascii") as file:
        json.dump({origin: (size, root.hex()) for origin, (size, root) in heads.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(made, path)
