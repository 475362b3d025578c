"""An entry's opening as JSON: {envelope, index, leaf, proof, salt}, bytes in base64url."""

from __future__ import annotations

from certs import base64url
from certs.canonical import Json
from certs.shapes import Shape
from ledger.log.evidence import hash_of
from ledger.ports import Opening

MAX_PROOF = 64


def written_opening(opening: Opening) -> dict[str, Json]:
    """`read_opening` is the inverse."""
    return {
        "envelope": base64url.encode(opening.envelope),
        "index": opening.index,
        "leaf": base64url.encode(opening.leaf),
        "proof": written_proof(opening.proof),
        "salt": base64url.encode(opening.salt),
    }


def read_opening(shape: Shape) -> Opening:
    """Nothing is checked but the form. Raises Misshapen."""
    shape.members("envelope", "index", "leaf", "proof", "salt")
    return Opening(
        index=shape["index"].integer(),
        leaf=shape["leaf"].data(),
        salt=shape["salt"].data(),
        envelope=shape["envelope"].data(),
        proof=read_proof(shape["proof"]),
    )


def read_proof(shape: Shape) -> tuple[bytes, ...]:
    """Hashes of 32 bytes. Raises Misshapen."""
    return tuple(hash_of(item) for item in shape.items(0, MAX_PROOF))


def written_proof(proof: tuple[bytes, ...]) -> list[Json]:
    """`read_proof` is the inverse."""
    return [base64url.encode(hashed) for hashed in proof]
