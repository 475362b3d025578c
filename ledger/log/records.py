"""Entry records at rest: the envelope and its salt under a key of their own.

``record`` = 12-byte nonce ‖ AES-256-GCM(entry key, salt[32] ‖ envelope), additional data
``mianti/record/v1`` ‖ 0x00 ‖ SHA-256(payload). ``record_key`` = the entry key wrapped with AES
key wrap (RFC 3394) under the platform's record key. Destroying ``record_key`` erases what the
entry said; its leaf and every proof stay.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ledger.errors import NotFound, Tampered
from ledger.ports import StoredEntry

_FORMAT = b"mianti/record/v1\x00"
_NONCE = 12
_SALT = 32


class RecordErased(NotFound):
    """The entry's content was erased; its place in the log and its proofs remain."""

    code = "record.erased"


def seal_record(
    payload_sha256: bytes,
    salt: bytes,
    envelope: bytes,
    master: bytes,
    randomness: Callable[[int], bytes],
) -> tuple[bytes, bytes]:
    """``(record, record_key)`` for one entry."""
    key = randomness(32)
    nonce = randomness(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, salt + envelope, _FORMAT + payload_sha256)
    return nonce + sealed, aes_key_wrap(master, key)


def open_record(entry: StoredEntry, master: bytes) -> tuple[bytes, bytes]:
    """``(salt, envelope)``; RecordErased where its key is gone, Tampered where it does not open."""
    if entry.record is None or entry.record_key is None:
        raise RecordErased(f"The content of entry {entry.index} was erased.", index=entry.index)
    try:
        key = aes_key_unwrap(master, entry.record_key)
        plain = AESGCM(key).decrypt(
            entry.record[:_NONCE], entry.record[_NONCE:], _FORMAT + entry.payload_sha256
        )
    except (InvalidTag, InvalidUnwrap, ValueError) as error:
        raise Tampered(
            f"The stored record of entry {entry.index} does not open.", index=entry.index
        ) from error
    return plain[:_SALT], plain[_SALT:]


def seal_small(
    plain: bytes, purpose: str, master: bytes, randomness: Callable[[int], bytes]
) -> tuple[bytes, bytes]:
    """``(sealed, wrapped key)`` for a short secret kept in a row, bound to its purpose."""
    key = randomness(32)
    nonce = randomness(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, plain, _FORMAT + purpose.encode())
    return nonce + sealed, aes_key_wrap(master, key)


def open_small(sealed: bytes, wrapped: bytes, purpose: str, master: bytes) -> bytes:
    """Opens what :func:`seal_small` closed; Tampered otherwise."""
    try:
        key = aes_key_unwrap(master, wrapped)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _FORMAT + purpose.encode())
    except (InvalidTag, InvalidUnwrap, ValueError) as error:
        raise Tampered("A sealed value in the index does not open.", purpose=purpose) from error
