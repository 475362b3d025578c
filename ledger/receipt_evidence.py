"""Receipts that carry all that their item needs to be verified offline, in the ``extra`` line.

The extra data is signed by nobody; every part of it is checked as if it had come from anywhere:

    {"anchor"?, "envelope", "holder_key"?, "leaf", "salt", "snapshot"?, "status"?,
     "successor"?, "v": 1}

RFC 8785 JSON, base64url. ``anchor`` and ``snapshot`` are notes by the log's key, ``status``
is a status list token; ``holder_key`` and ``successor`` are openings ``{envelope, index, leaf,
proof, salt}`` in the same checkpoint. What there is none of is not written. To every other client
of the format it is a C2SP receipt like any.
"""

from __future__ import annotations

from certs import base64url
from certs.canonical import Json, canonical, parse_canonical
from certs.errors import JsonInvalid
from certs.shapes import Misshapen, Shape
from ledger.evidence import ChainAnchor, hash_of
from ledger.items import Evidence
from ledger.ports import Opening
from ledger.receipt import Receipt, ReceiptMalformed, encode_receipt, parse_receipt
from ledger.snapshot import Snapshot

_NEEDED = ("envelope", "leaf", "salt", "v")
_OPTIONAL = ("anchor", "holder_key", "snapshot", "status", "successor")
_MAX_PROOF = 63


def receipt_file(evidence: Evidence) -> bytes:
    """The receipt over ``evidence``: opening and checkpoint must be there, anchor and snapshot be
    notes, the anchor one of the checkpoint's own size. Raises ReceiptMalformed, ValueError."""
    opening, checkpoint, anchor = evidence.opening, evidence.checkpoint, evidence.anchor
    snapshot, status = evidence.snapshot, evidence.status_list
    if opening is None or checkpoint is None or evidence.consistency:
        raise ValueError("a receipt needs an opening and the checkpoint of its anchor")
    if isinstance(anchor, ChainAnchor) or isinstance(snapshot, Snapshot):
        raise ValueError("a receipt carries what the log's key vouches for")
    members: dict[str, Json] = {
        "envelope": base64url.encode(opening.envelope),
        "leaf": base64url.encode(opening.leaf),
        "salt": base64url.encode(opening.salt),
        "v": 1,
    }
    for name, data in (("anchor", anchor), ("snapshot", snapshot)):
        if data is not None:
            members[name] = base64url.encode(data)
    if status is not None:
        members["status"] = base64url.encode(status.encode("ascii"))
    for name, other in (("holder_key", evidence.holder_key), ("successor", evidence.successor)):
        if other is not None:
            members[name] = _written(other)
    return encode_receipt(Receipt(opening.index, opening.proof, checkpoint, canonical(members)))


def evidence_of(data: bytes) -> Evidence:
    """What a receipt shows; nothing is verified. Without extra data it shows a checkpoint only.

    Raises ReceiptMalformed.
    """
    receipt = parse_receipt(data)
    if receipt.extra is None:
        return Evidence(checkpoint=receipt.checkpoint)
    try:
        return _read(Shape(parse_canonical(receipt.extra), "extra"), receipt)
    except (JsonInvalid, Misshapen, UnicodeDecodeError) as error:
        raise ReceiptMalformed(f"the extra data: {error}") from error


def _read(shape: Shape, receipt: Receipt) -> Evidence:
    there = {name for name in _OPTIONAL if name in shape}
    shape.members(*_NEEDED, *there)
    shape["v"].integer(1, 1)
    return Evidence(
        opening=Opening(
            index=receipt.index,
            leaf=shape["leaf"].data(),
            salt=shape["salt"].data(),
            envelope=shape["envelope"].data(),
            proof=receipt.proof,
        ),
        checkpoint=receipt.checkpoint,
        anchor=shape["anchor"].data() if "anchor" in there else None,
        snapshot=shape["snapshot"].data() if "snapshot" in there else None,
        status_list=shape["status"].data().decode("ascii") if "status" in there else None,
        holder_key=_read_opening(shape["holder_key"]) if "holder_key" in there else None,
        successor=_read_opening(shape["successor"]) if "successor" in there else None,
    )


def _written(opening: Opening) -> Json:
    return {
        "envelope": base64url.encode(opening.envelope),
        "index": opening.index,
        "leaf": base64url.encode(opening.leaf),
        "proof": [base64url.encode(hashed) for hashed in opening.proof],
        "salt": base64url.encode(opening.salt),
    }


def _read_opening(shape: Shape) -> Opening:
    shape.members("envelope", "index", "leaf", "proof", "salt")
    return Opening(
        index=shape["index"].integer(),
        leaf=shape["leaf"].data(),
        salt=shape["salt"].data(),
        envelope=shape["envelope"].data(),
        proof=tuple(hash_of(item) for item in shape["proof"].items(0, _MAX_PROOF)),
    )
