"""Receipts: C2SP tlog-proof files, which show offline that a leaf is in a log.

    c2sp.org/tlog-proof@v1 ⏎
    [extra base64 ⏎]
    index N ⏎
    base64 of a 32-byte hash ⏎ …      inclusion proof, the leaf's sibling first
    ⏎
    checkpoint, verbatim

There is one way to write a receipt, so equal receipts are equal files. The extra data is signed by
nobody and decides nothing.

    ReceiptError              receipt
    └── ReceiptMalformed      receipt.malformed
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.log import merkle
from ledger.log.checkpoint import MAX_SIZE, Checkpoint, NoteKey, open_checkpoint

HEADER = b"c2sp.org/tlog-proof@v1"
MAX_RECEIPT = 2_000_000
_MAX_PROOF = 63  # a tree has at most 2^63-1 leaves
_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,18})")


class ReceiptError(LedgerError):
    """A receipt that is not to be believed."""

    code = "receipt"


class ReceiptMalformed(ReceiptError):
    """Bytes that are no receipt, or not written in its one way."""

    code = "receipt.malformed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Leaf ``index``, inclusion ``proof`` (32-byte hashes), signed ``checkpoint`` note bytes.

    ``extra`` is None where the file has no such line.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def encode_receipt(receipt: Receipt) -> bytes:
    """The file; `parse_receipt` is the inverse. Raises what that raises."""
    lines = [HEADER]
    if receipt.extra is not None:
        lines.append(b"extra " + base64.b64encode(receipt.extra))
    lines.append(b"index %d" % receipt.index)
    lines.extend(base64.b64encode(hashed) for hashed in receipt.proof)
    data = b"\n".join(lines) + b"\n\n" + receipt.checkpoint
    parse_receipt(data)  # one set of rules: what cannot be read back is not written
    return data


def parse_receipt(data: bytes) -> Receipt:
    """Receipt of its file; nothing is verified. Raises ReceiptMalformed.

    The checkpoint is taken as it stands: whoever opens it checks its form.
    """
    if len(data) > MAX_RECEIPT:
        raise ReceiptMalformed("the receipt is too long", size=len(data), limit=MAX_RECEIPT)
    head, blank, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if not blank or not checkpoint or lines.pop(0) != HEADER:
        raise ReceiptMalformed("not a tlog-proof file")
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = _decoded(lines.pop(0)[6:])
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or int(index[1]) >= MAX_SIZE:
        raise ReceiptMalformed("the index line is missing or has another form")
    if len(lines) > _MAX_PROOF:
        raise ReceiptMalformed("a proof longer than any tree is high", given=len(lines))
    proof = tuple(_decoded(line) for line in lines)
    if any(len(hashed) != merkle.HASH_BYTES for hashed in proof):
        raise ReceiptMalformed("a proof line is not a SHA-256")
    return Receipt(int(index[1]), proof, checkpoint, extra)


def verify_receipt(
    receipt: Receipt,
    leaf: bytes,
    origin: str,
    vkey: str | NoteKey,
    witnesses: Sequence[str | NoteKey] = (),
    quorum: int = 0,
    *,
    only_known: bool = False,
) -> Checkpoint:
    """The checkpoint under which ``leaf`` (the leaf's data) is proven to be in the log.

    Raises what `open_checkpoint` raises, and ProofInvalid when the leaf is not at this index.
    """
    checkpoint = open_checkpoint(
        receipt.checkpoint, origin, vkey, witnesses, quorum, only_known=only_known
    )
    hashed = merkle.leaf_hash(leaf)
    merkle.verify_inclusion(receipt.index, checkpoint.size, hashed, receipt.proof, checkpoint.root)
    return checkpoint


def _decoded(text: bytes) -> bytes:
    """Bytes of canonical, padded standard base64."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise ReceiptMalformed("a line is not base64") from error
    if base64.b64encode(data) != text:
        raise ReceiptMalformed("a line is not canonical base64")
    return data
