"""Receipts: foreign examples, named defects, every changed byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs import keys
from ledger.errors import LedgerError
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, NoteKey, sign_checkpoint
from ledger.log.receipt import (
    Receipt,
    ReceiptMalformed,
    encode_receipt,
    parse_receipt,
    verify_receipt,
)

FOLDER = Path(__file__).parents[2] / "vectors" / "receipt"
FOREIGN = json.loads((FOLDER / "foreign.json").read_bytes())
REFUSED = json.loads((FOLDER / "refused.json").read_bytes())["cases"]
ORIGIN = "mianti.example/log"
POLICY: tuple[Any, ...] = (ORIGIN, FOREIGN["vkey"], FOREIGN["witnesses"], 2)


@pytest.mark.parametrize("vector", FOREIGN["receipts"], ids=lambda vector: str(vector["index"]))
def test_foreign_receipt_verifies(vector: dict[str, Any]) -> None:
    data = vector["receipt"].encode()
    receipt = parse_receipt(data)
    assert encode_receipt(receipt) == data
    assert receipt.index == vector["index"]
    assert receipt.extra == (b"extra data" if vector["index"] == 127 else None)
    checkpoint = verify_receipt(receipt, vector["leaf"].encode(), *POLICY, only_known=True)
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 300)


@pytest.mark.parametrize("vector", FOREIGN["consistency"], ids=lambda v: str(v["size1"]))
def test_foreign_consistency_proof_is_ours(vector: dict[str, Any]) -> None:
    hashes = merkle.leaf_hashes(b"leaf %d" % i for i in range(300))
    proof = merkle.consistency_proof(vector["size1"], hashes)
    assert [hashed.hex() for hashed in proof] == vector["proof_hex"]
    assert merkle.root(hashes[: vector["size1"]]).hex() == vector["root1_hex"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(LedgerError) as error:
        verify_receipt(parse_receipt(case["receipt"].encode()), case["leaf"].encode(), *POLICY)
    assert error.value.code == case["code"]


def test_any_changed_byte_is_refused() -> None:
    log = keys.generate_ed25519()
    root, proofs = merkle.tree_with_proofs(merkle.leaf_hashes([b"a", b"b", b"c"]))
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, root), log)
    data = encode_receipt(Receipt(2, proofs[2], note))
    key = NoteKey.of(ORIGIN, log)
    verify_receipt(parse_receipt(data), b"c", ORIGIN, key, only_known=True)
    for position in range(len(data)):
        for spoilt in (
            data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :],
            data[:position] + data[position + 1 :],
            data[:position] + b"A" + data[position:],
        ):
            with pytest.raises(LedgerError):
                verify_receipt(parse_receipt(spoilt), b"c", ORIGIN, key, only_known=True)


@given(
    st.integers(0, 2**53),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(max_size=100),
    st.binary(min_size=1, max_size=100),
)
def test_a_receipt_survives_its_file(
    index: int, proof: list[bytes], extra: bytes | None, checkpoint: bytes
) -> None:
    receipt = Receipt(index, tuple(proof), checkpoint, extra)
    assert parse_receipt(encode_receipt(receipt)) == receipt


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(-1, (), b"note"),
        Receipt(2**63, (), b"note"),
        Receipt(0, (b"short",), b"note"),
        Receipt(0, (bytes(32),) * 64, b"note"),
        Receipt(0, (), b""),
        Receipt(0, (), b"n" * 2_000_001),
    ],
    ids=["negative", "too large", "short hash", "too many hashes", "no checkpoint", "too long"],
)
def test_values_that_no_receipt_has(receipt: Receipt) -> None:
    with pytest.raises(ReceiptMalformed):
        encode_receipt(receipt)
