"""Journal of the embedded chain: the one record from which the chain can be made again.

A text file. The first line describes the genesis block; each further line is one of

    sent   {"number": n, "time": block time, "raw": signed transaction}   before it is sent
    mined  {"number": n, "block": b, "hash": block hash}                  once it stands in a block
    void   {"number": n, "reason": …}                                     the node would not have it

Every line begins with 32 hex digits of SHA-256 over the line before it and itself, and is on
disk (fsync) when the writing function returns. Numbers count the sent lines from 1; at most the
newest is without mined or void; every mined transaction is the only one of its block, so that
the b-th mined line belongs to block b.

A last line that is torn (the machine went down while it was written) is dropped. Nothing is lost
by that: what it says had not been sent, or had not been acknowledged. Any other damage is
:class:`JournalBroken`. Writers hold the folder's lock; readers may be any number of processes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ledger.adapters.ethereum.errors import ChainMissing, JournalBroken
from ledger.errors import ChainAway

_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Genesis:
    """What makes block 0. ``coinbase`` (random, 0x-hex) makes every folder's chain its own;
    ``hash`` is the block's hash as the node computed it when the folder was founded."""

    chain_id: int
    time: int
    gas_limit: int
    coinbase: str
    hash: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction about to be sent; ``time`` is its block's, in Unix seconds."""

    number: int
    time: int
    raw: bytes


class Journal:
    """The journal at ``path``; see the module's text."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ChainMissing("No chain was founded in this folder.", path=str(path))
        self.path = path
        self._offset = 0
        self._digest = "0" * _DIGEST
        self._lines = 0
        self._genesis: Genesis | None = None
        self._sent = 0
        self._places: list[int] = []
        self.hashes: list[str] = []
        """Block hashes: ``hashes[b - 1]`` is that of block b."""
        self.pending: Sent | None = None
        self.refresh()

    @staticmethod
    def create(path: Path, genesis: Genesis) -> None:
        """Write a journal of no transactions; all of it or nothing."""
        made = path.with_name(path.name + ".new")
        with made.open("wb") as file:
            file.write(_line("0" * _DIGEST, asdict(genesis))[0])
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
        _sync_folder(path.parent)

    @property
    def genesis(self) -> Genesis:
        if self._genesis is None:
            raise JournalBroken("The journal has no first line.", path=str(self.path), line=1)
        return self._genesis

    def refresh(self) -> None:
        """Read what other processes have written since; a torn last line is passed over."""
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(self._offset)
                lines = file.read().split(b"\n")
        except OSError as error:
            raise ChainAway("The chain's journal cannot be read.", reason=str(error)) from error
        if size < self._offset:
            raise self._broken("is shorter than it was")
        # What follows the last line feed is a line still being written, or a torn one.
        torn = lines.pop()
        for position, line in enumerate(lines):
            members = self._checked(line)
            if members is None and position == len(lines) - 1 and not torn:
                torn = line
                break
            if members is None:
                raise self._broken("is damaged")
            self._take(line, members)
        if b"}" in torn[:-1]:
            # More than one line: only a damaged line feed joins them.
            raise self._broken("is damaged")

    def repair(self) -> None:
        """Cut a torn last line off. Only for the holder of the folder's lock."""
        self.refresh()
        if self.path.stat().st_size > self._offset:
            with self.path.open("r+b") as file:
                file.truncate(self._offset)
                os.fsync(file.fileno())

    def sent(self, time: int, raw: bytes) -> Sent:
        """Record what is about to be sent."""
        assert self.pending is None, "the transaction before is not settled"
        record = Sent(self._sent + 1, time, raw)
        self._write({"number": record.number, "time": time, "raw": raw.hex()})
        return record

    def mined(self, block: int, block_hash: str) -> None:
        """Record the block that came of the pending transaction."""
        assert self.pending is not None and block == len(self.hashes) + 1
        self._write({"number": self.pending.number, "block": block, "hash": block_hash})

    def void(self, reason: str) -> None:
        """Record that the node refused the pending transaction, so that no block came of it."""
        assert self.pending is not None
        self._write({"number": self.pending.number, "reason": reason})

    def mined_after(self, block: int) -> Iterator[Sent]:
        """The mined transactions of the blocks after ``block``, in order."""
        with self.path.open("rb") as file:
            for place in self._places[block : len(self.hashes)]:
                file.seek(place)
                yield _sent(json.loads(file.readline()[_DIGEST:]))

    def _write(self, members: Mapping[str, Any]) -> None:
        line, _ = _line(self._digest, members)
        try:
            with self.path.open("r+b") as file:
                file.seek(self._offset)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ChainAway("The chain's journal cannot be written.", reason=str(error)) from error
        self._take(line[:-1], members)

    def _checked(self, line: bytes) -> dict[str, Any] | None:
        try:
            members = json.loads(line[_DIGEST:])
        except ValueError:
            return None
        if not isinstance(members, dict) or _line(self._digest, members)[0] != line + b"\n":
            return None
        return members

    def _take(self, line: bytes, members: Mapping[str, Any]) -> None:
        place = self._offset
        try:
            if self._lines == 0:
                self._genesis = Genesis(**members)
            elif "raw" in members:
                self._take_sent(_sent(members), place)
            else:
                self._take_settled(members)
        except (KeyError, TypeError, ValueError) as error:
            raise self._broken("holds a line of another form") from error
        self._lines += 1
        self._offset += len(line) + 1
        self._digest = line[:_DIGEST].decode("ascii")

    def _take_sent(self, record: Sent, place: int) -> None:
        if self.pending is not None or record.number != self._sent + 1:
            raise ValueError("a line is missing")
        self._sent = record.number
        self._places.append(place)
        self.pending = record

    def _take_settled(self, members: Mapping[str, Any]) -> None:
        if self.pending is None or members["number"] != self.pending.number:
            raise ValueError("a line is missing")
        if "reason" in members:
            self._places.pop()
        elif members["block"] != len(self.hashes) + 1:
            raise ValueError("a block is missing")
        else:
            self.hashes.append(str(members["hash"]))
        self.pending = None

    def _broken(self, how: str) -> JournalBroken:
        return JournalBroken(
            f"The chain's journal {how} after line {self._lines}; restore it from a copy.",
            path=str(self.path),
            line=self._lines + 1,
        )


def _line(before: str, members: Mapping[str, Any]) -> tuple[bytes, str]:
    body = json.dumps(members, separators=(",", ":"), sort_keys=True).encode("ascii")
    digest = hashlib.sha256(before.encode("ascii") + body).hexdigest()[:_DIGEST]
    return digest.encode("ascii") + body + b"\n", digest


def _sent(members: Mapping[str, Any]) -> Sent:
    return Sent(int(members["number"]), int(members["time"]), bytes.fromhex(members["raw"]))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
