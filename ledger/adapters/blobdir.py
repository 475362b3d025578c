"""A directory behind :class:`ledger.ports.BlobStore`.

Each file lies whole at ``<folder>/<shard>/<cid>``, shard = the two characters before the CID's
last. Files come into place by rename, after an fsync, so that a crash leaves all or nothing.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from ledger.errors import NotFound, StoreAway
from ledger.stored.cid import CHUNK_BYTES, CidHasher, CidInvalid, CidMismatch, parse_cid

_UNFINISHED: Final = "unfinished"
_ABANDONED_SECONDS: Final = 24 * 3600


class BlobDirectory:
    """Ciphertext in a local folder; any number of threads and processes.

    A full or failing disk is StoreAway, and nothing half-written stays under a CID.
    """

    name = "blobdir"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / _UNFINISHED
        with _disk():
            self._unfinished.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in self._unfinished.iterdir():
                # What a crash left; younger ones may be another process's, being written.
                if left.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                    left.unlink(missing_ok=True)

    def put(self, chunks: Iterable[bytes]) -> str:
        hasher = CidHasher()
        unfinished = self._unfinished / secrets.token_hex(16)
        try:
            with _disk():
                file = unfinished.open("xb")
            with file:
                for chunk in chunks:  # what the caller's stream raises is the caller's
                    hasher.update(chunk)
                    with _disk():
                        file.write(chunk)
                with _disk():
                    file.flush()
                    os.fsync(file.fileno())
            with _disk():
                self._move_in(unfinished, hasher.cid())
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return hasher.cid()

    def get(self, cid: str) -> Iterator[bytes]:
        path = self._path(cid)
        with _disk():
            try:
                file = path.open("rb")
            except FileNotFoundError as error:
                raise NotFound("the store has no such file", cid=cid) from error
        return _verified(file, cid)

    def has(self, cid: str) -> bool:
        path = self._path(cid)
        with _disk():
            return path.is_file()

    def delete(self, cid: str) -> None:
        path = self._path(cid)
        with _disk():
            if path.is_file():
                path.unlink(missing_ok=True)
                _sync_folder(path.parent)

    def cids(self) -> Iterator[str]:
        with _disk():
            shards = sorted(p for p in self._folder.iterdir() if p.is_dir() and len(p.name) == 2)
        for shard in shards:
            with _disk():
                names = sorted(path.name for path in shard.iterdir())
            yield from (name for name in names if _is_cid(name))

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, cid: str) -> Path:
        parse_cid(cid)  # also keeps foreign paths out
        return self._folder / cid[-3:-1] / cid

    def _move_in(self, unfinished: Path, cid: str) -> None:
        path = self._path(cid)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            _sync_folder(self._folder)
        os.replace(unfinished, path)  # heals a damaged file of the same CID
        _sync_folder(path.parent)


def _verified(file: BinaryIO, cid: str) -> Iterator[bytes]:
    """The file's chunks, the last one only after the CID of all of them is the one asked for."""
    hasher = CidHasher()
    held = b""
    with file:
        while True:
            with _disk():
                chunk = file.read(CHUNK_BYTES)
            if not chunk:
                break
            hasher.update(chunk)
            if held:
                yield held
            held = chunk
    if hasher.cid() != cid:
        raise CidMismatch("the stored file is not the one its name says", cid=cid)
    if held:
        yield held


def _is_cid(name: str) -> bool:
    try:
        parse_cid(name)
    except CidInvalid:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreAway(
            "the folder of files does not answer", retry_after=30, reason=error.strerror
        ) from error
