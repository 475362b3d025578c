"""Entries, version 1: the leaf of a statement, which names nobody. Frozen by golden vectors.

    leaf   = RFC 8785 {"commit": b64u[32], "kind": "…", "tag": b64u[16], "v": 1}
    commit = SHA-256("mianti/entry/v1" ‖ 0x00 ‖ salt[32] ‖ envelope)

The tag is 16 random bytes, except in a thread. A consent commits to a secret thread key k (32
bytes); its withdrawal carries HMAC-SHA-256(k, "withdraw")[:16], its n-th use (from 1)
HMAC-SHA-256(k, "use" ‖ u32be(n))[:16]. Whoever is given k finds all of them among the leaves, and
sees that there are no others.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from certs import base64url
from certs.canonical import canonical, parse_canonical
from certs.envelope import Envelope, parse_envelope
from certs.errors import Base64Invalid, CertsError, JsonInvalid
from ledger.errors import LedgerError
from ledger.log.statement import PAYLOAD_TYPE, Statement, parse_statement

SALT_BYTES = 32
TAG_BYTES = 16
COMMIT_BYTES = 32
THREAD_KEY_BYTES = 32
MAX_LEAF = 1024
MAX_USES = 2**32 - 1

_ENTRY = b"mianti/entry/v1\x00"
_THREAD = b"mianti/thread/v1\x00"
_KIND = re.compile(r"[a-z]{1,32}(\.[a-z]{1,32})?")
_MEMBERS = frozenset(("commit", "kind", "tag", "v"))


class EntryError(LedgerError):
    """An entry that does not hold together."""

    code = "entry"


class EntryMalformed(EntryError):
    """Leaf, salt or envelope have not the form of version 1; ``reason``: an inner code."""

    code = "entry.malformed"


class CommitMismatch(EntryError):
    """Salt and envelope are not those that the leaf commits to."""

    code = "entry.commit"


class KindMismatch(EntryError):
    """The leaf says ``leaf``, the statement says ``statement``."""

    code = "entry.kind"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says: ``kind``, 16 bytes ``tag``, 32 bytes ``commit``."""

    kind: str
    tag: bytes
    commit: bytes


def commit(salt: bytes, envelope: bytes) -> bytes:
    """Commitment to an encoded envelope. Raises ValueError unless the salt has 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(_ENTRY + salt + envelope).digest()


def leaf(kind: str, tag: bytes, commit: bytes) -> bytes:
    """Leaf bytes. Raises ValueError for a kind, tag or commitment of the wrong form."""
    if not _KIND.fullmatch(kind) or len(tag) != TAG_BYTES or len(commit) != COMMIT_BYTES:
        raise ValueError("a leaf has a kind, a 16-byte tag and a 32-byte commitment")
    return canonical(
        {"commit": base64url.encode(commit), "kind": kind, "tag": base64url.encode(tag), "v": 1}
    )


def parse_leaf(data: bytes) -> Leaf:
    """Leaf of its canonical bytes; raises EntryMalformed.

    Any kind of the right form is read: who follows a log must get past kinds newer than itself.
    """
    try:
        members = parse_canonical(data, max_bytes=MAX_LEAF)
    except JsonInvalid as error:
        raise EntryMalformed(f"leaf: {error}", reason=error.code) from error
    if not isinstance(members, dict) or members.keys() != _MEMBERS:
        raise EntryMalformed("not the members of a leaf")
    kind, tag, commitment = members["kind"], members["tag"], members["commit"]
    if members["v"] is True or members["v"] != 1:
        raise EntryMalformed("a leaf of another version")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise EntryMalformed("kind has not its form")
    if not isinstance(tag, str) or not isinstance(commitment, str):
        raise EntryMalformed("tag and commit are text")
    try:
        parsed = Leaf(kind, base64url.decode(tag), base64url.decode(commitment))
    except Base64Invalid as error:
        raise EntryMalformed("tag or commit is not base64url", reason=error.code) from error
    if len(parsed.tag) != TAG_BYTES or len(parsed.commit) != COMMIT_BYTES:
        raise EntryMalformed("tag or commit has another length")
    return parsed


def open_entry(
    leaf_bytes: bytes, salt: bytes, envelope_bytes: bytes
) -> tuple[Leaf, Envelope, Statement]:
    """What an entry says, once leaf, salt and envelope are shown to belong together.

    No signature is checked. Raises EntryMalformed, CommitMismatch or KindMismatch, and
    StatementInvalid for a payload that is no statement.
    """
    parsed = parse_leaf(leaf_bytes)
    if len(salt) != SALT_BYTES:
        raise EntryMalformed("a salt has 32 bytes")
    if commit(salt, envelope_bytes) != parsed.commit:
        raise CommitMismatch("salt and envelope are not those of the leaf")
    try:
        envelope = parse_envelope(envelope_bytes)
    except CertsError as error:
        raise EntryMalformed(f"envelope: {error}", reason=error.code) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise EntryMalformed("the payload is no statement", type=envelope.payload_type)
    statement = parse_statement(envelope.payload)
    if statement.kind != parsed.kind:
        raise KindMismatch(
            "leaf and statement name two kinds", leaf=parsed.kind, statement=statement.kind
        )
    return parsed, envelope, statement


def thread_commitment(thread_key: bytes) -> bytes:
    """What a consent says of its thread key: SHA-256("mianti/thread/v1" ‖ 0x00 ‖ k)."""
    return hashlib.sha256(_THREAD + _thread_key(thread_key)).digest()


def withdraw_tag(thread_key: bytes) -> bytes:
    """Tag of the withdrawal in a thread."""
    return hmac.digest(_thread_key(thread_key), b"withdraw", "sha256")[:TAG_BYTES]


def use_tag(thread_key: bytes, n: int) -> bytes:
    """Tag of the n-th use in a thread, counted from 1. Raises ValueError outside 1 … 2^32-1."""
    if not 1 <= n <= MAX_USES:
        raise ValueError("uses are counted from 1")
    message = b"use" + n.to_bytes(4, "big")
    return hmac.digest(_thread_key(thread_key), message, "sha256")[:TAG_BYTES]


def delegation_end_tag(salt: bytes) -> bytes:
    """Tag of the end of a delegation. Its key is the salt of the entry that granted it, which
    leaves do not show: whoever is shown that entry knows whether it was ended."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, b"delegation ended", "sha256")[:TAG_BYTES]


def _thread_key(thread_key: bytes) -> bytes:
    if len(thread_key) != THREAD_KEY_BYTES:
        raise ValueError("a thread key has 32 bytes")
    return thread_key
