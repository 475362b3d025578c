"""Checkpoints (C2SP tlog-checkpoint): a signed note that says origin, size and root of a log.

    origin ⏎ size ⏎ base64(root) ⏎ [extension lines ⏎ …] ⏎ — signature lines

A log never signs two checkpoints of which one does not extend the other. Witnesses cosign those
that extend the last one they saw; a quorum of k of n keeps a log from showing two histories.

    CheckpointError             checkpoint
    ├── CheckpointMalformed     checkpoint.malformed
    ├── OriginMismatch          checkpoint.origin
    └── QuorumMissing           checkpoint.quorum
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from certs import keys
from ledger.errors import LedgerError
from ledger.log.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteError,
    NoteKey,
    NoteMalformed,
    NoteSignature,
    NoteSignatureInvalid,
    NoteSignatureUnknown,
    NoteUnsigned,
    VkeyInvalid,
    cosign_note,
    open_note,
    sign_note,
    with_signatures,
)
from ledger.log.rfc6962 import HASH_BYTES

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "Checkpoint",
    "CheckpointError",
    "CheckpointMalformed",
    "Note",
    "NoteError",
    "NoteKey",
    "NoteMalformed",
    "NoteSignature",
    "NoteSignatureInvalid",
    "NoteSignatureUnknown",
    "NoteUnsigned",
    "OriginMismatch",
    "QuorumMissing",
    "VkeyInvalid",
    "checkpoint_text",
    "cosign_note",
    "open_checkpoint",
    "open_note",
    "parse_checkpoint",
    "sign_checkpoint",
    "sign_note",
    "with_signatures",
]

MAX_SIZE = (1 << 63) - 1
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(LedgerError):
    """A checkpoint that is not to be believed."""

    code = "checkpoint"


class CheckpointMalformed(CheckpointError):
    """The note's text is no checkpoint."""

    code = "checkpoint.malformed"


class OriginMismatch(CheckpointError):
    """A checkpoint of another log: it says ``origin``, not ``expected``."""

    code = "checkpoint.origin"


class QuorumMissing(CheckpointError):
    """Only ``found`` of the ``quorum`` witnesses that the policy asks for have cosigned."""

    code = "checkpoint.quorum"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tree head of the log ``origin``: ``size`` in leaves, 32 bytes ``root``.

    ``extensions`` are opaque lines; ours have none. Raises CheckpointMalformed for values that
    the text cannot carry.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines):
            raise CheckpointMalformed("origin and extensions are lines that are not empty")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise CheckpointMalformed("no size or root of a tree", size=self.size)


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The text that is signed; ends with a newline."""
    root = base64.b64encode(checkpoint.root).decode("ascii")
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Checkpoint of a note's text; raises CheckpointMalformed for any other way of writing it."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not _SIZE.fullmatch(lines[1]):
        raise CheckpointMalformed("a checkpoint is origin, size and root, a line each")
    origin, size, root = lines[:3]
    try:
        hashed = base64.b64decode(root.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise CheckpointMalformed("the root is base64") from error
    checkpoint = Checkpoint(origin, int(size), hashed, tuple(lines[3:-1]))
    if checkpoint_text(checkpoint) != text:
        raise CheckpointMalformed("the root is canonical base64")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, private: keys.Ed25519Private) -> bytes:
    """Signed note of a checkpoint; the log's key has the name of its origin."""
    return sign_note(checkpoint_text(checkpoint), checkpoint.origin, private)


def open_checkpoint(
    note: bytes,
    origin: str,
    vkey: str | NoteKey,
    witnesses: Sequence[str | NoteKey] = (),
    quorum: int = 0,
    *,
    only_known: bool = False,
) -> Checkpoint:
    """The checkpoint in a note, if the log's key signed it and enough witnesses cosigned it.

    ``vkey`` is an Ed25519 key (0x01), ``witnesses`` are cosignature keys (0x04); two witnesses
    with one key count once. ``only_known`` refuses lines by any other key (the rule in bundles).
    Raises what `open_note` raises, VkeyInvalid, CheckpointMalformed, OriginMismatch, QuorumMissing.
    """
    log = _key(vkey, ED25519)
    policy = [_key(witness, COSIGNATURE) for witness in witnesses]
    opened = open_note(note, [log, *policy], only_known=only_known)
    signers = {signature.key for signature in opened.signatures}
    if log not in signers:
        raise NoteUnsigned("the log did not sign this note", name=log.name)
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin != origin:
        raise OriginMismatch(
            "a checkpoint of another log", origin=checkpoint.origin, expected=origin
        )
    # The signed message of a cosignature does not hold the witness's name: count keys, not names.
    found = len({witness.public for witness in policy if witness in signers})
    if found < quorum:
        raise QuorumMissing("too few witnesses have cosigned", found=found, quorum=quorum)
    return checkpoint


def _key(key: str | NoteKey, type: int) -> NoteKey:
    parsed = NoteKey.parse(key) if isinstance(key, str) else key
    if parsed.type != type:
        raise VkeyInvalid("a key of another type than its part needs", name=parsed.name)
    return parsed
