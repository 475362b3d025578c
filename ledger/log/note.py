"""Signed notes (C2SP signed-note): text, a blank line, signature lines ``— name base64``.

A key is written as a vkey: ``name+hex(key id)+base64(type ‖ 32-byte key)``, where the key id is
the first four bytes of SHA-256(name ‖ "\\n" ‖ type ‖ key). Two types are read: 0x01, an Ed25519
signature over the text, and 0x04, a witness cosignature (C2SP tlog-cosignature), which signs
``cosignature/v1\\ntime T\\n`` ‖ text and carries T as 8 big-endian bytes before its 64.

    NoteError                   note
    ├── NoteMalformed           note.malformed
    ├── VkeyInvalid             note.vkey
    ├── NoteUnsigned            note.unsigned            no known key signed
    ├── NoteSignatureInvalid    note.signature           a known key's line does not verify
    └── NoteSignatureUnknown    note.unknown_signature   only where unknown lines are refused
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from certs import keys
from certs.errors import KeyInvalid, SignatureInvalid
from ledger.errors import LedgerError

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100

_PREFIX = "— "
_SPKI = bytes.fromhex("302a300506032b6570032100")  # DER before the 32 bytes, RFC 8410 §4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class NoteError(LedgerError):
    """A note that is not to be believed."""

    code = "note"


class NoteMalformed(NoteError):
    """Bytes that are no signed note."""

    code = "note.malformed"


class VkeyInvalid(NoteError):
    """Text that is no verifier key, or one of a type that is not read."""

    code = "note.vkey"


class NoteUnsigned(NoteError):
    """None of the keys asked for signed this note."""

    code = "note.unsigned"


class NoteSignatureInvalid(NoteError):
    """A line names a known key, ``name``, and does not verify under it."""

    code = "note.signature"


class NoteSignatureUnknown(NoteError):
    """A line by no known key, or a key's second line, where only known ones may stand."""

    code = "note.unknown_signature"


@dataclass(frozen=True)
class NoteKey:
    """A verifier key: ``name``, ``type`` (ED25519 or COSIGNATURE), 32 bytes ``public``."""

    name: str
    type: int
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or self.type not in (ED25519, COSIGNATURE):
            raise VkeyInvalid("no name of a key, or a type that is not read", name=self.name)
        self.verifier  # noqa: B018  computed once; refuses what is no key

    @cached_property
    def verifier(self) -> keys.Ed25519Public:
        """The key as the library reads it."""
        try:
            public = keys.public_from_spki(_SPKI + self.public)
        except KeyInvalid as error:
            raise VkeyInvalid("no Ed25519 key", name=self.name) from error
        assert isinstance(public, keys.Ed25519Public)
        return public

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes; with the name they say which key a signature line claims."""
        typed = bytes([self.type]) + self.public
        return sha256(self.name.encode("utf-8") + b"\n" + typed).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text."""
        typed = bytes([self.type]) + self.public
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(typed).decode('ascii')}"

    @classmethod
    def of(cls, name: str, private: keys.Ed25519Private, type: int = ED25519) -> NoteKey:
        """The verifier key that belongs to a private key."""
        return cls(name, type, private.public_key().public_bytes_raw())

    @staticmethod
    @lru_cache(maxsize=256)
    def parse(vkey: str) -> NoteKey:
        """Key of its text; raises VkeyInvalid, also when the key id is not that of the key."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        typed = _base64(encoded)
        if not _KEY_ID.fullmatch(key_id) or typed is None or len(typed) != 33:
            raise VkeyInvalid("not a verifier key")
        key = NoteKey(name, typed[0], typed[1:])
        if key.key_id.hex() != key_id:
            raise VkeyInvalid("the key id is that of another key", name=name)
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A verified line: the key, and for a cosignature the witness's POSIX time in seconds."""

    key: NoteKey
    time: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note that at least one known key signed. ``text`` ends with a newline."""

    text: str
    signatures: tuple[NoteSignature, ...]


def open_note(note: bytes, known: Iterable[NoteKey], *, only_known: bool = False) -> Note:
    """Text of a note and which of the ``known`` keys signed it, each once.

    Lines by unknown keys are passed over, as the format demands, unless ``only_known``: then every
    line must be by a known key and no key may sign twice, so that nobody can add a byte.
    Raises NoteMalformed, NoteSignatureInvalid, NoteSignatureUnknown or NoteUnsigned.
    """
    text, lines = _split(note)
    by_line = {(key.name, key.key_id): key for key in known}
    verified: dict[NoteKey, NoteSignature] = {}
    for name, signature in lines:
        key = by_line.get((name, signature[:4]))
        if only_known and (key is None or key in verified):
            raise NoteSignatureUnknown("a signature that the policy does not know", name=name)
        if key is not None:
            verified.setdefault(key, _verified(key, text, signature[4:]))
    if not verified:
        raise NoteUnsigned("no known key signed this note")
    return Note(text, tuple(verified.values()))


def sign_note(text: str, name: str, private: keys.Ed25519Private) -> bytes:
    """A note with one Ed25519 signature. Raises NoteMalformed for text that no note can hold."""
    key = NoteKey.of(name, private)
    return _joined(text, [_line(key, keys.sign_ed25519(private, text.encode("utf-8")))])


def cosign_note(note: bytes, name: str, private: keys.Ed25519Private, time: int) -> bytes:
    """The note with a witness's cosignature of POSIX ``time`` added. Raises NoteMalformed."""
    text, _ = _split(note)
    stamp = time.to_bytes(8, "big")
    signature = keys.sign_ed25519(private, _cosigned(text, time))
    line = _line(NoteKey.of(name, private, COSIGNATURE), stamp + signature)
    return with_signatures(note, line.encode("utf-8"))


def with_signatures(note: bytes, lines: bytes) -> bytes:
    """The note with the signature lines that a witness answered. Raises NoteMalformed."""
    joined = note + lines
    if _split(joined)[0] != _split(note)[0]:
        raise NoteMalformed("signature lines hold no blank line")
    return joined


def _split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Text, and name and signature (key id first) of every line."""
    if len(note) > MAX_NOTE:
        raise NoteMalformed("the note is too long", size=len(note), limit=MAX_NOTE)
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteMalformed("a note is UTF-8") from error
    text, blank, signed = whole.rpartition("\n\n")
    if _CONTROL.search(whole) or not text or not blank or not signed.endswith("\n"):
        raise NoteMalformed("a note is text, a blank line and signature lines")
    lines = []
    for line in signed[:-1].split("\n"):
        name, _, encoded = line.removeprefix(_PREFIX).partition(" ")
        signature = _base64(encoded)
        if not line.startswith(_PREFIX) or not _is_name(name):
            raise NoteMalformed("not a signature line")
        if signature is None or len(signature) < 5:
            raise NoteMalformed("a signature is base64 of key id and bytes", name=name)
        lines.append((name, signature))
    if len(lines) > MAX_SIGNATURES:
        raise NoteMalformed("too many signatures", size=len(lines), limit=MAX_SIGNATURES)
    return text + "\n", lines


def _verified(key: NoteKey, text: str, signature: bytes) -> NoteSignature:
    time, message = None, text.encode("utf-8")
    if key.type == COSIGNATURE:
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        if time >= 1 << 63:
            raise NoteSignatureInvalid("a cosignature of no time", name=key.name)
        message = _cosigned(text, time)
    try:
        keys.verify_ed25519(key.verifier, message, signature)
    except SignatureInvalid as error:
        raise NoteSignatureInvalid("a known key's signature fails", name=key.name) from error
    return NoteSignature(key, time)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _line(key: NoteKey, signature: bytes) -> str:
    encoded = base64.b64encode(key.key_id + signature).decode("ascii")
    return f"{_PREFIX}{key.name} {encoded}\n"


def _joined(text: str, lines: Iterable[str]) -> bytes:
    note = (text + "\n" + "".join(lines)).encode("utf-8")
    if _split(note)[0] != text:
        raise NoteMalformed("text that no note can hold")
    return note


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _base64(text: str) -> bytes | None:
    """Bytes of canonical, padded standard base64 (RFC 4648 §4), or None."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None
