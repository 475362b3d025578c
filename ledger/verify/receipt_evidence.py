"""A receipt that verifies alone: a C2SP tlog-proof whose extra line carries the other evidence.

    extra = canonical JSON {envelope, leaf, salt, anchor?, consistency?, earlier?, holder_key?,
                            issue?, powers?, snapshot?, status_list?, successor?}

Index, proof and checkpoint stand where the format has them. The extra line is signed by nobody and
decides nothing: what it carries is verified like evidence from anywhere else.
"""

from __future__ import annotations

from certs import base64url
from certs.canonical import Json, canonical, parse_canonical
from certs.errors import JsonInvalid
from certs.shapes import Misshapen, Shape
from ledger.log.opening_json import read_opening, read_proof, written_opening, written_proof
from ledger.log.receipt import Receipt, ReceiptMalformed, encode_receipt, parse_receipt
from ledger.ports import Opening, Powers
from ledger.verify.items import EarlierAnchor, Evidence

MAX_EARLIER = 16
_NOTES = ("anchor", "snapshot")
_OPENINGS = ("holder_key", "issue", "successor")


def receipt_file(evidence: Evidence) -> bytes:
    """The file. Raises ValueError for evidence without entry or checkpoint, or with values where
    notes belong; ReceiptMalformed for more than a receipt may hold."""
    opening = evidence.opening
    if opening is None or evidence.checkpoint is None:
        raise ValueError("a receipt is about an entry under a checkpoint")
    extra: dict[str, Json] = {
        "envelope": base64url.encode(opening.envelope),
        "leaf": base64url.encode(opening.leaf),
        "salt": base64url.encode(opening.salt),
    }
    for name in _NOTES:
        note = getattr(evidence, name)
        if note is not None:
            extra[name] = _written_note(note, name)
    for name in _OPENINGS:
        other = getattr(evidence, name)
        if other is not None:
            extra[name] = written_opening(other)
    if evidence.powers != Powers():
        extra["powers"] = {
            "delegations": [written_opening(one) for one in evidence.powers.delegations],
            "keys": [written_opening(one) for one in evidence.powers.keys],
        }
    if evidence.earlier:
        extra["earlier"] = [
            {
                "anchor": _written_note(one.anchor, "anchor"),
                "consistency": written_proof(one.consistency),
            }
            for one in evidence.earlier
        ]
    if evidence.consistency:
        extra["consistency"] = written_proof(evidence.consistency)
    if evidence.status_list is not None:
        extra["status_list"] = base64url.encode(evidence.status_list.encode())
    return encode_receipt(
        Receipt(opening.index, opening.proof, evidence.checkpoint, canonical(extra))
    )


def _written_note(note: object, name: str) -> str:
    if not isinstance(note, bytes):
        raise ValueError(f"a receipt carries the {name} as a note")
    return base64url.encode(note)


def evidence_of(data: bytes) -> Evidence:
    """What a receipt carries; nothing is verified. Raises ReceiptMalformed, also for a tlog-proof
    without an extra line, which shows nothing to one who has not the entry."""
    receipt = parse_receipt(data)
    if receipt.extra is None:
        raise ReceiptMalformed("the receipt does not carry its entry")
    try:
        return _read(receipt, Shape(parse_canonical(receipt.extra), "extra"))
    except (JsonInvalid, Misshapen, UnicodeDecodeError) as error:
        raise ReceiptMalformed(f"the extra line: {error}") from error


def _read(receipt: Receipt, extra: Shape) -> Evidence:
    optional = (*_NOTES, *_OPENINGS, "consistency", "earlier", "powers", "status_list")
    extra.members("envelope", "leaf", "salt", *(name for name in optional if name in extra))
    opening = Opening(
        index=receipt.index,
        leaf=extra["leaf"].data(),
        salt=extra["salt"].data(),
        envelope=extra["envelope"].data(),
        proof=receipt.proof,
    )

    def note(name: str) -> bytes | None:
        return extra[name].data() if name in extra else None

    def entry(name: str) -> Opening | None:
        return read_opening(extra[name]) if name in extra else None

    token = note("status_list")
    return Evidence(
        opening=opening,
        checkpoint=receipt.checkpoint,
        anchor=note("anchor"),
        consistency=read_proof(extra["consistency"]) if "consistency" in extra else (),
        snapshot=note("snapshot"),
        status_list=None if token is None else token.decode("ascii"),
        holder_key=entry("holder_key"),
        successor=entry("successor"),
        issue=entry("issue"),
        powers=_powers(extra["powers"]) if "powers" in extra else Powers(),
        earlier=_earlier(extra["earlier"]) if "earlier" in extra else (),
    )


def _earlier(shape: Shape) -> tuple[EarlierAnchor, ...]:
    found = []
    for one in shape.items(1, MAX_EARLIER):
        one.members("anchor", "consistency")
        found.append(EarlierAnchor(one["anchor"].data(), read_proof(one["consistency"])))
    return tuple(found)


def _powers(shape: Shape) -> Powers:
    shape.members("delegations", "keys")
    return Powers(
        tuple(read_opening(one) for one in shape["delegations"].items(0, 5)),
        tuple(read_opening(one) for one in shape["keys"].items(0, 5)),
    )
