"""Keeping and reading files: plaintext is only ever seen here, and never rests anywhere.

To keep: hash → seal under a fresh key → key into the key store → put → compare the CID with our
own. A crash in between leaves an orphan at worst, never an entry without its bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from certs.canonical import Json
from certs.sdjwt.credential import parse_credential
from ledger.errors import Conflict, Malformed, NotFound, Refused, Tampered
from ledger.flows.door.rows import row_of
from ledger.ids import new_id
from ledger.platform import Platform
from ledger.stored.cid import CidHasher
from ledger.stored.disclosure import ISSUER_JWT, field_key, open_fields
from ledger.stored.sealing import open_stream, seal_stream


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file: what statements say of it, and where its ciphertext lies."""

    file: str
    cid: str
    sha256: bytes
    size: int
    stored_size: int

    def as_json(self) -> dict[str, Json]:
        """Its place in a body's ``stored``."""
        return {"cid": self.cid, "file": self.file, "size": self.stored_size}


class _Meter:
    """Hashes and counts what passes through."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0

    def pass_on(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.sha256.update(chunk)
            self.size += len(chunk)
            yield chunk


class _Sealed:
    """Counts the ciphertext and computes its CID."""

    def __init__(self) -> None:
        self.cid = CidHasher()
        self.size = 0

    def pass_on(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.cid.update(chunk)
            self.size += len(chunk)
            yield chunk


def keep(platform: Platform, chunks: Iterable[bytes]) -> Kept:
    """Seal and store a stream, in bounded memory. Raises Pushback where the store is away,
    Tampered where it answers another CID than ours."""
    file_id = new_id("file", platform.randomness)
    key = platform.randomness(32)
    plain, sealed = _Meter(), _Sealed()
    platform.keys.deposit(file_id, key)
    stream = seal_stream(plain.pass_on(chunks), key, file_id, platform.randomness)
    cid = platform.blobs.put(sealed.pass_on(stream))
    if cid != sealed.cid.cid():
        raise Tampered("The file store answered another CID than the file's own.", cid=cid)
    return Kept(file_id, cid, plain.sha256.digest(), plain.size, sealed.size)


def keep_sealed(platform: Platform, seal: Callable[[bytes, str], bytes]) -> Kept:
    """Store what ``seal(key, file id)`` makes; the statement names the sealed bytes themselves."""
    file_id = new_id("file", platform.randomness)
    key = platform.randomness(32)
    data = seal(key, file_id)
    platform.keys.deposit(file_id, key)
    own = CidHasher()
    own.update(data)
    cid = platform.blobs.put(iter((data,)))
    if cid != own.cid():
        raise Tampered("The file store answered another CID than the file's own.", cid=cid)
    return Kept(file_id, cid, hashlib.sha256(data).digest(), len(data), len(data))


def discard(platform: Platform, kept: Kept) -> None:
    """Undo :func:`keep` for a file that no entry names."""
    platform.keys.destroy(kept.file)
    platform.blobs.delete(kept.cid)


@contextmanager
def forgotten_if_refused(platform: Platform, *kept: Kept) -> Iterator[None]:
    """Files that a refused entry would have named are forgotten. Where it is not known whether
    the entry stands (the answer was lost), they stay: an orphan at worst."""
    try:
        yield
    except (Conflict, Malformed, NotFound, Refused):
        for one in kept:
            discard(platform, one)
        raise


def ciphertext(platform: Platform, file_id: str) -> Iterator[bytes]:
    """The stored bytes of a file, checked against its CID by the store."""
    row = row_of(platform, "files", file_id, "file")
    return platform.blobs.get(str(row["cid"]))


def plaintext(platform: Platform, file_id: str) -> Iterator[bytes]:
    """The file in clear, for its owner's own view; SHA-256 compared at the end.

    Raises NotFound, Tampered, Pushback.
    """
    row = row_of(platform, "files", file_id, "file")
    digest = hashlib.sha256()
    key = platform.keys.open_file_key(file_id)
    for chunk in open_stream(platform.blobs.get(str(row["cid"])), key, file_id):
        digest.update(chunk)
        yield chunk
    if digest.digest() != row["sha256"]:
        raise Tampered("A stored file is not the one that was recorded.", file=file_id)


def opened_claims(platform: Platform, file_id: str, names: Iterable[str]) -> dict[str, str]:
    """These fields of a sealed credential in clear, for its owner's own view. Raises NotFound,
    FieldsInvalid, Pushback."""
    return claims_in(platform, b"".join(ciphertext(platform, file_id)), file_id, names)


def claims_in(
    platform: Platform, sealed: bytes, file_id: str, names: Iterable[str]
) -> dict[str, str]:
    """`opened_claims` of a sealed credential that was read already."""
    key = platform.keys.open_file_key(file_id)
    keys = {name: field_key(key, name) for name in (ISSUER_JWT, *sorted(names))}
    text = open_fields(sealed, keys, file_id)
    return {name: str(value) for name, value in parse_credential(text).claims.items()}
