"""What a requester does with what it was handed: unwrap with its own key, open, compare.

The stored bytes come from anybody; what opens under a handed key and has the SHA-256 that the
entry names is the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from certs import keys
from ledger.errors import Tampered
from ledger.ports import HandedKey
from ledger.stored.disclosure import open_fields
from ledger.stored.sealing import hand_over_info, open_stream


def unwrapped(
    handed: HandedKey, private: keys.X25519Private, log: str, consent: str, release: str
) -> bytes:
    """The key inside, 32 bytes. Raises HpkeOpenFailed for anything wrapped for another purpose."""
    recipient = keys.key_id(private.public_key())
    info = hand_over_info(log, place(handed.file_id, handed.field), consent, release, recipient)
    return keys.hpke_open(private, handed.wrapped, info)


def place(file_id: str, field: str | None) -> str:
    """What a wrapped key is for: a whole file, or one field of it."""
    return file_id if field is None else f"{file_id}#{field}"


def opened_file(
    chunks: Iterable[bytes], key: bytes, file_id: str, sha256: bytes
) -> Iterator[bytes]:
    """The file in clear, compared with its entry's digest at the end. Raises Tampered."""
    digest = hashlib.sha256()
    for chunk in open_stream(chunks, key, file_id):
        digest.update(chunk)
        yield chunk
    if digest.digest() != sha256:
        raise Tampered("The file is not the one that the entry names.", file=file_id)


def opened_fields(data: bytes, fields: Mapping[str, bytes], file_id: str) -> str:
    """The credential with just the fields whose keys were handed over, as an SD-JWT."""
    return open_fields(data, fields, file_id)
